-- Everything that was sent to Salesforce, and what it answered. One row per record and push; kept for ever.
--
-- logged_at     | When Salesforce answered (UTC).
-- run_id        | The Dagster run.
-- operation     | create, update or error.
-- record_type   | Contact, Lead or Account.
-- record_id     | The Salesforce record; null where a create failed.
-- subject_id    | The person or account whose score it is.
-- field_changes | JSON: field to value before and after.
-- error_code    | Salesforce's code; null where all went well.
-- error_message | Salesforce's text; null where all went well.
-- remedy        | What to do about it; null where all went well.
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
