-- What our own API calls were spent on. One row per step of a run that called the org.
--
-- called_at  | When the step ended (UTC).
-- run_id     | The Dagster run; of a preview a name of its own.
-- purpose    | The table that was brought up to date, or preview.
-- call_count | API calls, repeated attempts included.
CREATE TABLE raw.api_call (
    called_at TIMESTAMP,
    run_id VARCHAR,
    purpose VARCHAR,
    call_count BIGINT
)
