-- The signals that lessons leave out, because nobody knows the values of some of their fields as of the
-- decision: what was filled in afterwards would tell the outcome. One row per subject and signal.
--
-- subject         | person or account.
-- signal          | The signal's name.
-- refused_because | Which field is unknown for how many lessons, and what can be done about it.
CREATE TABLE icp.refused_signal (
    subject VARCHAR,
    signal VARCHAR,
    refused_because VARCHAR
)
