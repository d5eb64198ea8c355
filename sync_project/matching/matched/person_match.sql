-- The one person to whom each way of naming somebody in engagement events leads.
-- One row per Lead id, Contact id and email that events name together; who leads to nobody is absent.
--
-- lead_id             | The Lead id that events carry, as they spell it.
-- contact_id          | The Contact id that events carry, as they spell it.
-- email               | The email that events carry, as they spell it.
-- person_id           | The person that wins.
-- match_rule          | The first that reaches a live person: stored_lead_id, stored_contact_id (merges and
--                       conversions followed), then by the address override, email or former_email, as in
--                       matched.address_owner.
-- match_key           | The id or the address that both sides have.
-- runner_up_person_id | The person that would be next by this rule; null where it reaches one only.
-- candidate_count     | How many people this rule reaches.
-- tie_break           | What decided between the first two, as in matched.address_owner.
-- other_person_id     | Whom the Contact id reaches, where the Lead id reaches another person: the two are
--                       suspected to be one in matched.duplicate. Null elsewhere.
WITH named AS (
    SELECT DISTINCT
        lead_id,
        contact_id,
        email
    FROM matched.sighting
    WHERE lead_id IS NOT NULL OR contact_id IS NOT NULL OR email IS NOT NULL
),

-- The first 15 characters of an id tell it apart, in their case; the other three only repeat the case.
record AS (
    SELECT
        left(person_id, 15) AS short_id,
        person_id
    FROM matched.person
    WHERE record_type <> 'Visitor'
    UNION ALL
    SELECT
        left(redirect.record_id, 15) AS short_id,
        person.person_id
    FROM matched.record_redirect AS redirect
    INNER JOIN matched.person AS person ON redirect.final_record_id = person.person_id
)

SELECT
    named.lead_id,
    named.contact_id,
    named.email,
    coalesce(of_lead.person_id, of_contact.person_id, owner.person_id) AS person_id,
    CASE
        WHEN of_lead.person_id IS NOT NULL THEN 'stored_lead_id'
        WHEN of_contact.person_id IS NOT NULL THEN 'stored_contact_id'
        ELSE owner.match_rule
    END AS match_rule,
    CASE
        WHEN of_lead.person_id IS NOT NULL THEN named.lead_id
        WHEN of_contact.person_id IS NOT NULL THEN named.contact_id
        ELSE owner.email_normalized
    END AS match_key,
    CASE
        WHEN of_lead.person_id IS NULL AND of_contact.person_id IS NULL THEN owner.runner_up_person_id
    END AS runner_up_person_id,
    CASE
        WHEN of_lead.person_id IS NULL AND of_contact.person_id IS NULL THEN owner.candidate_count ELSE 1
    END AS candidate_count,
    CASE
        WHEN of_lead.person_id IS NULL AND of_contact.person_id IS NULL THEN owner.tie_break
    END AS tie_break,
    CASE WHEN of_lead.person_id <> of_contact.person_id THEN of_contact.person_id END AS other_person_id
FROM named
LEFT JOIN record AS of_lead ON left(named.lead_id, 15) = of_lead.short_id
LEFT JOIN record AS of_contact ON left(named.contact_id, 15) = of_contact.short_id
LEFT JOIN matched.email_address AS email_address ON named.email = email_address.email
LEFT JOIN matched.address_owner AS owner ON email_address.email_normalized = owner.email_normalized
WHERE coalesce(of_lead.person_id, of_contact.person_id, owner.person_id) IS NOT NULL
