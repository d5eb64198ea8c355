-- The points of every scorecard that was fitted, each once: the same points have the same name. One row per
-- model, signal and bin; kept for ever.
--
-- model_id        | The model, as in icp.model_log.
-- place           | The signal's place in the order in which signals are added up.
-- side            | fit or engagement: the sum that the signal belonged to.
-- signal          | The signal's name.
-- kind            | As in icp.points.
-- at_least        | A span's lower end, included; null for other bins.
-- below           | A span's upper end, excluded; null for other bins.
-- level           | A level's text; null for other bins.
-- bin             | The bin as people read it.
-- points          | Log-odds against the average lesson.
-- lesson_count    | Lessons in the bin.
-- points_at_least | Lower end of the 90 % credible interval.
-- points_at_most  | Upper end of the 90 % credible interval.
CREATE TABLE icp.points_log (
    model_id VARCHAR,
    place BIGINT,
    side VARCHAR,
    signal VARCHAR,
    kind VARCHAR,
    at_least DOUBLE,
    below DOUBLE,
    level VARCHAR,
    bin VARCHAR,
    points DOUBLE,
    lesson_count BIGINT,
    points_at_least DOUBLE,
    points_at_most DOUBLE
)
