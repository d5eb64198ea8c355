-- The org's users. One row per user; Salesforce never deletes one, it deactivates them.
--
-- user_id    | Salesforce User Id.
-- name       | Full name.
-- email      | Email.
-- is_active  | Whether the user can sign in; an inactive one is no owner to route to.
-- manager_id | The user's manager.
SELECT
    Id AS user_id,
    Name AS name,
    Email AS email,
    IsActive AS is_active,
    ManagerId AS manager_id
FROM raw.user
