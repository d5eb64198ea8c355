-- The keys by which people are recognised as one person. One row per person; a key that says nothing is null.
--
-- Placeholder, invalid and missing addresses are no key, nor is a name without a company's domain; a role
-- mailbox is one only together with the full name. Names are compared without accents, case, hyphens, dots
-- and apostrophes; strip_accents is DuckDB's own, at a fraction of the cost of a list of letters.
--
-- person_id   | A person of matched.person.
-- email_key   | The address: who has the same is the same person.
-- variant_key | The address without plus tags and Gmail's dots.
-- name_key    | First and last name, and the domain of the mailbox or else of the website.
WITH plain AS (
    SELECT
        person_id,
        email_normalized,
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
        person_id,
        email_normalized,
        email_kind,
        duplicate_key,
        domain,
        replace(replace(replace(replace(name, '-', ' '), '.', ''), '''', ''), '’', '') AS name
    FROM plain
),

named AS (
    SELECT
        person_id,
        email_normalized,
        email_kind,
        duplicate_key,
        domain,
        -- The letters that no decomposition takes apart.
        replace(replace(replace(replace(name, 'ß', 'ss'), 'æ', 'ae'), 'ø', 'o'), 'ł', 'l') AS full_name
    FROM unmarked
)

SELECT
    person_id,
    CASE
        WHEN email_kind IN ('corporate', 'free', 'disposable') THEN email_normalized
        WHEN email_kind = 'role' THEN full_name || ' ' || email_normalized
    END AS email_key,
    CASE
        WHEN email_kind IN ('corporate', 'free', 'disposable') THEN duplicate_key
        WHEN email_kind = 'role' THEN full_name || ' ' || duplicate_key
    END AS variant_key,
    full_name || ' ' || domain AS name_key
FROM named
