-- Leads old enough to tell: converted within the horizon after creation, or not. One row per matured lead.
-- As with deals, a lead counts only once it is older than the horizon; one that waits still then counts as
-- not converted, and a later conversion too. Empty where the org converted no lead and the settings name no
-- horizon.
--
-- lead_id      | The lead.
-- decided_at   | When it was created (UTC): the moment whose knowledge the lesson may use.
-- is_won       | Whether it was converted within the horizon.
-- horizon_days | The horizon: the setting, or the 80th percentile of the org's days to conversion.
WITH aged AS (
    SELECT
        lead_id,
        created_at,
        CASE
            WHEN is_converted AND converted_date > CAST(created_at AS DATE)
                THEN date_diff('day', CAST(created_at AS DATE), converted_date)
            WHEN is_converted THEN 1
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

matured AS (
    SELECT
        aged.lead_id,
        aged.created_at AS decided_at,
        horizon.horizon_days,
        coalesce(aged.days_to_conversion <= horizon.horizon_days, FALSE) AS is_won
    FROM aged
    CROSS JOIN horizon
    WHERE date_diff('day', CAST(aged.created_at AS DATE), CAST($now AS DATE)) > horizon.horizon_days
),

newest AS (
    SELECT max(decided_at) AS decided_at
    FROM matured
)

SELECT
    matured.lead_id,
    matured.decided_at,
    matured.is_won,
    matured.horizon_days
FROM matured
CROSS JOIN newest
WHERE date_diff('day', CAST(matured.decided_at AS DATE), CAST(newest.decided_at AS DATE)) < $training_days
