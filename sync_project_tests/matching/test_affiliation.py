"""matched.affiliation."""

from functools import partial

from sync_project_tests.matching import small_org
from sync_project_tests.matching.small_org import ALL_RULES, rows_of

build_matched = partial(small_org.build_matched, tables=["matched.account_match", "matched.affiliation"])

ANN = {"user_id": "005A", "name": "Ann Seller", "email": "ann@ours.com", "is_active": True}
BEN = {"user_id": "005B", "name": "Ben Gone", "email": "ben@ours.com", "is_active": False}
CAT = {"user_id": "005C", "name": "Cat Seller", "email": "cat@ours.com", "is_active": True}
ACME = {"account_id": "001A", "name": "Acme Inc.", "website": "www.acme.com", "owner_id": "005A"}

COMPANIES = "SELECT person_id, account_id, organisation_id, company_id FROM matched.affiliation"


def test_a_person_has_the_names_of_the_account_and_of_owners_who_are_active_users():
    owners = {"inactive": "005B", "a queue": "00GQ", "unknown": "005X", "nobody": None}
    connection = build_matched(
        account=[ACME, *({"account_id": name, "owner_id": owner} for name, owner in owners.items())],
        contact=[
            {"contact_id": "003A", "account_id": "001A", "owner_id": "005C"},
            *({"contact_id": name, "account_id": name, "owner_id": owner} for name, owner in owners.items()),
        ],
        user=[ANN, BEN, CAT],
    )

    assert rows_of(connection, "SELECT * FROM matched.affiliation") == [
        (
            "003A", "001A", None, "001A", "Acme Inc.", "www.acme.com",
            "005A", "Ann Seller", "ann@ours.com", "005C", "Cat Seller", "cat@ours.com",
        ),
        *((name, name, None, name, *[None] * 8) for name in sorted(owners)),
    ]  # fmt: skip


def test_without_an_account_a_domain_is_an_organisation():
    leads = {
        "company mail": ({"email": "jo@new.com"}, "new.com"),
        "a role mailbox": ({"email": "info@role.com"}, "role.com"),
        "website first": ({"email": "jo@mail.com", "website": "shop.site.de"}, "site.de"),
        "free mail": ({"email": "jo@gmail.com"}, None),
        "website only": ({"email": "kim@gmail.com", "website": "only.de"}, "only.de"),
        "a social page": ({"website": "facebook.com/new"}, None),
        "free mail as website": ({"website": "gmail.com"}, None),
        "a placeholder": ({"email": "test@test.com"}, None),
        "our own domain": ({"email": "jo@ours.com"}, None),
        "our own website": ({"email": "jo@their.com", "website": "ours.com"}, "their.com"),
        "nothing": ({}, None),
    }
    connection = build_matched(
        own_domains=["ours.com"],
        lead=[{"lead_id": name, **fields} for name, (fields, _) in leads.items()],
    )

    found = rows_of(connection, "SELECT person_id, account_id, organisation_id FROM matched.affiliation")
    assert found == sorted(
        ((name, None, domain and f"organisation:{domain}") for name, (_, domain) in leads.items()), key=repr
    )


def test_everybody_has_one_row_whatever_the_rules():
    people = {
        "account": [ACME],
        "contact": [{"contact_id": "003A", "account_id": "001A", "email": "jo@acme.com"}],
        "lead": [{"lead_id": "00QA", "email": "kim@acme.com"}, {"lead_id": "00QB", "is_converted": True}],
        "engagement_event": [{"event_id": "e1", "email": "lee@new.com", "kind": "page_view"}],
    }

    assert rows_of(build_matched(account_rules=ALL_RULES, **people), COMPANIES) == [
        ("003A", "001A", None, "001A"),
        ("00QA", "001A", None, "001A"),
        ("visitor:lee@new.com", None, "organisation:new.com", "organisation:new.com"),
    ]
    assert rows_of(build_matched(account_rules=["stored_id"], **people), COMPANIES) == [
        ("003A", "001A", None, "001A"),
        ("00QA", None, "organisation:acme.com", "organisation:acme.com"),
        ("visitor:lee@new.com", None, "organisation:new.com", "organisation:new.com"),
    ]


def test_an_account_that_shall_be_made_is_an_organisation_until_it_is():
    lead = {"lead_id": "00QA", "email": "kim@new.com", "website": "shop.new.de"}
    connection = build_matched(account_rules=[*ALL_RULES, "create"], lead=[lead])

    assert rows_of(connection, "SELECT account_id, match_rule FROM matched.account_match") == [
        ("organisation:new.de", "create")
    ]
    assert rows_of(connection, COMPANIES) == [("00QA", None, "organisation:new.de", "organisation:new.de")]


def test_who_belongs_to_no_account_by_a_correction_has_no_organisation_either():
    connection = build_matched(
        lead=[
            {"lead_id": "00QA", "email": "kim@new.com"},
            {"lead_id": "00QB", "email": "lee@new.com"},
            {"lead_id": "00QC", "email": "may@new.com"},
        ],
        overrides=[
            {"kind": "person", "key": "00QA", "decision": "is"},
            {"kind": "email", "key": "lee@new.com", "decision": "is"},
        ],
    )

    assert rows_of(connection, COMPANIES) == [
        ("00QA", None, None, None),
        ("00QB", None, None, None),
        ("00QC", None, "organisation:new.com", "organisation:new.com"),
    ]


def test_that_stays_so_when_the_record_is_converted_or_merged():
    connection = build_matched(
        contact=[{"contact_id": "003A", "email": "kim@new.com"}],
        redirect=[{"record_id": "00QA", "target_id": "003A", "reason": "converted"}],
        overrides=[{"kind": "person", "key": "00QA", "decision": "is"}],
    )

    assert rows_of(connection, COMPANIES) == [("003A", None, None, None)]
