-- Whom, and which company, each way of naming somebody in engagement events means. It is found out once for
-- all events of that name, so that a new match of people or accounts is no reason to look at events again.
-- One row per row of matched.sighting.
--
-- lead_id    | The Lead id, as the events spell it.
-- contact_id | The Contact id, as they spell it.
-- email      | The email, as they spell it.
-- domain     | The domain of the company, as they spell it.
-- person_id  | Who it is, by matched.person_match; null where nobody is known.
-- identity   | The identity of that person in matched.person; without one the address in its one spelling.
-- company_id | The account, or organisation of ours, of that person; else the account of a converted lead
--              with the address; else the account, or else the organisation, that the address's domain
--              means, or the events' own; null where none does.
WITH named AS (
    SELECT
        sighting.lead_id,
        sighting.contact_id,
        sighting.email,
        sighting.domain,
        website.company_domain AS event_domain,
        person_match.person_id,
        person.identity AS person_identity,
        email_address.company_domain,
        CASE WHEN email_address.email_kind <> 'placeholder' THEN email_address.email_normalized END AS address
    FROM matched.sighting AS sighting
    LEFT JOIN matched.website AS website ON sighting.domain = website.website
    LEFT JOIN matched.email_address AS email_address ON sighting.email = email_address.email
    LEFT JOIN matched.person_match AS person_match
        ON
            sighting.lead_id IS NOT DISTINCT FROM person_match.lead_id
            AND sighting.contact_id IS NOT DISTINCT FROM person_match.contact_id
            AND sighting.email IS NOT DISTINCT FROM person_match.email
    LEFT JOIN matched.person AS person ON person_match.person_id = person.person_id
)

SELECT
    named.lead_id,
    named.contact_id,
    named.email,
    named.domain,
    named.person_id,
    coalesce(named.person_identity, named.address) AS identity,
    coalesce(
        affiliation.company_id,
        converted.account_id,
        email_domain.account_id,
        event_domain.account_id,
        email_organisation.organisation_id,
        event_organisation.organisation_id
    ) AS company_id
FROM named
LEFT JOIN matched.affiliation AS affiliation ON named.person_id = affiliation.person_id
LEFT JOIN matched.key_owner AS converted
    ON named.address = converted.match_key AND converted.key_kind = 'converted_lead'
LEFT JOIN matched.domain_owner AS email_domain ON named.company_domain = email_domain.domain
LEFT JOIN matched.domain_owner AS event_domain ON named.event_domain = event_domain.domain
LEFT JOIN matched.organisation AS email_organisation ON named.company_domain = email_organisation.domain
LEFT JOIN matched.organisation AS event_organisation ON named.event_domain = event_organisation.domain
