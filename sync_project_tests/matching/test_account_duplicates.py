"""matched.account_duplicate."""

import pytest

from sync_project_tests.matching.small_org import build_matched, rows_of

FOUND = "SELECT account_id, keep_account_id, certainty, rule, key, doubt FROM matched.account_duplicate"
COUNTRIES = "Their countries differ."
HIERARCHY = "They stand in one hierarchy."
DOMAIN = "No domain says that they are one company."


def account(account_id, name="Acme", website="acme.com", **changes):
    return {"account_id": account_id, "name": name, "website": website} | changes


def duplicates(*accounts, **staged):
    return rows_of(build_matched(account=accounts, **staged), FOUND)


def test_the_same_name_and_domain_are_certain_and_the_first_by_standing_is_kept():
    assert duplicates(
        account("001A", name="Acme Inc."),
        account("001B", website="https://www.acme.com/about", type="Customer"),
        account("001C", name="ACME GmbH", website="shop.acme.com"),
        account("001D", name="Beta", website="beta.com"),
    ) == [
        ("001A", "001B", "certain", "name_and_domain", "acme acme.com", None),
        ("001C", "001B", "certain", "name_and_domain", "acme acme.com", None),
    ]


@pytest.mark.parametrize(
    ("first", "second", "doubt"),
    [
        ({"billing_country": "France"}, {"billing_country": "Germany"}, COUNTRIES),
        ({"parent_account_id": "001P"}, {"parent_account_id": "001P"}, HIERARCHY),
    ],
)
def test_the_same_name_and_domain_may_be_doubted(first, second, doubt):
    parent = account("001P", name="Holding", website=None)
    assert duplicates(parent, account("001A", **first), account("001B", **second)) == [
        ("001B", "001A", "suspected", "name_and_domain", "acme acme.com", doubt)
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"website": None}),
        ({"website": None}, {"website": "n/a"}),
        ({"website": "linkedin.com/company/acme"}, {}),
        ({"billing_country": "France"}, {"website": None, "billing_country": " france"}),
        ({"billing_country": "France"}, {"website": None}),
    ],
)
def test_a_name_alone_is_a_suspicion(first, second):
    assert duplicates(account("001A", **first), account("001B", **second)) == [
        ("001B", "001A", "suspected", "name", "acme", DOMAIN)
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"website": "acme.de"}),
        ({}, {"name": "Acme Logistics"}),
        ({"billing_country": "France"}, {"website": None, "billing_country": "Spain"}),
        ({"name": "unknown"}, {"name": "unknown"}),
        ({"name": None}, {"name": None}),
        ({}, {"parent_account_id": "001A"}),
        ({"parent_account_id": "001B"}, {}),
        ({}, {"parent_account_id": "001M"}),
        ({"parent_account_id": "001B"}, {"parent_account_id": "001A"}),
    ],
)
def test_accounts_that_somebody_keeps_apart_or_that_share_too_little_are_no_duplicates(first, second):
    middle = account("001M", name="Middle", website=None, parent_account_id="001A")
    assert duplicates(middle, account("001A", **first), account("001B", **second)) == []


def test_an_account_without_domain_is_told_once_with_the_best_of_those_it_may_be():
    assert duplicates(
        account("001A", website="acme.de"),
        account("001B", website="acme.com", type="Customer"),
        account("001C", website=None),
    ) == [("001C", "001B", "suspected", "name", "acme", DOMAIN)]


@pytest.mark.parametrize(("size", "found"), [(10, 9), (11, 0)])
@pytest.mark.parametrize("website", ["acme.com", None])
def test_what_more_than_ten_accounts_are_called_is_a_chain_of_branches(size, found, website):
    branches = [account(f"001{number:02}", website=website) for number in range(size)]
    assert len(duplicates(*branches)) == found


def test_deleted_accounts_are_no_duplicates():
    connection = build_matched(
        account=[account("001A")], redirect=[{"record_id": "001B", "target_id": "001A", "reason": "merged"}]
    )
    assert rows_of(connection, FOUND) == []
