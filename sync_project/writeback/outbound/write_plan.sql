-- Every change the next push makes, and why each other field or record is left alone.
-- One row per record and mapped field, and one without a field per record that is left alone as a whole.
-- A field whose rule is off is in no row.
--
-- record_type  | Contact, Lead or Account.
-- record_id    | The Salesforce record; null where one is created.
-- external_id  | Our own id of a record to be created; null where one exists.
-- subject_id   | The person or account whose score it is.
-- operation    | update or create.
-- score        | 0 to 100; the best go first.
-- field        | The Salesforce field; null where the whole record is left alone.
-- source       | What of ours is mapped to it.
-- rule         | fill_if_empty or overwrite.
-- kind         | number or text: how the value is sent.
-- value_before | Salesforce's value at the last import, spelled as in outbound.candidate.
-- value_after  | Our value as it is sent.
-- decision     | write, unchanged, already_filled, no_value, not_allowed or left_alone.
-- reason       | The decision in words.
-- planned_at   | When this was planned (UTC).
WITH judged AS (
    SELECT
        candidate.*,
        CASE
            WHEN candidate.fault IS NOT NULL THEN 'not_allowed'
            WHEN candidate.wanted IS NULL THEN 'no_value'
            WHEN candidate.operation = 'create' THEN 'write'
            WHEN candidate.wanted = candidate.present THEN 'unchanged'
            WHEN candidate.rule = 'fill_if_empty' AND candidate.present IS NOT NULL THEN 'already_filled'
            ELSE 'write'
        END AS verdict
    FROM outbound.candidate AS candidate
),

record AS (
    SELECT
        record_type,
        subject_id,
        max(CASE WHEN verdict = 'write' AND NOT is_stamp THEN 1 ELSE 0 END) AS has_change,
        min(
            CASE WHEN operation = 'create' AND is_required AND verdict <> 'write' THEN field END
        ) AS lacks_field
    FROM judged
    GROUP BY record_type, subject_id
)

SELECT
    judged.record_type,
    judged.record_id,
    judged.external_id,
    judged.subject_id,
    judged.operation,
    judged.score,
    judged.field,
    judged.source,
    judged.rule,
    judged.kind,
    judged.present AS value_before,
    judged.wanted AS value_after,
    CASE
        WHEN judged.verdict = 'write' AND record.lacks_field IS NOT NULL THEN 'not_allowed'
        WHEN judged.verdict = 'write' AND judged.is_stamp AND record.has_change = 0 THEN 'unchanged'
        ELSE judged.verdict
    END AS decision,
    CASE
        WHEN judged.verdict = 'write' AND record.lacks_field IS NOT NULL
            THEN 'the required field ' || record.lacks_field || ' cannot be filled'
        WHEN judged.verdict = 'write' AND judged.is_stamp AND record.has_change = 0
            THEN 'nothing else of the record changes'
        WHEN judged.verdict = 'not_allowed' THEN judged.fault
        WHEN judged.verdict = 'no_value' THEN 'we have no value, and a field is never cleared'
        WHEN judged.verdict = 'unchanged' THEN 'Salesforce has this value already'
        WHEN judged.verdict = 'already_filled' THEN 'the field is filled, and the rule is fill_if_empty'
        WHEN judged.operation = 'create' THEN 'new record'
        WHEN judged.present IS NULL AND judged.acknowledged IS NOT NULL
            THEN 'somebody emptied the field in Salesforce, and the rule is ' || judged.rule
        WHEN judged.present IS NULL THEN 'the field is empty'
        WHEN judged.acknowledged IS NULL THEN 'the field holds another value, and the rule is overwrite'
        WHEN judged.acknowledged <> judged.present
            THEN 'somebody changed our value in Salesforce, and the rule is overwrite'
        ELSE 'our value changed'
    END
    || CASE
        WHEN judged.shortened_to IS NOT NULL AND judged.verdict IN ('write', 'unchanged')
            THEN '; shortened to the field''s ' || CAST(judged.shortened_to AS VARCHAR) || ' characters'
        ELSE ''
    END AS reason,
    CAST($now AS TIMESTAMP) AS planned_at
FROM judged
INNER JOIN record ON judged.record_type = record.record_type AND judged.subject_id = record.subject_id
UNION ALL
SELECT
    target.record_type,
    target.record_id,
    target.external_id,
    target.subject_id,
    target.operation,
    target.score,
    NULL AS field,
    NULL AS source,
    NULL AS rule,
    NULL AS kind,
    NULL AS value_before,
    NULL AS value_after,
    'left_alone' AS decision,
    coalesce(
        target.left_alone_because, 'nothing is mapped to ' || target.record_type || ', or every rule is off'
    ) AS reason,
    CAST($now AS TIMESTAMP) AS planned_at
FROM outbound.target AS target
LEFT JOIN record ON target.record_type = record.record_type AND target.subject_id = record.subject_id
WHERE record.subject_id IS NULL
