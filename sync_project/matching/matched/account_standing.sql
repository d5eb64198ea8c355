-- The order in which accounts win where several fit, the same for domains, names and emails.
-- One row per account.
--
-- UNION instead of UNION ALL ends the way up at a circle; Snowflake and BigQuery know only UNION ALL.
--
-- account_id        | The account.
-- is_owner_active   | Whether its owner is an active user.
-- is_customer       | Whether its type says customer or it has a won opportunity.
-- has_open_pipeline | Whether it has an open opportunity.
-- is_top            | Whether no account stands above it.
-- top_account_id    | The account at the top of its hierarchy, which may be itself.
-- contact_count     | Its contacts.
-- created_at        | When it was created (UTC).
-- standing          | 1 for the account that wins against every other: by the columns above from left to
--                     right (the oldest last), then by the smallest Id.
WITH RECURSIVE above AS (
    SELECT
        account.account_id,
        parent.account_id AS ancestor_id,
        parent.parent_account_id AS next_id
    FROM staged.account AS account
    INNER JOIN staged.account AS parent ON account.parent_account_id = parent.account_id
    UNION
    SELECT
        above.account_id,
        parent.account_id AS ancestor_id,
        parent.parent_account_id AS next_id
    FROM above
    INNER JOIN staged.account AS parent ON above.next_id = parent.account_id
),

top AS (
    SELECT
        above.account_id,
        min(above.ancestor_id) AS top_account_id
    FROM above
    LEFT JOIN staged.account AS further ON above.next_id = further.account_id
    WHERE further.account_id IS NULL
    GROUP BY above.account_id
),

deal AS (
    SELECT
        account_id,
        max(CASE WHEN is_won THEN 1 ELSE 0 END) AS won_count,
        max(CASE WHEN is_closed THEN 0 ELSE 1 END) AS open_count
    FROM staged.opportunity
    WHERE account_id IS NOT NULL
    GROUP BY account_id
),

contact_total AS (
    SELECT
        account_id,
        count(*) AS contact_count
    FROM staged.contact
    WHERE account_id IS NOT NULL
    GROUP BY account_id
),

judged AS (
    SELECT
        account.account_id,
        account.created_at,
        coalesce(owner.is_active, FALSE) AS is_owner_active,
        coalesce(lower(account.type) LIKE 'customer%' OR deal.won_count > 0, FALSE) AS is_customer,
        coalesce(deal.open_count > 0, FALSE) AS has_open_pipeline,
        parent.account_id IS NULL AS is_top,
        coalesce(top.top_account_id, account.account_id) AS top_account_id,
        coalesce(contact_total.contact_count, 0) AS contact_count
    FROM staged.account AS account
    LEFT JOIN staged.user AS owner ON account.owner_id = owner.user_id
    LEFT JOIN deal ON account.account_id = deal.account_id
    LEFT JOIN contact_total ON account.account_id = contact_total.account_id
    LEFT JOIN staged.account AS parent ON account.parent_account_id = parent.account_id
    LEFT JOIN top ON account.account_id = top.account_id
)

SELECT
    account_id,
    is_owner_active,
    is_customer,
    has_open_pipeline,
    is_top,
    top_account_id,
    contact_count,
    created_at,
    row_number() OVER (
        ORDER BY
            is_owner_active DESC,
            is_customer DESC,
            has_open_pipeline DESC,
            is_top DESC,
            contact_count DESC,
            created_at ASC NULLS LAST,
            account_id ASC
    ) AS standing
FROM judged
