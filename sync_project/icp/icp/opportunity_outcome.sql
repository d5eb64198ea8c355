-- Deals old enough to tell: won within the horizon after creation, or not. One row per matured opportunity.
-- "Won so far" would overstate wins, which close faster than losses; so a deal counts only once it is older
-- than the horizon, still open ones then count as not won, and later wins too. Deals that were entered after
-- they had been closed are left out: whatever was known at their creation, the outcome was too. So are those
-- that were deleted, whenever and whatever came of them: they are tests, duplicates and mistakes.
--
-- opportunity_id | The deal.
-- account_id     | The account that it was with at first, as in icp.first_account; null where none was.
-- decided_at     | When it was created (UTC): the moment whose knowledge the lesson may use.
-- known_at       | The end of its horizon (UTC): before it nobody could know the outcome for sure.
-- is_won         | Whether it was won within the horizon.
-- horizon_days   | The horizon: the setting, or the 80th percentile of the org's days to win.
WITH aged AS (
    SELECT
        opportunity_id,
        created_at,
        is_closed,
        is_won,
        date_diff('day', CAST(created_at AS DATE), close_date) AS days_to_close
    FROM staged.opportunity
),

deal AS (
    SELECT
        opportunity.opportunity_id,
        first_account.account_id,
        opportunity.created_at,
        CASE WHEN opportunity.is_won THEN greatest(opportunity.days_to_close, 1) END AS days_to_win
    FROM aged AS opportunity
    LEFT JOIN icp.first_account AS first_account ON opportunity.opportunity_id = first_account.opportunity_id
    WHERE NOT (opportunity.is_closed AND opportunity.days_to_close < 0)
),

horizon AS (
    SELECT
        coalesce(
            CAST($horizon_days AS BIGINT),
            CAST(ceil(round(quantile_cont(days_to_win, 0.8), 6)) AS BIGINT)
        ) AS horizon_days
    FROM deal
),

matured AS (
    SELECT
        deal.opportunity_id,
        deal.account_id,
        deal.created_at AS decided_at,
        horizon.horizon_days,
        coalesce(deal.days_to_win <= horizon.horizon_days, FALSE) AS is_won
    FROM deal
    CROSS JOIN horizon
    WHERE date_diff('day', CAST(deal.created_at AS DATE), CAST($now AS DATE)) > horizon.horizon_days
),

newest AS (
    SELECT max(decided_at) AS decided_at
    FROM matured
)

SELECT
    matured.opportunity_id,
    matured.account_id,
    matured.decided_at,
    matured.decided_at + (matured.horizon_days + 1) * INTERVAL 1 DAY AS known_at,
    matured.is_won,
    matured.horizon_days
FROM matured
CROSS JOIN newest
WHERE date_diff('day', CAST(matured.decided_at AS DATE), CAST(newest.decided_at AS DATE)) < $training_days
