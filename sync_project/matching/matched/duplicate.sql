-- People who are, or may be, one person. Nothing is merged; this says what to look at.
-- One row per person and certainty; a person without a twin is absent.
--
-- Certain clusters share an email address. A suspected one hangs together by the weaker keys of
-- matched.person_link, however long the chain, and is listed with all its people unless a certain cluster
-- holds them all already. The recursion hands the smallest id of a cluster from person to person; UNION
-- instead of UNION ALL ends it, while Snowflake and BigQuery know only UNION ALL.
--
-- person_id         | A person of matched.person.
-- cluster_id        | The smallest person_id of the cluster; clusters of each certainty stand for themselves.
-- primary_person_id | Who stays linked: the first of the cluster by matched.person_standing.
-- certainty         | certain or suspected.
-- rule              | The strongest rule that links this person, as in matched.person_link.
-- key               | What the linked people have in common by that rule.
-- is_primary        | Whether it is the primary.
WITH RECURSIVE edge AS (
    SELECT
        certainty,
        hub_id AS from_id,
        person_id AS to_id
    FROM matched.person_link
    UNION
    SELECT
        certainty,
        person_id AS from_id,
        hub_id AS to_id
    FROM matched.person_link
),

reached AS (
    SELECT DISTINCT
        certainty,
        hub_id AS person_id,
        hub_id AS label
    FROM matched.person_link
    UNION
    SELECT
        edge.certainty,
        edge.to_id AS person_id,
        reached.label
    FROM reached
    INNER JOIN edge ON reached.certainty = edge.certainty AND reached.person_id = edge.from_id
    WHERE reached.label < edge.to_id
),

cluster AS (
    SELECT
        certainty,
        person_id,
        min(label) AS cluster_id
    FROM reached
    GROUP BY certainty, person_id
),

news AS (
    SELECT
        cluster.certainty,
        cluster.cluster_id
    FROM cluster
    LEFT JOIN cluster AS certain ON cluster.person_id = certain.person_id AND certain.certainty = 'certain'
    GROUP BY cluster.certainty, cluster.cluster_id
    HAVING
        cluster.certainty = 'certain'
        OR count(DISTINCT coalesce(certain.cluster_id, cluster.person_id)) > 1
),

strongest AS (
    SELECT
        certainty,
        person_id,
        rule,
        key,
        row_number() OVER (PARTITION BY certainty, person_id ORDER BY rule_order) AS place
    FROM matched.person_link
),

ranked AS (
    SELECT
        cluster.person_id,
        cluster.cluster_id,
        cluster.certainty,
        row_number() OVER (
            PARTITION BY cluster.certainty, cluster.cluster_id ORDER BY person_standing.standing
        ) AS place
    FROM cluster
    INNER JOIN news ON cluster.certainty = news.certainty AND cluster.cluster_id = news.cluster_id
    INNER JOIN matched.person_standing AS person_standing ON cluster.person_id = person_standing.person_id
)

SELECT
    ranked.person_id,
    ranked.cluster_id,
    best.person_id AS primary_person_id,
    ranked.certainty,
    strongest.rule,
    strongest.key,
    ranked.place = 1 AS is_primary
FROM ranked
INNER JOIN ranked AS best
    ON ranked.certainty = best.certainty AND ranked.cluster_id = best.cluster_id AND best.place = 1
INNER JOIN strongest
    ON
        ranked.certainty = strongest.certainty
        AND ranked.person_id = strongest.person_id
        AND strongest.place = 1
