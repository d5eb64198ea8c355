-- Whom the evaluation rules of the settings leave without a score.
-- One row per person, account or organisation.
--
-- subject    | person or account.
-- subject_id | The person, as in matched.person; the account, or organisation of matched.organisation.
CREATE TABLE icp.not_evaluated (
    subject VARCHAR,
    subject_id VARCHAR
)
