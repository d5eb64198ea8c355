-- Companies that Salesforce has no account of: the domains of people without an account, and of visits whose
-- person is unknown or belongs to no company. One row per domain.
--
-- A visit of somebody who was deleted or converted brings none, because Salesforce had that company; nor does
-- a visit of which only the domain is known, where people of an account have mail of that domain.
--
-- organisation_id      | organisation:<domain>, as in matched.affiliation.
-- domain               | The company's domain.
-- name                 | The name that most of its people give, in lead or form; of several the newest. Null
--                        where nobody gives one.
-- person_count         | Its people: contacts and leads without an account, and visitors.
-- lead_count           | The leads among them.
-- visitor_count        | The visitors among them.
-- colleague_account_id | The account of most other people with company mail of the domain, which is probably
--                        that account's; null where no account has any.
-- first_seen_at        | When its first person was created or its first event happened (UTC).
-- last_seen_at         | When its newest person was created or its last event happened (UTC).
WITH member AS (
    SELECT
        affiliation.organisation_id,
        person.record_type,
        person.created_at,
        CASE WHEN company_name.company_key IS NOT NULL THEN trim(person.company) END AS company
    FROM matched.affiliation AS affiliation
    INNER JOIN matched.person AS person ON affiliation.person_id = person.person_id
    LEFT JOIN matched.company_name AS company_name ON person.company = company_name.company
    WHERE affiliation.organisation_id IS NOT NULL
),

colleague AS (
    SELECT
        person.company_domain AS domain,
        affiliation.account_id,
        row_number() OVER (
            PARTITION BY person.company_domain ORDER BY count(*) DESC, affiliation.account_id ASC
        ) AS place
    FROM matched.affiliation AS affiliation
    INNER JOIN matched.person AS person ON affiliation.person_id = person.person_id
    WHERE affiliation.account_id IS NOT NULL AND person.company_domain IS NOT NULL
    GROUP BY person.company_domain, affiliation.account_id
),

left_address AS (
    SELECT email_address.email_normalized
    FROM staged.former_email AS former_email
    INNER JOIN matched.email_address AS email_address ON former_email.email = email_address.email
    UNION
    SELECT email_address.email_normalized
    FROM staged.lead AS lead
    INNER JOIN matched.email_address AS email_address ON lead.email = email_address.email
    WHERE lead.is_converted
),

visit AS (
    SELECT
        sighting.first_seen_at,
        sighting.last_seen_at,
        coalesce(
            affiliation.organisation_id,
            CASE
                WHEN domain_owner.domain IS NULL AND colleague.domain IS NULL
                    THEN 'organisation:' || website.company_domain
            END
        ) AS organisation_id
    FROM matched.sighting AS sighting
    LEFT JOIN matched.person_match AS person_match
        ON
            sighting.lead_id IS NOT DISTINCT FROM person_match.lead_id
            AND sighting.contact_id IS NOT DISTINCT FROM person_match.contact_id
            AND sighting.email IS NOT DISTINCT FROM person_match.email
    LEFT JOIN matched.affiliation AS affiliation ON person_match.person_id = affiliation.person_id
    LEFT JOIN matched.email_address AS email_address ON sighting.email = email_address.email
    LEFT JOIN left_address
        ON
            email_address.email_normalized = left_address.email_normalized
            AND person_match.person_id IS NULL
    LEFT JOIN matched.website AS website ON sighting.domain = website.website
    LEFT JOIN matched.domain_owner AS domain_owner ON website.company_domain = domain_owner.domain
    LEFT JOIN colleague ON website.company_domain = colleague.domain AND colleague.place = 1
    WHERE affiliation.account_id IS NULL AND left_address.email_normalized IS NULL
),

seen AS (
    SELECT
        organisation_id,
        record_type,
        created_at AS first_seen_at,
        created_at AS last_seen_at
    FROM member
    UNION ALL
    SELECT
        organisation_id,
        NULL AS record_type,
        first_seen_at,
        last_seen_at
    FROM visit
    WHERE organisation_id IS NOT NULL
),

named AS (
    SELECT
        organisation_id,
        company,
        row_number() OVER (
            PARTITION BY organisation_id ORDER BY count(*) DESC, max(created_at) DESC NULLS LAST, company ASC
        ) AS place
    FROM member
    WHERE company IS NOT NULL
    GROUP BY organisation_id, company
)

SELECT
    seen.organisation_id,
    replace(seen.organisation_id, 'organisation:', '') AS domain,
    named.company AS name,
    count(seen.record_type) AS person_count,
    count(CASE WHEN seen.record_type = 'Lead' THEN 1 END) AS lead_count,
    count(CASE WHEN seen.record_type = 'Visitor' THEN 1 END) AS visitor_count,
    colleague.account_id AS colleague_account_id,
    min(seen.first_seen_at) AS first_seen_at,
    max(seen.last_seen_at) AS last_seen_at
FROM seen
LEFT JOIN named ON seen.organisation_id = named.organisation_id AND named.place = 1
LEFT JOIN colleague ON seen.organisation_id = 'organisation:' || colleague.domain AND colleague.place = 1
GROUP BY seen.organisation_id, named.company, colleague.account_id
