-- The reasons behind each score, strongest first, whichever way they point. Signals that say the same are one
-- reason: without any event, "no demo request" and "no page view" are all "no activity".
-- One row per prediction and reason that is worth a point of the score.
--
-- subject      | person or account.
-- subject_id   | The person or the account.
-- signal       | The signal's name; the first one where several say the same.
-- text         | Signal and value as people read them.
-- contribution | In log-odds, summed where several signals say the same.
-- points       | The same in points of the score, rounded; positive speaks for a win.
-- strength     | 1 for the strongest of the prediction.
-- strength_for | 1 for the strongest that speaks for a win; null for the others.
-- strength_against | 1 for the strongest that speaks against; null for the others.
WITH zero AS (
    SELECT
        subject,
        subject_id,
        signal
    FROM icp.contribution
    WHERE value = '0'
),

told AS (
    SELECT
        contribution.subject,
        contribution.subject_id,
        contribution.signal,
        contribution.contribution,
        CASE
            WHEN zero.signal IS NOT NULL THEN whole.when_zero
            WHEN contribution.value IS NULL THEN part.when_unknown
            WHEN contribution.value = '0' THEN part.when_zero
            WHEN contribution.value = '1' THEN part.when_one
            WHEN contribution.value LIKE '-%' AND part.when_negative IS NOT NULL THEN part.when_negative
            ELSE replace(part.when_known, '{value}', contribution.value)
        END AS text
    FROM icp.contribution AS contribution
    INNER JOIN icp.signal AS part
        ON contribution.subject = part.subject AND contribution.signal = part.signal
    LEFT JOIN icp.signal AS whole ON part.subject = whole.subject AND part.part_of = whole.signal
    LEFT JOIN zero
        ON
            contribution.subject = zero.subject
            AND contribution.subject_id = zero.subject_id
            AND whole.signal = zero.signal
),

reason AS (
    SELECT
        subject,
        subject_id,
        text,
        min(signal) AS signal,
        -- Parallel sums differ in their last digits from run to run.
        round(sum(contribution), 9) AS contribution
    FROM told
    GROUP BY subject, subject_id, text
),

spoken AS (
    SELECT
        reason.subject,
        reason.subject_id,
        reason.signal,
        reason.text,
        reason.contribution,
        CAST(round(
            17 * reason.contribution
            / CASE
                WHEN reason.contribution > 0 THEN model.hot_edge - model.middle
                ELSE model.middle - model.cold_edge
            END
        ) AS BIGINT) AS points
    FROM reason
    INNER JOIN icp.model AS model ON reason.subject = model.subject
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
WHERE points <> 0
