-- What each deal was, and from when until when: open, won or lost. One row per deal and state that it had.
-- A deal is open from its creation. Steps of staged.opportunity_history tell when it was won or lost, or
-- opened again; of a deal without any, the end of its close date does, as it stands now.
--
-- opportunity_id | The deal.
-- account_id     | The account that it was with at first, as in icp.first_account; null where none was.
-- state          | open, won or lost.
-- since_at       | From when on (UTC).
-- until_at       | Until when, excluded (UTC); null for the state it is in.
WITH told AS (
    SELECT
        opportunity_id,
        created_at AS since_at,
        '' AS step_id,
        'open' AS state
    FROM staged.opportunity
    UNION ALL
    SELECT
        opportunity_id,
        created_at AS since_at,
        opportunity_history_id AS step_id,
        CASE
            WHEN forecast_category = 'Closed' THEN 'won'
            WHEN forecast_category = 'Omitted' AND probability = 0 THEN 'lost'
            ELSE 'open'
        END AS state
    FROM staged.opportunity_history
    UNION ALL
    SELECT
        opportunity.opportunity_id,
        greatest(opportunity.created_at, CAST(opportunity.close_date AS TIMESTAMP) + INTERVAL 1 DAY)
            AS since_at,
        'end of the close date' AS step_id,
        CASE WHEN opportunity.is_won THEN 'won' ELSE 'lost' END AS state
    FROM staged.opportunity AS opportunity
    LEFT JOIN staged.opportunity_history AS step ON opportunity.opportunity_id = step.opportunity_id
    WHERE opportunity.is_closed AND step.opportunity_id IS NULL
),

compared AS (
    SELECT
        opportunity_id,
        since_at,
        step_id,
        state,
        lag(state) OVER (PARTITION BY opportunity_id ORDER BY since_at, step_id) AS state_before
    FROM told
),

changed AS (
    SELECT
        opportunity_id,
        since_at,
        state,
        lead(since_at) OVER (PARTITION BY opportunity_id ORDER BY since_at, step_id) AS until_at
    FROM compared
    WHERE state_before IS NULL OR state <> state_before
)

SELECT
    changed.opportunity_id,
    first_account.account_id,
    changed.state,
    changed.since_at,
    changed.until_at
FROM changed
LEFT JOIN icp.first_account AS first_account ON changed.opportunity_id = first_account.opportunity_id
WHERE changed.until_at IS NULL OR changed.since_at < changed.until_at
