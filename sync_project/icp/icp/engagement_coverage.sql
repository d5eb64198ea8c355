-- Which events icp.engagement_state holds, and by what settings, so that a later run knows what to add to it
-- and sees when it no longer fits. One row.
--
-- as_of_date      | The day whose weights it holds: an event of that day counts 1.
-- counts_from     | Events of earlier days count no more.
-- counts_until    | Events of this day and later are not in it; they are few, and added at each run.
-- counted_by      | The settings and constants that decide a weight, as JSON; with others it is built anew.
-- event_count     | The events in it, or so old that their kind has faded.
-- digest          | The sum of their fingerprints; where staged.engagement_event has another one, events were
--                   changed, went, or came late, and it is built anew.
-- packed_rows     | The rows of icp.engagement_state when those of one name were last put together.
-- rebuilt_at      | When it was last built from all events (UTC).
-- rebuilt_because | Why: first time, other settings, an earlier day, a long pause, or events changed.
CREATE TABLE icp.engagement_coverage (
    as_of_date DATE,
    counts_from DATE,
    counts_until DATE,
    counted_by VARCHAR,
    event_count BIGINT,
    digest HUGEINT,
    packed_rows BIGINT,
    rebuilt_at TIMESTAMP,
    rebuilt_because VARCHAR
)
