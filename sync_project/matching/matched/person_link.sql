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
--              matched.former_address. stored_ids: events name both by their ids, as in matched.person_match.
--              name_and_domain: the same full name and company domain.
-- rule_order | 1 for the strongest rule.
-- key        | What they have in common, as in matched.person_key; of stored_ids the two ids.
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

former AS (
    SELECT
        former_address.email_normalized AS key,
        former_address.person_id AS former_id,
        holder.person_id AS holder_id
    FROM matched.former_address AS former_address
    INNER JOIN matched.person_key AS holder ON former_address.email_normalized = holder.email_key
),

named_together AS (
    SELECT
        person_id,
        other_person_id,
        person_id || ' ' || other_person_id AS key
    FROM matched.person_match
    WHERE other_person_id IS NOT NULL
),

told AS (
    SELECT
        former_id AS person_id,
        'former_email' AS rule,
        3 AS rule_order,
        key
    FROM former
    UNION
    SELECT
        holder_id AS person_id,
        'former_email' AS rule,
        3 AS rule_order,
        key
    FROM former
    UNION
    SELECT
        person_id,
        'stored_ids' AS rule,
        4 AS rule_order,
        key
    FROM named_together
    UNION
    SELECT
        other_person_id AS person_id,
        'stored_ids' AS rule,
        4 AS rule_order,
        key
    FROM named_together
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
    UNION ALL
    SELECT
        person.person_id,
        person.email_key,
        told.rule,
        told.rule_order,
        told.key
    FROM matched.person_key AS person
    INNER JOIN told ON person.person_id = told.person_id
    UNION ALL
    SELECT
        person.person_id,
        person.email_key,
        'name_and_domain' AS rule,
        5 AS rule_order,
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
