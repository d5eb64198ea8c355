-- What the scorecards learn from: subjects, moments and outcomes.
-- One row per lesson: an account and one of its deals; the first contact of a deal, primary ones before
-- others; or a lead whose field tells the outcome. Only one person per deal, because people of one deal share
-- the company and the outcome, which would pass for proof. Contacts that were deleted are passed over, merged
-- ones followed.
--
-- example_id | Unique name of the lesson.
-- subject    | person or account: the model that learns it.
-- person_id  | The person, as in matched.person; null in lessons about accounts.
-- account_id | The account; null where none is known. A lead's only where it was older than the lead: most
--              others were made when the lead was won.
-- opportunity_id | The lesson's own deal, which must not explain itself; null in lessons about leads of
--              a field.
-- decided_at | Only what was known before this moment (UTC) may explain the outcome.
-- is_won     | The outcome.
WITH first_role AS (
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
    'account ' || outcome.opportunity_id AS example_id,
    'account' AS subject,
    NULL AS person_id,
    outcome.account_id,
    outcome.opportunity_id,
    outcome.decided_at,
    outcome.is_won
FROM icp.opportunity_outcome AS outcome
WHERE outcome.account_id IS NOT NULL
UNION ALL
SELECT
    'person ' || outcome.opportunity_id AS example_id,
    'person' AS subject,
    role.person_id,
    outcome.account_id,
    outcome.opportunity_id,
    outcome.decided_at,
    outcome.is_won
FROM icp.opportunity_outcome AS outcome
INNER JOIN first_role AS role ON outcome.opportunity_id = role.opportunity_id AND role.place = 1
WHERE $outcome_source = 'opportunity'
UNION ALL
SELECT
    'person ' || outcome.lead_id AS example_id,
    'person' AS subject,
    outcome.lead_id AS person_id,
    account.account_id,
    NULL AS opportunity_id,
    outcome.decided_at,
    outcome.is_won
FROM icp.field_outcome AS outcome
INNER JOIN staged.lead AS lead ON outcome.lead_id = lead.lead_id
LEFT JOIN matched.account_match AS match ON outcome.lead_id = match.person_id
LEFT JOIN matched.record_redirect AS redirect ON lead.converted_account_id = redirect.record_id
LEFT JOIN staged.account AS account
    ON
        coalesce(match.account_id, redirect.final_record_id, lead.converted_account_id) = account.account_id
        AND outcome.decided_at >= account.created_at
WHERE $outcome_source = 'lead_field'
