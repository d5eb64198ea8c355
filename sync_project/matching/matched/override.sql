-- Corrections by a person: of a record or address they win over every rule of matching, of a domain or name
-- over what the rules that go by it would find. One row per answer in the overrides file.
--
-- kind      | What the key is: person, email, domain or company_name.
-- key       | Record Id of a contact or lead, email address, domain or the key of a company name, as
--             matched.person, matched.email_address, matched.website and matched.company_name have it.
-- decision  | is: the key belongs to the target. is_not: it does not; only of a domain or company_name.
-- target_id | An account's Id; of an email also the Id of the contact or lead whose address it is.
--             Merges and conversions are followed. Null with is: the key belongs to no account.
-- note      | What the person wrote beside it.
-- line      | Where it stands in the file.
CREATE TABLE matched.override (
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    target_id VARCHAR,
    note VARCHAR,
    line INTEGER NOT NULL
)
