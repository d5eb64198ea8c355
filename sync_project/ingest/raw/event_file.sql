-- What was read of the event sources, so that an unchanged file is not read twice. One row per file, as it
-- was read last, and one per database for its last answer.
--
-- source         | The source's name in the settings.
-- file           | The file's name in the folder of the source; null for a database.
-- size_bytes     | Its size when it was read.
-- changed_at     | When it was last written (UTC); null where its server does not tell.
-- read_at        | When it was read (UTC).
-- read_as        | The settings that it was read by, as JSON; with others it is read again.
-- event_count    | Good rows in it that count.
-- too_old_count  | Good rows left out, for they happened before the source was switched on.
-- rejected_count | Bad rows in it.
CREATE TABLE raw.event_file (
    source VARCHAR,
    file VARCHAR,
    size_bytes BIGINT,
    changed_at TIMESTAMP,
    read_at TIMESTAMP,
    read_as VARCHAR,
    event_count BIGINT,
    too_old_count BIGINT,
    rejected_count BIGINT
)
