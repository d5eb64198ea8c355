-- Meetings and other appointments of our own people, which Salesforce calls events; what visitors do is in
-- staged.engagement_event. One row per event that is not deleted.
--
-- event_id   | Salesforce Event Id.
-- who_id     | The Contact or Lead it is about.
-- what_id    | The Account, Opportunity or other record it is about.
-- subject    | Subject line.
-- start_at   | When it begins (UTC); null for a whole day.
-- owner_id   | The User or calendar that owns it.
-- created_at | When it was created (UTC).
SELECT
    Id AS event_id,
    WhoId AS who_id,
    WhatId AS what_id,
    Subject AS subject,
    CAST(StartDateTime AS TIMESTAMP) AS start_at,
    OwnerId AS owner_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.event
WHERE NOT IsDeleted
