-- Who wins: the win rates of people and accounts by each signal that says who they are, and what is open now.
-- A rate is drawn towards the usual one as far as its lessons are few, so that the best of many small groups
-- is not the luckiest. It is what came of the group, whatever else its members have in common; what a signal
-- adds where all else is equal is in icp.points. One row per subject, signal and group with a lesson.
--
-- subject               | person or account.
-- signal                | The signal's name.
-- label                 | The name people see.
-- segment               | The group as people read it, such as Employees 50 to 199 or Industry = Toys.
-- at_least              | A span's lower end, included; null for other groups and below the lowest.
-- below                 | A span's upper end, excluded; null for other groups and above the highest.
-- level                 | A level's text; null for other groups.
-- lesson_count          | Lessons in the group, as in icp.example.
-- win_count             | Wins among them.
-- win_rate_pct          | Chance of a win in the group, 0 to 100.
-- win_rate_pct_at_least | Lower end of its 90 % credible interval.
-- win_rate_pct_at_most  | Upper end of it.
-- usual_pct             | Share of wins among all lessons, 0 to 100.
-- subject_count         | People, or accounts, that are in the group now.
-- open_deal_count       | Open deals of theirs: of people those whose first contact they are.
-- open_amount           | What these are worth, in the org's currency.
-- earlier_win_rate_pct  | The rate at the last run of the last month that had one; null for new groups.
-- earlier_open_amount   | What was open then.
-- change                | better or worse where the rate has left the interval of then, new where there was
--                       no such group; null where nothing is clear, or nothing was kept yet.
CREATE TABLE icp.segment (
    subject VARCHAR,
    signal VARCHAR,
    label VARCHAR,
    segment VARCHAR,
    at_least DOUBLE,
    below DOUBLE,
    level VARCHAR,
    lesson_count BIGINT,
    win_count BIGINT,
    win_rate_pct DOUBLE,
    win_rate_pct_at_least DOUBLE,
    win_rate_pct_at_most DOUBLE,
    usual_pct DOUBLE,
    subject_count BIGINT,
    open_deal_count BIGINT,
    open_amount DOUBLE,
    earlier_win_rate_pct DOUBLE,
    earlier_open_amount DOUBLE,
    change VARCHAR
)
