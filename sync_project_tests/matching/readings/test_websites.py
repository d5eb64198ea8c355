import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.domains import read_website
from sync_project.matching.readings.websites import fill_websites
from sync_project.matching.texts.mail_domains import is_free_mail
from sync_project.matching.texts.word_lists import load_words
from sync_project_tests.matching.readings.listed_hosts import hosts
from sync_project_tests.matching.small_org import rows_of, stage

BEFORE = ["HTTP://", "http:/", "//", "ftp://", "jane@", "mailto:a@", "http://http://", " ", "'", "("]
BEHIND = [
    *("/about", "/A.b_c-d/", "//", ":80", "?a=b", "#a", "/?a=1&lt=2", "/?a&ltb.de", "/?href=b.de"),
    *("/a%20b", "/in/a", "/.", ".", " "),
]
BETWEEN = ["", ";", ", ", " ", "\n", "/http://", "\0"]


def filled_and_read(websites, *, keep_subdomain):
    """What the table holds for the texts, and what the functions say of each, and of each alternate."""
    connection = duckdb.connect()
    stage(connection)
    connection.execute(
        "INSERT INTO staged.account (website) SELECT unnest($websites)", {"websites": websites}
    )
    fill_websites(connection, keep_subdomain=keep_subdomain)
    filled = connection.execute("SELECT * FROM matched.website ORDER BY website").fetchall()
    further = {other for each in websites for other in row_of(each, keep_subdomain=keep_subdomain)[-1]}
    return filled, [row_of(each, keep_subdomain=keep_subdomain) for each in sorted({*websites, *further})]


def row_of(website, *, keep_subdomain):
    reading = read_website(website, keep_subdomain=keep_subdomain)
    names_mail = reading.domain is not None and is_free_mail(reading.domain)
    company_domain = None if names_mail else reading.domain
    return website, reading.domain, company_domain, str(reading.reason), list(reading.alternates)


def websites():
    before = st.sampled_from(["", "", "http://", "https://"]) | st.sampled_from(BEFORE)
    behind = st.sampled_from(["", "", "/", "/page"]) | st.sampled_from(BEHIND)
    single = st.tuples(before, hosts(), behind).map("".join)
    double = st.tuples(single, st.sampled_from(BETWEEN), single).map("".join)
    return single | single | double | st.text(max_size=12)


def test_each_distinct_website_of_accounts_leads_and_events_is_read_once_and_each_alternate():
    connection = duckdb.connect()
    stage(
        connection,
        account=[{"website": "www.acme.com"}, {"website": "www.acme.com"}, {"website": None}],
        lead=[{"website": "acme.de, acme.fr"}, {"website": "fb.com/acme"}],
        engagement_event=[{"domain": "gmail.com"}],
    )
    assert fill_websites(connection, keep_subdomain=False) == 5
    assert rows_of(connection, "SELECT * FROM matched.website") == [
        ("acme.de, acme.fr", "acme.de", "acme.de", "found", ["acme.fr"]),
        ("acme.fr", "acme.fr", "acme.fr", "found", []),
        ("fb.com/acme", None, None, "social page", []),
        ("gmail.com", "gmail.com", None, "found", []),
        ("www.acme.com", "acme.com", "acme.com", "found", []),
    ]


def test_nothing_staged_makes_empty_tables_and_a_second_fill_replaces_the_first():
    connection = duckdb.connect()
    stage(connection)
    assert fill_websites(connection, keep_subdomain=False) == 0
    connection.execute("INSERT INTO staged.account (website) VALUES ('shop.acme.com')")
    assert fill_websites(connection, keep_subdomain=False) == 1
    assert fill_websites(connection, keep_subdomain=True) == 1
    assert rows_of(connection, "SELECT domain FROM matched.website") == [("shop.acme.com",)]


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(websites(), min_size=100, max_size=200), keep_subdomain=st.booleans())
def test_the_table_says_of_any_text_what_the_function_says(texts, keep_subdomain):
    filled, read = filled_and_read(texts, keep_subdomain=keep_subdomain)
    assert filled == read


def test_the_table_says_of_pages_of_networks_what_the_function_says():
    some = ["facebook.com", "linkedin.com", *sorted(load_words("social_networks"))[::60]]
    pages = ["", "/", "/-", "/.", "/acme", "/Acme/about/", "/acme-2"]
    texts = [f"{before}{each}{page}" for each in some for before in ("", "https://www.") for page in pages]
    texts += [each.partition("/")[0] + page for each in some for page in pages]
    filled, read = filled_and_read(texts, keep_subdomain=False)
    assert filled == read
