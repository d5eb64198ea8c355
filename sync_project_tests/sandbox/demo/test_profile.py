from collections import Counter
from datetime import datetime, timedelta
from statistics import median

import pytest
from sklearn.metrics import roc_auc_score

from sync_project.sandbox.demo.generate import generate_demo
from sync_project.sandbox.demo.names import read_word_lists
from sync_project.sandbox.demo.profile import Evidence, win_probability
from sync_project_tests.sandbox.demo.demo_reading import AS_OF, Row, by_id, demo_org, events_by_email, live


def closed_in_order() -> list[Row]:
    return sorted((row for row in live("Opportunity") if row["IsClosed"]), key=lambda row: row["CreatedDate"])


def won_share(rows: list[Row]) -> float:
    return sum(bool(row["IsWon"]) for row in rows) / len(rows)


def before_changes(sobject: str, record_id: object, *, created_at: datetime) -> Row:
    """The record as it was: what the history says of later changes, undone."""
    changes = [row for row in live(f"{sobject}History") if row[f"{sobject}Id"] == record_id]
    later = [row for row in changes if row["CreatedDate"] > created_at]
    read = int if sobject == "Account" else str
    return by_id(sobject)[record_id] | {str(row["Field"]): read(str(row["OldValue"])) for row in later}


def evidence_on_record(opportunity: Row) -> Evidence:
    """What anybody who reads the org and the events knew when the opportunity was created."""
    created_at = opportunity["CreatedDate"]
    assert isinstance(created_at, datetime)
    account = before_changes("Account", opportunity["AccountId"], created_at=created_at)
    roles = [role for role in live("OpportunityContactRole") if role["OpportunityId"] == opportunity["Id"]]
    people = [before_changes("Contact", role["ContactId"], created_at=created_at) for role in roles]
    primary = next(by_id("Contact")[role["ContactId"]] for role in roles if role["IsPrimary"])
    events = Counter(
        event.kind
        for email in {str(person["Email"]) for person in people}
        for event in events_by_email().get(email, [])
        if created_at - timedelta(days=90) <= event.occurred_at < created_at
    )
    levels = {title: level for level, titles in read_word_lists().titles.items() for title in titles}
    seniorities = [levels.get(person["Title"]) for person in people]
    return Evidence(
        industry=account["Industry"],
        employees=account["NumberOfEmployees"],
        country=account["BillingCountry"],
        lead_source=primary["LeadSource"],
        seniorities=[each for each in seniorities if each],
        events=events,
    )


def test_the_chance_of_winning_follows_from_what_is_on_record_before_the_deal():
    truth = demo_org().truth.win_probability
    for opportunity in live("Opportunity")[::25]:
        assert win_probability(evidence_on_record(opportunity)) == pytest.approx(truth[opportunity["Id"]])


def test_about_28_percent_of_closed_opportunities_are_won():
    assert 0.24 < won_share(closed_in_order()) < 0.33


@pytest.mark.parametrize("seed", [7, 8])
def test_the_true_chance_ranks_the_latest_fifth_as_a_good_model_could(seed):
    demo = demo_org() if seed == 7 else generate_demo(seed=seed, as_of=AS_OF)
    rows = [row for row in demo.records["Opportunity"] if row["IsClosed"] and not row["IsDeleted"]]
    latest = sorted(rows, key=lambda row: row["CreatedDate"])[-len(rows) // 5 :]
    chances = [demo.truth.win_probability[row["Id"]] for row in latest]
    assert 0.77 < roc_auc_score([row["IsWon"] for row in latest], chances) < 0.89


def test_wins_close_faster_than_losses():
    days: dict[object, list[int]] = {True: [], False: []}
    for row in closed_in_order():
        days[row["IsWon"]].append((row["LastStageChangeDate"] - row["CreatedDate"]).days)
    assert 38 <= median(days[True]) <= 50
    assert 70 <= median(days[False]) <= 88


@pytest.mark.parametrize(
    ("field", "good", "poor", "least_ratio"),
    [
        ("Industry", {"Manufacturing", "Healthcare"}, {"Education", "Government", "Hospitality"}, 1.4),
        ("BillingCountry", {"Germany", "Sweden"}, {"Brazil", "Spain", "Poland"}, 1.0),
    ],
)
def test_accounts_like_the_profile_win_more_often(field, good, poor, least_ratio):
    accounts = by_id("Account")
    rows = closed_in_order()
    of_good = [row for row in rows if accounts[row["AccountId"]][field] in good]
    of_poor = [row for row in rows if accounts[row["AccountId"]][field] in poor]
    assert won_share(of_good) > won_share(of_poor) * least_ratio


def test_mid_size_accounts_win_more_often():
    accounts = by_id("Account")
    sizes = [(accounts[row["AccountId"]]["NumberOfEmployees"], row) for row in closed_in_order()]
    middle = [row for size, row in sizes if size is not None and 100 <= size < 2000]
    small = [row for size, row in sizes if size is not None and size < 20]
    assert won_share(middle) > won_share(small) * 1.5


def test_the_account_type_knows_nothing_of_the_outcome():
    accounts = by_id("Account")
    rows = closed_in_order()
    shares = [
        won_share([row for row in rows if accounts[row["AccountId"]]["Type"] == account_type])
        for account_type in ("Prospect", "Customer - Direct", "Channel Partner / Reseller", None)
    ]
    assert max(shares) - min(shares) < 0.12


def test_open_opportunities_remain_near_the_end():
    still_open = [row for row in live("Opportunity") if not row["IsClosed"]]
    assert 120 < len(still_open) < 320
    assert min(row["CreatedDate"] for row in still_open) > AS_OF - timedelta(days=400)


def test_losers_and_winners_were_both_engaged_before_the_deal():
    contacts = by_id("Contact")
    for is_won in (True, False):
        rows = [row for row in closed_in_order() if row["IsWon"] is is_won]
        engaged = [
            row
            for row in rows
            if any(
                event.occurred_at < row["CreatedDate"]
                for event in events_by_email().get(str(contacts[row["ContactId"]]["Email"]), [])
            )
        ]
        assert len(engaged) / len(rows) > 0.8
