-- How the org's fields changed from one import to the next. One row per change, none for the first import
-- of an object.
--
-- object_name | Salesforce object.
-- field_name  | API name.
-- change      | new, removed (or hidden from the integration user), retyped, or redefined in some other way.
-- before      | What it was: type, length and rights; null where it is new.
-- after       | What it is; null where it is removed.
-- seen_at     | When the import saw it (UTC); of the last one where it is raw.org.described_at.
CREATE TABLE raw.field_change (
    object_name VARCHAR,
    field_name VARCHAR,
    change VARCHAR,
    before VARCHAR,
    after VARCHAR,
    seen_at TIMESTAMP
)
