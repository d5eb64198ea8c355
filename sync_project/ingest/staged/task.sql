-- Activities. One row per task that is not deleted.
--
-- task_id       | Salesforce Task Id.
-- who_id        | The Contact or Lead it is about.
-- what_id       | The Account, Opportunity or other record it is about.
-- subject       | Subject line.
-- status        | Task status.
-- activity_date | The day it is due or was done.
-- owner_id      | The User who owns it.
-- created_at    | When it was created (UTC).
SELECT
    Id AS task_id,
    WhoId AS who_id,
    WhatId AS what_id,
    Subject AS subject,
    Status AS status,
    CAST(ActivityDate AS DATE) AS activity_date,
    OwnerId AS owner_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.task
WHERE NOT IsDeleted
