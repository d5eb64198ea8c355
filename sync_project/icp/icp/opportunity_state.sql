-- What each deal was, and from when until when: open, won or lost, deleted ones up to their deletion. One row
-- per deal, state that it had, and span in which it was there.
-- A deal is open from its creation. Steps of staged.opportunity_history tell when it was won or lost, or
-- opened again; of a deal without any, the end of its close date does, as it stood last.
--
-- opportunity_id | The deal.
-- account_id     | The account that it was with at first, as in icp.first_account; null where none was.
-- state          | open, won or lost.
-- since_at       | From when on (UTC).
-- until_at       | Until when, excluded (UTC); null for the state it is in.
-- restored_at    | From when on it was there again, as in icp.existence; null for most.
-- deleted_at     | Until when it was there, as in icp.existence; null where it is there now.
WITH version AS (
    SELECT
        Id AS opportunity_id,
        IsClosed AS is_closed,
        IsWon AS is_won,
        CAST(CloseDate AS DATE) AS close_date,
        CAST(CreatedDate AS TIMESTAMP) AS created_at,
        row_number() OVER (
            PARTITION BY Id
            ORDER BY
                coalesce(IsDeleted, FALSE) ASC,
                coalesce(valid_to, TIMESTAMP '9999-12-31') DESC,
                valid_from DESC
        ) AS place
    FROM history.opportunity
),

deal AS (
    SELECT
        opportunity_id,
        is_closed,
        is_won,
        close_date,
        created_at
    FROM version
    WHERE place = 1
),

told AS (
    SELECT
        opportunity_id,
        created_at AS since_at,
        '' AS step_id,
        'open' AS state
    FROM deal
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
    FROM deal AS opportunity
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
    changed.until_at,
    existence.restored_at,
    existence.deleted_at
FROM changed
LEFT JOIN icp.existence AS existence ON changed.opportunity_id = existence.record_id
LEFT JOIN icp.first_account AS first_account ON changed.opportunity_id = first_account.opportunity_id
WHERE changed.until_at IS NULL OR changed.since_at < changed.until_at
