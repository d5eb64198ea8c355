-- Whether predicted chances come true: the lessons of the backtest in ten groups of equal size, by the chance
-- that was predicted before their outcome was known. One row per subject and group.
--
-- subject           | person or account.
-- step              | 1 has the lowest predictions, 10 the highest.
-- row_count         | Lessons in the group.
-- win_count         | Wins among them.
-- predicted         | Mean predicted chance, 0 to 1.
-- observed          | Share of wins.
-- observed_at_least | Lower end of its 90 % interval (Wilson).
-- observed_at_most  | Upper end of its 90 % interval.
WITH grouped AS (
    SELECT
        subject,
        probability,
        is_won,
        ntile(10) OVER (PARTITION BY subject ORDER BY probability ASC, example_id ASC) AS step
    FROM icp.backtest_prediction
),

counted AS (
    SELECT
        subject,
        step,
        count(*) AS row_count,
        count(CASE WHEN is_won THEN 1 END) AS win_count,
        round(avg(probability), 9) AS predicted,
        1.645 * 1.645 / count(*) AS slack
    FROM grouped
    GROUP BY subject, step
),

rated AS (
    SELECT
        *,
        CAST(win_count AS DOUBLE) / row_count AS observed
    FROM counted
)

SELECT
    subject,
    CAST(step AS BIGINT) AS step,
    row_count,
    win_count,
    predicted,
    observed,
    greatest(
        0, (observed + slack / 2 - sqrt(slack * (observed * (1 - observed) + slack / 4))) / (1 + slack)
    ) AS observed_at_least,
    least(
        1, (observed + slack / 2 + sqrt(slack * (observed * (1 - observed) + slack / 4))) / (1 + slack)
    ) AS observed_at_most
FROM rated
ORDER BY subject ASC, step ASC
