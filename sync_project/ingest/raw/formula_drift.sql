-- How far calculated fields had drifted from what was here, each time they were read again. One row per
-- refresh, object and field.
--
-- object_name   | Salesforce object.
-- field_name    | API name.
-- refreshed_at  | When they were read again (UTC).
-- row_count     | Records read.
-- drifted_count | Records whose value was another one than here.
CREATE TABLE raw.formula_drift (
    object_name VARCHAR,
    field_name VARCHAR,
    refreshed_at TIMESTAMP,
    row_count BIGINT,
    drifted_count BIGINT
)
