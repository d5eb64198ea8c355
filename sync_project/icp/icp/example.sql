-- What the scorecards learn from: subjects, moments and outcomes.
-- One row per lesson: an account and one of its deals; the first contact of a deal; or a lead whose field
-- tells the outcome.
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
    contact.person_id,
    outcome.account_id,
    outcome.opportunity_id,
    outcome.decided_at,
    outcome.is_won
FROM icp.opportunity_outcome AS outcome
INNER JOIN icp.first_contact AS contact ON outcome.opportunity_id = contact.opportunity_id
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
