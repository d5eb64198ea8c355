-- The account that each deal was with when it was first seen: to be filed under another one, or under one at
-- all, may be a result of the outcome. One row per deal that was with an account then.
--
-- opportunity_id | The deal, deleted ones too.
-- account_id     | The account, merges followed.
WITH filed AS (
    SELECT
        Id AS opportunity_id,
        AccountId AS account_id,
        row_number() OVER (
            PARTITION BY Id ORDER BY valid_from ASC, coalesce(valid_to, TIMESTAMP '9999-12-31') ASC
        ) AS version
    FROM history.opportunity
),

moved AS (
    SELECT
        record_id AS opportunity_id,
        old_value AS account_id,
        row_number() OVER (PARTITION BY record_id ORDER BY changed_at ASC, change_id ASC) AS place
    FROM staged.field_change
    WHERE object_name = 'Opportunity' AND field = 'AccountId'
),

first_filed AS (
    SELECT
        filed.opportunity_id,
        CASE WHEN moved.place = 1 THEN moved.account_id ELSE filed.account_id END AS account_id
    FROM filed
    LEFT JOIN moved ON filed.opportunity_id = moved.opportunity_id AND moved.place = 1
    WHERE filed.version = 1
)

SELECT
    first_filed.opportunity_id,
    coalesce(redirect.final_record_id, first_filed.account_id) AS account_id
FROM first_filed
LEFT JOIN matched.record_redirect AS redirect ON first_filed.account_id = redirect.record_id
WHERE first_filed.account_id IS NOT NULL
