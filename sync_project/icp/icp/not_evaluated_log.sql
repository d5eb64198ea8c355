-- Whom the evaluation rules of the settings left without a score, and when. One row per subject and stretch
-- of time; kept for ever, so that a past day can be scored again as it was.
--
-- subject    | person or account.
-- subject_id | As in icp.not_evaluated.
-- since      | When the first run of the stretch had learnt its model (UTC), as in icp.model_log.
-- until      | When the first run after it had; null where it lasts.
CREATE TABLE icp.not_evaluated_log (
    subject VARCHAR,
    subject_id VARCHAR,
    since TIMESTAMP,
    until TIMESTAMP
)
