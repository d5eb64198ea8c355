"""Corrections by a person in matched.key_owner and matched.account_match."""

from functools import partial

import pytest

from sync_project_tests.matching import small_org
from sync_project_tests.matching.small_org import ALL_RULES, rows_of

build_matched = partial(small_org.build_matched, tables=["matched.account_match"])

MATCHES = "SELECT person_id, account_id, match_rule, match_key FROM matched.account_match"
ACME = {"account_id": "001A", "name": "Acme Inc.", "website": "www.acme.com"}
BETA = {"account_id": "001B", "name": "Beta GmbH", "website": "beta.de"}
JANE = {"contact_id": "003A", "account_id": "001A", "email": "jane@acme.com"}


def _override(kind, key, target_id, decision="is"):
    return {"kind": kind, "key": key, "decision": decision, "target_id": target_id}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], ("001A", "stored_id", "001A")),
        ([_override("person", "003A", "001B")], ("001B", "override", "003A")),
        ([_override("email", "jane@acme.com", "001B")], ("001B", "override", "jane@acme.com")),
        (
            [_override("email", "jane@acme.com", "001B"), _override("person", "003A", "001A")],
            ("001A", "override", "003A"),
        ),
        ([_override("person", "003A", "001X")], ("001B", "override", "003A")),
        ([_override("person", "003A", "001GONE")], ("001A", "stored_id", "001A")),
        ([_override("email", "jane@acme.com", "003A")], ("001A", "stored_id", "001A")),
        ([_override("domain", "acme.com", "001B")], ("001A", "stored_id", "001A")),
    ],
)
def test_a_correction_of_a_person_or_an_address_comes_before_every_rule(overrides, expected):
    connection = build_matched(
        account=[ACME, BETA],
        contact=[JANE],
        redirect=[{"record_id": "001X", "target_id": "001B", "reason": "merged"}],
        overrides=overrides,
    )
    assert rows_of(connection, "SELECT account_id, match_rule, match_key FROM matched.account_match") == [
        expected
    ]


@pytest.mark.parametrize("kind", ["person", "email"])
def test_who_belongs_to_no_account_is_held_back(kind):
    key = {"person": "003A", "email": "jane@acme.com"}[kind]
    connection = build_matched(account=[ACME], contact=[JANE], overrides=[_override(kind, key, None)])
    assert rows_of(connection, MATCHES) == []


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], [("001A", "domain", None), ("001B", "name", None)]),
        ([_override("domain", "acme.com", "001B")], [("001B", "domain", "override"), ("001B", "name", None)]),
        ([_override("domain", "acme.com", "001A", "is_not")], [("001B", "name", None)]),
        ([_override("domain", "acme.com", None)], [("001B", "name", None)]),
        ([_override("domain", "new.com", "001A")], [("001A", "domain", None), ("001B", "name", None)]),
        (
            [_override("company_name", "bankofbeta", "001A")],
            [("001A", "domain", None), ("001A", "name", "override")],
        ),
        ([_override("company_name", "bankofbeta", "001B", "is_not")], [("001A", "domain", None)]),
        ([_override("company_name", "bankofbeta", None)], [("001A", "domain", None)]),
        ([_override("company_name", "bankbeta", None)], [("001A", "domain", None), ("001B", "name", None)]),
    ],
)
def test_a_correction_of_a_domain_or_a_name_gives_or_takes_it(overrides, expected):
    """The second lead's name meets the account's only by the looser key."""
    connection = build_matched(
        account=[ACME, {"account_id": "001B", "name": "Bank Beta"}],
        lead=[{"lead_id": "domain", "email": "a@acme.com"}, {"lead_id": "name", "company": "Bank of Beta"}],
        overrides=overrides,
    )
    assert (
        rows_of(connection, "SELECT account_id, person_id, tie_break FROM matched.account_match") == expected
    )


def test_a_correction_of_a_record_that_was_merged_or_converted_counts_for_who_took_its_place():
    """Where several were, what is said of the person wins, then the first line."""
    connection = build_matched(
        account=[ACME, BETA],
        contact=[JANE],
        lead=[{"lead_id": "00Q1"}, {"lead_id": "00Q2"}],
        redirect=[
            {"record_id": gone, "target_id": target, "reason": "merged"}
            for gone, target in [("00Q9", "003A"), ("00Q8", "00Q1"), ("00Q7", "00Q1"), ("00Q6", "00Q2")]
        ],
        overrides=[
            _override("person", "00Q9", "001B"),
            _override("person", "00Q8", "001A"),
            _override("person", "00Q7", "001B"),
            _override("person", "00Q6", "001A"),
            _override("person", "00Q2", "001B"),
        ],
    )
    assert rows_of(connection, MATCHES) == [
        ("003A", "001B", "override", "003A"),
        ("00Q1", "001A", "override", "00Q1"),
        ("00Q2", "001B", "override", "00Q2"),
    ]


@pytest.mark.parametrize(
    "overrides",
    [
        [
            _override("company_name", "bankofbeta", "001B", "is_not"),
            _override("company_name", "bankofbeta", "001X", "is_not"),
        ],
        [
            _override("company_name", "bankofbeta", "001B", "is_not"),
            _override("company_name", "bankofbeta", None),
        ],
    ],
)
def test_who_is_refused_an_account_twice_is_one_person_still(overrides):
    connection = build_matched(
        account_rules=[*ALL_RULES, "create"],
        account=[{"account_id": "001B", "name": "Bank Beta"}],
        lead=[{"lead_id": "00Q1", "company": "Bank of Beta", "email": "a@new.com"}],
        redirect=[{"record_id": "001X", "target_id": "001B", "reason": "merged"}],
        overrides=overrides,
    )
    assert rows_of(connection, MATCHES) == [("00Q1", "organisation:new.com", "create", "new.com")]


def test_no_account_is_made_for_a_domain_that_belongs_to_none():
    connection = build_matched(
        account_rules=[*ALL_RULES, "create"],
        lead=[{"lead_id": "00Q1", "email": "a@new.com"}],
        overrides=[_override("domain", "new.com", None)],
    )
    assert rows_of(connection, MATCHES) == []
