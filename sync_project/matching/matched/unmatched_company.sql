-- The companies, by name, of people without an account. One row per company_key.
--
-- What the overrides file has answered by is is absent: the name, a person, an email address.
--
-- company_key       | The key of the name.
-- company           | The name as most of these people have it.
-- people_count      | These people.
-- example_person_id | One of them: a contact rather than a lead, a lead rather than a visitor.
WITH answered AS (
    SELECT
        kind,
        key
    FROM matched.person_correction
    UNION
    SELECT
        kind,
        key
    FROM matched.override
    WHERE kind = 'company_name' AND decision = 'is'
),

spelled AS (
    SELECT
        person.company_key,
        person.company,
        count(*) AS people_count,
        min(person.person_id) AS example_person_id
    FROM matched.person AS person
    LEFT JOIN matched.account_match AS account_match
        ON person.person_id = account_match.person_id AND account_match.match_rule <> 'create'
    LEFT JOIN answered AS of_person ON person.person_id = of_person.key AND of_person.kind = 'person'
    LEFT JOIN answered AS of_email ON person.email_normalized = of_email.key AND of_email.kind = 'email'
    LEFT JOIN answered AS of_name ON person.company_key = of_name.key AND of_name.kind = 'company_name'
    WHERE
        person.company_key IS NOT NULL
        AND account_match.person_id IS NULL
        AND of_person.key IS NULL
        AND of_email.key IS NULL
        AND of_name.key IS NULL
    GROUP BY person.company_key, person.company
),

placed AS (
    SELECT
        company_key,
        company,
        sum(people_count) OVER (PARTITION BY company_key) AS people_count,
        min(example_person_id) OVER (PARTITION BY company_key) AS example_person_id,
        row_number() OVER (PARTITION BY company_key ORDER BY people_count DESC, company ASC) AS place
    FROM spelled
)

SELECT
    company_key,
    company,
    CAST(people_count AS BIGINT) AS people_count,
    example_person_id
FROM placed
WHERE place = 1
