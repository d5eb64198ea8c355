-- Everything that was sent to Salesforce, and what it answered; and the duplicates that were found there.
-- One row per record and push, and one per record and detection of its duplicates; kept for ever.
--
-- logged_at     | When Salesforce answered, or the duplicates were detected (UTC).
-- run_id        | The Dagster run.
-- operation     | create, update, error or duplicate.
-- record_type   | Contact, Lead or Account.
-- record_id     | The Salesforce record; null where a create failed. Of duplicates the one that stays linked.
-- subject_id    | The person or account whose score it is; of duplicates the same as record_id.
-- field_changes | JSON: field to value before and after; of duplicates certain or suspected to their ids.
-- error_code    | Salesforce's code; null where all went well.
-- error_message | Salesforce's text; null where all went well.
-- remedy        | What to do about it; null where there is nothing to do.
CREATE TABLE outbound.activity_log (
    logged_at TIMESTAMP,
    run_id VARCHAR,
    operation VARCHAR,
    record_type VARCHAR,
    record_id VARCHAR,
    subject_id VARCHAR,
    field_changes VARCHAR,
    error_code VARCHAR,
    error_message VARCHAR,
    remedy VARCHAR
)
