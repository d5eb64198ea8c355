-- Which contacts take part in which deal. One row per role that is not deleted.
--
-- opportunity_contact_role_id | Salesforce OpportunityContactRole Id.
-- opportunity_id              | The deal.
-- contact_id                  | The person.
-- role                        | Such as Decision Maker.
-- is_primary                  | Whether the person is the deal's primary contact.
-- created_at                  | When the role was added (UTC).
SELECT
    Id AS opportunity_contact_role_id,
    OpportunityId AS opportunity_id,
    ContactId AS contact_id,
    Role AS role,
    IsPrimary AS is_primary,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.opportunity_contact_role
WHERE NOT IsDeleted
