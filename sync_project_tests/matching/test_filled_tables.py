import duckdb

from sync_project.matching.filled_tables import fill_company_names, fill_email_addresses, fill_websites
from sync_project_tests.matching.small_org import rows_of, stage


def test_each_distinct_website_of_accounts_leads_and_events_is_read_once():
    connection = duckdb.connect()
    stage(
        connection,
        account=[{"website": "www.acme.com"}, {"website": "www.acme.com"}, {"website": None}],
        lead=[{"website": "acme.de, acme.fr"}, {"website": "fb.com/acme"}],
        engagement_event=[{"domain": "gmail.com"}],
    )
    assert fill_websites(connection, keep_subdomain=False) == 4
    assert rows_of(connection, "SELECT * FROM matched.website") == [
        ("acme.de, acme.fr", "acme.de", "found", ["acme.fr"], False),
        ("fb.com/acme", None, "social page", [], False),
        ("gmail.com", "gmail.com", "found", [], True),
        ("www.acme.com", "acme.com", "found", [], False),
    ]


def test_each_distinct_email_of_contacts_leads_and_events_is_read_once():
    connection = duckdb.connect()
    stage(
        connection,
        contact=[{"email": "Jane@Acme.com"}],
        lead=[{"email": "jane@acme.com"}, {"email": "nobody"}],
        engagement_event=[{"email": "J.Doe+x@gmail.com"}, {"email": None}],
    )
    assert fill_email_addresses(connection) == 4
    assert rows_of(connection, "SELECT * FROM matched.email_address") == [
        ("J.Doe+x@gmail.com", "j.doe+x@gmail.com", None, "free", "jdoe@gmail.com"),
        ("Jane@Acme.com", "jane@acme.com", "acme.com", "corporate", "jane@acme.com"),
        ("jane@acme.com", "jane@acme.com", "acme.com", "corporate", "jane@acme.com"),
        ("nobody", None, None, "invalid", None),
    ]


def test_company_names_come_from_accounts_leads_and_forms():
    connection = duckdb.connect()
    stage(
        connection,
        account=[{"name": "Acme Inc."}],
        lead=[{"company": "n/a"}],
        engagement_event=[
            {"kind": "form_submit", "properties": '{"company": " Bank of Acme "}'},
            {"kind": "page_view", "properties": '{"company": "Other"}'},
        ],
    )
    fill_company_names(connection)
    assert rows_of(connection, "SELECT * FROM matched.company_name") == [
        ("Acme Inc.", "acme", "acme"),
        ("Bank of Acme", "bankofacme", "bankacme"),
        ("n/a", None, None),
    ]


def test_nothing_staged_makes_empty_tables_and_a_second_fill_replaces_the_first():
    connection = duckdb.connect()
    stage(connection)
    assert fill_websites(connection, keep_subdomain=False) == 0
    connection.execute("INSERT INTO staged.account (website) VALUES ('shop.acme.com')")
    assert fill_websites(connection, keep_subdomain=False) == 1
    assert fill_websites(connection, keep_subdomain=True) == 1
    assert rows_of(connection, "SELECT domain FROM matched.website") == [("shop.acme.com",)]
