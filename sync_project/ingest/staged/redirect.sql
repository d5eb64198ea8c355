-- Where a record went: merged into a survivor, or converted from lead to contact. One step per row.
-- One row per record that is no longer itself; matched.record_redirect follows the chains.
--
-- record_id | The record that went.
-- target_id | The record it went to, which may have gone further.
-- reason    | merged or converted.
SELECT
    Id AS record_id,
    MasterRecordId AS target_id,
    'merged' AS reason
FROM raw.account
WHERE MasterRecordId IS NOT NULL
UNION ALL
SELECT
    Id AS record_id,
    MasterRecordId AS target_id,
    'merged' AS reason
FROM raw.contact
WHERE MasterRecordId IS NOT NULL
UNION ALL
SELECT
    Id AS record_id,
    coalesce(MasterRecordId, ConvertedContactId) AS target_id,
    CASE WHEN MasterRecordId IS NULL THEN 'converted' ELSE 'merged' END AS reason
FROM raw.lead
WHERE coalesce(MasterRecordId, ConvertedContactId) IS NOT NULL
