-- What our people did about whom: tasks, and the meetings that Salesforce calls events.
-- One row per task or event whose person or company we know. It counts from when it was made, for those whom
-- it was about when it was first seen: a conversion moves it. Whose it is plays no part: who owns a person or
-- an account today is often a result of winning.
--
-- activity_id | The task or event.
-- identity    | The person it is about, as in icp.record_identity; null where it is about a company only.
-- company_id  | The person's account, or organisation of ours; else the account that it, or its opportunity,
--               is about; null where none is known.
-- happened_at | When it was made (UTC).
WITH live AS (
    SELECT
        task_id AS activity_id,
        created_at AS happened_at
    FROM staged.task
    UNION ALL
    SELECT
        event_id AS activity_id,
        created_at AS happened_at
    FROM staged.event
),

version AS (
    SELECT
        Id,
        WhoId,
        WhatId,
        valid_from,
        valid_to
    FROM history.task
    UNION ALL
    SELECT
        Id,
        WhoId,
        WhatId,
        valid_from,
        valid_to
    FROM history.event
),

seen AS (
    SELECT
        Id AS activity_id,
        WhoId AS who_id,
        WhatId AS what_id,
        row_number() OVER (
            PARTITION BY Id ORDER BY valid_from ASC, coalesce(valid_to, TIMESTAMP '9999-12-31') ASC
        ) AS place
    FROM version
)

SELECT
    activity.activity_id,
    person.identity,
    coalesce(person.company_id, account.account_id, successor.account_id) AS company_id,
    activity.happened_at
FROM live AS activity
INNER JOIN seen ON activity.activity_id = seen.activity_id AND seen.place = 1
LEFT JOIN icp.record_identity AS person ON seen.who_id = person.record_id
LEFT JOIN icp.first_account AS deal ON seen.what_id = deal.opportunity_id
LEFT JOIN staged.account AS account ON coalesce(deal.account_id, seen.what_id) = account.account_id
LEFT JOIN matched.record_redirect AS redirect ON coalesce(deal.account_id, seen.what_id) = redirect.record_id
LEFT JOIN staged.account AS successor ON redirect.final_record_id = successor.account_id
WHERE person.identity IS NOT NULL OR account.account_id IS NOT NULL OR successor.account_id IS NOT NULL
