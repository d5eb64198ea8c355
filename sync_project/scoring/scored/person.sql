-- Everybody's score with its reasons, and what else may be mapped to Salesforce.
-- One row per person with a published score.
--
-- person_id            | The person, as in matched.person.
-- record_type          | Contact, Lead or Visitor.
-- score                | 0 to 100: 50 is the base rate, 67 and more is hot, 33 and less is cold.
-- level                | hot, warm or cold.
-- confidence_pct       | Chance that the person belongs in that level, 0 to 100.
-- probability_pct      | Calibrated chance of winning within the horizon, 0 to 100.
-- fit_points           | What who they are adds to the score, in points, against the average lesson.
-- engagement_points    | What they do, and what is done with them, adds.
-- top_signals          | The three strongest signals with their points.
-- reasoning            | Lines of plain words: level and chance, then what speaks for and against a win, what
--                        changed since the score that Salesforce holds, and what would lift the score most.
-- evaluated_at         | When this was computed (UTC).
-- first_name           | First name.
-- last_name            | Last name.
-- email                | The email address in its one spelling.
-- title                | Job title.
-- company              | Company name.
-- country              | Country.
-- lead_source          | Where the person came from.
-- account_id           | The account the person belongs to; null where none was found.
-- account_name         | The account's name.
-- account_website      | The account's website as typed.
-- account_owner_id     | The user who owns the account; null, like name and email, where inactive.
-- account_owner_name   | The user's name.
-- account_owner_email  | The user's email.
-- assigned_owner_id    | The user who owns the person's own record; null where inactive or a queue.
-- assigned_owner_name  | The user's name.
-- assigned_owner_email | The user's email.
-- organisation_id      | The organisation of our own that the person belongs to; null with an account.
-- propensity           | Propensity of that account: high, medium or low; null without one.
SELECT
    person.person_id,
    person.record_type,
    score.score,
    score.level,
    score.confidence_pct,
    score.probability_pct,
    score.fit_points,
    score.engagement_points,
    explanation.top_signals,
    explanation.reasoning,
    CAST($now AS TIMESTAMP) AS evaluated_at,
    person.first_name,
    person.last_name,
    person.email_normalized AS email,
    person.title,
    person.company,
    person.country,
    person.lead_source,
    affiliation.account_id,
    affiliation.account_name,
    affiliation.account_website,
    affiliation.account_owner_id,
    affiliation.account_owner_name,
    affiliation.account_owner_email,
    affiliation.assigned_owner_id,
    affiliation.assigned_owner_name,
    affiliation.assigned_owner_email,
    affiliation.organisation_id,
    propensity.propensity
FROM scored.score AS score
INNER JOIN scored.explanation AS explanation
    ON score.subject = explanation.subject AND score.subject_id = explanation.subject_id
INNER JOIN matched.person AS person ON score.subject_id = person.person_id
INNER JOIN matched.affiliation AS affiliation ON person.person_id = affiliation.person_id
LEFT JOIN scored.account_propensity AS propensity ON affiliation.account_id = propensity.account_id
WHERE score.subject = 'person'
