-- Named sets of records that somebody chose in Salesforce by a list view, a report or a query.
-- One row per audience of the settings. One that could not be read keeps its last counts and says why.
--
-- name         | The audience's name in the settings.
-- object_name  | Salesforce object of its members, such as Contact.
-- source_kind  | list_view, report or soql.
-- source       | What the settings name: a list view, a report, or the query itself.
-- ran          | The query that was run last, or the report's id.
-- org_count    | Rows that Salesforce counted; a report may show a record in several.
-- member_count | Records that belong to it.
-- is_cut       | Whether Salesforce showed only a part of its rows, so that members may be missing.
-- read_at      | When it was last read whole (UTC); null where it never was.
-- fault        | Why the last read failed, and the remedy; null where it did not.
CREATE TABLE raw.audience (
    name VARCHAR,
    object_name VARCHAR,
    source_kind VARCHAR,
    source VARCHAR,
    ran VARCHAR,
    org_count BIGINT,
    member_count BIGINT,
    is_cut BOOLEAN,
    read_at TIMESTAMP,
    fault VARCHAR
)
