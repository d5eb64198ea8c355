-- The keys by which people are recognised as one person. One row per person; a key that says nothing is null.
--
-- Placeholder, invalid and missing addresses are no key, nor is a name without a company's domain. A role
-- mailbox, and one that is under more than ten names, is a key only together with the full name. Names are
-- compared without accents, case, hyphens, dots and apostrophes; strip_accents is DuckDB's own, at a fraction
-- of the cost of a list of letters.
--
-- person_id   | A person of matched.person.
-- email_key   | The address: who has the same is the same person.
-- variant_key | The address without plus tags and Gmail's dots.
-- name_key    | First and last name, and the domain of the mailbox or else of the website.
WITH busy_address AS (
    SELECT email_normalized
    FROM matched.person
    WHERE email_normalized IS NOT NULL
    GROUP BY email_normalized
    HAVING count(*) > 10
),

shared_address AS (
    SELECT person.email_normalized
    FROM matched.person AS person
    INNER JOIN busy_address ON person.email_normalized = busy_address.email_normalized
    GROUP BY person.email_normalized
    HAVING count(DISTINCT lower(trim(person.first_name) || ' ' || trim(person.last_name))) > 10
),

plain AS (
    SELECT
        person_id,
        CASE WHEN email_kind <> 'placeholder' THEN email_normalized END AS email_normalized,
        email_kind,
        duplicate_key,
        coalesce(company_domain, website_domain) AS domain,
        CASE
            WHEN trim(first_name) <> '' AND trim(last_name) <> ''
                THEN strip_accents(lower(trim(first_name) || ' ' || trim(last_name)))
        END AS name
    FROM matched.person
),

unmarked AS (
    SELECT
        *,
        replace(replace(replace(replace(name, '-', ' '), '.', ''), '''', ''), '’', '') AS bare_name
    FROM plain
),

named AS (
    SELECT
        *,
        -- The letters that no decomposition takes apart.
        replace(replace(replace(replace(bare_name, 'ß', 'ss'), 'æ', 'ae'), 'ø', 'o'), 'ł', 'l') AS full_name
    FROM unmarked
)

SELECT
    named.person_id,
    CASE
        WHEN named.email_kind = 'role' OR shared_address.email_normalized IS NOT NULL
            THEN named.full_name || ' ' || named.email_normalized
        ELSE named.email_normalized
    END AS email_key,
    CASE
        WHEN named.email_kind = 'role' OR shared_address.email_normalized IS NOT NULL
            THEN named.full_name || ' ' || named.duplicate_key
        ELSE named.duplicate_key
    END AS variant_key,
    named.full_name || ' ' || named.domain AS name_key
FROM named
LEFT JOIN shared_address ON named.email_normalized = shared_address.email_normalized
