-- What people did, with the person and the company it counts for. One row per event.
--
-- event_id    | The source's name, a colon, and the source's own id of the event.
-- occurred_at | When it happened (UTC).
-- kind        | Such as page_view or demo_request.
-- person_id   | Who did it, as in matched.sighting_match; null where nobody is known.
-- identity    | The identity of that person, or the address, as there.
-- properties  | What else the source says, as JSON text.
-- company_id  | The account, or organisation of ours, that it counts for, as there; null where none is known.
SELECT
    event.event_id,
    event.occurred_at,
    event.kind,
    sighting_match.person_id,
    sighting_match.identity,
    event.properties,
    sighting_match.company_id
FROM staged.engagement_event AS event
INNER JOIN matched.sighting_match AS sighting_match
    ON
        event.lead_id IS NOT DISTINCT FROM sighting_match.lead_id
        AND event.contact_id IS NOT DISTINCT FROM sighting_match.contact_id
        AND event.email IS NOT DISTINCT FROM sighting_match.email
        AND event.domain IS NOT DISTINCT FROM sighting_match.domain
