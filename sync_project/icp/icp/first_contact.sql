-- The person whom a deal counts for: the contact who took part in it first, of those added at one moment the
-- primary one. Only one per deal, as people of one deal share the company and the outcome, which would pass
-- for proof. Roles are taken as they were first seen, deleted ones and those of deleted contacts too, because
-- what became of them since may be a result of the outcome; those added more than a day after the deal was
-- made do not count. One row per deal with such a contact.
--
-- opportunity_id | The deal.
-- person_id      | The person, as in icp.person_profile, merges followed.
WITH seen AS (
    SELECT
        Id AS role_id,
        OpportunityId AS opportunity_id,
        ContactId AS contact_id,
        IsPrimary AS is_primary,
        CAST(CreatedDate AS TIMESTAMP) AS created_at,
        row_number() OVER (
            PARTITION BY Id ORDER BY valid_from ASC, coalesce(valid_to, TIMESTAMP '9999-12-31') ASC
        ) AS version
    FROM history.opportunity_contact_role
),

placed AS (
    SELECT
        role.opportunity_id,
        person.person_id,
        row_number() OVER (
            PARTITION BY role.opportunity_id
            ORDER BY role.created_at ASC, role.is_primary DESC, role.role_id ASC
        ) AS place
    FROM seen AS role
    LEFT JOIN matched.record_redirect AS redirect ON role.contact_id = redirect.record_id
    INNER JOIN icp.person_profile AS person
        ON coalesce(redirect.final_record_id, role.contact_id) = person.person_id
    INNER JOIN staged.opportunity AS opportunity ON role.opportunity_id = opportunity.opportunity_id
    WHERE role.version = 1 AND role.created_at <= opportunity.created_at + INTERVAL 1 DAY
)

SELECT
    opportunity_id,
    person_id
FROM placed
WHERE place = 1
