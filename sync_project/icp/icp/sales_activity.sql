-- What our people did about whom: tasks, and the meetings that Salesforce calls events.
-- One row per task or event whose person or company we know. It counts from when it was made. Whose it is
-- plays no part: who owns a person or an account today is often a result of winning.
--
-- activity_id | The task or event.
-- identity    | The person it is about, as in icp.record_identity; null where it is about a company only.
-- company_id  | The person's account, or organisation of ours; else the account that it, or its opportunity,
--               is about; null where none is known.
-- happened_at | When it was made (UTC).
WITH activity AS (
    SELECT
        task_id AS activity_id,
        who_id,
        what_id,
        created_at AS happened_at
    FROM staged.task
    UNION ALL
    SELECT
        event_id AS activity_id,
        who_id,
        what_id,
        created_at AS happened_at
    FROM staged.event
)

SELECT
    activity.activity_id,
    person.identity,
    coalesce(person.company_id, account.account_id, successor.account_id) AS company_id,
    activity.happened_at
FROM activity
LEFT JOIN icp.record_identity AS person ON activity.who_id = person.record_id
LEFT JOIN staged.opportunity AS opportunity ON activity.what_id = opportunity.opportunity_id
LEFT JOIN staged.account AS account
    ON coalesce(opportunity.account_id, activity.what_id) = account.account_id
LEFT JOIN matched.record_redirect AS redirect
    ON coalesce(opportunity.account_id, activity.what_id) = redirect.record_id
LEFT JOIN staged.account AS successor ON redirect.final_record_id = successor.account_id
WHERE person.identity IS NOT NULL OR account.account_id IS NOT NULL OR successor.account_id IS NOT NULL
