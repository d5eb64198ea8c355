-- Which record should go into which other one. One row per record that should go.
--
-- Visitors are no records. A lead goes into a contact wherever the cluster of matched.duplicate has one, even
-- if the lead is its primary, since Salesforce converts leads into contacts and never the other way. A record
-- of a certain cluster and of a suspected one has only the certain row; so the record to keep may itself go
-- by a suspicion.
--
-- record_id      | The record that should go.
-- record_type    | Contact, Lead or Account.
-- action         | merge contacts, merge leads, convert lead into contact or merge accounts.
-- keep_record_id | The record to keep: the first by matched.person_standing or matched.account_standing.
-- certainty      | certain or suspected.
-- rule           | The strongest rule of matched.person_link or matched.account_duplicate that links the two.
-- key            | What they have in common by that rule.
-- is_indirect    | Whether they have nothing in common but others of the cluster; rule and key then tell what
--                  links the record to one of these.
-- step           | Salesforce merges at most two records into a third at a time: the first, second and so on
--                  time that something goes into the record to keep by this action and certainty.
WITH member AS (
    SELECT
        duplicate.person_id,
        duplicate.cluster_id,
        duplicate.certainty,
        duplicate.rule,
        duplicate.key,
        person.record_type,
        row_number() OVER (
            PARTITION BY duplicate.certainty, duplicate.cluster_id
            ORDER BY
                CASE person.record_type WHEN 'Contact' THEN 1 ELSE 2 END ASC,
                standing.standing ASC
        ) AS place
    FROM matched.duplicate AS duplicate
    INNER JOIN matched.person AS person ON duplicate.person_id = person.person_id
    INNER JOIN matched.person_standing AS standing ON duplicate.person_id = standing.person_id
    WHERE person.record_type <> 'Visitor'
),

candidate AS (
    SELECT
        member.person_id AS record_id,
        member.record_type,
        CASE
            WHEN member.record_type = 'Contact' THEN 'merge contacts'
            WHEN keep.record_type = 'Contact' THEN 'convert lead into contact'
            ELSE 'merge leads'
        END AS action,
        keep.person_id AS keep_record_id,
        member.certainty,
        member.rule,
        member.key,
        member.place,
        row_number() OVER (PARTITION BY member.person_id ORDER BY member.certainty) AS strength
    FROM member
    INNER JOIN member AS keep
        ON member.certainty = keep.certainty AND member.cluster_id = keep.cluster_id AND keep.place = 1
    WHERE member.place > 1
),

in_common AS (
    SELECT
        candidate.record_id,
        link.rule,
        link.key,
        row_number() OVER (PARTITION BY candidate.record_id ORDER BY link.rule_order, link.key) AS place
    FROM candidate
    INNER JOIN matched.person_link AS link ON candidate.record_id = link.person_id
    INNER JOIN matched.person_link AS keep_link
        ON
            candidate.keep_record_id = keep_link.person_id
            AND link.rule = keep_link.rule
            AND link.key = keep_link.key
    WHERE candidate.strength = 1
),

pair AS (
    SELECT
        candidate.record_id,
        candidate.record_type,
        candidate.action,
        candidate.keep_record_id,
        candidate.certainty,
        coalesce(in_common.rule, candidate.rule) AS rule,
        coalesce(in_common.key, candidate.key) AS key,
        in_common.rule IS NULL AS is_indirect,
        candidate.place
    FROM candidate
    LEFT JOIN in_common ON candidate.record_id = in_common.record_id AND in_common.place = 1
    WHERE candidate.strength = 1
    UNION ALL
    SELECT
        duplicate.account_id AS record_id,
        'Account' AS record_type,
        'merge accounts' AS action,
        duplicate.keep_account_id AS keep_record_id,
        duplicate.certainty,
        duplicate.rule,
        duplicate.key,
        FALSE AS is_indirect,
        standing.standing AS place
    FROM matched.account_duplicate AS duplicate
    INNER JOIN matched.account_standing AS standing ON duplicate.account_id = standing.account_id
),

placed AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY keep_record_id, action, certainty ORDER BY place) AS turn
    FROM pair
)

SELECT
    record_id,
    record_type,
    action,
    keep_record_id,
    certainty,
    rule,
    key,
    is_indirect,
    CAST(
        CASE WHEN action = 'convert lead into contact' THEN turn ELSE floor((turn + 1) / 2) END AS BIGINT
    ) AS step
FROM placed
