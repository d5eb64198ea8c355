-- What each website text says: the company's domain, or why there is none.
-- One row per distinct text in accounts, leads and the domains of engagement events.
--
-- website      | The text as it is stored.
-- domain       | The company's domain in A-labels; null where the text names none.
-- reason       | found, or what the text is instead: empty, social page, free mail, filler, IP address,
--                public suffix, unknown top-level domain, single label or invalid.
-- alternates   | The other domains of a field with several values.
-- is_free_mail | Whether the domain is a mail provider's, so that it names no account.
CREATE TABLE matched.website (
    website VARCHAR NOT NULL,
    domain VARCHAR,
    reason VARCHAR NOT NULL,
    alternates VARCHAR[] NOT NULL,
    is_free_mail BOOLEAN NOT NULL
)
