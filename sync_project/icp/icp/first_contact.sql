-- The person whom a deal counts for: its first contact, primary ones before others. Only one per deal, as
-- people of one deal share the company and the outcome, which would pass for proof. Contacts that were
-- deleted are passed over, merged ones followed. One row per deal with such a contact.
--
-- opportunity_id | The deal.
-- person_id      | The person, as in matched.person.
WITH placed AS (
    SELECT
        role.opportunity_id,
        person.person_id,
        row_number() OVER (
            PARTITION BY role.opportunity_id
            ORDER BY role.is_primary DESC, role.created_at ASC, role.opportunity_contact_role_id ASC
        ) AS place
    FROM staged.opportunity_contact_role AS role
    LEFT JOIN matched.record_redirect AS redirect ON role.contact_id = redirect.record_id
    INNER JOIN matched.person AS person
        ON coalesce(redirect.final_record_id, role.contact_id) = person.person_id
)

SELECT
    opportunity_id,
    person_id
FROM placed
WHERE place = 1
