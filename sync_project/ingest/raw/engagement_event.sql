-- Engagement events as the files hold them. One row per file and event id; the last line of a file counts.
--
-- event_id    | The source's own id of the event.
-- occurred_at | When it happened (UTC).
-- email       | Who did it; null where unknown.
-- domain      | The company it came from; null where unknown.
-- kind        | Such as page_view or demo_request.
-- properties  | What else the source says, as JSON text.
-- file        | The file's name in the events folder.
-- line        | The line in it, header included; for Parquet the row's number.
CREATE TABLE raw.engagement_event (
    event_id VARCHAR,
    occurred_at TIMESTAMP,
    email VARCHAR,
    domain VARCHAR,
    kind VARCHAR,
    properties VARCHAR,
    file VARCHAR,
    line BIGINT
)
