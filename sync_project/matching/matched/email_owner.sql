-- Which account an email address means, by the records that carry it. One row per rule and address.
--
-- Placeholder addresses are nobody's and absent; an account that is deleted is passed over.
--
-- match_rule           | converted_lead: the account of the newest converted lead with the address.
--                        newest_contact: the account of the newest contact with the address.
-- email_normalized     | The address.
-- account_id           | The account that wins.
-- runner_up_account_id | The account of the next newest record; null where all name the same.
-- candidate_count      | How many accounts the records with the address name.
-- tie_break            | newest, or greatest_id where both were created at once; null for one account.
WITH carried AS (
    SELECT
        'newest_contact' AS match_rule,
        email,
        account_id AS given_account_id,
        contact_id AS record_id,
        created_at
    FROM staged.contact
    WHERE account_id IS NOT NULL
    UNION ALL
    SELECT
        'converted_lead' AS match_rule,
        email,
        converted_account_id AS given_account_id,
        lead_id AS record_id,
        created_at
    FROM staged.lead
    WHERE is_converted AND converted_account_id IS NOT NULL
),

resolved AS (
    SELECT
        carried.match_rule,
        email_address.email_normalized,
        account.account_id,
        carried.record_id,
        carried.created_at,
        row_number() OVER (
            PARTITION BY carried.match_rule, email_address.email_normalized, account.account_id
            ORDER BY carried.created_at DESC NULLS LAST, carried.record_id DESC
        ) AS place_in_account
    FROM carried
    INNER JOIN matched.email_address AS email_address ON carried.email = email_address.email
    LEFT JOIN matched.record_redirect AS redirect ON carried.given_account_id = redirect.record_id
    INNER JOIN staged.account AS account
        ON coalesce(redirect.final_record_id, carried.given_account_id) = account.account_id
    WHERE email_address.email_normalized IS NOT NULL AND email_address.email_kind <> 'placeholder'
),

placed AS (
    SELECT
        match_rule,
        email_normalized,
        account_id,
        created_at,
        row_number() OVER (
            PARTITION BY match_rule, email_normalized
            ORDER BY created_at DESC NULLS LAST, record_id DESC
        ) AS place,
        count(*) OVER (PARTITION BY match_rule, email_normalized) AS candidate_count
    FROM resolved
    WHERE place_in_account = 1
)

SELECT
    best.match_rule,
    best.email_normalized,
    best.account_id,
    runner_up.account_id AS runner_up_account_id,
    best.candidate_count,
    CASE
        WHEN runner_up.account_id IS NULL THEN NULL
        WHEN best.created_at <> runner_up.created_at THEN 'newest'
        ELSE 'greatest_id'
    END AS tie_break
FROM placed AS best
LEFT JOIN placed AS runner_up
    ON
        best.match_rule = runner_up.match_rule
        AND best.email_normalized = runner_up.email_normalized
        AND runner_up.place = 2
WHERE best.place = 1
