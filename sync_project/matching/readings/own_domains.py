"""The domains of the company that runs this: they name no account, and their people are colleagues."""

from collections.abc import Iterable, Sequence

import duckdb

from sync_project.matching.domains import company_domain


class OwnDomainError(ValueError):
    """The settings name an own domain that is none."""


def read_own_domains(written: Iterable[str], *, keep_subdomain: bool) -> list[str]:
    """The domains of ``matching.own_domains``, as matched.website has them; OwnDomainError names a bad one.

    >>> read_own_domains(["https://www.Acme.com/"], keep_subdomain=False)
    ['acme.com']
    """
    return [_read(each, keep_subdomain=keep_subdomain) for each in written]


def strike_own_domains(
    table: str, own_domains: Sequence[str], *, connection: duckdb.DuckDBPyConnection, mark: str | None = None
) -> None:
    """Empty ``company_domain`` where it is an own domain or below one, and set the column ``mark`` there."""
    marked = f", {mark} = TRUE" if mark else ""
    connection.execute(
        f"""UPDATE {table} SET company_domain = NULL{marked}
        FROM (SELECT unnest(CAST($own_domains AS VARCHAR[])) AS domain) AS own
        WHERE company_domain = own.domain OR ends_with(company_domain, '.' || own.domain)""",
        {"own_domains": list(own_domains)},
    )


def _read(written: str, *, keep_subdomain: bool) -> str:
    domain = company_domain(written, keep_subdomain=keep_subdomain)
    if domain is None:
        raise OwnDomainError(
            f"matching.own_domains names {written!r}, which is no company's domain; "
            "write one such as acme.com, or take it out."
        )
    return domain
