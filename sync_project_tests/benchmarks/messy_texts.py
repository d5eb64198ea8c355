"""Websites, emails and company names as people type them, any number of them, made by DuckDB.

Of the distinct websites some 7 in 100 are odd: social pages, several values, broken schemes, ports, queries,
international names, emails and fillers.
"""

# Five syllables of two letters for each company, so that each name is another one.
PICK = "CREATE OR REPLACE TEMP MACRO pick(words, seed) AS words[1 + CAST(seed % len(words) AS BIGINT)]"

COMPANIES = """
CREATE OR REPLACE TEMP TABLE company AS
WITH named AS (
    SELECT
        n,
        array_to_string(list_transform(
            range(5),
            lambda place: pick($syllables, n * 7919 % 60466176 // CAST(pow(36, place) AS BIGINT))
        ), '') AS name,
        pick($endings, hash(n, 1)) AS ending,
        hash(n, 2) % 1000 AS shape
    FROM range($companies) AS r (n)
)
SELECT *, CASE WHEN shape % 12 = 0 THEN left(name, 4) || '-' || substr(name, 5) ELSE name END || '.' || ending
    AS host
FROM named
"""
SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu "
    "ab ec id of ug ah ej ik ol um an ep ir os ut av"
)
ENDINGS = "com com com com com com de net org io co.uk fr nl it com.au com.br pl se ch eu co.jp ca es at"

WEBSITE = """CASE
    WHEN shape < 250 THEN 'www.' || host
    WHEN shape < 430 THEN 'https://www.' || host
    WHEN shape < 600 THEN host
    WHEN shape < 680 THEN 'http://www.' || host
    WHEN shape < 740 THEN 'http://' || host || '/'
    WHEN shape < 800 THEN 'https://' || host || '/en/about-us'
    WHEN shape < 850 THEN 'https://www.' || host || '/'
    WHEN shape < 890 THEN 'https://shop.' || host
    WHEN shape < 930 THEN 'WWW.' || upper(host)
    WHEN shape < 942 THEN 'https://www.linkedin.com/company/' || name
    WHEN shape < 950 THEN 'https://www.facebook.com/' || name || '/'
    WHEN shape < 958 THEN host || ', www.' || host
    WHEN shape < 966 THEN 'http:/www.' || host
    WHEN shape < 972 THEN 'https://' || host || ':8443/'
    WHEN shape < 980 THEN 'https://www.' || host || '/?utm_source=crm&utm_medium=email'
    WHEN shape < 986 THEN 'www.' || left(name, 3) || 'ü' || substr(host, 4)
    WHEN shape < 992 THEN 'info@' || host
    WHEN shape < 997 THEN ' www.' || host || ' '
    ELSE 'n/a ' || n % 40
END"""

EMAIL = """CASE
    WHEN shape < 250 THEN person || '@' || pick($free_mail, hash(i, 4))
    WHEN shape < 290 THEN pick($roles, hash(i, 5)) || '@' || host
    WHEN shape < 300 THEN person || '+crm' || i % 9 || '@' || host
    WHEN shape < 360 THEN upper(person) || '@' || host
    WHEN shape < 400 THEN person || '@mail.' || host
    WHEN shape < 406 THEN 'Jane <' || person || '@' || host || '>'
    WHEN shape < 412 THEN person || '@' || host || '.'
    WHEN shape < 418 THEN person || '@' || host || '; ' || person || '@gmail.com'
    WHEN shape < 424 THEN person || '@ü' || host
    WHEN shape < 430 THEN person || ' at ' || host
    ELSE person || '@' || host
END"""
FREE_MAIL = "gmail.com gmail.com yahoo.com hotmail.com outlook.com gmx.de orange.fr qq.com icloud.com"
ROLES = "info sales contact office support billing"

COMPANY_NAME = """CASE
    WHEN shape < 300 THEN words
    WHEN shape < 450 THEN words || ' Inc.'
    WHEN shape < 550 THEN words || ', Inc.'
    WHEN shape < 650 THEN words || ' LLC'
    WHEN shape < 750 THEN words || ' GmbH'
    WHEN shape < 800 THEN words || ' Ltd'
    WHEN shape < 840 THEN words || ' GmbH & Co. KG'
    WHEN shape < 880 THEN 'Bank of ' || words
    WHEN shape < 910 THEN 'The ' || words || ' Company'
    WHEN shape < 940 THEN words || ' & Söhne'
    WHEN shape < 970 THEN words || ' S.A.'
    WHEN shape < 990 THEN words || ' (Deutschland)'
    ELSE 'n/a'
END"""


def stage_texts(connection, *, accounts, companies, contacts):
    """``staged`` with accounts, of which so many are distinct companies, and contacts of these companies."""
    connection.execute(PICK)
    connection.execute(
        COMPANIES,
        {"companies": companies, "syllables": SYLLABLES.split(), "endings": ENDINGS.split()},
    )
    connection.execute(
        """CREATE SCHEMA staged;
        CREATE TABLE staged.lead (website VARCHAR, email VARCHAR, company VARCHAR);
        CREATE TABLE staged.former_email (email VARCHAR);
        CREATE TABLE staged.engagement_event (domain VARCHAR, email VARCHAR, kind VARCHAR, properties JSON)"""
    )
    connection.execute(
        f"""CREATE TABLE staged.account AS
        SELECT i AS account_id, {COMPANY_NAME} AS name, {WEBSITE} AS website
        FROM (SELECT *, upper(left(name, 1)) || substr(name, 2, 5) || ' ' || upper(substr(name, 7, 1))
            || substr(name, 8) AS words FROM company)
        INNER JOIN (
            SELECT i, CASE WHEN i < $companies THEN i ELSE hash(i, 3) % $companies END AS n
            FROM range($accounts) AS r (i)
        ) USING (n) ORDER BY hash(i)""",
        {"accounts": accounts, "companies": companies},
    )
    connection.execute(
        f"""CREATE TABLE staged.contact AS
        SELECT i AS contact_id, {EMAIL} AS email
        FROM (SELECT n, host FROM company)
        INNER JOIN (
            SELECT i, hash(i, 3) % $companies AS n, hash(i, 2) % 1000 AS shape, 'ann.' || i AS person
            FROM range($contacts) AS r (i)
        ) USING (n) ORDER BY hash(i)""",
        {
            "companies": companies,
            "contacts": contacts,
            "free_mail": FREE_MAIL.split(),
            "roles": ROLES.split(),
        },
    )
