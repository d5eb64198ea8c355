-- What people did: page views, forms, product use; in the order of time, so that whoever asks for some days
-- reads only those. One row per event of a source: of rows with the same id the last by file name and line.
--
-- event_id    | The source's name, a colon, and the source's own id of the event.
-- source      | The source's name.
-- occurred_at | When it happened (UTC).
-- email       | Who did it, where known.
-- lead_id     | The Lead that did it, where the source knows its Salesforce Id (property salesforce_lead_id).
-- contact_id  | The Contact that did it, where the source knows its Salesforce Id (property
--               salesforce_contact_id).
-- domain      | The company it came from, where known.
-- kind        | Such as page_view or demo_request.
-- properties  | What else the source says, as JSON text.
-- fingerprint | As in raw.engagement_event.
WITH repeated AS (
    SELECT
        source,
        event_id
    FROM raw.engagement_event
    GROUP BY source, event_id
    HAVING count(*) > 1
),

-- A window over the few rows that share an id takes half the time of one over all rows.
placed AS (
    SELECT
        event.source,
        event.event_id,
        event.file,
        event.line,
        row_number() OVER (
            PARTITION BY event.source, event.event_id
            ORDER BY event.file DESC NULLS LAST, event.line DESC
        ) AS place
    FROM raw.engagement_event AS event
    INNER JOIN repeated ON event.source = repeated.source AND event.event_id = repeated.event_id
)

SELECT
    event.source || ':' || event.event_id AS event_id,
    event.source,
    event.occurred_at,
    event.email,
    CASE
        WHEN strpos(event.properties, 'salesforce_lead_id') > 0
            THEN nullif(trim(json_extract_string(event.properties, '$.salesforce_lead_id')), '')
    END AS lead_id,
    CASE
        WHEN strpos(event.properties, 'salesforce_contact_id') > 0
            THEN nullif(trim(json_extract_string(event.properties, '$.salesforce_contact_id')), '')
    END AS contact_id,
    event.domain,
    event.kind,
    event.properties,
    event.fingerprint
FROM raw.engagement_event AS event
LEFT JOIN placed
    ON
        event.source = placed.source
        AND event.event_id = placed.event_id
        AND event.file IS NOT DISTINCT FROM placed.file
        AND event.line = placed.line
WHERE coalesce(placed.place, 1) = 1
ORDER BY event.occurred_at, event.source, event.event_id
