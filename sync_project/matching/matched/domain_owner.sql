-- The one account each domain means. One row per domain that an account's website has, or an override names.
--
-- domain               | The company's domain.
-- account_id           | The account that wins.
-- runner_up_account_id | The account that would be next; null where only one has the domain.
-- candidate_count      | How many accounts have the domain.
-- tie_break            | What decided between the two, as in matched.key_owner.
-- is_shared            | Whether several accounts have the domain.
-- shared_as            | holding: all stand in one hierarchy. duplicate: all have the same name. franchise:
--                        neither, so that a person should look at the matches. Null where only one has it.
WITH sharing AS (
    SELECT
        website.company_domain AS domain,
        count(DISTINCT standing.top_account_id) AS hierarchy_count,
        count(DISTINCT coalesce(company_name.company_key, account.account_id)) AS name_count
    FROM staged.account AS account
    INNER JOIN matched.website AS website ON account.website = website.website
    INNER JOIN matched.account_standing AS standing ON account.account_id = standing.account_id
    LEFT JOIN matched.company_name AS company_name ON account.name = company_name.company
    WHERE website.company_domain IS NOT NULL
    GROUP BY website.company_domain
)

SELECT
    owner.match_key AS domain,
    owner.account_id,
    owner.runner_up_account_id,
    owner.candidate_count,
    owner.tie_break,
    owner.candidate_count > 1 AS is_shared,
    CASE
        WHEN owner.candidate_count = 1 THEN NULL
        WHEN sharing.hierarchy_count = 1 THEN 'holding'
        WHEN sharing.name_count = 1 THEN 'duplicate'
        ELSE 'franchise'
    END AS shared_as
FROM matched.key_owner AS owner
LEFT JOIN sharing ON owner.match_key = sharing.domain
WHERE owner.key_kind = 'domain'
