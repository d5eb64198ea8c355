-- The people the product knows: live contacts, live leads not yet converted, and visitors.
-- One row per record; a visitor is an email address of engagement events that no contact and no lead has.
--
-- person_id         | Salesforce Contact or Lead Id, or visitor:<email_normalized>.
-- record_type       | Contact, Lead or Visitor.
-- identity          | What makes an event this person's: the email address; without one, and with one that is
--                     a placeholder, the person_id. People with the same address share what it did.
-- first_name        | First name; a visitor's is from the newest form.
-- last_name         | Last name; a visitor's is from the newest form.
-- company           | A contact's account name, a lead's company, or what a visitor put into the newest form.
-- company_key       | The key of that name, as in matched.company_name.
-- loose_company_key | Its second, looser key.
-- title             | Job title; null for a visitor.
-- email_normalized  | The email address in its one spelling.
-- email_kind        | Kind of mailbox; null where there is no email.
-- company_domain    | The company the mailbox speaks for; null for our own.
-- duplicate_key     | Equal for addresses that may reach one person.
-- website_domain    | The company that a lead's website field names; null for our own.
-- stored_account_id | The account that a contact is filed under, as stored; it may be merged or deleted.
-- filed_account_id  | The live account that this is now, merges followed; null where it is gone.
-- lead_source       | Where the person came from.
-- country           | Country.
-- owner_id          | The User or queue that owns the record.
-- created_at        | When the record was created, or the visitor first seen (UTC).
WITH known_email AS (
    SELECT email FROM staged.contact
    UNION
    SELECT email FROM staged.lead
),

known_address AS (
    SELECT DISTINCT email_address.email_normalized
    FROM known_email
    INNER JOIN matched.email_address AS email_address ON known_email.email = email_address.email
),

-- Who had an address before, or was deleted with it, is not made anew from events with it; nor is somebody
-- whose address a person gave to a record.
taken_address AS (
    SELECT email_address.email_normalized
    FROM staged.former_email AS former_email
    INNER JOIN matched.email_address AS email_address ON former_email.email = email_address.email
    WHERE email_address.email_normalized IS NOT NULL
    UNION
    SELECT key AS email_normalized
    FROM matched.override
    WHERE kind = 'email' AND (target_id LIKE '003%' OR target_id LIKE '00Q%')
),

known_record AS (
    SELECT left(contact_id, 15) AS short_id
    FROM staged.contact
    UNION
    SELECT left(lead_id, 15) AS short_id
    FROM staged.lead
    UNION
    SELECT left(record_id, 15) AS short_id
    FROM matched.record_redirect
),

unknown AS (
    SELECT
        sighting.lead_id,
        sighting.contact_id,
        sighting.email,
        sighting.domain,
        sighting.first_seen_at,
        email_address.email_normalized,
        email_address.email_kind,
        email_address.company_domain,
        email_address.duplicate_key
    FROM matched.sighting AS sighting
    INNER JOIN matched.email_address AS email_address ON sighting.email = email_address.email
    LEFT JOIN known_address ON email_address.email_normalized = known_address.email_normalized
    LEFT JOIN taken_address ON email_address.email_normalized = taken_address.email_normalized
    LEFT JOIN known_record AS by_lead_id ON left(sighting.lead_id, 15) = by_lead_id.short_id
    LEFT JOIN known_record AS by_contact_id ON left(sighting.contact_id, 15) = by_contact_id.short_id
    WHERE
        email_address.email_kind IN ('corporate', 'free', 'role')
        AND known_address.email_normalized IS NULL
        AND taken_address.email_normalized IS NULL
        AND by_lead_id.short_id IS NULL
        AND by_contact_id.short_id IS NULL
        AND NOT email_address.is_own
),

visitor AS (
    SELECT
        email_normalized,
        email_kind,
        company_domain,
        duplicate_key,
        min(first_seen_at) AS created_at
    FROM unknown
    GROUP BY email_normalized, email_kind, company_domain, duplicate_key
),

form AS (
    SELECT
        unknown.email_normalized,
        event.properties,
        row_number() OVER (
            PARTITION BY unknown.email_normalized ORDER BY event.occurred_at DESC, event.event_id DESC
        ) AS place
    FROM staged.engagement_event AS event
    INNER JOIN unknown
        ON
            event.email = unknown.email
            AND event.domain IS NOT DISTINCT FROM unknown.domain
            AND event.lead_id IS NOT DISTINCT FROM unknown.lead_id
            AND event.contact_id IS NOT DISTINCT FROM unknown.contact_id
    WHERE event.kind = 'form_submit'
),

record AS (
    SELECT
        contact.contact_id AS person_id,
        'Contact' AS record_type,
        contact.first_name,
        contact.last_name,
        account.name AS company,
        contact.title,
        email_address.email_normalized,
        email_address.email_kind,
        email_address.company_domain,
        email_address.duplicate_key,
        NULL AS website_domain,
        contact.account_id AS stored_account_id,
        account.account_id AS filed_account_id,
        contact.lead_source,
        contact.country,
        contact.owner_id,
        contact.created_at
    FROM staged.contact AS contact
    LEFT JOIN matched.email_address AS email_address ON contact.email = email_address.email
    LEFT JOIN matched.record_redirect AS redirect ON contact.account_id = redirect.record_id
    LEFT JOIN staged.account AS account
        ON coalesce(redirect.final_record_id, contact.account_id) = account.account_id
    UNION ALL
    SELECT
        lead.lead_id AS person_id,
        'Lead' AS record_type,
        lead.first_name,
        lead.last_name,
        lead.company,
        lead.title,
        email_address.email_normalized,
        email_address.email_kind,
        email_address.company_domain,
        email_address.duplicate_key,
        website.company_domain AS website_domain,
        NULL AS stored_account_id,
        NULL AS filed_account_id,
        lead.lead_source,
        lead.country,
        lead.owner_id,
        lead.created_at
    FROM staged.lead AS lead
    LEFT JOIN matched.email_address AS email_address ON lead.email = email_address.email
    LEFT JOIN matched.website AS website ON lead.website = website.website
    WHERE NOT lead.is_converted
    UNION ALL
    SELECT
        'visitor:' || visitor.email_normalized AS person_id,
        'Visitor' AS record_type,
        nullif(trim(json_extract_string(form.properties, '$.first_name')), '') AS first_name,
        nullif(trim(json_extract_string(form.properties, '$.last_name')), '') AS last_name,
        nullif(trim(json_extract_string(form.properties, '$.company')), '') AS company,
        NULL AS title,
        visitor.email_normalized,
        visitor.email_kind,
        visitor.company_domain,
        visitor.duplicate_key,
        NULL AS website_domain,
        NULL AS stored_account_id,
        NULL AS filed_account_id,
        NULL AS lead_source,
        NULL AS country,
        NULL AS owner_id,
        visitor.created_at
    FROM visitor
    LEFT JOIN form ON visitor.email_normalized = form.email_normalized AND form.place = 1
)

SELECT
    record.person_id,
    record.record_type,
    CASE
        WHEN record.email_normalized IS NULL OR record.email_kind = 'placeholder' THEN record.person_id
        ELSE record.email_normalized
    END AS identity,
    record.first_name,
    record.last_name,
    record.company,
    company_name.company_key,
    company_name.loose_company_key,
    record.title,
    record.email_normalized,
    record.email_kind,
    record.company_domain,
    record.duplicate_key,
    record.website_domain,
    record.stored_account_id,
    record.filed_account_id,
    record.lead_source,
    record.country,
    record.owner_id,
    record.created_at
FROM record
LEFT JOIN matched.company_name AS company_name ON record.company = company_name.company
