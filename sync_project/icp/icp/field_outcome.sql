-- Leads whose outcome a field of theirs tells, where the settings name one; empty otherwise.
-- One row per lead with a readable outcome.
--
-- lead_id    | The lead.
-- decided_at | When it was created (UTC).
-- is_won     | What the field says.
CREATE TABLE icp.field_outcome (
    lead_id VARCHAR,
    decided_at TIMESTAMP,
    is_won BOOLEAN
)
