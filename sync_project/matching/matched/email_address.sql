-- What each email text says: one spelling, the kind of mailbox, the company it speaks for.
-- One row per distinct text in contacts, leads, former emails and engagement events.
--
-- email            | The text as it is stored.
-- email_normalized | Unwrapped, lower case, host in A-labels: an identity. Null where invalid.
-- company_domain   | The company's domain; only of corporate and role mailboxes, and null for our own.
-- email_kind       | corporate, free, disposable, role, placeholder or invalid.
-- duplicate_key    | Equal for addresses that may reach one person: a suspicion only.
-- is_own           | Whether it is a mailbox of our own company.
CREATE TABLE matched.email_address (
    email VARCHAR NOT NULL,
    email_normalized VARCHAR,
    company_domain VARCHAR,
    email_kind VARCHAR NOT NULL,
    duplicate_key VARCHAR,
    is_own BOOLEAN NOT NULL DEFAULT FALSE
)
