-- Why: what each signal adds to or takes from the log-odds. One row per prediction and signal.
--
-- subject      | person or account.
-- subject_id   | The person or the account.
-- signal       | The signal's name.
-- label        | The name people see.
-- value        | The signal's value as text; null where unknown.
-- contribution | In log-odds; with the model's base they sum to the prediction.
CREATE TABLE icp.contribution (
    subject VARCHAR,
    subject_id VARCHAR,
    signal VARCHAR,
    label VARCHAR,
    value VARCHAR,
    contribution DOUBLE
)
