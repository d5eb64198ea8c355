"""The tables that Python fills: each distinct text is read once, and queries join the result."""

from collections.abc import Callable

import duckdb
import pandas as pd

from sync_project.matching.company_names import company_key, loose_company_key
from sync_project.matching.domains import read_website
from sync_project.matching.emails import read_email
from sync_project.matching.mail_domains import is_free_mail
from sync_project.warehouse.models import build_table, load_models

_WEBSITES = """
SELECT website FROM staged.account UNION SELECT website FROM staged.lead
UNION SELECT domain FROM staged.engagement_event
"""
_EMAILS = """
SELECT email FROM staged.contact UNION SELECT email FROM staged.lead
UNION SELECT email FROM staged.engagement_event
"""
_COMPANIES = """
SELECT name FROM staged.account UNION SELECT company FROM staged.lead
UNION SELECT nullif(trim(json_extract_string(properties, '$.company')), '')
FROM staged.engagement_event WHERE kind = 'form_submit'
"""

_Row = tuple[object, ...]


def fill_websites(connection: duckdb.DuckDBPyConnection, *, keep_subdomain: bool) -> int:
    """Replace matched.website; returns its row count."""

    def read(website: str) -> _Row:
        reading = read_website(website, keep_subdomain=keep_subdomain)
        names_mail = reading.domain is not None and is_free_mail(reading.domain)
        return website, reading.domain, str(reading.reason), list(reading.alternates), names_mail

    return _fill("matched.website", connection=connection, texts=_WEBSITES, read=read)


def fill_email_addresses(connection: duckdb.DuckDBPyConnection) -> int:
    """Replace matched.email_address; returns its row count."""

    def read(email: str) -> _Row:
        reading = read_email(email)
        return email, reading.normalized, reading.company_domain, str(reading.kind), reading.duplicate_key

    return _fill("matched.email_address", connection=connection, texts=_EMAILS, read=read)


def fill_company_names(connection: duckdb.DuckDBPyConnection) -> int:
    """Replace matched.company_name; returns its row count."""

    def read(company: str) -> _Row:
        return company, company_key(company), loose_company_key(company)

    return _fill("matched.company_name", connection=connection, texts=_COMPANIES, read=read)


def _fill(
    table: str, *, connection: duckdb.DuckDBPyConnection, texts: str, read: Callable[[str], _Row]
) -> int:
    found = connection.execute(f"SELECT * FROM ({texts}) AS found (each) WHERE each IS NOT NULL").fetchall()
    model = load_models()[table]
    rows = [read(text) for (text,) in found]
    # DuckDB 2.0 registers nothing while a result is unread, so this comes before the table is built.
    connection.register("filled_rows", pd.DataFrame(rows, columns=list(model.columns), dtype=object))
    build_table(model, connection=connection, parameters={})
    connection.execute(f"INSERT INTO {table} SELECT * FROM filled_rows").fetchall()
    connection.unregister("filled_rows")
    return len(rows)
