-- What every prediction means to people: score, level, confidence, reasons.
-- One row per person or account with a published score; none where the gate found no signal.
--
-- subject         | person or account.
-- subject_id      | The person, as in matched.person, or the account.
-- score           | 0 to 100: 33 at the cold edge, 50 at the base rate, 67 at the hot edge, straight between.
-- tier            | 3 is hot or high, 2 warm or medium, 1 cold or low.
-- confidence_pct  | Chance that the subject belongs in that tier, 0 to 100.
-- probability_pct | Calibrated chance of winning within the horizon, 0 to 100.
-- odds_ratio      | The odds of winning, as a multiple of the usual odds.
-- top_signals     | The three strongest signals with their points.
-- for_text        | What speaks most for a win.
-- against_text    | What speaks most against.
SELECT
    prediction.subject,
    prediction.subject_id,
    CAST(round(least(100, greatest(
        0,
        50 + 17 * (prediction.log_odds - model.middle)
        / CASE
            WHEN prediction.log_odds > model.middle THEN model.hot_edge - model.middle
            ELSE model.middle - model.cold_edge
        END
    ))) AS BIGINT) AS score,
    CASE
        WHEN prediction.log_odds >= model.hot_edge THEN 3
        WHEN prediction.log_odds > model.cold_edge THEN 2
        ELSE 1
    END AS tier,
    CAST(round(prediction.confidence_pct) AS BIGINT) AS confidence_pct,
    CAST(round(100 * prediction.probability) AS BIGINT) AS probability_pct,
    round(exp(prediction.log_odds - model.middle), 1) AS odds_ratio,
    coalesce(explanation.top_signals, '') AS top_signals,
    coalesce(explanation.for_text, '') AS for_text,
    coalesce(explanation.against_text, '') AS against_text
FROM icp.prediction AS prediction
INNER JOIN icp.model AS model ON prediction.subject = model.subject
LEFT JOIN scored.explanation AS explanation
    ON prediction.subject = explanation.subject AND prediction.subject_id = explanation.subject_id
