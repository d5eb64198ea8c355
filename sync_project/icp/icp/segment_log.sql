-- What icp.segment said at the last run of each month, so that the next months can tell what changed. One row
-- per month, subject, signal and group; kept for ever.
--
-- month                 | The month's first day.
-- subject               | person or account.
-- signal                | The signal's name.
-- segment               | The group as people read it.
-- lesson_count          | Lessons in the group.
-- win_count             | Wins among them.
-- win_rate_pct          | Chance of a win in the group, 0 to 100.
-- win_rate_pct_at_least | Lower end of its 90 % credible interval.
-- win_rate_pct_at_most  | Upper end of it.
-- open_deal_count       | Open deals.
-- open_amount           | What these were worth.
CREATE TABLE icp.segment_log (
    month DATE,
    subject VARCHAR,
    signal VARCHAR,
    segment VARCHAR,
    lesson_count BIGINT,
    win_count BIGINT,
    win_rate_pct DOUBLE,
    win_rate_pct_at_least DOUBLE,
    win_rate_pct_at_most DOUBLE,
    open_deal_count BIGINT,
    open_amount DOUBLE
)
