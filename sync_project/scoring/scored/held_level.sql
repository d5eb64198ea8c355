-- Levels that stayed although the log-odds alone mean another one. One row per subject and run; kept for
-- ever, so that a past day can be scored again as it was.
--
-- subject    | person or account.
-- subject_id | The person, the account or the organisation.
-- trained_at | When the run had learnt its model (UTC), as in icp.model_log.
-- tier       | The tier that was shown.
CREATE TABLE scored.held_level (
    subject VARCHAR,
    subject_id VARCHAR,
    trained_at TIMESTAMP,
    tier BIGINT
)
