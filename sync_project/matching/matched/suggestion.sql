-- Questions about matches that a person answers by sync-project review; an answer becomes an override.
-- Nothing here is a match. One row per company and account that it may be.
--
-- suggestion_id     | The same from run to run.
-- place             | 1 for the question that matters most: the most people times the best score.
-- kind              | What the answer is about, as in matched.override: company_name or domain.
-- company           | The company's name as its people have it, or the domain.
-- account_id        | The account.
-- account_name      | Its name.
-- rule              | similar_name or shared_words of matched.company_candidate, or shared_domain of
--                     matched.shared_domain.
-- score             | Of a name what the rule measures; of a domain 1 divided by its accounts.
-- reason            | Why it is asked, in words.
-- people_count      | People without an account who have the name, or who were matched by the domain.
-- example_person_id | One of them.
-- runner_up         | The name of the account that would be next; null where there is none.
-- margin            | How far its score is behind; null for a domain, and without a runner-up.
WITH question AS (
    SELECT
        'company_name' AS kind,
        candidate.company_key AS key,
        unmatched.company,
        candidate.account_id,
        candidate.rule,
        candidate.score,
        CASE WHEN candidate.has_rare THEN 'rare ' ELSE '' END
        || CASE WHEN candidate.shared_words LIKE '%,%' THEN 'words ' ELSE 'word ' END
        || candidate.shared_words AS detail,
        unmatched.people_count,
        unmatched.example_person_id,
        candidate.runner_up_id,
        candidate.margin,
        NULL AS winner_id
    FROM matched.company_candidate AS candidate
    INNER JOIN matched.unmatched_company AS unmatched ON candidate.company_key = unmatched.company_key
    WHERE list_contains($account_rules, 'company_name')
    UNION ALL
    SELECT
        'domain' AS kind,
        domain AS key,
        domain AS company,
        account_id,
        'shared_domain' AS rule,
        1.0 / account_count AS score,
        'of ' || CAST(account_count AS VARCHAR) || ' unrelated accounts' AS detail,
        people_count,
        example_person_id,
        lead(account_id) OVER (PARTITION BY domain ORDER BY place) AS runner_up_id,
        NULL AS margin,
        first_value(account_id) OVER (PARTITION BY domain ORDER BY place) AS winner_id
    FROM matched.shared_domain
),

worded AS (
    SELECT
        question.*,
        coalesce(account.name, account.account_id) AS account_name,
        coalesce(runner_up.name, runner_up.account_id) AS runner_up,
        CASE
            WHEN question.rule = 'similar_name'
                THEN
                    question.company || ' ~ ' || account.name || ': '
                    || CAST(CAST(question.score AS DECIMAL(3, 2)) AS VARCHAR) || ' alike'
            WHEN question.rule = 'shared_words' THEN 'both have the ' || question.detail
            WHEN question.account_id = question.winner_id THEN 'wins now, ' || question.detail
            ELSE
                'one ' || question.detail || '; ' || coalesce(winner.name, winner.account_id) || ' wins now'
        END AS reason
    FROM question
    INNER JOIN staged.account AS account ON question.account_id = account.account_id
    LEFT JOIN staged.account AS runner_up ON question.runner_up_id = runner_up.account_id
    LEFT JOIN staged.account AS winner ON question.winner_id = winner.account_id
)

SELECT
    left(md5(kind || ':' || key || ':' || account_id), 10) AS suggestion_id,
    row_number() OVER (
        ORDER BY people_count * score DESC, kind ASC, key ASC, score DESC, account_id ASC
    ) AS place,
    kind,
    company,
    account_id,
    account_name,
    rule,
    round(score, 3) AS score,
    reason,
    people_count,
    example_person_id,
    runner_up,
    round(margin, 3) AS margin
FROM worded
