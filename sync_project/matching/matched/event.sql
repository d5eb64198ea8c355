-- What people did, with the company it counts for. One row per event.
--
-- event_id         | The source's name, a colon, and the source's own id of the event.
-- occurred_at      | When it happened (UTC).
-- kind             | Such as page_view or demo_request.
-- email_normalized | Who did it, in the spelling of matched.person; null where unknown. The address of a
--                    record that was merged stands for the one that took its place, unless a person has it.
-- properties       | What else the source says, as JSON text.
-- account_id       | The account of the person with this address (a contact before a lead, the newest first),
--                    else of a converted lead with it, else the one that the address's domain means, else
--                    the one that the event's own domain means; null where none does.
WITH person_account AS (
    SELECT
        person.email_normalized,
        account_match.account_id,
        row_number() OVER (
            PARTITION BY person.email_normalized
            ORDER BY
                CASE person.record_type WHEN 'Contact' THEN 1 WHEN 'Lead' THEN 2 ELSE 3 END,
                person.created_at DESC NULLS LAST,
                person.person_id DESC
        ) AS place
    FROM matched.person AS person
    INNER JOIN matched.account_match AS account_match ON person.person_id = account_match.person_id
    WHERE person.email_normalized IS NOT NULL AND person.email_kind <> 'placeholder'
),

moved_address AS (
    SELECT
        gone.email,
        min(person.email_normalized) AS email_normalized
    FROM staged.deleted_person AS gone
    INNER JOIN matched.record_redirect AS redirect ON gone.record_id = redirect.record_id
    INNER JOIN matched.person AS person ON redirect.final_record_id = person.person_id
    LEFT JOIN matched.person AS holder ON gone.email = holder.email_normalized
    WHERE holder.person_id IS NULL AND person.email_normalized IS NOT NULL
    GROUP BY gone.email
),

event AS (
    SELECT
        engagement.event_id,
        engagement.occurred_at,
        engagement.kind,
        engagement.domain,
        engagement.properties,
        email_address.company_domain,
        coalesce(moved_address.email_normalized, email_address.email_normalized) AS email_normalized
    FROM staged.engagement_event AS engagement
    LEFT JOIN matched.email_address AS email_address ON engagement.email = email_address.email
    LEFT JOIN moved_address ON email_address.email_normalized = moved_address.email
)

SELECT
    event.event_id,
    event.occurred_at,
    event.kind,
    event.email_normalized,
    event.properties,
    coalesce(
        person_account.account_id,
        converted.account_id,
        email_domain.account_id,
        event_domain.account_id
    ) AS account_id
FROM event
LEFT JOIN person_account
    ON event.email_normalized = person_account.email_normalized AND person_account.place = 1
LEFT JOIN matched.email_owner AS converted
    ON event.email_normalized = converted.email_normalized AND converted.match_rule = 'converted_lead'
LEFT JOIN matched.domain_owner AS email_domain ON event.company_domain = email_domain.domain
LEFT JOIN matched.website AS website ON event.domain = website.website
LEFT JOIN matched.domain_owner AS event_domain ON website.domain = event_domain.domain
