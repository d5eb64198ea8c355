-- Every scorecard that was fitted, and what it was worth then. One row per subject and learning; kept for
-- ever, so that a past day can be scored again as it was.
--
-- subject        | person or account.
-- trained_at     | When it was fitted (UTC).
-- model_id       | Name of its points, as in icp.points_log; null where nothing was fitted.
-- stage          | icp_only, little_data or learnt; null where nobody was scored.
-- example_count  | Lessons.
-- win_count      | Wins among them.
-- base_rate      | Share of wins; with little data drawn towards icp.usual_win_rate.
-- base_log_odds  | Where the sum of points began.
-- cold_edge      | Log-odds at or below which a subject was cold, or low.
-- middle         | Log-odds of the base rate.
-- hot_edge       | Log-odds at or above which a subject was hot, or high.
-- slope          | How many times the ideal profile counted; null without one.
-- auc            | Ranking quality on later lessons; null where not tested.
-- log_loss       | Its log-loss there.
-- base_log_loss  | The log-loss of predicting the base rate for everyone there.
-- verdict        | As in icp.model.
-- reason         | Stage and verdict in words.
CREATE TABLE icp.model_log (
    subject VARCHAR,
    trained_at TIMESTAMP,
    model_id VARCHAR,
    stage VARCHAR,
    example_count BIGINT,
    win_count BIGINT,
    base_rate DOUBLE,
    base_log_odds DOUBLE,
    cold_edge DOUBLE,
    middle DOUBLE,
    hot_edge DOUBLE,
    slope DOUBLE,
    auc DOUBLE,
    log_loss DOUBLE,
    base_log_loss DOUBLE,
    verdict VARCHAR,
    reason VARCHAR
)
