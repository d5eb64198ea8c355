-- What a person's own data say about the person: seniority and function from the title, the kind of email,
-- the owner. One row per person, converted leads and deleted contacts and leads included: lessons need them,
-- and a person whose data went unknown since would give away what came of the deal.
--
-- person_id      | The person, as in matched.person, or a converted lead, or a deleted contact or lead.
-- seniority      | executive, vice president, director, manager or other; null without a title.
-- function       | What the title says the person works in; null without a title.
-- email_kind     | corporate, free, role and so on; null without an email.
-- assigned_owner | Name of the user who owns the record; null where inactive or a queue.
-- identity       | What makes an event this person's, as in matched.person; that of the others is the one of
--                  the person who has their address now, or else of whom they became, or else their address.
WITH gone AS (
    SELECT
        lead_id AS person_id,
        title,
        owner_id,
        email
    FROM staged.lead
    WHERE is_converted
    UNION ALL
    SELECT
        Id AS person_id,
        Title AS title,
        OwnerId AS owner_id,
        Email AS email
    FROM raw.lead
    WHERE IsDeleted
    UNION ALL
    SELECT
        Id AS person_id,
        Title AS title,
        OwnerId AS owner_id,
        Email AS email
    FROM raw.contact
    WHERE IsDeleted
),

known AS (
    SELECT
        person_id,
        title,
        owner_id,
        email_kind,
        identity
    FROM matched.person
    UNION ALL
    SELECT
        gone.person_id,
        gone.title,
        gone.owner_id,
        email_address.email_kind,
        coalesce(
            holder.identity,
            successor.identity,
            CASE WHEN email_address.email_kind <> 'placeholder' THEN email_address.email_normalized END,
            gone.person_id
        ) AS identity
    FROM gone
    LEFT JOIN matched.email_address AS email_address ON gone.email = email_address.email
    LEFT JOIN matched.address_owner AS owner ON email_address.email_normalized = owner.email_normalized
    LEFT JOIN matched.person AS holder ON owner.person_id = holder.person_id
    LEFT JOIN matched.record_redirect AS redirect ON gone.person_id = redirect.record_id
    LEFT JOIN matched.person AS successor ON redirect.final_record_id = successor.person_id
)

SELECT
    known.person_id,
    job_title.seniority,
    job_title.function,
    known.email_kind,
    owner.name AS assigned_owner,
    known.identity
FROM known
LEFT JOIN icp.job_title AS job_title ON known.title = job_title.title
LEFT JOIN staged.user AS owner ON known.owner_id = owner.user_id AND owner.is_active
