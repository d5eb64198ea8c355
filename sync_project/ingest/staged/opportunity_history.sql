-- Every step of a deal: what stood in it after its creation, and after each change of stage, amount,
-- probability, forecast category or close date. One row per step.
-- Salesforce writes them in every org and nobody can edit them, so they tell what a deal looked like at any
-- moment; empty where the org hides OpportunityHistory.
--
-- opportunity_history_id | Salesforce OpportunityHistory Id.
-- opportunity_id         | The deal.
-- stage                  | Stage name from then on.
-- amount                 | Amount from then on, in the org's currency.
-- probability            | Probability from then on, 0 to 100.
-- close_date             | The day it was closed, or expected to be, as it stood from then on.
-- forecast_category      | Omitted, Pipeline, BestCase, Forecast or Closed from then on; Closed is won.
-- created_at             | When the step was made (UTC).
SELECT
    Id AS opportunity_history_id,
    OpportunityId AS opportunity_id,
    StageName AS stage,
    CAST(Amount AS DOUBLE) AS amount,
    CAST(Probability AS DOUBLE) AS probability,
    CAST(CloseDate AS DATE) AS close_date,
    ForecastCategory AS forecast_category,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.opportunity_history
