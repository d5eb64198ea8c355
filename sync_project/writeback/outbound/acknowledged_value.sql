-- What Salesforce acknowledged from us. One row per record and field, the last value.
--
-- record_type     | Contact, Lead or Account.
-- record_id       | The Salesforce record.
-- field           | The Salesforce field.
-- value           | The value, spelled as in outbound.candidate.
-- acknowledged_at | When Salesforce answered (UTC).
CREATE TABLE outbound.acknowledged_value (
    record_type VARCHAR,
    record_id VARCHAR,
    field VARCHAR,
    value VARCHAR,
    acknowledged_at TIMESTAMP
)
