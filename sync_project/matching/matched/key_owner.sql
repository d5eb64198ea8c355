-- The one account each key means: the index against which people are matched.
-- One row per kind of key and key that an account, or a record that names one, carries.
--
-- Free-mail domains and the org's own are no keys, nor are placeholder addresses. A website field of several
-- domains carries each that no account has as its first. Corrections by a person are laid over: through
-- matched.override a key is given to an account, taken from one, or taken from all.
-- Most keys are carried once, which is cheap to see; only the others are put in order.
--
-- key_kind             | domain, company_name, or loose_company_name for the second, looser key of a name; of
--                        email addresses newest_contact and converted_lead: what record names the account.
-- match_key            | The domain, the name's key or the address.
-- account_id           | The account that wins, merges followed: the one that an override gives; of an
--                        address that of the newest record, of records created at once that with the greatest
--                        Id; else the best by matched.account_standing.
-- runner_up_account_id | The account that would be next; null where only one carries the key.
-- candidate_count      | How many accounts carry the key.
-- tie_break            | What decided between the first two: override; of an address newest or greatest_id;
--                        else owner_active, customer, open_pipeline, top_of_hierarchy, contact_count, oldest
--                        or smallest_id. Null for one account, unless an override gave it.
WITH correction AS (
    SELECT
        kind AS key_kind,
        key AS match_key,
        decision,
        target_id AS account_id
    FROM matched.override
    WHERE kind IN ('domain', 'company_name')
),

main_domain AS (
    SELECT
        account.account_id,
        website.company_domain AS domain
    FROM staged.account AS account
    INNER JOIN matched.website AS website ON account.website = website.website
    WHERE website.company_domain IS NOT NULL
),

alternate AS (
    SELECT
        website,
        unnest(alternates) AS domain
    FROM matched.website
),

-- The second and third domain of a website field count where they are no account's first.
further_domain AS (
    SELECT DISTINCT
        account.account_id,
        website.company_domain AS domain
    FROM staged.account AS account
    INNER JOIN alternate ON account.website = alternate.website
    INNER JOIN matched.website AS website ON alternate.domain = website.website
    LEFT JOIN main_domain ON website.company_domain = main_domain.domain
    WHERE website.company_domain IS NOT NULL AND main_domain.domain IS NULL
),

carried AS (
    SELECT
        'domain' AS key_kind,
        domain AS match_key,
        account_id
    FROM main_domain
    UNION ALL
    SELECT
        'domain' AS key_kind,
        domain AS match_key,
        account_id
    FROM further_domain
    UNION ALL
    SELECT
        'company_name' AS key_kind,
        company_name.company_key AS match_key,
        account.account_id
    FROM staged.account AS account
    INNER JOIN matched.company_name AS company_name ON account.name = company_name.company
    WHERE company_name.company_key IS NOT NULL
    UNION ALL
    SELECT
        'loose_company_name' AS key_kind,
        company_name.loose_company_key AS match_key,
        account.account_id
    FROM staged.account AS account
    INNER JOIN matched.company_name AS company_name ON account.name = company_name.company
    WHERE company_name.loose_company_key IS NOT NULL
),

corrected AS (
    SELECT
        carried.key_kind,
        carried.match_key,
        carried.account_id,
        FALSE AS is_given
    FROM carried
    LEFT JOIN correction
        ON
            carried.key_kind = correction.key_kind
            AND carried.match_key = correction.match_key
            AND (correction.account_id IS NULL OR carried.account_id = correction.account_id)
    WHERE correction.match_key IS NULL
    UNION ALL
    SELECT
        correction.key_kind,
        correction.match_key,
        correction.account_id,
        TRUE AS is_given
    FROM correction
    INNER JOIN staged.account AS account ON correction.account_id = account.account_id
    WHERE correction.decision = 'is'
),

naming_record AS (
    SELECT
        'newest_contact' AS key_kind,
        email,
        account_id,
        contact_id AS record_id,
        created_at
    FROM staged.contact
    WHERE account_id IS NOT NULL
    UNION ALL
    SELECT
        'converted_lead' AS key_kind,
        email,
        converted_account_id AS account_id,
        lead_id AS record_id,
        created_at
    FROM staged.lead
    WHERE is_converted AND converted_account_id IS NOT NULL
),

account_key AS (
    SELECT
        key_kind,
        match_key,
        account_id,
        account_id AS record_id,
        CAST(NULL AS TIMESTAMP) AS created_at,
        is_given
    FROM corrected
    UNION ALL
    SELECT
        naming_record.key_kind,
        email_address.email_normalized AS match_key,
        account.account_id,
        naming_record.record_id,
        naming_record.created_at,
        FALSE AS is_given
    FROM naming_record
    INNER JOIN matched.email_address AS email_address ON naming_record.email = email_address.email
    LEFT JOIN matched.record_redirect AS redirect ON naming_record.account_id = redirect.record_id
    INNER JOIN staged.account AS account
        ON coalesce(redirect.final_record_id, naming_record.account_id) = account.account_id
    WHERE email_address.email_normalized IS NOT NULL AND email_address.email_kind <> 'placeholder'
),

counted AS (
    SELECT
        key_kind,
        match_key,
        count(*) AS record_count,
        min(account_id) AS account_id,
        max(CASE WHEN is_given THEN 1 ELSE 0 END) AS is_given
    FROM account_key
    GROUP BY key_kind, match_key
),

by_account AS (
    SELECT
        account_key.key_kind,
        account_key.match_key,
        account_key.account_id,
        account_key.record_id,
        account_key.created_at,
        account_key.is_given,
        row_number() OVER (
            PARTITION BY account_key.key_kind, account_key.match_key, account_key.account_id
            ORDER BY account_key.created_at DESC NULLS LAST, account_key.record_id DESC
        ) AS place
    FROM account_key
    INNER JOIN counted
        ON account_key.key_kind = counted.key_kind AND account_key.match_key = counted.match_key
    WHERE counted.record_count > 1
),

placed AS (
    SELECT
        by_account.key_kind,
        by_account.match_key,
        by_account.account_id,
        by_account.created_at AS newest_at,
        by_account.is_given,
        standing.is_owner_active,
        standing.is_customer,
        standing.has_open_pipeline,
        standing.is_top,
        standing.contact_count,
        standing.created_at,
        count(*) OVER (PARTITION BY by_account.key_kind, by_account.match_key) AS candidate_count,
        row_number() OVER (
            PARTITION BY by_account.key_kind, by_account.match_key
            ORDER BY
                by_account.is_given DESC,
                by_account.created_at DESC NULLS LAST,
                CASE WHEN by_account.record_id <> by_account.account_id THEN by_account.record_id END DESC,
                standing.standing ASC
        ) AS place
    FROM by_account
    INNER JOIN matched.account_standing AS standing ON by_account.account_id = standing.account_id
    WHERE by_account.place = 1
),

single AS (
    SELECT
        key_kind,
        match_key,
        account_id,
        is_given
    FROM counted
    WHERE record_count = 1
)

SELECT
    key_kind,
    match_key,
    account_id,
    NULL AS runner_up_account_id,
    1 AS candidate_count,
    CASE WHEN is_given = 1 THEN 'override' END AS tie_break
FROM single
UNION ALL
SELECT
    best.key_kind,
    best.match_key,
    best.account_id,
    runner_up.account_id AS runner_up_account_id,
    best.candidate_count,
    CASE
        WHEN best.is_given THEN 'override'
        WHEN runner_up.account_id IS NULL THEN NULL
        WHEN (best.newest_at IS DISTINCT FROM runner_up.newest_at) THEN 'newest'
        WHEN best.key_kind IN ('newest_contact', 'converted_lead') THEN 'greatest_id'
        WHEN best.is_owner_active <> runner_up.is_owner_active THEN 'owner_active'
        WHEN best.is_customer <> runner_up.is_customer THEN 'customer'
        WHEN best.has_open_pipeline <> runner_up.has_open_pipeline THEN 'open_pipeline'
        WHEN best.is_top <> runner_up.is_top THEN 'top_of_hierarchy'
        WHEN best.contact_count <> runner_up.contact_count THEN 'contact_count'
        WHEN (best.created_at IS DISTINCT FROM runner_up.created_at) THEN 'oldest'
        ELSE 'smallest_id'
    END AS tie_break
FROM placed AS best
LEFT JOIN placed AS runner_up
    ON
        best.key_kind = runner_up.key_kind
        AND best.match_key = runner_up.match_key
        AND runner_up.place = 2
WHERE best.place = 1
