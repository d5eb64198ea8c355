"""The company's other deals, as they stood: ``opportunities.py`` and ``icp.opportunity_state``."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sync_project.icp.features.building import build_current, build_lessons, read_signals
from sync_project.icp.features.signals import Subject
from sync_project.settings.icp import DealState, OpportunitySignals
from sync_project_tests.icp.small_lessons import SETTINGS, build, make_tables

DECIDED = datetime(2026, 1, 31, 15)
MADE = datetime(2026, 1, 5, 9)
COUNTED = SETTINGS.model_copy(
    update={"opportunities": OpportunitySignals(window_days=30, states=tuple(DealState))}
)


def deal(name="006X", **changes):
    return {"Id": name, "AccountId": "001A", "CreatedDate": MADE} | changes


def step(name, moment, forecast_category="Pipeline", probability=10, *, of="006X"):
    return {
        "opportunity_history_id": name,
        "opportunity_id": of,
        "created_at": moment,
        "forecast_category": forecast_category,
        "probability": probability,
    }


def closed(day, **changes):
    return deal(IsClosed=True, CloseDate=day, **changes)


def states_of(*deals, steps=(), redirects=()):
    made = make_tables(
        raw_opportunity=deals,
        staged_opportunity_history=steps,
        matched_record_redirect=redirects,
    )
    build(made, "icp.first_account", "icp.opportunity_state")
    return made.execute(
        "SELECT account_id, state, since_at, until_at FROM icp.opportunity_state ORDER BY since_at"
    ).fetchall()


def test_steps_tell_when_a_deal_was_won_or_lost_or_opened_again():
    won, lost, again = (MADE + timedelta(days=days) for days in (3, 5, 7))

    assert states_of(
        closed(date(2026, 1, 6), IsWon=True),
        steps=[
            step("008A", MADE),
            step("008B", MADE + timedelta(days=1), "BestCase", 50),
            step("008C", won, "Closed", 100),
            step("008D", won + timedelta(days=1), "Closed", 100),
            step("008E", lost, "Omitted", 0),
            step("008F", again, "Omitted", 20),
        ],
    ) == [
        ("001A", "open", MADE, won),
        ("001A", "won", won, lost),
        ("001A", "lost", lost, again),
        ("001A", "open", again, None),
    ]


@pytest.mark.parametrize(
    ("given", "states"),
    [
        pytest.param(deal(CloseDate=date(2026, 1, 6)), [("open", MADE, None)], id="still open"),
        pytest.param(
            closed(date(2026, 1, 9)),
            [("open", MADE, datetime(2026, 1, 10)), ("lost", datetime(2026, 1, 10), None)],
            id="lost on a day, which is known when it is over",
        ),
        pytest.param(
            closed(date(2026, 1, 1), IsWon=True), [("won", MADE, None)], id="closed before it was made"
        ),
    ],
)
def test_without_steps_a_deal_is_open_until_its_close_date_is_over(given, states):
    assert states_of(given) == [("001A", *each) for each in states]


def test_a_deal_is_with_the_account_that_its_own_was_merged_into():
    redirect = {"record_id": "001A", "final_record_id": "001B"}

    assert states_of(deal(), redirects=[redirect]) == [("001B", "open", MADE, None)]


def counts_of(*states, subject=Subject.ACCOUNT, own="006A"):
    lesson = {"example_id": "x", "subject": subject, "account_id": "001A", "opportunity_id": own}
    made = make_tables(
        icp_example=[lesson | {"decided_at": DECIDED, "is_won": True}],
        icp_opportunity_state=[
            {
                "opportunity_id": name,
                "account_id": "001A",
                "state": state,
                "since_at": since,
                "until_at": until,
            }
            for name, state, since, until in states
        ],
        staged_account=[{"account_id": "001A"}],
        matched_affiliation=[{"person_id": "003A", "company_id": "001A"}],
    )
    build_lessons(subject, connection=made, settings=COUNTED)
    build_current(subject, connection=made, settings=COUNTED, now=DECIDED.replace(tzinfo=UTC))
    columns = ", ".join(f"account_{each}_deals" for each in DealState)
    return [
        made.execute(f"SELECT {columns} FROM icp.{subject}_{kind}").fetchall() for kind in ("lesson", "now")
    ]


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize(
    ("state", "counts"),
    [
        pytest.param(("006B", "won", MADE, None), (1, 0, 0), id="won"),
        pytest.param(("006B", "lost", MADE, None), (0, 1, 0), id="lost"),
        pytest.param(("006B", "open", MADE, None), (0, 0, 1), id="open"),
        pytest.param(("006B", "open", datetime(2020, 1, 1), DECIDED), (0, 0, 1), id="open until just then"),
        pytest.param(("006B", "won", DECIDED, None), (0, 0, 0), id="won at the moment"),
        pytest.param(("006B", "open", MADE, MADE + timedelta(days=1)), (0, 0, 0), id="open before"),
        pytest.param(("006B", "won", datetime(2026, 1, 1), None), (1, 0, 0), id="the window's first day"),
        pytest.param(("006B", "lost", datetime(2025, 12, 31, 23), None), (0, 0, 0), id="lost too long ago"),
    ],
)
def test_the_companys_deals_count_as_they_stood_just_before(subject, state, counts):
    assert counts_of(state, subject=subject) == [[counts], [counts]]


def test_a_lessons_own_deal_does_not_explain_it():
    own, other = (("006A", "open", MADE, None), ("006B", "open", MADE, None))

    assert counts_of(own, other) == [[(0, 0, 1)], [(0, 0, 2)]]
    assert counts_of(own, other, own=None) == [[(0, 0, 2)], [(0, 0, 2)]]


def test_deals_are_told_in_words():
    signals = read_signals(Subject.PERSON, connection=make_tables(), settings=COUNTED, ideal_profile=[])[-3:]

    assert [(each.label, each.wording.when_known, each.wording.when_one) for each in signals] == [
        (
            "Company: Deals won in 30 days",
            "Company: {value} deals won in 30 days",
            "Company: 1 deal won in 30 days",
        ),
        (
            "Company: Deals lost in 30 days",
            "Company: {value} deals lost in 30 days",
            "Company: 1 deal lost in 30 days",
        ),
        ("Company: Open deals", "Company: {value} open deals", "Company: 1 open deal"),
    ]
