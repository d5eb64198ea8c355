"""What our own people did about people and companies: ``activity.py`` and ``icp.sales_activity``."""

from datetime import UTC, datetime, timedelta

import pytest

from sync_project.icp.features.building import build_current, build_lessons, read_signals
from sync_project.icp.features.signals import Subject
from sync_project.settings.icp import ActivityCount, ActivitySignals
from sync_project_tests.icp.small_lessons import SETTINGS, build, make_tables

DECIDED = datetime(2026, 1, 31, 15)
MADE = datetime(2026, 1, 21, 9)
BEFORE = datetime(2026, 1, 31, 14)
COUNTED = SETTINGS.model_copy(
    update={"activity": ActivitySignals(window_days=30, counts=tuple(ActivityCount))}
)


def test_a_task_is_about_a_person_a_company_or_both():
    tasks = [
        {"WhoId": "003A"},
        {"WhoId": "003A", "WhatId": "001B"},
        {"WhoId": "00QA", "WhatId": "001B"},
        {"WhatId": "006B"},
        {"WhatId": "001X"},
        {"WhatId": "701X"},
        {"WhoId": "003X"},
        {"WhoId": "003X", "valid_from": datetime(2026, 3, 1)},
    ]
    made = make_tables(
        raw_task=[{"Id": f"00T{place}", "CreatedDate": MADE} | each for place, each in enumerate(tasks)],
        history_task_past=[{"Id": "00T7", "WhoId": "00QA", "CreatedDate": MADE, "valid_from": MADE}],
        raw_event=[{"Id": "00U1", "WhoId": "003A", "CreatedDate": MADE}],
        staged_account=[{"account_id": each} for each in ("001A", "001B")],
        icp_first_account=[{"opportunity_id": "006B", "account_id": "001B"}],
        icp_record_identity=[
            {"record_id": "003A", "identity": "a@acme.com", "company_id": "001A"},
            {"record_id": "00QA", "identity": "q@acme.com"},
        ],
        matched_record_redirect=[{"record_id": "001X", "final_record_id": "001A"}],
    )
    build(made, "icp.sales_activity")

    told = "SELECT * EXCLUDE (restored_at, deleted_at) FROM icp.sales_activity ORDER BY activity_id"
    assert made.execute(told).fetchall() == [
        ("00T0", "a@acme.com", "001A", MADE),
        ("00T1", "a@acme.com", "001A", MADE),
        ("00T2", "q@acme.com", "001B", MADE),
        ("00T3", None, "001B", MADE),
        ("00T4", None, "001A", MADE),
        ("00T7", "q@acme.com", None, MADE),
        ("00U1", "a@acme.com", "001A", MADE),
    ]


def task(name, happened_at=MADE, identity="a@acme.com", **span):
    known = {"activity_id": name, "identity": identity, "company_id": "001A", "happened_at": happened_at}
    return known | span


@pytest.mark.parametrize(
    ("tasks", "own", "companys"),
    [
        pytest.param([], (0, None), (0, None), id="none"),
        pytest.param([task("1"), task("2", MADE - timedelta(days=1))], (2, 1), (2, 1), id="two"),
        pytest.param([task("1", identity=None)], (0, None), (1, 1), id="about the company"),
        pytest.param([task("1", DECIDED)], (0, None), (0, None), id="made at the moment"),
        pytest.param([task("1", datetime(2026, 1, 1))], (1, 4), (1, 4), id="the window's first day"),
        pytest.param([task("1", datetime(2025, 12, 31))], (0, None), (0, None), id="too long ago"),
        pytest.param([task("1", deleted_at=DECIDED)], (1, 1), (1, 1), id="deleted at the moment"),
        pytest.param([task("1", deleted_at=BEFORE)], (0, None), (0, None), id="deleted before"),
        pytest.param([task("1", restored_at=BEFORE)], (1, 1), (1, 1), id="restored before"),
        pytest.param([task("1", restored_at=DECIDED)], (0, None), (0, None), id="restored at the moment"),
    ],
)
def test_tasks_count_from_when_they_were_made_until_just_before_the_moment(tasks, own, companys):
    given = {"person_id": "003A", "account_id": "001A", "decided_at": DECIDED, "is_won": True}
    made = make_tables(
        icp_example=[given | {"example_id": each, "subject": each} for each in Subject],
        icp_person_profile=[{"person_id": "003A", "identity": "a@acme.com"}],
        icp_sales_activity=tasks,
        staged_account=[{"account_id": "001A"}],
        matched_affiliation=[{"person_id": "003A", "company_id": "001A"}],
    )
    for subject in Subject:
        build_lessons(subject, connection=made, settings=COUNTED)
        build_current(subject, connection=made, settings=COUNTED, now=DECIDED.replace(tzinfo=UTC))

    theirs = "account_sales_activities, account_weeks_since_sales_activity"
    for kind in ("lesson", "now"):
        assert made.execute(
            f"SELECT sales_activities, weeks_since_sales_activity, {theirs} FROM icp.person_{kind}"
        ).fetchall() == [(*own, *companys)]
        assert made.execute(f"SELECT {theirs} FROM icp.account_{kind}").fetchall() == [companys]


def test_activity_is_told_in_words():
    signals = read_signals(Subject.ACCOUNT, connection=make_tables(), settings=COUNTED, ideal_profile=[])[-2:]

    assert [(each.wording.when_known, each.wording.when_unknown) for each in signals] == [
        ("Company: {value} sales activities in 30 days", "Company: no sales activity in 30 days"),
        ("Company: last sales activity {value} weeks ago", "Company: no sales activity in 30 days"),
    ]
