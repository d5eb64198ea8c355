-- What each website text says: the company's domain, or why there is none.
-- One row per distinct text in accounts, leads and the domains of engagement events, and per alternate.
--
-- website        | The text as it is stored.
-- domain         | The domain that it names, in A-labels; null where it names none.
-- company_domain | The same, but null where it is a mail provider's or one of our own: it names a company.
-- reason         | found, or what the text is instead: empty, social page, free mail, filler, IP address,
--                  public suffix, unknown top-level domain, single label or invalid.
-- alternates     | The other domains of a field with several values.
CREATE TABLE matched.website (
    website VARCHAR NOT NULL,
    domain VARCHAR,
    company_domain VARCHAR,
    reason VARCHAR NOT NULL,
    alternates VARCHAR[] NOT NULL
)
