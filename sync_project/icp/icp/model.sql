-- The fitted scorecards and what they were worth on outcomes they had not seen. One row per subject.
--
-- subject         | person or account.
-- model_id        | Name of the fitted points: the same points, the same name; null where nothing was fitted.
-- stage           | What the scores stand on: icp_only (the ideal profile of the settings), little_data
--                   (bent by a few lessons) or learnt; null where nobody is scored.
-- basis           | Name of what its levels stand on: stage, ideal profile and the odds of their edges. It
--                   stays when the model is fitted again; null where nobody is scored.
-- trained_at      | When it was fitted (UTC).
-- example_count   | Lessons.
-- win_count       | Wins among them.
-- base_rate       | Share of wins; with little data drawn towards icp.usual_win_rate.
-- base_log_odds   | Where the sum of points begins; null where nothing was fitted.
-- cold_edge       | Log-odds at or below which a subject is cold, or low.
-- middle          | Log-odds of the base rate: score 50.
-- hot_edge        | Log-odds at or above which a subject is hot, or high.
-- slope           | How many times the ideal profile counts, 1 as its rules say; null without one.
-- slope_at_least  | Lower end of its 90 % credible interval.
-- slope_at_most   | Upper end of it.
-- auc             | Ranking quality on lessons newer than those it learnt from: mean of the rolling origins;
--                   null where not tested.
-- log_loss        | Its log-loss there.
-- base_log_loss   | The log-loss of predicting the base rate for everyone there.
-- brier           | Its mean squared error there.
-- top_decile_lift | Win rate of the best tenth there over the win rate of all.
-- verdict         | signal, no_signal, too_little_data, miscalibrated or leak: people are scored on signal,
--                   and on too_little_data where the settings have an ideal profile.
-- reason          | Stage and verdict in words.
CREATE TABLE icp.model (
    subject VARCHAR,
    model_id VARCHAR,
    stage VARCHAR,
    basis VARCHAR,
    trained_at TIMESTAMP,
    example_count BIGINT,
    win_count BIGINT,
    base_rate DOUBLE,
    base_log_odds DOUBLE,
    cold_edge DOUBLE,
    middle DOUBLE,
    hot_edge DOUBLE,
    slope DOUBLE,
    slope_at_least DOUBLE,
    slope_at_most DOUBLE,
    auc DOUBLE,
    log_loss DOUBLE,
    base_log_loss DOUBLE,
    brier DOUBLE,
    top_decile_lift DOUBLE,
    verdict VARCHAR,
    reason VARCHAR
)
