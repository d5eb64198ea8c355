-- What became of the lessons that the backtest would have shown as hot, warm or cold. One row per subject and
-- level that occurred.
--
-- subject           | person or account.
-- tier              | 3 is hot or high, 2 warm or medium, 1 cold or low.
-- level             | The same as people read it.
-- row_count         | Lessons shown at this level before their outcome was known.
-- win_count         | Wins among them.
-- win_rate          | Share of wins.
-- win_rate_at_least | Lower end of its 90 % interval (Wilson).
-- win_rate_at_most  | Upper end of its 90 % interval.
-- lift              | The win rate as a multiple of that of all levels.
-- share_of_wins     | Share of all wins, 0 to 1.
-- is_in_order       | FALSE where fewer won than in the level below, by more than chance explains.
WITH counted AS (
    SELECT
        subject,
        tier,
        count(*) AS row_count,
        count(CASE WHEN is_won THEN 1 END) AS win_count,
        1.645 * 1.645 / count(*) AS slack
    FROM icp.backtest_prediction
    GROUP BY subject, tier
),

rated AS (
    SELECT
        *,
        CAST(win_count AS DOUBLE) / row_count AS win_rate,
        sum(row_count) OVER (PARTITION BY subject) AS all_rows,
        sum(win_count) OVER (PARTITION BY subject) AS all_wins
    FROM counted
),

bounded AS (
    SELECT
        *,
        greatest(
            0, (win_rate + slack / 2 - sqrt(slack * (win_rate * (1 - win_rate) + slack / 4))) / (1 + slack)
        ) AS win_rate_at_least,
        least(
            1, (win_rate + slack / 2 + sqrt(slack * (win_rate * (1 - win_rate) + slack / 4))) / (1 + slack)
        ) AS win_rate_at_most
    FROM rated
)

SELECT
    subject,
    tier,
    CASE
        WHEN tier = 3 THEN CASE subject WHEN 'person' THEN 'hot' ELSE 'high' END
        WHEN tier = 2 THEN CASE subject WHEN 'person' THEN 'warm' ELSE 'medium' END
        ELSE CASE subject WHEN 'person' THEN 'cold' ELSE 'low' END
    END AS level,
    row_count,
    win_count,
    win_rate,
    win_rate_at_least,
    win_rate_at_most,
    win_rate / nullif(CAST(all_wins AS DOUBLE) / all_rows, 0) AS lift,
    CAST(win_count AS DOUBLE) / nullif(all_wins, 0) AS share_of_wins,
    coalesce(
        win_rate_at_most >= lag(win_rate_at_least) OVER (PARTITION BY subject ORDER BY tier ASC), TRUE
    ) AS is_in_order
FROM bounded
ORDER BY subject ASC, tier DESC
