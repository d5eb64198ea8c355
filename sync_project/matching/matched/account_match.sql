-- The one account each person belongs to, by the first rule that reaches a live account.
-- One row per person; people no rule reaches are absent.
--
-- The rules and their order are the setting behind $account_rules; a rule left out is off.
--
-- person_id            | A person of matched.person.
-- account_id           | The account that wins.
-- match_rule           | stored_id: the contact's own account, merges followed.
--                        converted_lead: the account of a converted lead with the same email.
--                        newest_contact: the account of the newest contact with the same email.
--                        website_domain: the account whose website has the domain of the person's website.
--                        email_domain: the account whose website has the domain of the person's email.
--                        company_name: the account whose name has the same key.
-- match_key            | What both sides have in common.
-- runner_up_account_id | The account that would be next by this rule; null where it reaches one only.
-- candidate_count      | How many accounts this rule reaches.
-- tie_break            | What decided between the first two; null where the rule reaches one only.
WITH company_owner AS (
    SELECT
        company_name.company,
        owner.account_id,
        owner.match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        1 AS key_order
    FROM matched.company_name AS company_name
    INNER JOIN matched.key_owner AS owner
        ON company_name.company_key = owner.match_key AND owner.key_kind = 'company_name'
    UNION ALL
    SELECT
        company_name.company,
        owner.account_id,
        owner.match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        2 AS key_order
    FROM matched.company_name AS company_name
    INNER JOIN matched.key_owner AS owner
        ON company_name.loose_company_key = owner.match_key AND owner.key_kind = 'loose_company_name'
),

reached AS (
    SELECT
        contact.contact_id AS person_id,
        account.account_id,
        'stored_id' AS match_rule,
        contact.account_id AS match_key,
        NULL AS runner_up_account_id,
        1 AS candidate_count,
        NULL AS tie_break,
        1 AS key_order
    FROM staged.contact AS contact
    LEFT JOIN matched.record_redirect AS redirect ON contact.account_id = redirect.record_id
    INNER JOIN staged.account AS account
        ON coalesce(redirect.final_record_id, contact.account_id) = account.account_id
    UNION ALL
    SELECT
        person.person_id,
        owner.account_id,
        owner.match_rule,
        owner.email_normalized AS match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        1 AS key_order
    FROM matched.person AS person
    INNER JOIN matched.email_owner AS owner ON person.email_normalized = owner.email_normalized
    UNION ALL
    SELECT
        person.person_id,
        owner.account_id,
        'website_domain' AS match_rule,
        owner.domain AS match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        1 AS key_order
    FROM matched.person AS person
    INNER JOIN matched.domain_owner AS owner ON person.website_domain = owner.domain
    UNION ALL
    SELECT
        person.person_id,
        owner.account_id,
        'email_domain' AS match_rule,
        owner.domain AS match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        1 AS key_order
    FROM matched.person AS person
    INNER JOIN matched.domain_owner AS owner ON person.company_domain = owner.domain
    UNION ALL
    SELECT
        person.person_id,
        owner.account_id,
        'company_name' AS match_rule,
        owner.match_key,
        owner.runner_up_account_id,
        owner.candidate_count,
        owner.tie_break,
        owner.key_order
    FROM matched.person AS person
    INNER JOIN company_owner AS owner ON person.company = owner.company
),

placed AS (
    SELECT
        person_id,
        account_id,
        match_rule,
        match_key,
        runner_up_account_id,
        candidate_count,
        tie_break,
        row_number() OVER (
            PARTITION BY person_id ORDER BY array_position($account_rules, match_rule), key_order
        ) AS place
    FROM reached
    WHERE list_contains($account_rules, match_rule)
)

SELECT
    person_id,
    account_id,
    match_rule,
    match_key,
    runner_up_account_id,
    candidate_count,
    tie_break
FROM placed
WHERE place = 1
