-- The words of company names that are compared with each other: those of accounts, and those of
-- matched.unmatched_company. One row per name and word.
--
-- name_id     | A number for the name; millions of pairs are joined by it.
-- company_key | The key of the name.
-- account_id  | The account that has the name, of several the first by matched.account_standing; null where
--               none has it.
-- is_open     | Whether it is a name of matched.unmatched_company.
-- word_id     | A number for the word.
-- word        | The word.
-- name_count  | How many of these names have the word.
-- weight      | The fewer they are, the more: a thousand times ln(1 + names / name_count).
-- name_weight | What all words of the name weigh.
WITH account_name AS (
    SELECT
        company_name.company_key,
        account.account_id,
        row_number() OVER (PARTITION BY company_name.company_key ORDER BY standing.standing) AS place
    FROM staged.account AS account
    INNER JOIN matched.company_name AS company_name ON account.name = company_name.company
    INNER JOIN matched.account_standing AS standing ON account.account_id = standing.account_id
    WHERE company_name.company_key IS NOT NULL
),

spelled AS (
    SELECT
        company_key,
        min(company_words) AS company_words
    FROM matched.company_name
    WHERE company_key IS NOT NULL
    GROUP BY company_key
),

name AS (
    SELECT
        row_number() OVER (ORDER BY spelled.company_key) AS name_id,
        spelled.company_key,
        spelled.company_words,
        account_name.account_id,
        unmatched.company_key IS NOT NULL AS is_open
    FROM spelled
    LEFT JOIN account_name ON spelled.company_key = account_name.company_key AND account_name.place = 1
    LEFT JOIN matched.unmatched_company AS unmatched ON spelled.company_key = unmatched.company_key
    WHERE account_name.account_id IS NOT NULL OR unmatched.company_key IS NOT NULL
),

name_word AS (
    SELECT DISTINCT
        name_id,
        unnest(string_split(company_words, ' ')) AS word
    FROM name
),

vocabulary AS (
    SELECT
        row_number() OVER (ORDER BY word) AS word_id,
        word,
        count(*) AS name_count,
        -- A whole number, since a sum of fractions depends on their order.
        CAST(round(1000 * ln(1 + 1.0 * (SELECT count(*) FROM name) / count(*))) AS BIGINT) AS weight
    FROM name_word
    GROUP BY word
)

SELECT
    name.name_id,
    name.company_key,
    name.account_id,
    name.is_open,
    vocabulary.word_id,
    vocabulary.word,
    vocabulary.name_count,
    vocabulary.weight,
    sum(vocabulary.weight) OVER (PARTITION BY name.name_id) AS name_weight
FROM name_word
INNER JOIN vocabulary ON name_word.word = vocabulary.word
INNER JOIN name ON name_word.name_id = name.name_id
