-- Every read of an object: what was asked for and what came. One row per object and read.
--
-- object_name   | Salesforce object.
-- imported_at   | When the read began (UTC).
-- window_start  | The beginning of the partitions asked for (UTC); null where they are open to the past.
-- window_end    | Their end (UTC), exclusive.
-- read_from     | The SystemModstamp the read began at, overlap included; null for all.
-- covered_until | Everything from read_from up to this moment has been seen (UTC).
-- field_names   | The fields asked for, separated by blanks; empty where the org has no such object.
-- row_count     | Rows that came, deleted ones included.
-- changed_count | Rows among them that were new or different.
-- call_count    | API calls used.
-- way           | rest, bulk, or absent where the org has no such object.
CREATE TABLE raw.import_log (
    object_name VARCHAR,
    imported_at TIMESTAMP,
    window_start TIMESTAMP,
    window_end TIMESTAMP,
    read_from TIMESTAMP,
    covered_until TIMESTAMP,
    field_names VARCHAR,
    row_count BIGINT,
    changed_count BIGINT,
    call_count BIGINT,
    way VARCHAR
)
