-- The strongest signals of each prediction, side by side. One row per prediction.
--
-- subject     | person or account.
-- subject_id  | The person or the account.
-- top_signals | The three strongest, with their points.
-- for_text    | The three that speak most for a win; empty where none does.
-- against_text | The three that speak most against; empty where none does.
SELECT
    subject,
    subject_id,
    concat_ws(
        '; ',
        max(
            CASE
                WHEN strength = 1 THEN text || CASE WHEN points < 0 THEN ' (' ELSE ' (+' END || points || ')'
            END
        ),
        max(
            CASE
                WHEN strength = 2 THEN text || CASE WHEN points < 0 THEN ' (' ELSE ' (+' END || points || ')'
            END
        ),
        max(
            CASE
                WHEN strength = 3 THEN text || CASE WHEN points < 0 THEN ' (' ELSE ' (+' END || points || ')'
            END
        )
    ) AS top_signals,
    concat_ws(
        '; ',
        max(CASE WHEN strength_for = 1 THEN text END),
        max(CASE WHEN strength_for = 2 THEN text END),
        max(CASE WHEN strength_for = 3 THEN text END)
    ) AS for_text,
    concat_ws(
        '; ',
        max(CASE WHEN strength_against = 1 THEN text END),
        max(CASE WHEN strength_against = 2 THEN text END),
        max(CASE WHEN strength_against = 3 THEN text END)
    ) AS against_text
FROM scored.signal_rank
GROUP BY subject, subject_id
