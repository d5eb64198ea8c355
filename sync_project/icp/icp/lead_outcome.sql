-- Leads old enough to tell: converted within the horizon after creation, or not; or what the field of the
-- settings says. One row per matured lead.
-- As with deals, a lead counts only once it is older than the horizon; one that waits still then counts as
-- not converted, and a later conversion too.
--
-- lead_id      | The lead.
-- decided_at   | When it was created (UTC): the moment whose knowledge the lesson may use.
-- known_at     | The end of its horizon (UTC): before it nobody could know the outcome for sure.
-- is_won       | Whether it was converted within the horizon, or what the field says.
-- horizon_days | The horizon: the setting, or the 80th percentile of the org's days to conversion. Where
--                neither is known, no lead tells by its conversion, and the field is believed after a day.
WITH aged AS (
    SELECT
        lead_id,
        created_at,
        CASE
            WHEN is_converted THEN greatest(date_diff('day', CAST(created_at AS DATE), converted_date), 1)
        END AS days_to_conversion
    FROM staged.lead
),

horizon AS (
    SELECT
        coalesce(
            CAST($horizon_days AS BIGINT),
            CAST(ceil(round(quantile_cont(days_to_conversion, 0.8), 6)) AS BIGINT)
        ) AS horizon_days
    FROM aged
),

told AS (
    SELECT
        aged.lead_id,
        aged.created_at AS decided_at,
        horizon.horizon_days,
        coalesce(aged.days_to_conversion <= horizon.horizon_days, FALSE) AS is_won
    FROM aged
    CROSS JOIN horizon
    WHERE $outcome_source IN ('lead_conversion', 'either')
    UNION ALL
    SELECT
        outcome.lead_id,
        outcome.decided_at,
        coalesce(horizon.horizon_days, 0) AS horizon_days,
        outcome.is_won
    FROM icp.field_outcome AS outcome
    CROSS JOIN horizon
    WHERE $outcome_source = 'lead_field'
),

matured AS (
    SELECT
        lead_id,
        decided_at,
        horizon_days,
        is_won
    FROM told
    WHERE date_diff('day', CAST(decided_at AS DATE), CAST($now AS DATE)) > horizon_days
),

newest AS (
    SELECT max(decided_at) AS decided_at
    FROM matured
)

SELECT
    matured.lead_id,
    matured.decided_at,
    matured.decided_at + (matured.horizon_days + 1) * INTERVAL 1 DAY AS known_at,
    matured.is_won,
    matured.horizon_days
FROM matured
CROSS JOIN newest
WHERE date_diff('day', CAST(matured.decided_at AS DATE), CAST(newest.decided_at AS DATE)) < $training_days
