-- Whose an email address is: the one person to whom what comes from it is put down.
-- One row per address that a person has, or had before it was changed, merged or converted.
--
-- email_normalized    | The address; placeholders are nobody's.
-- person_id           | The person that wins.
-- match_rule          | override: a person said so. email: a record, or a visitor, has the address.
--                       former_email: a record had it before its email was changed, or one that was merged or
--                       converted into this person.
-- runner_up_person_id | The person that would be next by this rule; null where it reaches one only.
-- candidate_count     | How many people this rule reaches.
-- tie_break           | What decided between the first two: record_type, has_account, oldest or smallest_id,
--                       as in matched.person_order; or linked, where that order alone would have put the
--                       other first. Null for one.
WITH claim AS (
    SELECT
        key AS email_normalized,
        target_id AS person_id,
        'override' AS match_rule,
        1 AS rule_order
    FROM matched.override
    WHERE kind = 'email' AND target_id IS NOT NULL
    UNION ALL
    SELECT
        email_normalized,
        person_id,
        'email' AS match_rule,
        2 AS rule_order
    FROM matched.person
    WHERE email_normalized = identity
    UNION ALL
    SELECT
        email_normalized,
        person_id,
        'former_email' AS match_rule,
        3 AS rule_order
    FROM matched.former_address
),

placed AS (
    SELECT
        claim.email_normalized,
        claim.match_rule,
        claim.person_id,
        row_number() OVER (
            PARTITION BY claim.email_normalized ORDER BY claim.rule_order, standing.standing
        ) AS place,
        row_number() OVER (
            PARTITION BY claim.email_normalized, claim.rule_order ORDER BY standing.standing
        ) AS place_in_rule,
        count(*) OVER (PARTITION BY claim.email_normalized, claim.rule_order) AS candidate_count
    FROM claim
    INNER JOIN matched.person_standing AS standing ON claim.person_id = standing.person_id
)

SELECT
    winner.email_normalized,
    winner.person_id,
    winner.match_rule,
    runner_up.person_id AS runner_up_person_id,
    winner.candidate_count,
    CASE
        WHEN runner_up.person_id IS NULL THEN NULL
        WHEN person_order.place > next_order.place THEN 'linked'
        WHEN person.record_type <> next_person.record_type THEN 'record_type'
        WHEN person_order.has_account <> next_order.has_account THEN 'has_account'
        WHEN (person.created_at IS DISTINCT FROM next_person.created_at) THEN 'oldest'
        ELSE 'smallest_id'
    END AS tie_break
FROM placed AS winner
LEFT JOIN placed AS runner_up
    ON
        winner.email_normalized = runner_up.email_normalized
        AND winner.match_rule = runner_up.match_rule
        AND runner_up.place_in_rule = 2
INNER JOIN matched.person_order AS person_order ON winner.person_id = person_order.person_id
INNER JOIN matched.person AS person ON winner.person_id = person.person_id
LEFT JOIN matched.person_order AS next_order ON runner_up.person_id = next_order.person_id
LEFT JOIN matched.person AS next_person ON runner_up.person_id = next_person.person_id
WHERE winner.place = 1
