-- What people did: page views, forms, product use. One row per event id; of several files the last by
-- name counts.
--
-- event_id    | The source's own id of the event.
-- occurred_at | When it happened (UTC).
-- email       | Who did it, where known.
-- domain      | The company it came from, where known.
-- kind        | Such as page_view or demo_request.
-- properties  | What else the source says, as JSON text.
WITH placed AS (
    SELECT
        event_id,
        occurred_at,
        email,
        domain,
        kind,
        properties,
        row_number() OVER (PARTITION BY event_id ORDER BY file DESC) AS place
    FROM raw.engagement_event
)

SELECT
    event_id,
    occurred_at,
    email,
    domain,
    kind,
    properties
FROM placed
WHERE place = 1
