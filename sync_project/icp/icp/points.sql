-- The fitted scorecards, readable: what each bin of each signal adds. One row per subject, signal and bin.
--
-- subject        | person or account.
-- signal         | The signal's name.
-- kind           | number (a span), level (a text or truth value), missing (no value), or slope: what each
--                  log-odds of the ideal profile adds.
-- at_least       | A span's lower end, included; null for other bins.
-- below          | A span's upper end, excluded; null for other bins.
-- level          | A level's text; null for other bins.
-- bin            | The bin as people read it: the signal's label and the span, such as Employees 50 to 199.
-- points         | Log-odds against the average lesson; of a slope per log-odds of the profile.
-- lesson_count   | Lessons in the bin.
-- points_at_least | Lower end of the 90 % credible interval.
-- points_at_most  | Upper end of the 90 % credible interval.
CREATE TABLE icp.points (
    subject VARCHAR,
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
