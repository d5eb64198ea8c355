-- What our people did about whom: tasks, and the meetings that Salesforce calls events, deleted ones up to
-- their deletion. One row per task or event whose person or company we know, and span in which it was there.
-- It counts from when it was made, for those whom it was about when it was first seen: a conversion moves it.
-- Whose it is plays no part: who owns a person or an account today is often a result of winning.
--
-- activity_id | The task or event.
-- identity    | The person it is about, as in icp.record_identity; null where it is about a company only.
-- company_id  | The person's account, or organisation of ours; else the account that it, or its opportunity,
--               is about; null where none is known.
-- happened_at | When it was made (UTC).
-- restored_at | From when on it was there again, as in icp.existence; null for most.
-- deleted_at  | Until when it was there, as in icp.existence; null where it is there now.
WITH version AS (
    SELECT
        Id,
        WhoId,
        WhatId,
        CreatedDate,
        valid_from,
        valid_to
    FROM history.task
    UNION ALL
    SELECT
        Id,
        WhoId,
        WhatId,
        CreatedDate,
        valid_from,
        valid_to
    FROM history.event
),

seen AS (
    SELECT
        Id AS activity_id,
        WhoId AS who_id,
        WhatId AS what_id,
        CAST(CreatedDate AS TIMESTAMP) AS happened_at,
        row_number() OVER (
            PARTITION BY Id ORDER BY valid_from ASC, coalesce(valid_to, TIMESTAMP '9999-12-31') ASC
        ) AS place
    FROM version
)

SELECT
    activity.activity_id,
    person.identity,
    coalesce(person.company_id, account.account_id, successor.account_id) AS company_id,
    activity.happened_at,
    existence.restored_at,
    existence.deleted_at
FROM seen AS activity
LEFT JOIN icp.existence AS existence ON activity.activity_id = existence.record_id
LEFT JOIN icp.record_identity AS person ON activity.who_id = person.record_id
LEFT JOIN icp.first_account AS deal ON activity.what_id = deal.opportunity_id
LEFT JOIN staged.account AS account ON coalesce(deal.account_id, activity.what_id) = account.account_id
LEFT JOIN matched.record_redirect AS redirect
    ON coalesce(deal.account_id, activity.what_id) = redirect.record_id
LEFT JOIN staged.account AS successor ON redirect.final_record_id = successor.account_id
WHERE
    activity.place = 1
    AND (person.identity IS NOT NULL OR account.account_id IS NOT NULL OR successor.account_id IS NOT NULL)
