-- Which account a domain or a company name means. One row per kind of key and key that accounts carry.
--
-- Free-mail domains and the org's own are no keys.
--
-- key_kind             | domain, company_name, or loose_company_name for the second, looser key of a name.
-- match_key            | The domain or the name's key.
-- account_id           | The account that wins by matched.account_standing.
-- runner_up_account_id | The account that would be next; null where only one carries the key.
-- candidate_count      | How many accounts carry the key.
-- tie_break            | What decided between the two: owner_active, customer, open_pipeline,
--                        top_of_hierarchy, contact_count, oldest or smallest_id; null for one account.
WITH naming_website AS (
    SELECT
        website,
        domain
    FROM matched.website
    WHERE NOT is_free_mail AND NOT list_contains($own_domains, domain)
),

named AS (
    SELECT
        account.account_id,
        website.domain,
        company_name.company_key,
        company_name.loose_company_key
    FROM staged.account AS account
    LEFT JOIN naming_website AS website ON account.website = website.website
    LEFT JOIN matched.company_name AS company_name ON account.name = company_name.company
),

carried AS (
    SELECT
        'domain' AS key_kind,
        domain AS match_key,
        account_id
    FROM named
    WHERE domain IS NOT NULL
    UNION ALL
    SELECT
        'company_name' AS key_kind,
        company_key AS match_key,
        account_id
    FROM named
    WHERE company_key IS NOT NULL
    UNION ALL
    SELECT
        'loose_company_name' AS key_kind,
        loose_company_key AS match_key,
        account_id
    FROM named
    WHERE loose_company_key IS NOT NULL
),

placed AS (
    SELECT
        carried.key_kind,
        carried.match_key,
        carried.account_id,
        row_number() OVER (
            PARTITION BY carried.key_kind, carried.match_key ORDER BY standing.standing
        ) AS place,
        count(*) OVER (PARTITION BY carried.key_kind, carried.match_key) AS candidate_count
    FROM carried
    INNER JOIN matched.account_standing AS standing ON carried.account_id = standing.account_id
),

runner_up AS (
    SELECT
        key_kind,
        match_key,
        account_id
    FROM placed
    WHERE place = 2
)

SELECT
    placed.key_kind,
    placed.match_key,
    placed.account_id,
    runner_up.account_id AS runner_up_account_id,
    placed.candidate_count,
    CASE
        WHEN runner_up.account_id IS NULL THEN NULL
        WHEN best.is_owner_active <> next_best.is_owner_active THEN 'owner_active'
        WHEN best.is_customer <> next_best.is_customer THEN 'customer'
        WHEN best.has_open_pipeline <> next_best.has_open_pipeline THEN 'open_pipeline'
        WHEN best.is_top <> next_best.is_top THEN 'top_of_hierarchy'
        WHEN best.contact_count <> next_best.contact_count THEN 'contact_count'
        WHEN best.created_at <> next_best.created_at THEN 'oldest'
        ELSE 'smallest_id'
    END AS tie_break
FROM placed
INNER JOIN matched.account_standing AS best ON placed.account_id = best.account_id
LEFT JOIN runner_up ON placed.key_kind = runner_up.key_kind AND placed.match_key = runner_up.match_key
LEFT JOIN matched.account_standing AS next_best ON runner_up.account_id = next_best.account_id
WHERE placed.place = 1
