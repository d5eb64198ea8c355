-- How the scores were spread, kept from run to run: what drift is told by.
-- One row per subject, day with a run, and band of the score.
--
-- subject       | person or account.
-- logged_on     | The day (UTC); a later run of a day replaces the earlier one.
-- model_id      | The model that said so.
-- basis         | What its levels stood on, as in icp.model.
-- band          | 1 to 8, parted at odds of a quarter, a half, 0.7, 1, 1.4, 2 and 4 times the usual.
-- subject_count | People, or accounts and organisations, in the band.
CREATE TABLE icp.score_log (
    subject VARCHAR,
    logged_on DATE,
    model_id VARCHAR,
    basis VARCHAR,
    band BIGINT,
    subject_count BIGINT
)
