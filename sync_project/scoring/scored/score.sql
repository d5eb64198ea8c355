-- What every prediction means to people: score, level, confidence.
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
-- fit_points      | What who they are adds to the score, in points, against the average lesson.
-- engagement_points | What they do, and what is done with them, adds.
WITH placed AS (
    SELECT
        prediction.subject,
        prediction.subject_id,
        prediction.probability,
        prediction.confidence_pct,
        prediction.fit,
        prediction.engagement,
        model.hot_edge - model.middle AS width_above,
        model.middle - model.cold_edge AS width_below,
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
    CAST(round(
        17 * placed.fit / CASE WHEN placed.fit > 0 THEN placed.width_above ELSE placed.width_below END
    ) AS BIGINT) AS fit_points,
    CAST(round(
        17 * placed.engagement
        / CASE WHEN placed.engagement > 0 THEN placed.width_above ELSE placed.width_below END
    ) AS BIGINT) AS engagement_points
FROM placed
