-- What each model predicts, from what, how well, and where it ends: a page for people, kept for every model
-- whose scores are about. One row per subject and model.
--
-- subject    | person or account.
-- model_id   | As in icp.model; null where nothing could be fitted.
-- written_at | When this was written last (UTC).
-- card       | The page, in Markdown.
CREATE TABLE icp.model_card (
    subject VARCHAR,
    model_id VARCHAR,
    written_at TIMESTAMP,
    card VARCHAR
)
