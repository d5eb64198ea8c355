-- Whether the scores still mean what they meant. One row per subject and comparison.
--
-- subject       | person or account.
-- measure       | population (how far the spread of scores moved: PSI, 0 for not at all) or calibration (the
--                 factor by which predicted odds missed the newest outcomes, chance allowed for).
-- compared_with | For the population lessons (shown, not judged: only some people get a deal) or the day it
--                 is compared with, about a month ago; for calibration newest lessons.
-- row_count     | People or accounts scored now; for calibration lessons.
-- value         | The measure; null where there are too few.
-- bound         | Beyond it something changed; null where it is not judged.
-- verdict       | steady, drifted, shown, or too_few to tell.
-- reason        | The verdict in one sentence.
CREATE TABLE icp.score_drift (
    subject VARCHAR,
    measure VARCHAR,
    compared_with VARCHAR,
    row_count BIGINT,
    value DOUBLE,
    bound DOUBLE,
    verdict VARCHAR,
    reason VARCHAR
)
