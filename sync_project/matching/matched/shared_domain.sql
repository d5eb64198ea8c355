-- Domains of several unrelated accounts (shared_as franchise in matched.domain_owner), by which people were
-- matched: a person could say which account each means. One row per domain and account, five of each domain
-- at most.
--
-- domain            | The domain; absent where the overrides file says whose it is.
-- account_id        | An account whose website has it.
-- place             | 1 for the account that wins now, then by matched.account_standing.
-- account_count     | How many accounts have it.
-- people_count      | The people who were matched by it.
-- example_person_id | One of them.
WITH refused AS (
    SELECT DISTINCT
        key AS domain,
        target_id AS account_id
    FROM matched.override
    WHERE kind = 'domain' AND decision = 'is_not'
),

matched_person AS (
    SELECT
        match_key AS domain,
        count(*) AS people_count,
        min(person_id) AS example_person_id
    FROM matched.account_match
    WHERE match_rule IN ('website_domain', 'email_domain')
    GROUP BY match_key
),

placed AS (
    SELECT
        owner.domain,
        account.account_id,
        row_number() OVER (
            PARTITION BY owner.domain
            ORDER BY account.account_id = owner.account_id DESC, standing.standing ASC
        ) AS place,
        owner.candidate_count AS account_count,
        matched_person.people_count,
        matched_person.example_person_id
    FROM matched.domain_owner AS owner
    INNER JOIN matched_person ON owner.domain = matched_person.domain
    INNER JOIN matched.website AS website ON owner.domain = website.domain
    INNER JOIN staged.account AS account ON website.website = account.website
    INNER JOIN matched.account_standing AS standing ON account.account_id = standing.account_id
    LEFT JOIN refused ON owner.domain = refused.domain AND account.account_id = refused.account_id
    WHERE owner.shared_as = 'franchise' AND owner.tie_break <> 'override' AND refused.domain IS NULL
)

SELECT
    domain,
    account_id,
    place,
    account_count,
    people_count,
    example_person_id
FROM placed
WHERE place <= 5
