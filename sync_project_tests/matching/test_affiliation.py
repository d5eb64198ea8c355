"""matched.affiliation."""

import pytest

from sync_project_tests.matching.small_org import ALL_RULES, build_matched, rows_of

ANN = {"user_id": "005A", "name": "Ann Seller", "email": "ann@ours.com", "is_active": True}
BEN = {"user_id": "005B", "name": "Ben Gone", "email": "ben@ours.com", "is_active": False}
CAT = {"user_id": "005C", "name": "Cat Seller", "email": "cat@ours.com", "is_active": True}
ACME = {"account_id": "001A", "name": "Acme Inc.", "website": "www.acme.com", "owner_id": "005A"}

COMPANIES = "SELECT person_id, account_id, organisation_id, company_id FROM matched.affiliation"


def test_a_person_has_the_names_and_owners_of_record_and_account():
    connection = build_matched(
        account=[ACME],
        contact=[{"contact_id": "003A", "account_id": "001A", "owner_id": "005C"}],
        user=[ANN, BEN, CAT],
    )

    assert rows_of(connection, "SELECT * FROM matched.affiliation") == [
        (
            "003A", "001A", None, "001A", "Acme Inc.", "www.acme.com",
            "005A", "Ann Seller", "ann@ours.com", "005C", "Cat Seller", "cat@ours.com",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "owner_id",
    [
        pytest.param("005B", id="inactive"),
        pytest.param("00GQ", id="a queue"),
        pytest.param("005X", id="unknown"),
        pytest.param(None, id="nobody"),
    ],
)
def test_only_an_active_user_is_an_owner(owner_id):
    connection = build_matched(
        account=[ACME | {"owner_id": owner_id}],
        lead=[{"lead_id": "00QA", "email": "jo@acme.com", "owner_id": owner_id}],
        user=[ANN, BEN, CAT],
    )

    owners = """SELECT account_id, account_owner_id, account_owner_name, account_owner_email,
        assigned_owner_id, assigned_owner_name, assigned_owner_email FROM matched.affiliation"""
    assert rows_of(connection, owners) == [("001A", *[None] * 6)]


@pytest.mark.parametrize(
    ("lead", "organisation_id"),
    [
        pytest.param({"email": "jo@new.com"}, "organisation:new.com", id="company mail"),
        pytest.param({"email": "info@new.com"}, "organisation:new.com", id="a role mailbox"),
        pytest.param(
            {"email": "jo@new.com", "website": "shop.new.de"}, "organisation:new.de", id="website first"
        ),
        pytest.param({"email": "jo@gmail.com"}, None, id="free mail"),
        pytest.param(
            {"email": "jo@gmail.com", "website": "new.de"}, "organisation:new.de", id="website only"
        ),
        pytest.param({"website": "facebook.com/new"}, None, id="a social page"),
        pytest.param({"website": "gmail.com"}, None, id="free mail as website"),
        pytest.param({"email": "test@test.com"}, None, id="a placeholder"),
        pytest.param({"email": "jo@ours.com"}, None, id="our own domain"),
        pytest.param(
            {"email": "jo@new.com", "website": "ours.com"}, "organisation:new.com", id="our own website"
        ),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_without_an_account_a_domain_is_an_organisation(lead, organisation_id):
    connection = build_matched(own_domains=["ours.com"], lead=[{"lead_id": "00QA"} | lead])

    assert rows_of(connection, COMPANIES) == [("00QA", None, organisation_id, organisation_id)]


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
