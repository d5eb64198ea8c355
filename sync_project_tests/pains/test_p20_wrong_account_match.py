"""P20: a person at the wrong company.

relaticle#399 (companies named "Email"; suffixes taken for companies), relaticle#91 (personal mail, one
company with three domains, people without a company and without a word), macro#6344 (317 of 4,009 contacts
on personal mail), twenty#4008 (the own domain), mautic#5712 and #4895 (a changed email made a new person),
email-normalize#23 (dots count everywhere but at Gmail).
"""

from datetime import timedelta

import pytest

from sync_project.matching.emails import read_email
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.writes import update
from sync_project_tests.ingest.conftest import at
from sync_project_tests.matching.small_org import NOW, build_matched, build_models, rows_of
from sync_project_tests.pains.records import HISTORIES, build, record_id

ACME = {"account_id": "001A", "name": "Acme", "website": "acme.com"}
MATCHES = "SELECT person_id, account_id, match_rule FROM matched.account_match"


def lead(number, **values):
    return {"lead_id": f"00Q{number}", **values}


def test_a_company_named_email_is_no_company():
    connection = build_matched(
        account=[
            {"account_id": f"001{place}", "name": name}
            for place, name in enumerate(["Email", "n/a", "Self-Employed", "GmbH"])
        ],
        lead=[lead(1, company="email"), lead(2, company="N/A"), lead(3, company="self employed")],
    )
    assert rows_of(connection, MATCHES) == []


def test_companies_under_one_public_suffix_are_not_one_company():
    connection = build_matched(
        account=[
            {"account_id": "001A", "name": "A", "website": "alpha.co.uk"},
            {"account_id": "001B", "name": "B", "website": "shop.weebly.com"},
            {"account_id": "001C", "name": "C", "website": "ngo.github.io"},
        ],
        lead=[
            lead(1, email="jo@beta.co.uk"),
            lead(2, website="other.weebly.com"),
            lead(3, website="https://mine.github.io/about"),
            lead(4, email="jo@mail.alpha.co.uk"),
            lead(5, website="http://www.shop.weebly.com/?a=1"),
        ],
    )
    assert rows_of(connection, MATCHES) == [
        ("00Q4", "001A", "email_domain"),
        ("00Q5", "001B", "website_domain"),
    ]


def test_personal_mail_never_names_a_company():
    hosts = ["gmail.com", "googlemail.com", "web.de", "qq.com", "libero.it", "comcast.net"]
    connection = build_matched(
        account=[{"account_id": f"001{host}", "name": f"Mail {host}", "website": host} for host in hosts],
        contact=[
            {"contact_id": f"003{host}", "account_id": f"001{host}", "email": f"ann@{host}"} for host in hosts
        ],
        lead=[
            *(lead(f"1{host}", email=f"jo@{host}") for host in hosts),
            *(lead(f"2{host}", email=f"jo@{host}", website=host) for host in hosts),
        ],
    )
    assert rows_of(connection, MATCHES) == [
        (f"003{host}", f"001{host}", "stored_id") for host in sorted(hosts)
    ]
    assert rows_of(connection, "FROM matched.domain_owner") == []
    assert rows_of(connection, "FROM matched.organisation") == []


def test_a_person_on_personal_mail_is_found_by_what_else_is_known():
    connection = build_matched(
        account=[ACME, {"account_id": "001B", "name": "Beta"}],
        contact=[{"contact_id": "003A", "account_id": "001B", "email": "ann@gmail.com"}],
        lead=[
            lead(1, email="Ann@gmail.com"),
            lead(2, email="jo@gmail.com", website="www.acme.com"),
            lead(3, email="kim@gmail.com", company="ACME, Inc."),
        ],
    )
    assert rows_of(connection, MATCHES)[1:] == [
        ("00Q1", "001B", "newest_contact"),
        ("00Q2", "001A", "website_domain"),
        ("00Q3", "001A", "company_name"),
    ]


def test_a_company_of_three_domains_is_one_company():
    connection = build_matched(
        account=[
            {"account_id": "001A", "name": "Acme", "website": "acme.com; www.acme.de"},
            {"account_id": "001B", "name": "Beta", "website": "beta.com, acme.com, gmail.com"},
        ],
        lead=[
            lead(1, email="a@acme.com"),
            lead(2, email="a@acme.de"),
            lead(3, email="a@acme.io"),
            lead(4, email="a@beta.com"),
        ],
        overrides=[{"kind": "domain", "key": "acme.io", "decision": "is", "target_id": "001A"}],
    )
    assert rows_of(connection, f"{MATCHES} WHERE candidate_count = 1") == [
        ("00Q1", "001A", "email_domain"),
        ("00Q2", "001A", "email_domain"),
        ("00Q3", "001A", "email_domain"),
        ("00Q4", "001B", "email_domain"),
    ]


def test_who_has_no_account_is_not_lost_without_a_word():
    connection = build_matched(
        account=[ACME], lead=[lead(1, email="a@new.com"), lead(2, email="b@gmail.com")]
    )
    assert rows_of(connection, "SELECT person_id, account_id, organisation_id FROM matched.affiliation") == [
        ("00Q1", None, "organisation:new.com"),
        ("00Q2", None, None),
    ]
    assert rows_of(connection, "SELECT domain, person_count FROM matched.organisation") == [("new.com", 1)]


@pytest.mark.parametrize("keep_subdomain", [False, True])
def test_the_own_domain_is_nobody_s_account(keep_subdomain):
    connection = build_matched(
        own_domains=["ours.com"],
        keep_subdomain=keep_subdomain,
        account_rules=["website_domain", "email_domain", "create"],
        account=[{"account_id": "001A", "name": "Us", "website": "https://shop.ours.com"}],
        lead=[lead(1, email="me@ours.com"), lead(2, website="ours.com"), lead(3, website="shop.ours.com")],
        engagement_event=[{"event_id": "1", "email": "you@ours.com", "kind": "page_view"}],
    )
    assert rows_of(connection, MATCHES) == []
    assert rows_of(connection, "SELECT person_id FROM matched.person") == [("00Q1",), ("00Q2",), ("00Q3",)]
    assert rows_of(connection, "FROM matched.organisation") == []


def test_a_changed_email_makes_no_new_person(sandbox, importer, clock):
    contact = record_id("003", 1)
    load_rows(sandbox, "Contact", [{"Id": contact, "LastName": "Doe", "Email": "jane@old.com"}])
    for name in ("Contact", "Lead", *HISTORIES):
        importer.read(name)
    clock.now = at(2)
    with sandbox.writing() as context:
        update(context, sandbox.find_object("Contact"), contact, {"Email": "jane@new.com"})
    importer.read("Contact")
    build(importer, "staged.field_change", "staged.former_email")
    assert importer.rows("FROM staged.former_email") == [(contact, "jane@old.com", "changed")]

    connection = build_matched(
        contact=[{"contact_id": contact, "email": "jane@new.com"}],
        former_email=[{"record_id": contact, "email": "jane@old.com", "reason": "changed"}],
        engagement_event=[
            {"event_id": "1", "email": "Jane@old.com", "kind": "page_view"},
            {"event_id": "2", "email": "jane@new.com", "kind": "page_view"},
            {"event_id": "3", "email": "jane@other.com", "contact_id": contact[:15], "kind": "page_view"},
        ],
    )
    assert rows_of(connection, "SELECT person_id FROM matched.person") == [(contact,)]
    assert rows_of(connection, "SELECT event_id, person_id, identity FROM matched.event") == [
        (event, contact, "jane@new.com") for event in "123"
    ]


def test_dots_count_in_a_company_s_mail_and_are_only_a_suspicion_at_gmail():
    connection = build_matched(
        lead=[
            lead(1, email="j.doe@acme.com"),
            lead(2, email="jdoe@acme.com"),
            lead(3, email="j.doe@gmail.com"),
            lead(4, email="jdoe@googlemail.com"),
        ]
    )
    assert read_email("j.doe@acme.com").duplicate_key != read_email("jdoe@acme.com").duplicate_key
    assert rows_of(connection, "SELECT person_id, certainty, rule FROM matched.duplicate") == [
        ("00Q3", "suspected", "email_variant"),
        ("00Q4", "suspected", "email_variant"),
    ]
    assert rows_of(connection, "SELECT count(*) FROM matched.address_owner") == [(4,)]


def test_a_domain_that_companies_share_is_marked_and_doubted():
    connection = build_matched(
        account=[
            {"account_id": "001A", "name": "Burger North", "website": "burger.com"},
            {"account_id": "001B", "name": "Burger South", "website": "burger.com"},
            {"account_id": "001C", "name": "Holding", "website": "holding.com"},
            {
                "account_id": "001D",
                "name": "Daughter",
                "website": "holding.com",
                "parent_account_id": "001C",
            },
            {"account_id": "001E", "name": "Twice", "website": "twice.com"},
            {"account_id": "001F", "name": "Twice Ltd", "website": "twice.com"},
        ],
        lead=[lead(1, email="a@burger.com"), lead(2, email="a@holding.com")],
    )
    assert rows_of(connection, "SELECT domain, shared_as FROM matched.domain_owner") == [
        ("burger.com", "franchise"),
        ("holding.com", "holding"),
        ("twice.com", "duplicate"),
    ]
    assert rows_of(
        connection,
        "SELECT person_id, account_id, confidence, is_shared_domain, runner_up_account_id "
        "FROM matched.account_match",
    ) == [("00Q1", "001A", "doubtful", True, "001B"), ("00Q2", "001C", "doubtful", True, "001D")]


def test_a_correction_wins_and_sticks():
    overrides = [
        {"kind": "domain", "key": "burger.com", "decision": "is", "target_id": "001B"},
        {"kind": "person", "key": "003A", "decision": "is", "target_id": "001A"},
    ]
    staged = {
        "account": [
            {"account_id": "001A", "name": "Burger North", "website": "burger.com"},
            {"account_id": "001B", "name": "Burger South", "website": "burger.com"},
        ],
        "contact": [{"contact_id": "003A", "account_id": "001B", "email": "a@burger.com"}],
        "lead": [lead(1, email="b@burger.com")],
    }
    connection = build_matched(overrides=overrides, **staged)
    expected = [("003A", "001A", "override"), ("00Q1", "001B", "email_domain")]
    assert rows_of(connection, MATCHES) == expected

    # Everything speaks for the other account now, and the next run matches as before.
    connection.execute("UPDATE staged.account SET type = 'Customer' WHERE account_id = '001A'")
    build_models(connection, overrides=overrides, now=NOW + timedelta(days=1))
    assert rows_of(connection, MATCHES) == expected
    assert rows_of(connection, "SELECT tie_break, confidence FROM matched.account_match") == [
        ("override", "certain"),
        (None, "certain"),
    ]
