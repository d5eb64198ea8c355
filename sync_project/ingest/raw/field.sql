-- Every field of every imported object, as the org described it to our user at the last import.
-- A field the user may not see is absent. One row per object and field.
--
-- object_name       | Salesforce object, such as Lead.
-- field_name        | API name.
-- label             | The name people see.
-- type              | Salesforce's field type, such as picklist.
-- length            | Characters a text holds; 0 for other types.
-- scale             | Digits after the decimal point.
-- is_nillable       | Whether it may be empty.
-- is_createable     | Whether our user may set it on a new record.
-- is_updateable     | Whether our user may change it.
-- is_defaulted      | Whether Salesforce fills it on a new record.
-- is_calculated     | Whether it is a formula; its changes do not move SystemModstamp.
-- is_rich_text      | Whether it holds HTML.
-- is_external_id    | Whether records can be upserted by it.
-- is_history_tracked | Whether the org keeps the history of its values; null for an object whose history we
--                     do not read, and where the org does not say.
-- is_imported       | Whether it is a column of the raw table; raw.left_out says why not.
-- valid_from        | Since when the row is as it is (UTC); the history has what was before.
-- seen_at           | When that was seen (UTC).
CREATE TABLE raw.field (
    object_name VARCHAR,
    field_name VARCHAR,
    label VARCHAR,
    type VARCHAR,
    length BIGINT,
    scale BIGINT,
    is_nillable BOOLEAN,
    is_createable BOOLEAN,
    is_updateable BOOLEAN,
    is_defaulted BOOLEAN,
    is_calculated BOOLEAN,
    is_rich_text BOOLEAN,
    is_external_id BOOLEAN,
    is_history_tracked BOOLEAN,
    is_imported BOOLEAN,
    valid_from TIMESTAMP,
    seen_at TIMESTAMP
)
