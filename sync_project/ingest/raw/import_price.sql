-- What the last import was expected to bring and to cost, counted before it began. One row per object.
--
-- object_name | Salesforce object.
-- priced_at   | When it was counted (UTC).
-- read_from   | The time of change the read begins at, overlap included; null for all.
-- row_count   | Rows to come, by the org's own COUNT().
-- way         | rest or bulk.
-- call_count  | API calls the read will take, its count included.
CREATE TABLE raw.import_price (
    object_name VARCHAR,
    priced_at TIMESTAMP,
    read_from TIMESTAMP,
    row_count BIGINT,
    way VARCHAR,
    call_count BIGINT
)
