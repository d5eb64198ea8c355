-- The org this warehouse belongs to. One row, written by the first import; another org is refused.
--
-- org_id        | Salesforce Organization Id.
-- first_seen_at | When it was imported first (UTC).
-- described_at  | When it was asked for its fields last (UTC).
CREATE TABLE raw.org (
    org_id VARCHAR,
    first_seen_at TIMESTAMP,
    described_at TIMESTAMP
)
