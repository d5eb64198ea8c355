-- Why each score is as it is, in words. Signals that say the same are one reason: those of one family, and
-- without any event "no demo request" and "no page view", which are all "no activity". One row per score.
--
-- subject      | person or account.
-- subject_id   | The person or the account.
-- top_signals  | The three strongest, with their points; empty where none is worth a point.
-- for_text     | The three that speak most for a win; empty where none does.
-- against_text | The three that speak most against; empty where none does.
-- changed_text | What changed since the score that Salesforce held before; empty where nothing did.
-- lift_text    | What would lift the score most, with the points it would bring; empty where nothing would.
-- reasoning    | All that in lines: level, certainty and chance first; each later line begins with its words.
CREATE TABLE scored.explanation (
    subject VARCHAR,
    subject_id VARCHAR,
    top_signals VARCHAR,
    for_text VARCHAR,
    against_text VARCHAR,
    changed_text VARCHAR,
    lift_text VARCHAR,
    reasoning VARCHAR
)
