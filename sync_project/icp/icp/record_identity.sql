-- Whom each Contact and Lead record stands for, so that what hangs on the record counts for that person and
-- company: the person's own record, a converted lead, or one that was merged away. A contact or lead
-- that was deleted stays with its account, or that of the domain of its email, so that what was done with it
-- still counts there.
-- One row per record that leads to somebody we know.
--
-- record_id  | The Contact or Lead.
-- identity   | What makes something this person's, as in icp.person_profile.
-- company_id | The person's account, or organisation of ours; null where neither is known.
WITH filed AS (
    SELECT
        Id AS person_id,
        AccountId AS account_id,
        row_number() OVER (
            PARTITION BY Id
            ORDER BY
                coalesce(IsDeleted, FALSE) ASC,
                coalesce(valid_to, TIMESTAMP '9999-12-31') DESC,
                valid_from DESC
        ) AS place
    FROM history.contact
),

gone AS (
    SELECT
        contact.Id AS person_id,
        filed.account_id,
        contact.Email AS email
    FROM raw.contact AS contact
    INNER JOIN filed ON contact.Id = filed.person_id AND filed.place = 1
    WHERE contact.IsDeleted
    UNION ALL
    SELECT
        Id AS person_id,
        NULL AS account_id,
        Email AS email
    FROM raw.lead
    WHERE IsDeleted
),

gone_company AS (
    SELECT
        gone.person_id,
        coalesce(account.account_id, domain_owner.account_id) AS account_id
    FROM gone
    LEFT JOIN matched.record_redirect AS redirect ON gone.account_id = redirect.record_id
    LEFT JOIN staged.account AS account
        ON coalesce(redirect.final_record_id, gone.account_id) = account.account_id
    LEFT JOIN matched.email_address AS email_address ON gone.email = email_address.email
    LEFT JOIN matched.domain_owner AS domain_owner ON email_address.company_domain = domain_owner.domain
)

SELECT
    profile.person_id AS record_id,
    profile.identity,
    coalesce(affiliation.company_id, gone_company.account_id) AS company_id
FROM icp.person_profile AS profile
LEFT JOIN matched.record_redirect AS redirect ON profile.person_id = redirect.record_id
LEFT JOIN matched.affiliation AS affiliation
    ON coalesce(redirect.final_record_id, profile.person_id) = affiliation.person_id
LEFT JOIN gone_company ON profile.person_id = gone_company.person_id
UNION ALL
SELECT
    redirect.record_id,
    successor.identity,
    affiliation.company_id
FROM matched.record_redirect AS redirect
INNER JOIN icp.person_profile AS successor ON redirect.final_record_id = successor.person_id
LEFT JOIN icp.person_profile AS own ON redirect.record_id = own.person_id
LEFT JOIN matched.affiliation AS affiliation ON redirect.final_record_id = affiliation.person_id
WHERE own.person_id IS NULL
