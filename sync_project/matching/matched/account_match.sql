-- The one account each person belongs to, by the first rule that reaches a live account.
-- One row per person; people no rule reaches are absent, and so are those that matched.override holds back.
--
-- The rules and their order are the setting behind $account_rules; a rule left out is off. What a person
-- corrected comes before all of them.
--
-- person_id            | A person of matched.person.
-- account_id           | The account that wins; of rule create an organisation of matched.organisation.
-- match_rule           | override: a person said so, of this person or of this address; what was said of a
--                        record that was merged or converted into this person counts where nothing else was.
--                        stored_id: the contact's own account, merges followed.
--                        converted_lead: the account of a converted lead with the same email.
--                        newest_contact: the account of the newest contact with the same email.
--                        website_domain: the account whose website has the domain of the person's website.
--                        email_domain: the account whose website has the domain of the person's email.
--                        company_name: the account whose name has the same key.
--                        create: no account, but a domain for which one shall be made; not where a person
--                        said that the domain belongs to no account.
-- match_key            | What both sides have in common.
-- runner_up_account_id | The account that would be next by this rule; null where it reaches one only.
-- candidate_count      | How many accounts this rule reaches.
-- tie_break            | What decided between the first two, as in matched.key_owner.
-- confidence           | certain: a record or a person says so. likely: the only account with this domain or
--                        name. doubtful: one of several accounts, or one that only the looser key of a name
--                        reaches.
-- is_shared_domain     | Whether several accounts have the domain that decided; matched.domain_owner says
--                        whether they are a holding, duplicates or a franchise.
WITH of_person AS (
    SELECT
        kind,
        key,
        account_id
    FROM matched.person_correction
    WHERE place = 1
),

barred_name AS (
    SELECT DISTINCT
        key AS company_key,
        target_id AS account_id
    FROM matched.override
    WHERE kind = 'company_name' AND decision = 'is_not'
),

-- What belongs to no account: a domain or a name.
accountless AS (
    SELECT
        kind,
        key
    FROM matched.override
    WHERE kind IN ('domain', 'company_name') AND decision = 'is' AND target_id IS NULL
),

account_domain AS (
    SELECT match_key AS domain
    FROM matched.key_owner
    WHERE key_kind = 'domain'
),

-- Where a record's own account comes first and is there, nothing else needs to be looked up.
filed AS (
    SELECT
        *,
        filed_account_id IS NOT NULL AND array_position($account_rules, 'stored_id') = 1 AS is_settled
    FROM matched.person
),

wanted AS (
    SELECT
        person_id,
        CASE WHEN NOT is_settled THEN email_normalized END AS email_normalized,
        CASE WHEN NOT is_settled THEN website_domain END AS website_domain,
        CASE WHEN NOT is_settled THEN company_domain END AS company_domain,
        CASE WHEN NOT is_settled THEN company_key END AS company_key,
        CASE WHEN NOT is_settled THEN loose_company_key END AS loose_company_key,
        email_normalized AS address,
        stored_account_id,
        filed_account_id
    FROM filed
),

known AS (
    SELECT
        wanted.*,
        coalesce(by_person.kind, by_email.kind) AS corrected_kind,
        CASE WHEN by_person.kind IS NULL THEN by_email.account_id ELSE by_person.account_id END
            AS corrected_account_id,
        converted_lead.match_key IS NOT NULL AS has_converted_lead,
        newest_contact.match_key IS NOT NULL AS has_newest_contact,
        website.domain IS NOT NULL AS has_website_domain,
        mail.domain IS NOT NULL AS has_email_domain,
        name.match_key IS NOT NULL AS has_name,
        loose_name.match_key IS NOT NULL
        AND barred_name.company_key IS NULL
        AND accountless_name.key IS NULL AS has_loose_name,
        CASE
            WHEN accountless_domain.key IS NULL THEN coalesce(wanted.website_domain, wanted.company_domain)
        END AS new_domain
    FROM wanted
    LEFT JOIN of_person AS by_person ON wanted.person_id = by_person.key AND by_person.kind = 'person'
    LEFT JOIN of_person AS by_email ON wanted.address = by_email.key AND by_email.kind = 'email'
    LEFT JOIN matched.key_owner AS converted_lead
        ON
            wanted.email_normalized = converted_lead.match_key
            AND converted_lead.key_kind = 'converted_lead'
    LEFT JOIN matched.key_owner AS newest_contact
        ON
            wanted.email_normalized = newest_contact.match_key
            AND newest_contact.key_kind = 'newest_contact'
    LEFT JOIN account_domain AS website ON wanted.website_domain = website.domain
    LEFT JOIN account_domain AS mail ON wanted.company_domain = mail.domain
    LEFT JOIN matched.key_owner AS name
        ON wanted.company_key = name.match_key AND name.key_kind = 'company_name'
    LEFT JOIN matched.key_owner AS loose_name
        ON wanted.loose_company_key = loose_name.match_key AND loose_name.key_kind = 'loose_company_name'
    LEFT JOIN barred_name
        ON wanted.company_key = barred_name.company_key AND loose_name.account_id = barred_name.account_id
    LEFT JOIN accountless AS accountless_name
        ON wanted.company_key = accountless_name.key AND accountless_name.kind = 'company_name'
    LEFT JOIN accountless AS accountless_domain
        ON
            coalesce(wanted.website_domain, wanted.company_domain) = accountless_domain.key
            AND accountless_domain.kind = 'domain'
),

-- The place of each rule in the settings; one that is off comes after all.
rule AS (
    SELECT
        coalesce(array_position($account_rules, 'stored_id'), 99) AS stored_id,
        coalesce(array_position($account_rules, 'converted_lead'), 99) AS converted_lead,
        coalesce(array_position($account_rules, 'newest_contact'), 99) AS newest_contact,
        coalesce(array_position($account_rules, 'website_domain'), 99) AS website_domain,
        coalesce(array_position($account_rules, 'email_domain'), 99) AS email_domain,
        coalesce(array_position($account_rules, 'company_name'), 99) AS company_name,
        coalesce(array_position($account_rules, 'create'), 99) AS make_one
),

placed AS (
    SELECT
        known.*,
        least(
            CASE WHEN known.filed_account_id IS NOT NULL THEN rule.stored_id ELSE 99 END,
            CASE WHEN known.has_converted_lead THEN rule.converted_lead ELSE 99 END,
            CASE WHEN known.has_newest_contact THEN rule.newest_contact ELSE 99 END,
            CASE WHEN known.has_website_domain THEN rule.website_domain ELSE 99 END,
            CASE WHEN known.has_email_domain THEN rule.email_domain ELSE 99 END,
            CASE WHEN known.has_name OR known.has_loose_name THEN rule.company_name ELSE 99 END,
            CASE WHEN known.new_domain IS NOT NULL THEN rule.make_one ELSE 99 END
        ) AS place
    FROM known
    CROSS JOIN rule
    WHERE known.corrected_kind IS NULL OR known.corrected_account_id IS NOT NULL
),

decided AS (
    SELECT
        placed.*,
        CASE
            WHEN placed.corrected_kind IS NULL THEN list_extract($account_rules, placed.place) ELSE 'override'
        END AS match_rule
    FROM placed
    WHERE placed.place < 99 OR placed.corrected_kind IS NOT NULL
),

keyed AS (
    SELECT
        decided.*,
        CASE
            WHEN decided.match_rule IN ('website_domain', 'email_domain') THEN 'domain'
            WHEN decided.match_rule = 'company_name' AND NOT decided.has_name THEN 'loose_company_name'
            WHEN decided.match_rule NOT IN ('override', 'stored_id', 'create') THEN decided.match_rule
        END AS key_kind,
        CASE decided.match_rule
            WHEN 'override'
                THEN
                    CASE decided.corrected_kind
                        WHEN 'person' THEN decided.person_id ELSE decided.address
                    END
            WHEN 'stored_id' THEN decided.stored_account_id
            WHEN 'website_domain' THEN decided.website_domain
            WHEN 'email_domain' THEN decided.company_domain
            WHEN 'company_name'
                THEN CASE WHEN decided.has_name THEN decided.company_key ELSE decided.loose_company_key END
            WHEN 'create' THEN decided.new_domain
            ELSE decided.email_normalized
        END AS match_key
    FROM decided
)

SELECT
    keyed.person_id,
    CASE keyed.match_rule
        WHEN 'override' THEN keyed.corrected_account_id
        WHEN 'stored_id' THEN keyed.filed_account_id
        WHEN 'create' THEN 'organisation:' || keyed.new_domain
        ELSE owner.account_id
    END AS account_id,
    keyed.match_rule,
    keyed.match_key,
    owner.runner_up_account_id,
    coalesce(owner.candidate_count, 1) AS candidate_count,
    owner.tie_break,
    CASE
        WHEN keyed.match_rule IN ('override', 'stored_id') OR owner.tie_break = 'override' THEN 'certain'
        WHEN owner.candidate_count > 1 OR keyed.key_kind = 'loose_company_name' OR keyed.match_rule = 'create'
            THEN 'doubtful'
        WHEN keyed.match_rule IN ('converted_lead', 'newest_contact') THEN 'certain'
        ELSE 'likely'
    END AS confidence,
    coalesce(keyed.key_kind = 'domain' AND owner.candidate_count > 1, FALSE) AS is_shared_domain
FROM keyed
LEFT JOIN matched.key_owner AS owner
    ON keyed.key_kind = owner.key_kind AND keyed.match_key = owner.match_key
