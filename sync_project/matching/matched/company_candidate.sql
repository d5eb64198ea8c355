-- Accounts whose names are near to those of matched.unmatched_company, for a person to judge; no rule of
-- matching goes by them. One row per company_key and account.
--
-- similar_name: the keys have six letters or more, are alike at 0.94 (Jaro-Winkler) and two typos apart at
-- most; words of their own that at least three names have and that are about as common are no typos.
-- shared_words: the words that both have are 0.7 or more of the weight of all (Dice), and 0.3 more than with
-- any other account. Names that differ by a number alone are those of different companies.
-- Names are compared only where they share a word, or two, that 50 accounts at most have, or where one letter
-- taken out of each makes their keys equal. So the work grows with the names, not with their pairs.
-- jaro_winkler_similarity and damerau_levenshtein are DuckDB's.
--
-- company_key  | A key of matched.unmatched_company.
-- account_id   | The account; of several with one name the first by matched.account_standing.
-- rule         | similar_name or shared_words.
-- score        | What the rule measures, 0 to 1.
-- shared_words | The words that both have, the rarest first; null where none.
-- has_rare     | Whether one of 200 names or fewer has the rarest of them; null likewise.
-- runner_up_id | The account that would be next; null where none comes near (0.4).
-- margin       | How far its score is behind; null likewise.
WITH word AS (
    SELECT
        name_id,
        word_id,
        word,
        name_count,
        weight,
        name_weight,
        is_open,
        account_id IS NOT NULL AS is_account,
        -- One number for name and word: joined by it, words cannot be joined to words first.
        name_id * 1000000000 + word_id AS name_word_id
    FROM matched.company_word
),

name AS (
    SELECT DISTINCT
        name_id,
        company_key,
        account_id,
        is_open
    FROM matched.company_word
),

open_piece AS (
    SELECT
        name_id,
        word_id AS first_id,
        word_id AS second_id
    FROM word
    WHERE is_open
    UNION ALL
    SELECT
        one.name_id,
        one.word_id AS first_id,
        other.word_id AS second_id
    FROM word AS one
    INNER JOIN word AS other ON one.name_id = other.name_id AND one.word_id < other.word_id
    WHERE one.is_open
),

asked_piece AS (
    SELECT DISTINCT
        first_id,
        second_id
    FROM open_piece
),

account_piece AS (
    SELECT
        word.name_id,
        asked_piece.first_id,
        asked_piece.second_id
    FROM word
    INNER JOIN asked_piece ON word.word_id = asked_piece.first_id AND word.word_id = asked_piece.second_id
    WHERE word.is_account
    UNION ALL
    SELECT
        one.name_id,
        asked_piece.first_id,
        asked_piece.second_id
    FROM word AS one
    INNER JOIN word AS other ON one.name_id = other.name_id AND one.word_id < other.word_id
    INNER JOIN asked_piece
        ON one.word_id = asked_piece.first_id AND other.word_id = asked_piece.second_id
    WHERE one.is_account
),

rare_piece AS (
    SELECT
        first_id,
        second_id
    FROM account_piece
    GROUP BY first_id, second_id
    HAVING count(*) <= 50
),

-- From the smaller table, so that the letters of millions of accounts stream by those of open names.
open_letter AS (
    SELECT
        name.name_id,
        name.company_key,
        unnest(range(1, length(name.company_key) + 2)) AS place
    FROM name
    INNER JOIN matched.unmatched_company AS unmatched ON name.company_key = unmatched.company_key
    WHERE length(name.company_key) >= 6
),

account_letter AS (
    SELECT
        name_id,
        company_key,
        unnest(range(1, length(company_key) + 2)) AS place
    FROM name
    WHERE account_id IS NOT NULL AND length(company_key) >= 6
),

open_rest AS (
    SELECT
        name_id,
        left(company_key, place - 1) || substr(company_key, place + 1) AS rest
    FROM open_letter
),

account_rest AS (
    SELECT
        name_id,
        left(company_key, place - 1) || substr(company_key, place + 1) AS rest
    FROM account_letter
),

near AS (
    SELECT
        open_piece.name_id,
        account_piece.name_id AS near_id
    FROM open_piece
    INNER JOIN rare_piece
        ON open_piece.first_id = rare_piece.first_id AND open_piece.second_id = rare_piece.second_id
    INNER JOIN account_piece
        ON rare_piece.first_id = account_piece.first_id AND rare_piece.second_id = account_piece.second_id
    UNION
    SELECT
        open_rest.name_id,
        account_rest.name_id AS near_id
    FROM open_rest
    INNER JOIN account_rest ON open_rest.rest = account_rest.rest
),

common AS (
    SELECT
        near.name_id,
        near.near_id,
        CAST(2 * sum(word.weight) AS DOUBLE) / max(word.name_weight + near_word.name_weight) AS overlap
    FROM near
    INNER JOIN word ON near.name_id = word.name_id
    INNER JOIN word AS near_word ON near.near_id * 1000000000 + word.word_id = near_word.name_word_id
    GROUP BY near.name_id, near.near_id
),

refused AS (
    SELECT DISTINCT
        key AS company_key,
        target_id AS account_id
    FROM matched.override
    WHERE kind = 'company_name' AND decision = 'is_not'
),

measured AS (
    SELECT
        near.name_id,
        near.near_id,
        name.company_key,
        account.company_key AS near_key,
        coalesce(common.overlap, 0) AS overlap,
        CASE
            WHEN
                length(name.company_key) >= 6
                AND length(account.company_key) >= 6
                AND abs(length(name.company_key) - length(account.company_key)) <= 2
                THEN jaro_winkler_similarity(name.company_key, account.company_key)
            ELSE 0
        END AS likeness
    FROM near
    INNER JOIN name ON near.name_id = name.name_id
    INNER JOIN name AS account ON near.near_id = account.name_id
    LEFT JOIN common ON near.name_id = common.name_id AND near.near_id = common.near_id
    LEFT JOIN refused
        ON name.company_key = refused.company_key AND account.account_id = refused.account_id
    WHERE refused.company_key IS NULL
),

compared AS (
    SELECT
        name_id,
        near_id,
        overlap,
        likeness,
        -- Typos are counted last, since that is slow.
        CASE
            WHEN likeness >= 0.94 THEN damerau_levenshtein(company_key, near_key) <= 2
            ELSE FALSE
        END AS is_similar
    FROM measured
    WHERE
        (likeness >= 0.94 OR overlap >= 0.4)
        AND (
            overlap = 1
            OR translate(company_key, '0123456789', '') <> translate(near_key, '0123456789', '')
        )
),

own_word AS (
    SELECT
        compared.name_id,
        compared.near_id,
        min(word.name_count) AS name_count
    FROM compared
    INNER JOIN word ON compared.name_id = word.name_id
    LEFT JOIN word AS near_word ON compared.near_id * 1000000000 + word.word_id = near_word.name_word_id
    WHERE compared.is_similar AND near_word.name_id IS NULL
    GROUP BY compared.name_id, compared.near_id
),

near_own_word AS (
    SELECT
        compared.name_id,
        compared.near_id,
        min(near_word.name_count) AS name_count
    FROM compared
    INNER JOIN word AS near_word ON compared.near_id = near_word.name_id
    LEFT JOIN word ON compared.name_id * 1000000000 + near_word.word_id = word.name_word_id
    WHERE compared.is_similar AND word.name_id IS NULL
    GROUP BY compared.name_id, compared.near_id
),

-- Two words of which neither is a typo of the other.
other_word AS (
    SELECT
        own_word.name_id,
        own_word.near_id
    FROM own_word
    INNER JOIN near_own_word
        ON own_word.name_id = near_own_word.name_id AND own_word.near_id = near_own_word.near_id
    WHERE
        own_word.name_count BETWEEN 3 AND 20 * near_own_word.name_count
        AND near_own_word.name_count BETWEEN 3 AND 20 * own_word.name_count
),

scored AS (
    SELECT
        compared.name_id,
        compared.near_id,
        CASE WHEN compared.is_similar THEN 'similar_name' ELSE 'shared_words' END AS rule,
        CASE WHEN compared.is_similar THEN compared.likeness ELSE compared.overlap END AS score
    FROM compared
    LEFT JOIN other_word
        ON compared.name_id = other_word.name_id AND compared.near_id = other_word.near_id
    WHERE other_word.name_id IS NULL AND (compared.is_similar OR compared.overlap >= 0.4)
),

placed AS (
    SELECT
        *,
        row_number() OVER by_score AS place,
        lead(near_id) OVER by_score AS runner_up_id,
        score - lead(score) OVER by_score AS margin
    FROM scored
    WINDOW by_score AS (PARTITION BY name_id ORDER BY score DESC, near_id ASC)
),

chosen AS (
    SELECT *
    FROM placed
    WHERE
        (rule = 'similar_name' AND place <= 3)
        OR (rule = 'shared_words' AND place = 1 AND score >= 0.7 AND coalesce(margin, 1) >= 0.3)
),

shared AS (
    SELECT
        chosen.name_id,
        chosen.near_id,
        string_agg(word.word, ', ' ORDER BY word.weight DESC, word.word ASC NULLS FIRST) AS shared_words,
        max(word.weight) >= round(1000 * ln(1 + 200)) AS has_rare
    FROM chosen
    INNER JOIN word ON chosen.name_id = word.name_id
    INNER JOIN word AS near_word ON chosen.near_id * 1000000000 + word.word_id = near_word.name_word_id
    GROUP BY chosen.name_id, chosen.near_id
)

SELECT
    name.company_key,
    account.account_id,
    chosen.rule,
    chosen.score,
    shared.shared_words,
    shared.has_rare,
    runner_up.account_id AS runner_up_id,
    chosen.margin
FROM chosen
INNER JOIN name ON chosen.name_id = name.name_id
INNER JOIN name AS account ON chosen.near_id = account.name_id
LEFT JOIN name AS runner_up ON chosen.runner_up_id = runner_up.name_id
LEFT JOIN shared ON chosen.name_id = shared.name_id AND chosen.near_id = shared.near_id
