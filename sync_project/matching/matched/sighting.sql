-- How engagement events name who was there. Many events share one of these, so what they say about it is
-- found out once. One row per Lead id, Contact id, email and domain that events carry together.
--
-- lead_id       | The Lead id, as the events spell it.
-- contact_id    | The Contact id, as they spell it.
-- email         | The email, as they spell it.
-- domain        | The domain of the company, as they spell it.
-- first_seen_at | When the first of these events happened (UTC).
-- last_seen_at  | When the last one happened (UTC).
SELECT
    lead_id,
    contact_id,
    email,
    domain,
    min(occurred_at) AS first_seen_at,
    max(occurred_at) AS last_seen_at
FROM staged.engagement_event
GROUP BY lead_id, contact_id, email, domain
