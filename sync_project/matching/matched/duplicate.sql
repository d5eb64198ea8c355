-- People who are, or may be, one person. Nothing is merged; matched.to_merge says what a person should do.
-- One row per person and certainty; a person without a twin is absent.
--
-- A certain cluster shares an email address. A suspected one hangs together by the weaker keys of
-- matched.person_link, however long the chain, and is listed with all its people, certain twins included; in
-- the recursion twins are one node, and every smaller id goes from node to node. UNION instead of UNION ALL
-- ends it, while Snowflake and BigQuery know only UNION ALL.
--
-- person_id         | A person of matched.person.
-- cluster_id        | The smallest person_id of the cluster; clusters of each certainty stand for themselves.
-- primary_person_id | Who stays linked: the first of the cluster by matched.person_standing.
-- certainty         | certain or suspected.
-- rule              | The strongest rule of that certainty that links this person, as in matched.person_link;
--                     email for who is in a suspected cluster only by a twin.
-- key               | What the linked people have in common by that rule.
-- is_primary        | Whether it is the primary.
WITH RECURSIVE certain AS (
    SELECT
        person_id,
        hub_id AS node_id,
        key
    FROM matched.person_link
    WHERE certainty = 'certain'
),

suspicion AS (
    SELECT DISTINCT
        coalesce(certain.node_id, link.person_id) AS node_id,
        coalesce(hub.node_id, link.hub_id) AS hub_id
    FROM matched.person_link AS link
    LEFT JOIN certain ON link.person_id = certain.person_id
    LEFT JOIN certain AS hub ON link.hub_id = hub.person_id
    WHERE link.certainty = 'suspected'
),

edge AS (
    SELECT
        hub_id AS from_id,
        node_id AS to_id
    FROM suspicion
    UNION
    SELECT
        node_id AS from_id,
        hub_id AS to_id
    FROM suspicion
),

reached AS (
    SELECT
        node_id,
        node_id AS label
    FROM suspicion
    UNION
    SELECT
        edge.to_id AS node_id,
        reached.label
    FROM reached
    INNER JOIN edge ON reached.node_id = edge.from_id
    WHERE reached.label < edge.to_id
),

labelled AS (
    SELECT
        node_id,
        min(label) AS cluster_id
    FROM reached
    GROUP BY node_id
),

cluster AS (
    SELECT
        'certain' AS certainty,
        person_id,
        node_id AS cluster_id,
        key AS shared_email
    FROM certain
    UNION ALL
    SELECT
        'suspected' AS certainty,
        coalesce(certain.person_id, labelled.node_id) AS person_id,
        labelled.cluster_id,
        certain.key AS shared_email
    FROM labelled
    LEFT JOIN certain ON labelled.node_id = certain.node_id
),

strongest AS (
    SELECT
        certainty,
        person_id,
        rule,
        key,
        row_number() OVER (PARTITION BY certainty, person_id ORDER BY rule_order, key) AS place
    FROM matched.person_link
),

ranked AS (
    SELECT
        cluster.person_id,
        cluster.cluster_id,
        first_value(cluster.person_id) OVER (
            PARTITION BY cluster.certainty, cluster.cluster_id ORDER BY standing.standing
        ) AS primary_person_id,
        cluster.certainty,
        cluster.shared_email
    FROM cluster
    INNER JOIN matched.person_standing AS standing ON cluster.person_id = standing.person_id
)

SELECT
    ranked.person_id,
    ranked.cluster_id,
    ranked.primary_person_id,
    ranked.certainty,
    coalesce(strongest.rule, 'email') AS rule,
    coalesce(strongest.key, ranked.shared_email) AS key,
    ranked.person_id = ranked.primary_person_id AS is_primary
FROM ranked
LEFT JOIN strongest
    ON
        ranked.certainty = strongest.certainty
        AND ranked.person_id = strongest.person_id
        AND strongest.place = 1
