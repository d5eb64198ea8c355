-- What the integration user may do with each field that the settings name. One row per object and field, as
-- of the last import.
--
-- object_name   | Salesforce object.
-- field_name    | API name.
-- named_by      | The settings that name it, such as signals.fields.industry.
-- is_readable   | Whether the org shows it; one that it hides does not come in.
-- is_createable | Whether our user may set it on a new record.
-- is_updateable | Whether our user may change it.
CREATE TABLE raw.field_permission (
    object_name VARCHAR,
    field_name VARCHAR,
    named_by VARCHAR,
    is_readable BOOLEAN,
    is_createable BOOLEAN,
    is_updateable BOOLEAN
)
