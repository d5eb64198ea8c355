-- The score that Salesforce last acknowledged from us, with what it was made of, so that the next reasoning
-- can say what changed since. One row per subject whose score, level, propensity or reasons were written.
--
-- subject       | person or account.
-- subject_id    | The record that holds it: Contact, Lead or Account. Whom it was merged or converted into is
--                 in scored.last_written.
-- model_id      | The model that it came from, as in icp.prediction at that time.
-- basis         | What its level stood on, as in icp.model at that time.
-- score         | 0 to 100.
-- exact_score   | The same before it was rounded, clipped or kept at an edge.
-- tier          | 3 is hot or high, 2 warm or medium, 1 cold or low.
-- level         | The same in words, as in scored.score.
-- written_at    | When Salesforce answered (UTC).
-- contributions | JSON: signal to what it added, in log-odds.
-- signal_values | JSON: signal to its value; null where unknown.
-- values_hash   | A text that is another one as soon as a value is, so that few JSON texts need be read.
-- changed_text  | What its reasoning said had changed; empty where nothing had.
CREATE TABLE outbound.written_score (
    subject VARCHAR,
    subject_id VARCHAR,
    model_id VARCHAR,
    basis VARCHAR,
    score BIGINT,
    exact_score DOUBLE,
    tier BIGINT,
    level VARCHAR,
    written_at TIMESTAMP,
    contributions VARCHAR,
    signal_values VARCHAR,
    values_hash VARCHAR,
    changed_text VARCHAR
)
