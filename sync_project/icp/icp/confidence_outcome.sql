-- Whether the confidence keeps its word: it claims the chance that a level is the right one, and here it is
-- held against the level that the model fitted on all lessons shows for the same values. One row per subject
-- and band of claimed confidence, and one for all bands together.
--
-- subject     | person or account.
-- at_least    | Lower end of the band in percent; null for all together.
-- row_count   | Lessons of the backtest in the band.
-- claimed_pct | Mean claimed confidence, 0 to 100.
-- agreed_pct  | Share whose level was the same later, 0 to 100.
-- gap_pct     | Claimed less agreed: above 0 it promised too much.
WITH banded AS (
    SELECT
        subject,
        confidence_pct,
        tier = later_tier AS is_agreed,
        CASE
            WHEN confidence_pct < 50 THEN 0
            WHEN confidence_pct < 60 THEN 50
            WHEN confidence_pct < 70 THEN 60
            WHEN confidence_pct < 80 THEN 70
            WHEN confidence_pct < 90 THEN 80
            ELSE 90
        END AS at_least
    FROM icp.backtest_prediction
),

listed AS (
    SELECT
        subject,
        at_least,
        confidence_pct,
        is_agreed
    FROM banded
    UNION ALL
    SELECT
        subject,
        NULL AS at_least,
        confidence_pct,
        is_agreed
    FROM banded
),

counted AS (
    SELECT
        subject,
        CAST(at_least AS BIGINT) AS at_least,
        count(*) AS row_count,
        round(avg(confidence_pct), 6) AS claimed_pct,
        round(100.0 * count(CASE WHEN is_agreed THEN 1 END) / count(*), 6) AS agreed_pct
    FROM listed
    GROUP BY subject, at_least
)

SELECT
    subject,
    at_least,
    row_count,
    claimed_pct,
    agreed_pct,
    round(claimed_pct - agreed_pct, 6) AS gap_pct
FROM counted
ORDER BY subject ASC, at_least ASC NULLS LAST
