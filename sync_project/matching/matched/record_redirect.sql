-- Where each merged or converted record ended: chains of redirects followed to their end.
-- One row per record that went; records of a circle have no end and are absent.
--
-- UNION instead of UNION ALL ends the recursion at a circle; Snowflake and BigQuery know only UNION ALL.
--
-- record_id       | The record that went.
-- final_record_id | The record that took its place; it may be deleted itself.
WITH RECURSIVE step AS (
    SELECT
        record_id,
        target_id
    FROM staged.redirect
    UNION
    SELECT
        step.record_id,
        further.target_id
    FROM step
    INNER JOIN staged.redirect AS further ON step.target_id = further.record_id
)

SELECT
    step.record_id,
    min(step.target_id) AS final_record_id
FROM step
LEFT JOIN staged.redirect AS further ON step.target_id = further.record_id
WHERE further.record_id IS NULL
GROUP BY step.record_id
