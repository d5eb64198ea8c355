-- What the scorecards say now of all who are evaluated; empty for a subject whose icp.model has no stage.
-- One row per subject and person, or account or organisation.
--
-- subject        | person or account.
-- subject_id     | The person, as in matched.person; the account, or organisation of matched.organisation.
-- model_id       | The model that says so, as in icp.model.
-- log_odds       | Base plus the sum of the contributions.
-- fit            | What who they are adds: the contributions of the signals whose side is fit.
-- engagement     | What they do, and what is done with them, adds: those of the others.
-- probability    | Calibrated chance of winning within the horizon, 0 to 1.
-- cold_pct       | Chance that the subject is cold, or low, given all that is not known, 0 to 100.
-- warm_pct       | Chance that it is warm, or medium.
-- hot_pct        | Chance that it is hot, or high.
-- confidence_pct | Chance that it belongs in the level that its log-odds mean: one of those three,
--                  but at most 50 until what was learnt has stood its test.
CREATE TABLE icp.prediction (
    subject VARCHAR,
    subject_id VARCHAR,
    model_id VARCHAR,
    log_odds DOUBLE,
    fit DOUBLE,
    engagement DOUBLE,
    probability DOUBLE,
    cold_pct DOUBLE,
    warm_pct DOUBLE,
    hot_pct DOUBLE,
    confidence_pct DOUBLE
)
