-- How likely each organisation of our own is to buy, and whether it is ready: it and its visitors become
-- records of Salesforce only then. One row per organisation of matched.organisation.
--
-- It is judged as an account of which nothing but engagement is known.
--
-- organisation_id     | organisation:<domain>.
-- domain              | Its domain.
-- name                | Its name; null where nobody gives one.
-- person_count        | Its people.
-- propensity_score    | 0 to 100, as in scored.score; null where no account has one, for the reason that
--                       icp.model gives, or scoring.evaluate.account leaves it out.
-- propensity          | high, medium or low; null without a score.
-- confidence_pct      | Chance that it belongs there, 0 to 100.
-- probability_pct     | Calibrated chance of winning within the horizon, 0 to 100.
-- fit_points          | What is known of it adds to the score, in points, against the average lesson.
-- engagement_points   | What its people do adds.
-- top_signals         | The three strongest signals with their points.
-- reasoning           | Lines of plain words, as in scored.person.
-- sync_threshold      | The least score of a ready organisation.
-- is_ready            | Whether its score reaches the threshold.
-- waits_for           | What it waits for, in words; null where it is ready.
-- not_created_because | Why it never becomes an Account, ready or not; null for most.
-- evaluated_at        | When this was computed (UTC).
WITH refused AS (
    SELECT DISTINCT key AS domain
    FROM matched.override
    WHERE kind = 'domain' AND decision = 'is' AND target_id IS NULL
)

SELECT
    organisation.organisation_id,
    organisation.domain,
    organisation.name,
    organisation.person_count,
    score.score AS propensity_score,
    score.level AS propensity,
    score.confidence_pct,
    score.probability_pct,
    score.fit_points,
    score.engagement_points,
    explanation.top_signals,
    explanation.reasoning,
    CAST($account_sync_threshold AS BIGINT) AS sync_threshold,
    coalesce(score.score >= $account_sync_threshold, FALSE) AS is_ready,
    CASE
        WHEN not_evaluated.subject_id IS NOT NULL
            THEN 'a score: scoring.evaluate.account leaves it out, so its visitors do not wait for it'
        WHEN score.score IS NULL
            THEN
                'a score: '
                || CASE model.verdict
                    WHEN 'no_signal' THEN 'no signal was found for accounts'
                    WHEN 'leak' THEN 'a signal of accounts seems to know the outcome'
                    WHEN 'miscalibrated' THEN 'the chances given for accounts were wrong'
                    WHEN 'too_little_data' THEN 'there is too little data about accounts'
                    ELSE 'accounts have none'
                END
                || ', so its visitors do not wait for it'
        WHEN score.score < $account_sync_threshold
            THEN
                'a score of ' || CAST($account_sync_threshold AS VARCHAR)
                || '; it has ' || CAST(score.score AS VARCHAR)
    END AS waits_for,
    CASE
        WHEN refused.domain IS NOT NULL THEN 'a correction says that its domain belongs to no account'
        WHEN domain_owner.account_id IS NOT NULL
            THEN 'account ' || domain_owner.account_id || ' has its domain'
        WHEN organisation.colleague_account_id IS NOT NULL
            THEN 'account ' || organisation.colleague_account_id || ' has people with mail of its domain'
    END AS not_created_because,
    CAST($now AS TIMESTAMP) AS evaluated_at
FROM matched.organisation AS organisation
LEFT JOIN refused ON organisation.domain = refused.domain
LEFT JOIN matched.domain_owner AS domain_owner ON organisation.domain = domain_owner.domain
LEFT JOIN icp.model AS model ON model.subject = 'account'
LEFT JOIN icp.not_evaluated AS not_evaluated
    ON organisation.organisation_id = not_evaluated.subject_id AND not_evaluated.subject = 'account'
LEFT JOIN scored.score AS score
    ON organisation.organisation_id = score.subject_id AND score.subject = 'account'
LEFT JOIN scored.explanation AS explanation
    ON organisation.organisation_id = explanation.subject_id AND explanation.subject = 'account'
