-- Which record of the org each score goes to, and why the others are left alone.
-- One row per published score and record that could carry it.
--
-- record_type        | Contact, Lead or Account.
-- record_id          | The Salesforce record; null where one would be created.
-- external_id        | Our own id of a record to be created; null where one exists.
-- subject_id         | The person, as in matched.person; the account, or the organisation to be made one.
-- operation          | update or create.
-- level              | hot, warm or cold; of an account high, medium or low.
-- score              | 0 to 100.
-- left_alone_because | Why nothing is written; null where the plan decides field by field.
WITH switch AS (
    SELECT
        'Contact' AS record_type,
        $contact_update AS may_update,
        $contact_create AND $create_as = 'contact' AS may_create,
        $contact_update_levels AS update_levels,
        $contact_create_levels AS create_levels,
        $contact_sync_threshold AS sync_threshold,
        $contact_filter AS filter
    UNION ALL
    SELECT
        'Lead' AS record_type,
        $lead_update AS may_update,
        $lead_create AND $create_as = 'lead' AS may_create,
        $lead_update_levels AS update_levels,
        $lead_create_levels AS create_levels,
        $lead_sync_threshold AS sync_threshold,
        $lead_filter AS filter
),

contact_email AS (
    SELECT DISTINCT email_normalized
    FROM matched.person
    WHERE record_type = 'Contact' AND email_normalized IS NOT NULL
),

candidate AS (
    SELECT
        person.person_id,
        person.level,
        person.score,
        CASE
            WHEN person.record_type <> 'Visitor' THEN person.record_type
            WHEN $create_as = 'contact' THEN 'Contact'
            ELSE 'Lead'
        END AS record_type,
        CASE WHEN person.record_type = 'Visitor' THEN 'create' ELSE 'update' END AS operation,
        'sync-project-' || md5(person.email) AS external_id,
        contact_email.email_normalized IS NOT NULL AS is_contact_too,
        organisation.domain,
        organisation.propensity_score AS organisation_score,
        organisation.sync_threshold AS organisation_threshold
    FROM scored.person AS person
    LEFT JOIN scored.organisation AS organisation ON person.organisation_id = organisation.organisation_id
    LEFT JOIN contact_email ON person.email = contact_email.email_normalized
)

SELECT
    candidate.record_type,
    CASE WHEN candidate.operation = 'update' THEN candidate.person_id END AS record_id,
    CASE WHEN candidate.operation = 'create' THEN candidate.external_id END AS external_id,
    candidate.person_id AS subject_id,
    candidate.operation,
    candidate.level,
    candidate.score,
    CASE
        WHEN candidate.operation = 'create' AND NOT switch.may_create
            THEN 'creating ' || candidate.record_type || 's is switched off'
        WHEN candidate.operation = 'update' AND NOT switch.may_update
            THEN 'updating ' || candidate.record_type || 's is switched off'
        WHEN candidate.record_type = 'Lead' AND $target_policy = 'contact_only'
            THEN 'the target policy is contact_only'
        WHEN
            candidate.record_type = 'Lead' AND candidate.is_contact_too
            AND $target_policy = 'contact_then_lead'
            THEN 'a Contact has the same email'
        WHEN routed.subject_id IS NULL
            THEN 'the filter ' || switch.filter || ' is not met'
        WHEN
            candidate.operation = 'create'
            AND candidate.organisation_score < candidate.organisation_threshold
            THEN
                'its organisation ' || candidate.domain
                || ' scores ' || CAST(candidate.organisation_score AS VARCHAR)
                || ', below the threshold ' || CAST(candidate.organisation_threshold AS VARCHAR)
        WHEN candidate.operation = 'create' AND candidate.score < switch.sync_threshold
            THEN
                'score ' || CAST(candidate.score AS VARCHAR)
                || ' is below the sync threshold ' || CAST(switch.sync_threshold AS VARCHAR)
        WHEN candidate.operation = 'create' AND NOT list_contains(switch.create_levels, candidate.level)
            THEN 'level ' || candidate.level || ' is not among the levels that create'
        WHEN candidate.operation = 'update' AND NOT list_contains(switch.update_levels, candidate.level)
            THEN 'level ' || candidate.level || ' is not among the levels that update'
    END AS left_alone_because
FROM candidate
INNER JOIN switch ON candidate.record_type = switch.record_type
LEFT JOIN outbound.routed AS routed
    ON candidate.record_type = routed.record_type AND candidate.person_id = routed.subject_id
UNION ALL
SELECT
    'Account' AS record_type,
    propensity.account_id AS record_id,
    NULL AS external_id,
    propensity.account_id AS subject_id,
    'update' AS operation,
    propensity.propensity AS level,
    propensity.propensity_score AS score,
    CASE
        WHEN NOT $account_update THEN 'updating Accounts is switched off'
        WHEN routed.subject_id IS NULL THEN 'the filter ' || $account_filter || ' is not met'
        WHEN NOT list_contains($account_update_levels, propensity.propensity)
            THEN 'propensity ' || propensity.propensity || ' is not among the levels that update'
    END AS left_alone_because
FROM scored.account_propensity AS propensity
LEFT JOIN outbound.routed AS routed
    ON routed.record_type = 'Account' AND propensity.account_id = routed.subject_id
UNION ALL
SELECT
    'Account' AS record_type,
    NULL AS record_id,
    'sync-project-' || md5(organisation.domain) AS external_id,
    organisation.organisation_id AS subject_id,
    'create' AS operation,
    organisation.propensity AS level,
    organisation.propensity_score AS score,
    CASE
        WHEN NOT $account_create THEN 'creating Accounts is switched off'
        WHEN organisation.not_created_because IS NOT NULL THEN organisation.not_created_because
        WHEN routed.subject_id IS NULL THEN 'the filter ' || $account_filter || ' is not met'
        WHEN NOT organisation.is_ready
            THEN
                'score ' || CAST(organisation.propensity_score AS VARCHAR)
                || ' is below the sync threshold ' || CAST(organisation.sync_threshold AS VARCHAR)
        WHEN NOT list_contains($account_create_levels, organisation.propensity)
            THEN 'propensity ' || organisation.propensity || ' is not among the levels that create'
    END AS left_alone_because
FROM scored.organisation AS organisation
LEFT JOIN outbound.routed AS routed
    ON routed.record_type = 'Account' AND organisation.organisation_id = routed.subject_id
WHERE organisation.propensity_score IS NOT NULL
