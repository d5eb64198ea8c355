-- What a person should merge or convert in Salesforce, the certain ones first. We merge nothing.
-- One row per record that should go: matched.merge_pair with what a person needs in order to decide.
--
-- When a record has been merged or converted, its row is gone after the next run.
--
-- record_id         | The record that should go.
-- record_type       | Contact, Lead or Account.
-- action            | merge contacts, merge leads, convert lead into contact or merge accounts.
-- keep_record_id    | The record to keep.
-- certainty         | certain or suspected: to be looked at first.
-- step              | What has the same number can go into the record to keep together: Salesforce merges at
--                     most two records into a third at a time.
-- reason            | What the two have in common, in words.
-- caution           | What speaks against it or needs a decision first; null where nothing does.
-- name              | Name of the record that should go.
-- keep_name         | Name of the record to keep.
-- address           | Email address; of an account its website as typed.
-- keep_address      | The same of the record to keep.
-- account_name      | The account the person belongs to; null for an account.
-- keep_account_name | The same of the record to keep.
-- owner_name        | The active user who owns the record.
-- keep_owner_name   | The same of the record to keep.
-- rule              | As in matched.merge_pair.
-- key               | As in matched.merge_pair.
WITH involved AS (
    SELECT record_id FROM matched.merge_pair
    UNION
    SELECT keep_record_id AS record_id FROM matched.merge_pair
),

record AS (
    SELECT
        person.person_id AS record_id,
        -- Without accents and marks; translate deletes what has no counterpart.
        translate(strip_accents(lower(person.first_name)), 'ßæœøłđðı.-’'' ', 'saoolddi') AS plain_first_name,
        translate(strip_accents(lower(person.last_name)), 'ßæœøłđðı.-’'' ', 'saoolddi') AS plain_last_name,
        trim(coalesce(person.first_name, '') || ' ' || coalesce(person.last_name, '')) AS name,
        person.email_normalized AS address,
        affiliation.account_id,
        affiliation.account_name,
        affiliation.assigned_owner_name AS owner_name
    FROM involved
    INNER JOIN matched.person AS person ON involved.record_id = person.person_id
    INNER JOIN matched.affiliation AS affiliation ON person.person_id = affiliation.person_id
    UNION ALL
    SELECT
        account.account_id AS record_id,
        NULL AS plain_first_name,
        NULL AS plain_last_name,
        account.name,
        account.website AS address,
        NULL AS account_id,
        NULL AS account_name,
        owner.name AS owner_name
    FROM involved
    INNER JOIN staged.account AS account ON involved.record_id = account.account_id
    LEFT JOIN staged.user AS owner ON account.owner_id = owner.user_id AND owner.is_active
),

spelled AS (
    SELECT
        *,
        -- Jörg and Joerg are one name, and so are Groß and Gross.
        replace(
            replace(replace(replace(plain_first_name, 'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'ss', 's'
        ) AS first_name,
        replace(
            replace(replace(replace(plain_last_name, 'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'ss', 's'
        ) AS last_name
    FROM record
),

compared AS (
    SELECT
        pair.*,
        gone.name,
        keep.name AS keep_name,
        gone.address,
        keep.address AS keep_address,
        gone.account_name,
        keep.account_name AS keep_account_name,
        gone.owner_name,
        keep.owner_name AS keep_owner_name,
        -- An initial is no other name.
        coalesce(
            left(gone.first_name, length(keep.first_name)) <> left(keep.first_name, length(gone.first_name))
            OR gone.last_name <> keep.last_name,
            FALSE
        ) AS has_other_name,
        coalesce(gone.account_id <> keep.account_id, FALSE) AS has_other_account,
        account_duplicate.doubt
    FROM matched.merge_pair AS pair
    INNER JOIN spelled AS gone ON pair.record_id = gone.record_id
    INNER JOIN spelled AS keep ON pair.keep_record_id = keep.record_id
    LEFT JOIN matched.account_duplicate AS account_duplicate
        ON pair.record_id = account_duplicate.account_id
)

SELECT
    record_id,
    record_type,
    action,
    keep_record_id,
    certainty,
    step,
    CASE WHEN is_indirect THEN 'Like another record of the same group. ' ELSE '' END
    || CASE rule
        WHEN 'email' THEN 'The address is the same: ' || address || '.'
        WHEN 'email_variant' THEN 'The addresses differ only by plus tags or Gmail''s dots: ' || key || '.'
        WHEN 'former_email' THEN 'One has the address that the other had before: ' || key || '.'
        WHEN 'stored_ids' THEN 'Engagement events name both as one person, by their ids.'
        WHEN 'name_and_domain' THEN 'The name and the company''s domain are the same: ' || key || '.'
        ELSE 'The company''s name is the same: ' || key || '.'
    END AS reason,
    nullif(
        trim(
            CASE WHEN has_other_name THEN 'The names differ. ' ELSE '' END
            || CASE
                WHEN NOT has_other_account THEN ''
                WHEN action = 'merge contacts' THEN 'They belong to different accounts; the merge keeps one.'
                WHEN action = 'merge leads' THEN 'They are matched to different accounts.'
                ELSE 'The lead is matched to another account than the contact has.'
            END
            || coalesce(doubt, '')
        ),
        ''
    ) AS caution,
    name,
    keep_name,
    address,
    keep_address,
    account_name,
    keep_account_name,
    owner_name,
    keep_owner_name,
    rule,
    key
FROM compared
ORDER BY certainty, record_type, keep_record_id, action, step, record_id
