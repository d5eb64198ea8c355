-- The keys by which company names are compared. One row per distinct name in accounts, leads and forms.
--
-- company           | The name as it is stored.
-- company_key       | Without accents, case, punctuation, legal form and spaces; null for a name that
--                     says nothing.
-- loose_company_key | Without .com, and, of too.
-- company_words     | Its words with spaces between them, as in the key, without and, of and the like.
CREATE TABLE matched.company_name (
    company VARCHAR NOT NULL,
    company_key VARCHAR,
    loose_company_key VARCHAR,
    company_words VARCHAR
)
