-- What a person's own data say about the person: seniority from the title, the kind of email.
-- One row per person.
--
-- person_id  | The person, as in matched.person.
-- seniority  | executive, vice president, director, manager or other; null without a title.
-- email_kind | corporate, free, role and so on; null without an email.
SELECT
    person_id,
    CASE
        WHEN title IS NULL THEN NULL
        WHEN
            regexp_matches(
                lower(title), '\b(chief|ceo|cto|cfo|coo|cmo|cio|cro|cpo|founder|owner|president)\b'
            )
            AND NOT regexp_matches(lower(title), '\bvice[ -]president\b')
            THEN 'executive'
        WHEN regexp_matches(lower(title), '\b(vp|svp|evp|vice[ -]president)\b') THEN 'vice president'
        WHEN regexp_matches(lower(title), '\b(director|head)\b') THEN 'director'
        WHEN regexp_matches(lower(title), '\b(manager|lead|supervisor)\b') THEN 'manager'
        ELSE 'other'
    END AS seniority,
    email_kind
FROM matched.person
