-- What people did: page views, forms, product use; sorted by day. One row per event of a source: of several
-- rows with its id the last by file name and line counts.
--
-- event_id    | The source's name, a colon, and the source's own id of the event.
-- source      | The source's name.
-- occurred_at | When it happened (UTC).
-- email       | Who did it, where known.
-- domain      | The company it came from, where known.
-- kind        | Such as page_view or demo_request.
-- properties  | What else the source says, as JSON text.
WITH placed AS (
    SELECT
        source,
        event_id,
        occurred_at,
        email,
        domain,
        kind,
        properties,
        row_number() OVER (PARTITION BY source, event_id ORDER BY file DESC, line DESC) AS place
    FROM raw.engagement_event
)

SELECT
    source || ':' || event_id AS event_id,
    source,
    occurred_at,
    email,
    domain,
    kind,
    properties
FROM placed
WHERE place = 1
ORDER BY CAST(occurred_at AS DATE), source, event_id
