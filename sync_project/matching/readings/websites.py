"""Fills matched.website: plain texts are read in SQL, the others by `domains.read_website`, to one result."""

from collections.abc import Sequence

import duckdb

from sync_project.matching.domains import read_website
from sync_project.matching.readings.own_domains import strike_own_domains
from sync_project.matching.readings.plain_hosts import PLAIN_HOST, company_domain_query, create_list_tables
from sync_project.matching.readings.tables import Row, insert_readings
from sync_project.matching.texts.mail_domains import is_free_mail
from sync_project.warehouse.models import build_table, count_rows, load_models

# A host, perhaps with a scheme before it, and a path behind it that needs no repair. The path says something
# only at networks, whose hosts are listed, so that they are not plain.
_PLAIN_WEBSITE = rf"(?:https?://)?{PLAIN_HOST}(?:/[A-Za-z0-9/._-]*)?"

_HOSTS = """(
    SELECT website, CASE WHEN regexp_full_match(website, $plain_website)
        THEN lower(split_part(website, '/', CASE WHEN strpos(website, '://') > 0 THEN 3 ELSE 1 END))
    END AS host
    FROM (
        SELECT website FROM staged.account UNION SELECT website FROM staged.lead
        UNION SELECT domain FROM staged.engagement_event
    ) AS found (website)
    WHERE website IS NOT NULL
)"""
_ALTERNATES = """SELECT DISTINCT unnest(alternates) FROM matched.website
EXCEPT SELECT website FROM matched.website"""


def fill_websites(
    connection: duckdb.DuckDBPyConnection, *, keep_subdomain: bool, own_domains: Sequence[str] = ()
) -> int:
    """Replace matched.website; returns its row count."""

    def read(website: str) -> Row:
        reading = read_website(website, keep_subdomain=keep_subdomain)
        names_mail = reading.domain is not None and is_free_mail(reading.domain)
        company_domain = None if names_mail else reading.domain
        return website, reading.domain, company_domain, str(reading.reason), list(reading.alternates)

    build_table(load_models()["matched.website"], connection=connection, parameters={})
    _find_plain_texts(connection, keep_subdomain=keep_subdomain)
    connection.execute(
        """INSERT INTO matched.website
        SELECT website, domain, domain, 'found', [] FROM website_domain WHERE domain IS NOT NULL"""
    )
    for texts in ("SELECT website FROM website_domain WHERE domain IS NULL", _ALTERNATES):
        insert_readings("matched.website", connection=connection, texts=texts, read=read)
    connection.execute("DROP TABLE website_domain")
    strike_own_domains("matched.website", own_domains, connection=connection)
    return count_rows("matched.website", connection=connection)


def _find_plain_texts(connection: duckdb.DuckDBPyConnection, *, keep_subdomain: bool) -> None:
    """website_domain: a row per text; domain is null where Python must read it."""
    create_list_tables(connection)
    domain = "without_www" if keep_subdomain else "company_domain"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE website_domain AS
        SELECT website, CASE WHEN company_domain IS NOT NULL THEN {domain} END AS domain
        FROM ({company_domain_query(_HOSTS)})""",
        {"plain_website": _PLAIN_WEBSITE},
    )
