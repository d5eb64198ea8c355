"""Fills matched.website: plain texts are read in SQL, the others by `domains.read_website`, to one result."""

from collections.abc import Sequence

import duckdb

from sync_project.matching.domains import read_website
from sync_project.matching.mail_domains import is_free_mail
from sync_project.matching.own_domains import strike_own_domains
from sync_project.matching.plain_hosts import PLAIN_HOST, company_domain_query, create_list_tables
from sync_project.matching.text_batches import Row, insert_readings
from sync_project.warehouse.models import build_table, count_rows, load_models

# A host, perhaps with a scheme before it, and a path behind it that needs no repair. The path says something
# only at networks, whose hosts are listed, so that they are not plain.
_PLAIN_WEBSITE = rf"(?:https?://)?{PLAIN_HOST}(?:/[A-Za-z0-9/._-]*)?"

_HOSTS = """(
    SELECT website, CASE WHEN regexp_full_match(website, $plain_website)
        THEN lower(split_part(website, '/', CASE WHEN strpos(website, '://') > 0 THEN 3 ELSE 1 END))
    END AS host
    FROM ({texts}) AS found (website)
    WHERE website IS NOT NULL
)"""
_TEXTS = """SELECT website FROM staged.account UNION SELECT website FROM staged.lead
UNION SELECT domain FROM staged.engagement_event"""
_ALTERNATES = """SELECT DISTINCT unnest(alternates) FROM matched.website
EXCEPT SELECT website FROM matched.website"""


def fill_websites(
    connection: duckdb.DuckDBPyConnection, *, keep_subdomain: bool, own_domains: Sequence[str] = ()
) -> int:
    """Replace matched.website; returns its row count."""
    build_table(load_models()["matched.website"], connection=connection, parameters={})
    create_list_tables(connection)
    _read_texts(_TEXTS, connection=connection, keep_subdomain=keep_subdomain)
    _read_texts(_ALTERNATES, connection=connection, keep_subdomain=keep_subdomain)
    strike_own_domains("matched.website", own_domains, connection=connection)
    return count_rows("matched.website", connection=connection)


def _read_texts(texts: str, *, connection: duckdb.DuckDBPyConnection, keep_subdomain: bool) -> None:
    def read(website: str) -> Row:
        reading = read_website(website, keep_subdomain=keep_subdomain)
        names_mail = reading.domain is not None and is_free_mail(reading.domain)
        company_domain = None if names_mail else reading.domain
        return website, reading.domain, company_domain, str(reading.reason), list(reading.alternates)

    domain = "without_www" if keep_subdomain else "company_domain"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE website_domain AS
        SELECT website, CASE WHEN company_domain IS NOT NULL THEN {domain} END AS domain
        FROM ({company_domain_query(_HOSTS.format(texts=texts))})""",
        {"plain_website": _PLAIN_WEBSITE},
    )
    connection.execute(
        """INSERT INTO matched.website
        SELECT website, domain, domain, 'found', [] FROM website_domain WHERE domain IS NOT NULL"""
    )
    insert_readings(
        "matched.website",
        connection=connection,
        texts="SELECT website FROM website_domain WHERE domain IS NULL",
        read=read,
    )
    connection.execute("DROP TABLE website_domain")
