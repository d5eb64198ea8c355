-- The one account each domain means. One row per domain that an account's website has.
--
-- domain               | The company's domain.
-- account_id           | The account that wins.
-- runner_up_account_id | The account that would be next; null where only one has the domain.
-- candidate_count      | How many accounts have the domain.
-- tie_break            | What decided between the two, as in matched.key_owner.
-- is_shared            | Whether several accounts have the domain, as in a holding or a franchise.
SELECT
    match_key AS domain,
    account_id,
    runner_up_account_id,
    candidate_count,
    tie_break,
    candidate_count > 1 AS is_shared
FROM matched.key_owner
WHERE key_kind = 'domain'
