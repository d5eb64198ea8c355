-- The scores that Salesforce showed from us when this run began: noise must not flip their levels, and the
-- reasoning says what changed since. One row per row of outbound.written_score, and one for each record that
-- such a one was merged or converted into and that was itself written no score: that of the latest.
--
-- subject    | person or account.
-- subject_id | The person or the account.
-- record_id  | The row of outbound.written_score, by its subject_id.
-- tier       | 3 is hot or high, 2 warm or medium, 1 cold or low. Null where levels have come to stand on
--              something else since (basis in icp.model), so that none is kept.
CREATE TABLE scored.last_written (
    subject VARCHAR,
    subject_id VARCHAR,
    record_id VARCHAR,
    tier BIGINT
)
