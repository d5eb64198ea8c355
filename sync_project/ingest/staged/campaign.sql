-- Marketing campaigns. One row per campaign that is not deleted.
--
-- campaign_id | Salesforce Campaign Id.
-- name        | Campaign name.
-- type        | Such as Webinar or Email.
-- status      | Campaign status.
-- is_active   | Whether it is active.
-- start_date  | First day.
-- end_date    | Last day.
-- created_at  | When it was created (UTC).
SELECT
    Id AS campaign_id,
    Name AS name,
    Type AS type,
    Status AS status,
    IsActive AS is_active,
    CAST(StartDate AS DATE) AS start_date,
    CAST(EndDate AS DATE) AS end_date,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.campaign
WHERE NOT IsDeleted
