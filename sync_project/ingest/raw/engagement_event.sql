-- Engagement events as their sources hold them, those of each import in the order of time. One row per good
-- row; what a database brings again replaces what it brought before under that id.
--
-- source      | The source's name in the settings.
-- event_id    | The source's own id of the event.
-- occurred_at | When it happened (UTC).
-- email       | Who did it; null where unknown.
-- domain      | The company it came from; null where unknown.
-- kind        | Such as page_view or demo_request.
-- properties  | What else the source says, as JSON text.
-- file        | The file's name in the folder of the source; null for a database.
-- line        | The line in it, header included; for Parquet and databases the row's number.
-- fingerprint | A hash of what happened when, and who did it, taken when the row arrived: whoever keeps sums
--               of events sees by the sum of their fingerprints whether those are still the same events.
CREATE TABLE raw.engagement_event (
    source VARCHAR,
    event_id VARCHAR,
    occurred_at TIMESTAMP,
    email VARCHAR,
    domain VARCHAR,
    kind VARCHAR,
    properties VARCHAR,
    file VARCHAR,
    line BIGINT,
    fingerprint BIGINT
)
