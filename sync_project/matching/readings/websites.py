"""Fills matched.website: plain texts are read in SQL, the others by `domains.read_website`, to one result.

A plain text is a host, perhaps with a scheme before it, and a path behind it that needs no repair. The path
says something only at networks, whose hosts are listed. So at a plain host (`plain_hosts`) the host is all;
and where a page that is in no list is a social page, each page of the host is one, which is read once.
"""

from collections.abc import Sequence

import duckdb

from sync_project.matching.domains import WebsiteReason, read_website
from sync_project.matching.readings.own_domains import strike_own_domains
from sync_project.matching.readings.plain_hosts import PLAIN_HOST, company_domain_query, create_list_tables
from sync_project.matching.readings.tables import Row, insert_readings
from sync_project.matching.texts.mail_domains import is_free_mail
from sync_project.warehouse.models import build_table, count_rows, load_models

_PLAIN_WEBSITE = rf"(?:https?://)?{PLAIN_HOST}(?:/[A-Za-z0-9/._-]*)?"
_PLAIN_PAGE = rf"(?:https?://)?{PLAIN_HOST}/[A-Za-z0-9][A-Za-z0-9/._-]*"
_ANY_PAGE = "any-page-of-theirs"

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
_REPEATED_PAGE_HOSTS = """SELECT page_host FROM website_host
WHERE page_host IS NOT NULL GROUP BY page_host HAVING count(*) > 1"""
_REASONS = """(
    SELECT website, domain, CASE
        WHEN domain IS NOT NULL THEN 'found'
        WHEN page_host IN (SELECT host FROM page_reading WHERE is_social) THEN 'social page'
    END AS reason
    FROM website_host
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
        f"""INSERT INTO matched.website
        SELECT website, domain, domain, reason, [] FROM {_REASONS} WHERE reason IS NOT NULL"""
    )
    for texts in (f"SELECT website FROM {_REASONS} WHERE reason IS NULL", _ALTERNATES):
        insert_readings("matched.website", connection=connection, texts=texts, read=read)
    connection.execute("DROP TABLE website_host")
    connection.execute("DROP TABLE page_reading")
    strike_own_domains("matched.website", own_domains, connection=connection)
    return count_rows("matched.website", connection=connection)


def _find_plain_texts(connection: duckdb.DuckDBPyConnection, *, keep_subdomain: bool) -> None:
    """Two temporary tables, which together say what SQL can read.

    website_host: a row per text; domain is null where the host is not plain, page_host is then the host of a
    plain page. page_reading: a row per page_host of several texts, and whether its pages are social pages.
    """
    create_list_tables(connection)
    domain = "without_www" if keep_subdomain else "company_domain"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE website_host AS
        SELECT
            website,
            CASE WHEN company_domain IS NOT NULL THEN {domain} END AS domain,
            CASE WHEN company_domain IS NULL AND regexp_full_match(website, $plain_page)
                THEN host
            END AS page_host
        FROM ({company_domain_query(_HOSTS)})""",
        {"plain_website": _PLAIN_WEBSITE, "plain_page": _PLAIN_PAGE},
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE page_reading (host VARCHAR, is_social BOOLEAN)")
    insert_readings("page_reading", connection=connection, texts=_REPEATED_PAGE_HOSTS, read=_read_any_page)


def _read_any_page(host: str) -> Row:
    return host, read_website(f"{host}/{_ANY_PAGE}").reason is WebsiteReason.SOCIAL_PAGE
