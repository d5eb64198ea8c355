-- What the scorecards said of lessons that they had not seen: each learnt from the oldest 50 to 90 %, and was
-- asked about the next tenth. One row per subject and tested lesson; none where there is too little data.
-- The gate judges the same predictions.
--
-- subject        | person or account.
-- example_id     | The lesson, as in icp.example.
-- origin_pct     | The share of lessons, the oldest, that the model had learnt from.
-- decided_at     | The lesson's moment of decision (UTC).
-- base_rate      | Share of wins among the lessons learnt from.
-- probability    | The chance of winning that the model gave.
-- tier           | The level that it showed: 3 is hot or high, 2 warm or medium, 1 cold or low.
-- confidence_pct | Its claimed chance that this is the right level, 0 to 100.
-- later_tier     | The level that the model fitted on all lessons shows for the same values.
-- is_won         | The outcome.
CREATE TABLE icp.backtest_prediction (
    subject VARCHAR,
    example_id VARCHAR,
    origin_pct BIGINT,
    decided_at TIMESTAMP,
    base_rate DOUBLE,
    probability DOUBLE,
    tier BIGINT,
    confidence_pct DOUBLE,
    later_tier BIGINT,
    is_won BOOLEAN
)
