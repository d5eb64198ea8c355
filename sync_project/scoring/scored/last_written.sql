-- The level that Salesforce showed from us when this run began, so that noise does not flip it.
-- One row per subject of outbound.written_score.
--
-- subject    | person or account.
-- subject_id | The person, the account or the organisation.
-- tier       | 3 is hot or high, 2 warm or medium, 1 cold or low.
CREATE TABLE scored.last_written (
    subject VARCHAR,
    subject_id VARCHAR,
    tier BIGINT
)
