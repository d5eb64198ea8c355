-- The signals behind each score, strongest first, whichever way they point.
-- One row per prediction and signal that says something.
--
-- subject      | person or account.
-- subject_id   | The person or the account.
-- signal       | The signal's name.
-- text         | Signal and value as people read them.
-- contribution | In log-odds.
-- points       | The same in points of the score, rounded; positive speaks for a win.
-- strength     | 1 for the strongest of the prediction.
-- strength_for | 1 for the strongest that speaks for a win; null for the others.
-- strength_against | 1 for the strongest that speaks against; null for the others.
WITH spoken AS (
    SELECT
        contribution.subject,
        contribution.subject_id,
        contribution.signal,
        contribution.contribution,
        CAST(round(
            17 * contribution.contribution
            / CASE
                WHEN contribution.contribution > 0 THEN model.hot_edge - model.middle
                ELSE model.middle - model.cold_edge
            END
        ) AS BIGINT) AS points,
        contribution.label || ': ' || coalesce(contribution.value, 'unknown') AS text
    FROM icp.contribution AS contribution
    INNER JOIN icp.model AS model ON contribution.subject = model.subject
    WHERE abs(contribution.contribution) > 0.001
)

SELECT
    subject,
    subject_id,
    signal,
    text,
    contribution,
    points,
    row_number() OVER (
        PARTITION BY subject, subject_id ORDER BY abs(contribution) DESC, signal
    ) AS strength,
    CASE
        WHEN contribution > 0
            THEN row_number() OVER (PARTITION BY subject, subject_id ORDER BY contribution DESC, signal ASC)
    END AS strength_for,
    CASE
        WHEN contribution < 0
            THEN row_number() OVER (PARTITION BY subject, subject_id ORDER BY contribution, signal)
    END AS strength_against
FROM spoken
