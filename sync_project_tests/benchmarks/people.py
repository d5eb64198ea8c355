"""An org of people and accounts as matching finds it, its texts read already: half contacts, half leads.

One account to five people. Keys repeat: one account in ten shares its domain, one in ten its name; of the
people two in ten have a private mailbox, two contacts in ten are filed under no account, and half of all
domains and names are those of no account.
"""

from pathlib import Path

import duckdb

from sync_project.warehouse.models import build_table, load_models


def _id(prefix: str, number: str) -> str:
    """SQL of a record's id, whose last three characters only repeat the case of the others."""
    return f"'{prefix}' || lpad(CAST({number} AS VARCHAR), 12, '0') || 'AAA'"


ACCOUNTS = f"""SELECT
    {_id("001", "i")} AS account_id,
    'Company ' || (i * 11) % ($accounts * 9 // 10) AS name,
    'www.domain' || (i * 7) % ($accounts * 9 // 10) || '.com' AS website,
    CASE WHEN hash(i + 1) % 4 = 0 THEN 'Customer' ELSE 'Prospect' END AS type,
    CASE WHEN hash(i + 2) % 20 = 0
        THEN {_id("001", "hash(i + 3) % CAST($accounts AS UBIGINT)")}
    END AS parent_account_id,
    {_id("005", "hash(i + 4) % 40")} AS owner_id,
    TIMESTAMP '2020-01-01' + to_seconds(CAST(hash(i + 5) % 150000000 AS BIGINT)) AS created_at
FROM range($accounts) AS r (i)"""

PEOPLE = f"""SELECT
    i AS number,
    hash(i) % 2 = 0 AS is_contact,
    'user' || hash(i + 1) % CAST($people * 9 // 10 AS UBIGINT) AS mailbox,
    'domain' || hash(i + 2) % CAST($accounts * 9 // 5 AS UBIGINT) || '.com' AS domain,
    hash(i + 3) % 10 < 2 AS is_free,
    CASE WHEN hash(i + 4) % 10 < 8
        THEN {_id("001", "hash(i + 5) % CAST($accounts AS UBIGINT)")}
    END AS account_id,
    'Company ' || hash(i + 6) % CAST($accounts * 9 // 5 AS UBIGINT) AS company,
    hash(i + 7) % 10 = 0 AS is_converted,
    hash(i + 8) % 3 = 0 AS has_website,
    TIMESTAMP '2022-01-01' + to_seconds(CAST(hash(i + 9) % 100000000 AS BIGINT)) AS created_at
FROM range($people) AS r (i)"""

TABLES = {
    "staged.account": f"FROM ({ACCOUNTS})",
    "staged.user": f"""SELECT {_id("005", "i")} AS user_id, i % 8 > 0 AS is_active
        FROM range(40) AS r (i)""",
    "staged.opportunity": f"""SELECT
        {_id("001", "hash(i) % CAST($accounts AS UBIGINT)")} AS account_id,
        i % 3 > 0 AS is_closed, i % 3 = 1 AS is_won
        FROM range($accounts * 2) AS r (i)""",
    "staged.contact": f"""SELECT {_id("003", "number")} AS contact_id, account_id,
        mailbox || '@' || CASE WHEN is_free THEN 'gmail.com' ELSE domain END AS email, created_at
        FROM given.person WHERE is_contact""",
    "staged.lead": f"""SELECT {_id("00Q", "number")} AS lead_id, company,
        mailbox || '@' || CASE WHEN is_free THEN 'gmail.com' ELSE domain END AS email, is_converted,
        CASE WHEN is_converted THEN account_id END AS converted_account_id, created_at
        FROM given.person WHERE NOT is_contact""",
    "matched.website": """SELECT website, website[5:] AS company_domain, CAST([] AS VARCHAR[]) AS alternates
        FROM staged.account GROUP BY website""",
    "matched.company_name": """SELECT company, lower(replace(company, ' ', '')) AS company_key,
        lower(replace(company, ' ', '')) AS loose_company_key
        FROM (SELECT name AS company FROM staged.account UNION SELECT company FROM staged.lead)""",
    "matched.email_address": """SELECT email, email AS email_normalized,
        CASE WHEN email LIKE '%@gmail.com' THEN 'free' ELSE 'corporate' END AS email_kind
        FROM (SELECT email FROM staged.contact UNION SELECT email FROM staged.lead)""",
    "matched.person": f"""SELECT
        CASE WHEN is_contact THEN {_id("003", "number")} ELSE {_id("00Q", "number")} END AS person_id,
        mailbox || '@' || CASE WHEN is_free THEN 'gmail.com' ELSE domain END AS email_normalized,
        CASE WHEN has_website AND NOT is_contact THEN domain END AS website_domain,
        CASE WHEN NOT is_free THEN domain END AS company_domain,
        CASE WHEN NOT is_contact THEN lower(replace(company, ' ', '')) END AS company_key,
        CASE WHEN NOT is_contact THEN lower(replace(company, ' ', '')) END AS loose_company_key,
        CASE WHEN is_contact THEN account_id END AS stored_account_id,
        CASE WHEN is_contact THEN account_id END AS filed_account_id
        FROM given.person WHERE is_contact OR NOT is_converted""",
}
"""Only the columns that matching reads."""

NOTHING_SAID = ("matched.override", "matched.person_correction")
"""Nobody has corrected anything."""


def write_people(path: Path, *, people: int) -> None:
    """A DuckDB file with the staged tables and the readings, and no match yet."""
    sizes = {"people": people, "accounts": people // 5}
    with duckdb.connect(path) as connection:
        connection.execute("SET memory_limit = '3GB'; SET preserve_insertion_order = false")
        for schema in ("given", "staged", "matched"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table, query in {"given.person": PEOPLE, **TABLES}.items():
            used = {name: size for name, size in sizes.items() if f"${name}" in query}
            connection.execute(f"CREATE TABLE {table} AS {query}", used)
        connection.execute("DROP SCHEMA given CASCADE")
        connection.execute(
            "CREATE TABLE matched.record_redirect (record_id VARCHAR, final_record_id VARCHAR)"
        )
        for table in NOTHING_SAID:
            build_table(load_models()[table], connection=connection, parameters={})
