-- How likely each account is to buy. One row per account with a published score.
--
-- account_id          | Salesforce Account Id.
-- name                | Account name.
-- website             | Website as typed.
-- domain              | The account's own domain; null where its website gives none.
-- country             | Country of the billing address.
-- account_owner_id    | The user who owns the account; null, like name and email, where inactive.
-- account_owner_name  | The user's name.
-- account_owner_email | The user's email.
-- propensity_score    | 0 to 100, as in scored.score.
-- propensity          | high, medium or low.
-- confidence_pct      | Chance that the account belongs there, 0 to 100.
-- probability_pct     | Calibrated chance of winning within the horizon, 0 to 100.
-- fit_points          | What the account is adds to the score, in points, against the average lesson.
-- engagement_points   | What its people do, and what is done with them, adds.
-- top_signals         | The three strongest signals with their points.
-- reasoning           | Lines of plain words, as in scored.person.
-- evaluated_at        | When this was computed (UTC).
SELECT
    score.subject_id AS account_id,
    account.name,
    account.website,
    website.domain,
    account.billing_country AS country,
    owner.user_id AS account_owner_id,
    owner.name AS account_owner_name,
    owner.email AS account_owner_email,
    score.score AS propensity_score,
    score.level AS propensity,
    score.confidence_pct,
    score.probability_pct,
    score.fit_points,
    score.engagement_points,
    explanation.top_signals,
    explanation.reasoning,
    CAST($now AS TIMESTAMP) AS evaluated_at
FROM scored.score AS score
INNER JOIN scored.explanation AS explanation
    ON score.subject = explanation.subject AND score.subject_id = explanation.subject_id
INNER JOIN staged.account AS account ON score.subject_id = account.account_id
LEFT JOIN matched.website AS website ON account.website = website.website
LEFT JOIN staged.user AS owner ON account.owner_id = owner.user_id AND owner.is_active
WHERE score.subject = 'account'
