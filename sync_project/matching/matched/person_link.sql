-- What links people that are, or may be, one person: a key that several have.
-- One row per person and such key.
--
-- Role mailboxes need the same full name; placeholder, invalid and missing addresses are no key.
--
-- person_id  | A person of matched.person.
-- certainty  | certain or suspected.
-- rule       | email: the same address, which is certain. email_variant: the same but for plus tags and
--              Gmail's dots. name_and_domain: the same full name and company domain.
-- rule_order | 1 for the strongest rule.
-- key        | What they have in common.
-- hub_id     | The smallest person_id that has the key.
WITH named AS (
    SELECT
        person_id,
        email_normalized,
        email_kind,
        duplicate_key,
        coalesce(company_domain, website_domain) AS domain,
        CASE
            WHEN trim(first_name) <> '' AND trim(last_name) <> ''
                THEN lower(trim(first_name)) || ' ' || lower(trim(last_name))
        END AS full_name
    FROM matched.person
),

mailbox AS (
    SELECT
        person_id,
        email_normalized,
        duplicate_key,
        CASE WHEN email_kind = 'role' THEN full_name || ' ' ELSE '' END AS same_person
    FROM named
    WHERE email_kind IN ('corporate', 'free', 'disposable', 'role')
),

keyed AS (
    SELECT
        person_id,
        'certain' AS certainty,
        'email' AS rule,
        1 AS rule_order,
        same_person || email_normalized AS key
    FROM mailbox
    UNION ALL
    SELECT
        person_id,
        'suspected' AS certainty,
        'email_variant' AS rule,
        2 AS rule_order,
        same_person || duplicate_key AS key
    FROM mailbox
    UNION ALL
    SELECT
        person_id,
        'suspected' AS certainty,
        'name_and_domain' AS rule,
        3 AS rule_order,
        full_name || ' ' || domain AS key
    FROM named
),

shared AS (
    SELECT
        rule,
        key,
        min(person_id) AS hub_id
    FROM keyed
    WHERE key IS NOT NULL
    GROUP BY rule, key
    HAVING count(*) > 1
)

SELECT
    keyed.person_id,
    keyed.certainty,
    keyed.rule,
    keyed.rule_order,
    keyed.key,
    shared.hub_id
FROM keyed
INNER JOIN shared ON keyed.rule = shared.rule AND keyed.key = shared.key
