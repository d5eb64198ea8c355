-- What every prediction means to people: score, level, confidence.
-- One row per person, account or organisation with a published score, as in icp.prediction.
--
-- subject         | person or account.
-- subject_id      | The person, as in matched.person; the account, or organisation of matched.organisation.
-- score           | 0 to 100: 33 at the cold edge, 50 at the base rate, 67 at the hot edge, straight between;
--                   never rounded across an edge, so 67 and more is tier 3, 33 and less tier 1.
-- tier            | 3 is hot or high, 2 warm or medium, 1 cold or low. The level that Salesforce shows stays
--                   while the chance to belong in it is at least scoring.keep_level_pct, and the score then
--                   stays at its edge, so that noise flips no level and the two never contradict each other.
--                   None stays where levels have come to stand on something else: another stage, ideal
--                   profile or odds of the edges (basis in icp.model).
-- level           | The tier as people read it: hot, warm or cold; of an account high, medium or low.
-- is_held         | Whether it stayed so: the log-odds alone mean another tier.
-- exact_score     | The score before it is rounded, clipped or kept at an edge.
-- confidence_pct  | Chance that the subject belongs in that tier, 0 to 100.
-- probability_pct | Calibrated chance of winning within the horizon, 0 to 100.
-- usual_pct       | The base rate of icp.model, 0 to 100: what to hold the probability against.
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
        END AS reached_tier,
        last_written.tier AS written_tier,
        CASE last_written.tier
            WHEN 3 THEN prediction.hot_pct WHEN 2 THEN prediction.warm_pct WHEN 1 THEN prediction.cold_pct
        END AS written_tier_pct,
        50 + $points_to_edge * (prediction.log_odds - model.middle)
        / CASE
            WHEN prediction.log_odds > model.middle THEN model.hot_edge - model.middle
            ELSE model.middle - model.cold_edge
        END AS exact_score
    FROM icp.prediction AS prediction
    INNER JOIN icp.model AS model ON prediction.subject = model.subject
    LEFT JOIN scored.last_written AS last_written
        ON prediction.subject = last_written.subject AND prediction.subject_id = last_written.subject_id
),

held AS (
    SELECT
        placed.*,
        CASE
            WHEN
                abs(placed.written_tier - placed.reached_tier) = 1
                AND placed.written_tier_pct >= $keep_level_pct
                THEN placed.written_tier
            ELSE placed.reached_tier
        END AS tier
    FROM placed
)

SELECT
    held.subject,
    held.subject_id,
    CAST(CASE held.tier
        WHEN 3 THEN least(100, greatest(50 + $points_to_edge, round(held.exact_score)))
        WHEN 2 THEN least(49 + $points_to_edge, greatest(51 - $points_to_edge, round(held.exact_score)))
        ELSE least(50 - $points_to_edge, greatest(0, round(held.exact_score)))
    END AS BIGINT) AS score,
    held.tier,
    CASE held.subject
        WHEN 'person' THEN CASE held.tier WHEN 3 THEN 'hot' WHEN 2 THEN 'warm' ELSE 'cold' END
        ELSE CASE held.tier WHEN 3 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low' END
    END AS level,
    held.tier <> held.reached_tier AS is_held,
    held.exact_score,
    CAST(round(
        CASE WHEN held.tier = held.reached_tier THEN held.confidence_pct ELSE held.written_tier_pct END
    ) AS BIGINT) AS confidence_pct,
    CAST(round(100 * held.probability) AS BIGINT) AS probability_pct,
    CAST(round(100 * held.base_rate) AS BIGINT) AS usual_pct,
    round(exp(held.above_usual), 2) AS odds_ratio,
    CAST(round(
        $points_to_edge * held.fit
        / CASE WHEN held.fit > 0 THEN held.width_above ELSE held.width_below END
    ) AS BIGINT) AS fit_points,
    CAST(round(
        $points_to_edge * held.engagement
        / CASE WHEN held.engagement > 0 THEN held.width_above ELSE held.width_below END
    ) AS BIGINT) AS engagement_points
FROM held
