-- Every read of an object: what was asked for, what came, and how it compares with the org's own count.
-- One row per object and read.
--
-- object_name   | Salesforce object.
-- imported_at   | When the read began (UTC).
-- purpose       | window (what changed), refresh (calculated fields) or sweep (records gone or appeared).
-- window_start  | The beginning of the partitions asked for (UTC); null where they are open to the past.
-- window_end    | Their end (UTC), exclusive.
-- read_from     | The time of change the read began at, overlap included; null for all.
-- covered_until | Everything from read_from up to this moment has been seen (UTC).
-- field_names   | The fields asked for, separated by blanks; empty where the org has no such object.
-- pull_filter   | The SOQL condition that records had to meet; null for none.
-- switched_off  | create, update or both: records that came, but by the settings not in; empty for neither.
-- row_count     | Rows that came, deleted ones included.
-- window_count  | Rows among them that changed from read_from up to covered_until.
-- org_count     | The same by the org's own COUNT(); null where nothing was counted.
-- changed_count | Rows among them that were new or different.
-- gone_count    | Records found deleted or gone by this read.
-- call_count    | API calls used.
-- way           | rest, bulk, absent where the org has no such object, or off where the settings say so.
-- fault         | Why nothing of this read was kept; null where it was.
CREATE TABLE raw.import_log (
    object_name VARCHAR,
    imported_at TIMESTAMP,
    purpose VARCHAR,
    window_start TIMESTAMP,
    window_end TIMESTAMP,
    read_from TIMESTAMP,
    covered_until TIMESTAMP,
    field_names VARCHAR,
    pull_filter VARCHAR,
    switched_off VARCHAR,
    row_count BIGINT,
    window_count BIGINT,
    org_count BIGINT,
    changed_count BIGINT,
    gone_count BIGINT,
    call_count BIGINT,
    way VARCHAR,
    fault VARCHAR
)
