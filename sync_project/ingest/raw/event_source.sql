-- The sources of engagement events that are or were switched on: since when each is, and how its last read
-- ended. One row per source.
--
-- source         | Its name in the settings.
-- is_enabled     | Whether it is on now; what a source brought stays when it is switched off.
-- switched_on_at | When an import first found it on (UTC); switching it off and on again leaves it.
-- counts_from    | What happened before is left out (UTC); null where everything counts, by a backfill.
-- read_at        | When it was last read without a fault (UTC).
-- event_count    | Good rows of its files, or of its last answer, that count.
-- too_old_count  | Good rows left out, for they happened before counts_from.
-- rejected_count | Bad rows.
-- fault          | Why it, or a file of it, could not be read the last time; null where all could.
CREATE TABLE raw.event_source (
    source VARCHAR,
    is_enabled BOOLEAN,
    switched_on_at TIMESTAMP,
    counts_from TIMESTAMP,
    read_at TIMESTAMP,
    event_count BIGINT,
    too_old_count BIGINT,
    rejected_count BIGINT,
    fault VARCHAR
)
