-- Accounts that are, or may be, one company, each with the account to keep.
-- One row per account that should go.
--
-- Precision comes first. The names must have the same key. With the same domain too it is certain, unless the
-- countries differ; where one of the two has no domain, or one account stands above them both, it is a
-- suspicion. No duplicates are an account and one above it, accounts of different domains, and accounts of
-- one domain with different names, as in a holding; key_owner says that such a domain is shared. What more
-- than ten accounts are called is a chain of branches.
--
-- account_id      | The account that should go.
-- keep_account_id | The account to keep: the first by matched.account_standing of those it may be one with.
-- certainty       | certain or suspected.
-- rule            | name_and_domain: the same key of the name, and the same domain. name: the same key only.
-- key             | What they have in common, as in matched.company_name and matched.website.
-- doubt           | Why it is no more than a suspicion; null where it is certain.
WITH RECURSIVE named AS (
    SELECT
        account.account_id,
        company_name.company_key,
        website.company_domain AS domain,
        nullif(lower(trim(account.billing_country)), '') AS country,
        standing.standing,
        count(*) OVER (PARTITION BY company_name.company_key) AS name_count,
        count(*) OVER (PARTITION BY company_name.company_key, website.company_domain) AS domain_count
    FROM staged.account AS account
    INNER JOIN matched.account_standing AS standing ON account.account_id = standing.account_id
    INNER JOIN matched.company_name AS company_name ON account.name = company_name.company
    LEFT JOIN matched.website AS website ON account.website = website.website
    WHERE company_name.company_key IS NOT NULL
),

alike AS (
    SELECT
        other.account_id,
        best.account_id AS keep_account_id,
        best.standing AS keep_standing,
        'name_and_domain' AS rule,
        best.company_key || ' ' || best.domain AS key,
        CASE WHEN best.country <> other.country THEN 'Their countries differ.' END AS doubt
    FROM named AS best
    INNER JOIN named AS other ON best.company_key = other.company_key AND best.domain = other.domain
    WHERE best.domain_count <= 10 AND best.standing < other.standing
    UNION ALL
    SELECT
        other.account_id,
        best.account_id AS keep_account_id,
        best.standing AS keep_standing,
        'name' AS rule,
        best.company_key AS key,
        'No domain says that they are one company.' AS doubt
    FROM named AS best
    INNER JOIN named AS other ON best.company_key = other.company_key
    WHERE
        best.name_count <= 10
        AND best.standing < other.standing
        AND (best.domain IS NULL OR other.domain IS NULL)
        AND (best.country IS NULL OR other.country IS NULL OR best.country = other.country)
),

involved AS (
    SELECT account_id FROM alike
    UNION
    SELECT keep_account_id AS account_id FROM alike
),

-- UNION instead of UNION ALL ends the recursion at a circle; Snowflake and BigQuery know only UNION ALL.
ancestor AS (
    SELECT
        account_id,
        account_id AS ancestor_id
    FROM involved
    UNION
    SELECT
        ancestor.account_id,
        above.account_id AS ancestor_id
    FROM ancestor
    INNER JOIN staged.account AS account ON ancestor.ancestor_id = account.account_id
    INNER JOIN staged.account AS above ON account.parent_account_id = above.account_id
),

kin AS (
    SELECT
        alike.account_id,
        alike.keep_account_id,
        max(
            CASE WHEN ancestor.ancestor_id IN (alike.account_id, alike.keep_account_id) THEN 1 ELSE 0 END
        ) AS is_above
    FROM alike
    INNER JOIN ancestor ON alike.account_id = ancestor.account_id
    INNER JOIN ancestor AS keep_ancestor
        ON
            alike.keep_account_id = keep_ancestor.account_id
            AND ancestor.ancestor_id = keep_ancestor.ancestor_id
    GROUP BY alike.account_id, alike.keep_account_id
),

doubted AS (
    SELECT
        alike.account_id,
        alike.keep_account_id,
        alike.keep_standing,
        alike.rule,
        alike.key,
        CASE WHEN kin.account_id IS NULL THEN alike.doubt ELSE 'They stand in one hierarchy.' END AS doubt
    FROM alike
    LEFT JOIN kin ON alike.account_id = kin.account_id AND alike.keep_account_id = kin.keep_account_id
    WHERE coalesce(kin.is_above, 0) = 0
),

ranked AS (
    SELECT
        account_id,
        keep_account_id,
        CASE WHEN doubt IS NULL THEN 'certain' ELSE 'suspected' END AS certainty,
        rule,
        key,
        doubt,
        row_number() OVER (
            PARTITION BY account_id
            ORDER BY CASE WHEN doubt IS NULL THEN 1 ELSE 2 END ASC, keep_standing ASC
        ) AS place
    FROM doubted
)

SELECT
    account_id,
    keep_account_id,
    certainty,
    rule,
    key,
    doubt
FROM ranked
WHERE place = 1
