import re

import duckdb

from sync_project.matching.domains import WebsiteReason, read_website
from sync_project.matching.emails import EmailKind, read_email
from sync_project.matching.readings.plain_hosts import PLAIN_HOST, company_domain_query, create_list_tables
from sync_project.matching.texts.mail_domains import is_free_mail
from sync_project_tests.matching.readings.listed_hosts import listed_hosts


def read_in_sql(hosts):
    """The hosts of which SQL is sure, with their host without www and their company's domain."""
    connection = duckdb.connect()
    create_list_tables(connection)
    connection.execute("CREATE TABLE given AS SELECT unnest($hosts) AS host", {"hosts": hosts})
    read = connection.execute(
        f"SELECT * FROM ({company_domain_query('given')}) WHERE company_domain IS NOT NULL"
    )
    return {host: (without_www, domain) for host, without_www, domain in read.fetchall()}


def test_what_is_sure_is_the_label_before_a_suffix_of_one_or_two_labels():
    hosts = ["acme.com", "www.shop.acme.com", "acme.co.uk", "a.acme.github.io", "www2.acme.com"]
    hosts += [
        "co.uk",
        "www.co.uk",
        "www.com",
        "www.github.io",
        "gmail.com",
        "acme.kobe.jp",
        "city.kobe.jp",
        "acme.ck",
    ]
    hosts += ["acme.zz", "acme.blogspot.com", "httpwww.acme.com", "b" * 60 + ".com", "a.facebook.com"]
    assert read_in_sql(hosts) == {
        "acme.com": ("acme.com", "acme.com"),
        "www.shop.acme.com": ("shop.acme.com", "acme.com"),
        "acme.co.uk": ("acme.co.uk", "acme.co.uk"),
        "a.acme.github.io": ("a.acme.github.io", "acme.github.io"),
        "acme.blogspot.com": ("acme.blogspot.com", "acme.blogspot.com"),
    }


def test_below_every_listed_name_python_agrees_with_what_is_sure():
    pages = {
        before + host: path or "page"
        for host, _, path in (each.partition("/") for each in listed_hosts())
        for before in ["", "acme.", "www.acme.", "shop.acme."]
        if re.fullmatch(PLAIN_HOST, before + host)
    }
    read = read_in_sql(list(pages))
    wrong = [host for host, (_, domain) in read.items() if not python_agrees(host, domain, path=pages[host])]
    assert wrong == []
    assert len(read) > 10_000


def python_agrees(host, domain, *, path):
    page, mail = read_website(f"{host}/{path}"), read_email(f"jane@{host}")
    return (
        (page.domain, page.reason, page.alternates) == (domain, WebsiteReason.FOUND, ())
        and (mail.company_domain, mail.kind) == (domain, EmailKind.CORPORATE)
        and not is_free_mail(domain)
    )
