-- The event files read so far, so that an unchanged one is not read twice. One row per file.
--
-- file           | The file's name in the events folder.
-- size_bytes     | Its size when it was read.
-- changed_at     | When it was last written (UTC).
-- read_at        | When it was read (UTC).
-- event_count    | Good rows in it.
-- rejected_count | Bad rows in it.
CREATE TABLE raw.event_file (
    file VARCHAR,
    size_bytes BIGINT,
    changed_at TIMESTAMP,
    read_at TIMESTAMP,
    event_count BIGINT,
    rejected_count BIGINT
)
