-- What ranking by score was worth: the lessons of each origin of the backtest in tenths, the best first, the
-- same tenths of all origins together. One row per subject and tenth.
--
-- subject       | person or account.
-- decile        | 1 is the tenth that was ranked best.
-- row_count     | Lessons in it.
-- win_count     | Wins among them.
-- win_rate      | Share of wins.
-- lift          | That share as a multiple of the share among all.
-- share_of_wins | Share of all wins that this tenth and the better ones hold, 0 to 1.
WITH ranked AS (
    SELECT
        subject,
        is_won,
        ntile(10) OVER (
            PARTITION BY subject, origin_pct ORDER BY probability DESC, example_id ASC
        ) AS decile
    FROM icp.backtest_prediction
),

counted AS (
    SELECT
        subject,
        decile,
        count(*) AS row_count,
        count(CASE WHEN is_won THEN 1 END) AS win_count
    FROM ranked
    GROUP BY subject, decile
),

summed AS (
    SELECT
        *,
        sum(row_count) OVER (PARTITION BY subject) AS all_rows,
        sum(win_count) OVER (PARTITION BY subject) AS all_wins,
        sum(win_count) OVER (PARTITION BY subject ORDER BY decile ASC NULLS FIRST) AS wins_so_far
    FROM counted
)

SELECT
    subject,
    CAST(decile AS BIGINT) AS decile,
    row_count,
    win_count,
    CAST(win_count AS DOUBLE) / row_count AS win_rate,
    (CAST(win_count AS DOUBLE) / row_count) / nullif(CAST(all_wins AS DOUBLE) / all_rows, 0) AS lift,
    CAST(wins_so_far AS DOUBLE) / nullif(all_wins, 0) AS share_of_wins
FROM summed
ORDER BY subject ASC, decile ASC
