-- Who of several people would be linked first, if none was linked yet. One row per person.
--
-- person_id   | A person of matched.person.
-- has_account | Whether a rule of matched.account_match finds an account of the org.
-- place       | 1 for who comes before every other: a contact before a lead before a visitor, then who has an
--               account, then the oldest, then the smallest id.
SELECT
    person.person_id,
    account.account_id IS NOT NULL AS has_account,
    row_number() OVER (
        ORDER BY
            CASE person.record_type WHEN 'Contact' THEN 1 WHEN 'Lead' THEN 2 ELSE 3 END ASC,
            CASE WHEN account.account_id IS NULL THEN 2 ELSE 1 END ASC,
            person.created_at ASC NULLS LAST,
            person.person_id ASC
    ) AS place
FROM matched.person AS person
LEFT JOIN matched.account_match AS account_match ON person.person_id = account_match.person_id
LEFT JOIN staged.account AS account ON account_match.account_id = account.account_id
