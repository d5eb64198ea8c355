-- When deals, tasks, events and campaign members were there that were deleted at some time, or left the pull
-- filter, so that a deletion changes nothing about the time before it. A deletion counts from the moment that
-- the org stamps; one that left no stamp, as for good, from when we saw it.
-- One row per record and span; a record that never went has none.
--
-- record_id   | The Opportunity, Task, Event or CampaignMember.
-- restored_at | From when on it was there again (UTC); null for the span that began with its creation.
-- deleted_at  | Until when, excluded (UTC); null where it is there now.
WITH version AS (
    SELECT
        Id,
        IsDeleted,
        valid_from,
        valid_to
    FROM history.opportunity
    UNION ALL
    SELECT
        Id,
        IsDeleted,
        valid_from,
        valid_to
    FROM history.task
    UNION ALL
    SELECT
        Id,
        IsDeleted,
        valid_from,
        valid_to
    FROM history.event
    UNION ALL
    SELECT
        Id,
        IsDeleted,
        valid_from,
        valid_to
    FROM history.campaign_member
),

gone AS (
    SELECT
        Id,
        max(valid_to) AS last_valid_to,
        count(*) = count(valid_to) AS is_ended
    FROM version
    GROUP BY Id
    HAVING count(*) = count(valid_to) OR count(CASE WHEN IsDeleted THEN 1 END) > 0
),

told AS (
    SELECT
        Id,
        CAST(NULL AS TIMESTAMP) AS since_at,
        CAST(NULL AS TIMESTAMP) AS until_at,
        FALSE AS is_deleted,
        1 AS place
    FROM gone
    UNION ALL
    SELECT
        version.Id,
        version.valid_from AS since_at,
        version.valid_to AS until_at,
        coalesce(version.IsDeleted, FALSE) AS is_deleted,
        2 AS place
    FROM version
    INNER JOIN gone ON version.Id = gone.Id
    UNION ALL
    SELECT
        Id,
        last_valid_to AS since_at,
        CAST(NULL AS TIMESTAMP) AS until_at,
        TRUE AS is_deleted,
        3 AS place
    FROM gone
    WHERE is_ended
),

placed AS (
    SELECT
        Id,
        since_at,
        is_deleted,
        row_number() OVER (
            PARTITION BY Id
            ORDER BY since_at ASC NULLS FIRST, place ASC, coalesce(until_at, TIMESTAMP '9999-12-31') ASC
        ) AS place
    FROM told
),

compared AS (
    SELECT
        Id,
        since_at,
        is_deleted,
        place,
        lag(is_deleted) OVER (PARTITION BY Id ORDER BY place) AS was_deleted
    FROM placed
),

changed AS (
    SELECT
        Id,
        since_at,
        is_deleted,
        lead(since_at) OVER (PARTITION BY Id ORDER BY place) AS next_at
    FROM compared
    WHERE was_deleted IS NULL OR is_deleted <> was_deleted
)

SELECT
    Id AS record_id,
    since_at AS restored_at,
    next_at AS deleted_at
FROM changed
WHERE NOT is_deleted
