-- What changed since the score that Salesforce held before, in words: kept until something else changes, so
-- that a run in which nothing happens writes nothing. One row per subject with something to tell.
--
-- subject    | person or account.
-- subject_id | The person or the account.
-- text       | Since when and what, such as: 12 Nov (score 64): Demo request lately: none -> twice (+9).
CREATE TABLE scored.change (
    subject VARCHAR,
    subject_id VARCHAR,
    text VARCHAR
)
