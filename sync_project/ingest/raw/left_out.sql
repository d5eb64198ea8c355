-- What does not come in, and why. One row per object or field that is left out, as of the last import.
--
-- object_name | Salesforce object.
-- field_name  | API name of the field; null where the whole object stays out.
-- reason      | Why, and what to do where it is missing against the settings.
CREATE TABLE raw.left_out (
    object_name VARCHAR,
    field_name VARCHAR,
    reason VARCHAR
)
