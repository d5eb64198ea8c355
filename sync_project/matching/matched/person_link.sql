-- What links people that are, or may be, one person: a key that several have.
-- One row per person and such key.
--
-- A suspicion is about people of different addresses. A weak key that more than ten addresses share is a
-- common name or a word, and links nobody.
--
-- person_id  | A person of matched.person.
-- certainty  | certain or suspected.
-- rule       | email: the same address, which is certain. email_variant: the same but for plus tags and
--              Gmail's dots. former_email: one has the address that the other had before, as in
--              matched.former_address. name_and_domain: the same full name and company domain.
-- rule_order | 1 for the strongest rule.
-- key        | What they have in common, as in matched.person_key.
-- hub_id     | The smallest person_id that has the key.
WITH twin AS (
    SELECT
        email_key AS key,
        min(person_id) AS hub_id
    FROM matched.person_key
    WHERE email_key IS NOT NULL
    GROUP BY email_key
    HAVING count(*) > 1
),

variant AS (
    SELECT DISTINCT variant_key AS key
    FROM matched.person_key
    WHERE variant_key <> email_key
),

moved AS (
    SELECT
        former.email_normalized AS key,
        former.person_id AS former_id,
        holder.person_id AS holder_id
    FROM matched.former_address AS former
    INNER JOIN matched.person_key AS holder ON former.email_normalized = holder.email_key
),

namesake AS (
    SELECT name_key AS key
    FROM matched.person_key
    WHERE name_key IS NOT NULL
    GROUP BY name_key
    HAVING count(*) > 1
),

weak AS (
    SELECT
        person.person_id,
        person.email_key,
        'email_variant' AS rule,
        2 AS rule_order,
        variant.key
    FROM matched.person_key AS person
    INNER JOIN variant ON person.variant_key = variant.key
    UNION
    SELECT
        person.person_id,
        person.email_key,
        'former_email' AS rule,
        3 AS rule_order,
        moved.key
    FROM matched.person_key AS person
    INNER JOIN moved ON person.person_id = moved.former_id
    UNION
    SELECT
        person.person_id,
        person.email_key,
        'former_email' AS rule,
        3 AS rule_order,
        moved.key
    FROM matched.person_key AS person
    INNER JOIN moved ON person.person_id = moved.holder_id
    UNION
    SELECT
        person.person_id,
        person.email_key,
        'name_and_domain' AS rule,
        4 AS rule_order,
        namesake.key
    FROM matched.person_key AS person
    INNER JOIN namesake ON person.name_key = namesake.key
),

suspicion AS (
    SELECT
        rule,
        key,
        min(person_id) AS hub_id
    FROM weak
    GROUP BY rule, key
    HAVING count(DISTINCT coalesce(email_key, person_id)) BETWEEN 2 AND 10
)

SELECT
    person.person_id,
    'certain' AS certainty,
    'email' AS rule,
    1 AS rule_order,
    twin.key,
    twin.hub_id
FROM matched.person_key AS person
INNER JOIN twin ON person.email_key = twin.key
UNION ALL
SELECT
    weak.person_id,
    'suspected' AS certainty,
    weak.rule,
    weak.rule_order,
    weak.key,
    suspicion.hub_id
FROM weak
INNER JOIN suspicion ON weak.rule = suspicion.rule AND weak.key = suspicion.key
