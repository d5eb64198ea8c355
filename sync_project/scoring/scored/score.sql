-- What every prediction means to people: score, level, confidence, reasons.
-- One row per person, account or organisation with a published score; none where the gate found no signal.
--
-- subject         | person or account.
-- subject_id      | The person, as in matched.person; the account, or organisation of matched.organisation.
-- score           | 0 to 100: 33 at the cold edge, 50 at the base rate, 67 at the hot edge, straight between;
--                   never rounded across an edge, so 67 and more is tier 3, 33 and less tier 1.
-- tier            | 3 is hot or high, 2 warm or medium, 1 cold or low.
-- confidence_pct  | Chance that the subject belongs in that tier, 0 to 100.
-- probability_pct | Calibrated chance of winning within the horizon, 0 to 100.
-- usual_pct       | Share of wins among the lessons, 0 to 100: what to hold the probability against.
-- odds_ratio      | The odds of winning, as a multiple of the usual odds.
-- top_signals     | The three strongest signals with their points.
-- for_text        | What speaks most for a win.
-- against_text    | What speaks most against.
WITH placed AS (
    SELECT
        prediction.subject,
        prediction.subject_id,
        prediction.probability,
        prediction.confidence_pct,
        prediction.log_odds - model.middle AS above_usual,
        model.base_rate,
        CASE
            WHEN prediction.log_odds >= model.hot_edge THEN 3
            WHEN prediction.log_odds > model.cold_edge THEN 2
            ELSE 1
        END AS tier,
        50 + 17 * (prediction.log_odds - model.middle)
        / CASE
            WHEN prediction.log_odds > model.middle THEN model.hot_edge - model.middle
            ELSE model.middle - model.cold_edge
        END AS exact_score
    FROM icp.prediction AS prediction
    INNER JOIN icp.model AS model ON prediction.subject = model.subject
)

SELECT
    placed.subject,
    placed.subject_id,
    CAST(CASE placed.tier
        WHEN 3 THEN least(100, greatest(67, round(placed.exact_score)))
        WHEN 2 THEN least(66, greatest(34, round(placed.exact_score)))
        ELSE least(33, greatest(0, round(placed.exact_score)))
    END AS BIGINT) AS score,
    placed.tier,
    CAST(round(placed.confidence_pct) AS BIGINT) AS confidence_pct,
    CAST(round(100 * placed.probability) AS BIGINT) AS probability_pct,
    CAST(round(100 * placed.base_rate) AS BIGINT) AS usual_pct,
    round(exp(placed.above_usual), 2) AS odds_ratio,
    coalesce(explanation.top_signals, '') AS top_signals,
    coalesce(explanation.for_text, '') AS for_text,
    coalesce(explanation.against_text, '') AS against_text
FROM placed
LEFT JOIN scored.explanation AS explanation
    ON placed.subject = explanation.subject AND placed.subject_id = explanation.subject_id
