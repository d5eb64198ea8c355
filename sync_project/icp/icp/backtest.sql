-- How good the scorecards were on lessons that they had not seen, beside knowing only the base rate and a
-- challenger (gradient boosting) that got the same lessons. Each learnt from the oldest 50 to 90 % and was
-- asked about the next tenth. One row per subject, origin and model, and one of all origins together.
--
-- subject           | person or account.
-- origin_pct        | The share of lessons, the oldest, that it learnt from; null for all origins.
-- model             | scorecard, base_rate or challenger.
-- trained_rows      | Lessons learnt from; null for all together.
-- trained_wins      | Wins among them; null for all together.
-- tested_rows       | Lessons asked about.
-- tested_wins       | Wins among them.
-- auc               | Ranking quality: 0.5 is chance, 1 perfect; null where all or none were won.
-- log_loss          | Cost of the predictions in nats per lesson: the less, the better.
-- brier             | Their mean squared error.
-- calibration_error | Mean distance between predicted and true share over ten equal steps of probability.
-- top_decile_lift   | Win rate of the best tenth over the win rate of all; null where none were won.
-- note              | What was done to bound the cost; null for nothing.
CREATE TABLE icp.backtest (
    subject VARCHAR,
    origin_pct BIGINT,
    model VARCHAR,
    trained_rows BIGINT,
    trained_wins BIGINT,
    tested_rows BIGINT,
    tested_wins BIGINT,
    auc DOUBLE,
    log_loss DOUBLE,
    brier DOUBLE,
    calibration_error DOUBLE,
    top_decile_lift DOUBLE,
    note VARCHAR
)
