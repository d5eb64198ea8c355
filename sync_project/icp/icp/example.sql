-- What the scorecards learn from: subjects, moments and outcomes.
-- One row per lesson: an account and one of its deals; the first contact of a deal; or a lead, whose
-- conversion or a field of it tells the outcome.
--
-- example_id | Unique name of the lesson.
-- subject    | person or account: the model that learns it.
-- person_id  | The person, as in icp.person_profile; null in lessons about accounts.
-- account_id | The account; null where none is known. A lead's is that of the domain of its first email,
--              where it is older than the lead: the account that it was converted to would tell the outcome.
-- opportunity_id | The lesson's own deal, which must not explain itself; null in lessons about leads.
-- decided_at | Only what was known before this moment (UTC) may explain the outcome.
-- known_at   | Only from this moment on (UTC) the outcome was known for sure: the end of the horizon.
-- is_won     | The outcome.
WITH lead_version AS (
    SELECT
        Id AS lead_id,
        Email AS email,
        row_number() OVER (
            PARTITION BY Id ORDER BY valid_from ASC, coalesce(valid_to, TIMESTAMP '9999-12-31') ASC
        ) AS version
    FROM history.lead
),

lead_change AS (
    SELECT
        record_id AS lead_id,
        old_value AS email,
        row_number() OVER (PARTITION BY record_id ORDER BY changed_at ASC, change_id ASC) AS place
    FROM staged.field_change
    WHERE object_name = 'Lead' AND field = 'Email'
),

lead_account AS (
    SELECT
        lead.lead_id,
        account.account_id,
        account.created_at
    FROM lead_version AS lead
    LEFT JOIN lead_change AS change ON lead.lead_id = change.lead_id AND change.place = 1
    INNER JOIN matched.email_address AS email_address
        ON CASE WHEN change.place = 1 THEN change.email ELSE lead.email END = email_address.email
    INNER JOIN matched.domain_owner AS domain_owner ON email_address.company_domain = domain_owner.domain
    INNER JOIN staged.account AS account ON domain_owner.account_id = account.account_id
    WHERE lead.version = 1
)

SELECT
    'account ' || outcome.opportunity_id AS example_id,
    'account' AS subject,
    NULL AS person_id,
    outcome.account_id,
    outcome.opportunity_id,
    outcome.decided_at,
    outcome.known_at,
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
    outcome.known_at,
    outcome.is_won
FROM icp.opportunity_outcome AS outcome
INNER JOIN icp.first_contact AS contact ON outcome.opportunity_id = contact.opportunity_id
WHERE $outcome_source IN ('opportunity', 'either')
UNION ALL
SELECT
    'person ' || outcome.lead_id AS example_id,
    'person' AS subject,
    outcome.lead_id AS person_id,
    account.account_id,
    NULL AS opportunity_id,
    outcome.decided_at,
    outcome.known_at,
    outcome.is_won
FROM icp.lead_outcome AS outcome
LEFT JOIN lead_account AS account
    ON outcome.lead_id = account.lead_id AND outcome.decided_at >= account.created_at
