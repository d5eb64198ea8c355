"""matched.account_duplicate."""

import pytest

from sync_project_tests.matching.small_org import build_matched, rows_of

FOUND = "SELECT account_id, keep_account_id, certainty, rule, key, doubt FROM matched.account_duplicate"
COUNTRIES = "Their countries differ."
HIERARCHY = "They stand in one hierarchy."
DOMAIN = "No domain says that they are one company."


def account(account_id, name="Acme", website="acme.com", **changes):
    return {"account_id": account_id, "name": name, "website": website} | changes


def duplicates(*accounts):
    return rows_of(build_matched(tables=["matched.account_duplicate"], account=accounts), FOUND)


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


def test_the_same_name_and_domain_may_be_doubted():
    assert duplicates(
        account("001A", billing_country="France"),
        account("001B", billing_country="Germany"),
        account("001P", name="Holding", website=None),
        account("001X", name="Beta", website="beta.com", parent_account_id="001P"),
        account("001Y", name="Beta", website="beta.com", parent_account_id="001P"),
    ) == [
        ("001B", "001A", "suspected", "name_and_domain", "acme acme.com", COUNTRIES),
        ("001Y", "001X", "suspected", "name_and_domain", "beta beta.com", HIERARCHY),
    ]


SUSPICIONS = [
    ({}, {"website": None}),
    ({"website": None}, {"website": "n/a"}),
    ({"website": "linkedin.com/company/acme"}, {}),
    ({"billing_country": "France"}, {"website": None, "billing_country": " france"}),
    ({"billing_country": "France"}, {"website": None}),
]
NO_DUPLICATES = [
    ({}, {"website": "acme.de"}),
    ({"billing_country": "France"}, {"website": None, "billing_country": "Spain"}),
    ({}, {"name": "Acme Logistics"}),
    ({"name": "unknown"}, {"name": "unknown"}),
    ({"name": None}, {"name": None}),
    ({}, {"parent_account_id": "first"}),
    ({"parent_account_id": "second"}, {}),
    ({}, {"parent_account_id": "middle"}),
    ({"parent_account_id": "second"}, {"parent_account_id": "first"}),
]


def pairs(cases):
    """Two accounts of each case, and one in between that stands under the first."""
    for number, case in enumerate(cases):
        ids = {"first": f"001{number}A", "middle": f"001{number}M", "second": f"001{number}Z"}
        yield account(ids["middle"], name=f"Middle {number}", website=None, parent_account_id=ids["first"])
        for account_id, given in zip((ids["first"], ids["second"]), case, strict=True):
            parent = ids.get(given.get("parent_account_id"))
            usual = {"name": f"Acme {number}", "website": f"acme{number}.com"}
            yield account(account_id, **usual | given | {"parent_account_id": parent})


def test_a_name_alone_is_a_suspicion():
    assert duplicates(*pairs(SUSPICIONS)) == [
        (f"001{number}Z", f"001{number}A", "suspected", "name", f"acme{number}", DOMAIN)
        for number in range(len(SUSPICIONS))
    ]


def test_accounts_that_somebody_keeps_apart_or_that_share_too_little_are_no_duplicates():
    assert duplicates(*pairs(NO_DUPLICATES)) == []


def test_an_account_without_domain_is_told_once_with_the_best_of_those_it_may_be():
    assert duplicates(
        account("001A", website="acme.de"),
        account("001B", website="acme.com", type="Customer"),
        account("001C", website=None),
    ) == [("001C", "001B", "suspected", "name", "acme", DOMAIN)]


@pytest.mark.parametrize(("size", "found"), [(10, 18), (11, 0)])
def test_what_more_than_ten_accounts_are_called_is_a_chain_of_branches(size, found):
    branches = [account(f"001A{number:02}") for number in range(size)]
    nameless = [account(f"001B{number:02}", name="Beta", website=None) for number in range(size)]
    assert len(duplicates(*branches, *nameless)) == found
