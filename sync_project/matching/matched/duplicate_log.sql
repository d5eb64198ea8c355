-- Each time a record was found to be, or perhaps to be, another one's duplicate. Kept for ever.
-- One row per detection: record, primary and certainty, from when it was found until it is gone.
--
-- What is certain is not told as suspected too; visitors are no records and absent.
--
-- record_id           | The duplicate: Salesforce Contact, Lead or Account Id.
-- record_type         | Contact, Lead or Account.
-- primary_record_id   | The record that stays linked, by matched.duplicate; of accounts the one to keep.
-- primary_record_type | Contact, Lead or Account.
-- certainty           | certain or suspected.
-- rule                | As in matched.person_link or matched.account_duplicate.
-- key                 | What it had in common by that rule when it was found.
-- detected_at         | When it was found (UTC).
-- resolved_at         | When it was found to be gone, because somebody merged, converted, deleted or changed
--                       a record, or because another one is the primary (UTC); null while it stands.
CREATE TABLE matched.duplicate_log (
    record_id VARCHAR NOT NULL,
    record_type VARCHAR NOT NULL,
    primary_record_id VARCHAR NOT NULL,
    primary_record_type VARCHAR NOT NULL,
    certainty VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    detected_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP
)
