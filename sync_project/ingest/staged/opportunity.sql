-- Deals, open, won and lost. One row per opportunity that is not deleted.
--
-- opportunity_id | Salesforce Opportunity Id, 18 characters.
-- account_id     | The account it is with; null where none is.
-- name           | Opportunity name.
-- stage          | Stage name.
-- amount         | Amount in the org's currency.
-- close_date     | The day it was closed, or is expected to be.
-- is_closed      | Whether it is decided.
-- is_won         | Whether it is won.
-- type           | Opportunity type.
-- lead_source    | Where it came from.
-- campaign_id    | The primary campaign source.
-- owner_id       | The User who owns it.
-- created_at     | When it was created (UTC).
-- modified_at    | When a user or the system changed it last (UTC).
SELECT
    Id AS opportunity_id,
    AccountId AS account_id,
    Name AS name,
    StageName AS stage,
    CAST(Amount AS DOUBLE) AS amount,
    CAST(CloseDate AS DATE) AS close_date,
    IsClosed AS is_closed,
    IsWon AS is_won,
    Type AS type,
    LeadSource AS lead_source,
    CampaignId AS campaign_id,
    OwnerId AS owner_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at,
    CAST(SystemModstamp AS TIMESTAMP) AS modified_at
FROM raw.opportunity
WHERE NOT IsDeleted
