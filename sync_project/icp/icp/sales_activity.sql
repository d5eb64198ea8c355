-- What our people did about whom: the tasks of staged.task. One row per task whose person or company we know.
-- A task counts from when it was made. Whose task it is plays no part: who owns a person or an account today
-- is often a result of winning.
--
-- task_id     | The task.
-- identity    | The person it is about, as in icp.record_identity; null where it is about a company only.
-- company_id  | The person's account, or organisation of ours; else the account that the task, or its
--               opportunity, is about; null where none is known.
-- happened_at | When it was made (UTC).
SELECT
    task.task_id,
    person.identity,
    coalesce(person.company_id, account.account_id, successor.account_id) AS company_id,
    task.created_at AS happened_at
FROM staged.task AS task
LEFT JOIN icp.record_identity AS person ON task.who_id = person.record_id
LEFT JOIN staged.opportunity AS opportunity ON task.what_id = opportunity.opportunity_id
LEFT JOIN staged.account AS account ON coalesce(opportunity.account_id, task.what_id) = account.account_id
LEFT JOIN matched.record_redirect AS redirect
    ON coalesce(opportunity.account_id, task.what_id) = redirect.record_id
LEFT JOIN staged.account AS successor ON redirect.final_record_id = successor.account_id
WHERE person.identity IS NOT NULL OR account.account_id IS NOT NULL OR successor.account_id IS NOT NULL
