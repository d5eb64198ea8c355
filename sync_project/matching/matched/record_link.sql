-- Which record each email address is linked to, kept from run to run.
-- One row per address that a contact or an unconverted lead has; placeholders are nobody's and absent.
--
-- A link stays while its record has the address, even when a better record turns up; a merge or conversion
-- hands it to the record that took the place. Else the first by matched.person_order takes it. A person's
-- correction in matched.override wins.
--
-- email_normalized    | The address.
-- record_id           | The Salesforce Contact or Lead Id.
-- linked_at           | Since when it is this record (UTC).
-- previous_record_ids | The records it was linked to before, the first one first.
CREATE TABLE matched.record_link (
    email_normalized VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    linked_at TIMESTAMP NOT NULL,
    previous_record_ids VARCHAR[] NOT NULL
)
