-- What company each person belongs to, and who owns the person and the company. One row per person of
-- matched.person.
--
-- A company that no account stands for is an organisation of our own: the domain of the person's website or
-- company mail. Free mail, social pages, placeholders and the org's own domains name none; nor has one who
-- belongs to no account by a correction.
--
-- person_id            | The person.
-- account_id           | The account of matched.account_match; null where it has none, also by rule create.
-- organisation_id      | organisation:<domain> where no account was found and a domain is known.
-- company_id           | The account, else the organisation; null where neither is known.
-- account_name         | The account's name.
-- account_website      | The account's website as typed.
-- account_owner_id     | The user who owns the account; null, like name and email, where inactive.
-- account_owner_name   | The user's name.
-- account_owner_email  | The user's email.
-- assigned_owner_id    | The user who owns the person's own record; null where inactive or a queue.
-- assigned_owner_name  | The user's name.
-- assigned_owner_email | The user's email.
WITH no_company AS (
    SELECT
        kind,
        key
    FROM matched.person_correction
    WHERE place = 1 AND account_id IS NULL
),

placed AS (
    SELECT
        person.person_id,
        person.owner_id,
        account.account_id,
        account.name,
        account.website,
        account.owner_id AS account_owner_id,
        CASE
            WHEN said_of_person.key IS NULL AND said_of_email.key IS NULL
                THEN 'organisation:' || coalesce(person.website_domain, person.company_domain)
        END AS organisation_id
    FROM matched.person AS person
    LEFT JOIN matched.account_match AS account_match ON person.person_id = account_match.person_id
    LEFT JOIN staged.account AS account ON account_match.account_id = account.account_id
    LEFT JOIN no_company AS said_of_person
        ON person.person_id = said_of_person.key AND said_of_person.kind = 'person'
    LEFT JOIN no_company AS said_of_email
        ON person.email_normalized = said_of_email.key AND said_of_email.kind = 'email'
)

SELECT
    placed.person_id,
    placed.account_id,
    CASE WHEN placed.account_id IS NULL THEN placed.organisation_id END AS organisation_id,
    coalesce(placed.account_id, placed.organisation_id) AS company_id,
    placed.name AS account_name,
    placed.website AS account_website,
    account_owner.user_id AS account_owner_id,
    account_owner.name AS account_owner_name,
    account_owner.email AS account_owner_email,
    assigned_owner.user_id AS assigned_owner_id,
    assigned_owner.name AS assigned_owner_name,
    assigned_owner.email AS assigned_owner_email
FROM placed
LEFT JOIN staged.user AS account_owner
    ON placed.account_owner_id = account_owner.user_id AND account_owner.is_active
LEFT JOIN staged.user AS assigned_owner
    ON placed.owner_id = assigned_owner.user_id AND assigned_owner.is_active
