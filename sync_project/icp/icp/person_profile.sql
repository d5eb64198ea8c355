-- What a person's own data say about the person: seniority from the title, the kind of email, the owner.
-- One row per person, converted leads included: lessons about leads need them, and a lead whose data went
-- unknown when it was converted would give its own outcome away.
--
-- person_id      | The person, as in matched.person, or a converted lead.
-- seniority      | executive, vice president, director, manager or other; null without a title.
-- email_kind     | corporate, free, role and so on; null without an email.
-- assigned_owner | Name of the user who owns the record; null where inactive or a queue.
-- identity       | What makes an event this person's, as in matched.person; a converted lead's is that of the
--                  person who has its address now, or else whom it became.
WITH known AS (
    SELECT
        person_id,
        title,
        owner_id,
        email_kind,
        identity
    FROM matched.person
    UNION ALL
    SELECT
        lead.lead_id AS person_id,
        lead.title,
        lead.owner_id,
        email_address.email_kind,
        coalesce(holder.identity, successor.identity, lead.lead_id) AS identity
    FROM staged.lead AS lead
    LEFT JOIN matched.email_address AS email_address ON lead.email = email_address.email
    LEFT JOIN matched.address_owner AS owner ON email_address.email_normalized = owner.email_normalized
    LEFT JOIN matched.person AS holder ON owner.person_id = holder.person_id
    LEFT JOIN matched.record_redirect AS redirect ON lead.lead_id = redirect.record_id
    LEFT JOIN matched.person AS successor ON redirect.final_record_id = successor.person_id
    WHERE lead.is_converted
)

SELECT
    known.person_id,
    CASE
        WHEN known.title IS NULL THEN NULL
        WHEN
            regexp_matches(
                lower(known.title), '\b(chief|ceo|cto|cfo|coo|cmo|cio|cro|cpo|founder|owner|president)\b'
            )
            AND NOT regexp_matches(lower(known.title), '\bvice[ -]president\b')
            THEN 'executive'
        WHEN regexp_matches(lower(known.title), '\b(vp|svp|evp|vice[ -]president)\b') THEN 'vice president'
        WHEN regexp_matches(lower(known.title), '\b(director|head)\b') THEN 'director'
        WHEN regexp_matches(lower(known.title), '\b(manager|lead|supervisor)\b') THEN 'manager'
        ELSE 'other'
    END AS seniority,
    known.email_kind,
    owner.name AS assigned_owner,
    known.identity
FROM known
LEFT JOIN staged.user AS owner ON known.owner_id = owner.user_id AND owner.is_active
