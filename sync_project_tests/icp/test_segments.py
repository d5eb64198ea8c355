from datetime import UTC, datetime

import pytest

from sync_project.icp.segments import build_segments
from sync_project.icp.win_rates import estimate_win_rates
from sync_project.warehouse.models import build_table, insert_frame, load_models
from sync_project_tests.icp.small_lessons import build, insert_rows, make_tables

JANUARY = datetime(2026, 1, 20, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 3, tzinfo=UTC)
MARCH = datetime(2026, 3, 31, tzinfo=UTC)

SIGNALS = {"industry": "Industry", "employees": "Employees", "events": "Activity", "ideal_profile": "Profile"}
DEALS = [
    {"opportunity_id": "1", "account_id": "a1", "amount": 1000.1},
    {"opportunity_id": "2", "account_id": "a1", "amount": 0.2},
    {"opportunity_id": "3", "account_id": "merged", "amount": None},
    {"opportunity_id": "4", "account_id": "a2", "amount": 5, "is_closed": True},
    {"opportunity_id": "5", "account_id": None, "amount": 7},
]


def make(lessons, now=(), **tables):
    """Tables of which accounts have these lessons (industry, employees, outcome) and are these now."""
    made = make_tables(**tables)
    build_table(load_models()["icp.signal"], connection=made, parameters={})
    for name, label in SIGNALS.items():
        side = "engagement" if name == "events" else "fit"
        row = {"subject": "account", "signal": name, "label": label, "side": side}
        insert_rows(made, "icp.signal", [row])
    columns = "subject_id VARCHAR, industry VARCHAR, employees DOUBLE, events BIGINT, ideal_profile DOUBLE"
    for subject in ("account", "person"):
        made.execute(f"CREATE TABLE icp.{subject}_lesson ({columns}, is_won BOOLEAN)")
        made.execute(f"CREATE TABLE icp.{subject}_now ({columns})")
    teach(made, lessons)
    for subject_id, industry, employees in now:
        row = {"subject_id": subject_id, "industry": industry, "employees": employees}
        insert_rows(made, "icp.account_now", [row])
    build(made, "icp.first_contact", "icp.open_deal")
    return made


def teach(made, lessons):
    made.execute("DELETE FROM icp.account_lesson")
    for number, (industry, employees, is_won) in enumerate(lessons):
        row = {"subject_id": f"{number:04}", "industry": industry, "employees": employees, "is_won": is_won}
        insert_rows(made, "icp.account_lesson", [row | {"events": number % 2, "ideal_profile": 0}])


def group(industry, wins, lessons, *, employees=10.0):
    return [(industry, employees, number < wins) for number in range(lessons)]


def segments(made, columns, *, now=JANUARY):
    build_segments(connection=made, now=now)
    return made.execute(f"SELECT {columns} FROM icp.segment ORDER BY signal DESC, segment").fetchall()


def test_levels_with_their_rates_members_and_open_deals():
    made = make(
        [*group("Toys", 8, 10), *group("Coal", 1, 20), *group(None, 3, 10)],
        now=[
            ("a1", "Toys", None),
            ("a2", "Toys", 3),
            ("a3", "Coal", 3),
            ("a4", "New", 3),
            ("organisation:x.com", None, None),
        ],
        staged_opportunity=DEALS,
        matched_record_redirect=[{"record_id": "merged", "final_record_id": "a3"}],
    )
    rates = estimate_win_rates([1, 8, 3, 0], [20, 10, 10, 0])

    rows = segments(
        made,
        """subject, segment, level, lesson_count, win_count, win_rate_pct, win_rate_pct_at_least,
        win_rate_pct_at_most, usual_pct, subject_count, open_deal_count, open_amount""",
    )

    counts = [
        ("Industry = Coal", "Coal", 20, 1, 1, 1, 0),
        ("Industry = Toys", "Toys", 10, 8, 2, 2, 1000.3),
        ("Industry missing", None, 10, 3, 0, 0, 0),
    ]
    assert [(*row[1:5], *row[9:]) for row in rows] == counts
    assert {(row[0], row[8]) for row in rows} == {("account", 30.0)}
    expected = [
        [100 * each[place] for each in (rates.rate, rates.at_least, rates.at_most)] for place in range(3)
    ]
    assert [row[5:8] for row in rows] == [pytest.approx(each, abs=0.5) for each in expected]


def test_numbers_are_banded_at_round_edges():
    made = make([], now=[("a1", None, 200)])
    made.execute(
        """INSERT INTO icp.account_lesson BY NAME
        SELECT format('{:04}', size) AS subject_id, size AS employees, size > 300 AS is_won
        FROM range(1, 1001) AS sizes (size)"""
    )

    assert segments(made, "segment, at_least, below, lesson_count, win_count, subject_count") == [
        ("Employees 1,000 or more", 1000, None, 1, 1, 0),
        ("Employees 200 to 499", 200, 500, 300, 199, 1),
        ("Employees 500 to 999", 500, 1000, 500, 500, 0),
        ("Employees under 200", None, 200, 199, 0, 0),
    ]


def test_only_signals_that_say_who_they_are_and_that_differ_part_them():
    """Activity is what they do, the profile is what was believed, and of employees there is one value."""
    made = make([*group("Toys", 2, 4), *group("Coal", 1, 4)])
    assert {signal for (signal,) in segments(made, "signal")} == {"industry"}


@pytest.mark.parametrize("lessons", [[], group("Toys", 1, 1)], ids=["none", "one"])
def test_without_lessons_to_compare_there_are_no_segments(lessons):
    assert segments(make(lessons), "segment") == []


def test_what_changed_is_told_against_the_last_run_of_the_last_month_that_had_one():
    made = make([*group("Toys", 40, 80), *group("Coal", 8, 80), *group("Tea", 8, 80)])
    columns = "segment, round(earlier_win_rate_pct), change"
    nothing = [(f"Industry = {each}", None, None) for each in ("Coal", "Tea", "Toys")]

    assert segments(made, columns) == nothing
    teach(made, [*group("Toys", 40, 80), *group("Coal", 8, 80), *group("Tea", 8, 80), *group("Sea", 1, 8)])
    assert segments(made, columns) == [nothing[0], ("Industry = Sea", None, None), *nothing[1:]]

    teach(made, [*group("Toys", 45, 90), *group("Coal", 40, 90), *group("Sea", 1, 8), *group("Air", 1, 8)])
    told = segments(made, columns, now=MARCH)

    assert [(segment, change) for segment, _, change in told] == [
        ("Industry = Air", "new"),
        ("Industry = Coal", "better"),
        ("Industry = Sea", None),
        ("Industry = Toys", None),
    ]
    assert told[0][1] is None
    assert told[1][1] < 14
    assert made.execute(
        "SELECT month, count(*) FROM icp.segment_log GROUP BY month ORDER BY month"
    ).fetchall() == [(datetime(2026, 1, 1).date(), 4), (datetime(2026, 3, 1).date(), 4)]


def test_the_same_lessons_in_any_order_give_the_same_bits():
    lessons = [*group("Toys", 8, 10), *group("Coal", 1, 20, employees=500), *group(None, 3, 10, employees=3)]
    made = make(lessons)
    before = segments(made, "*")
    turned = made.execute("FROM icp.account_lesson ORDER BY hash(subject_id)").df()
    made.execute("DELETE FROM icp.account_lesson")
    insert_frame("icp.account_lesson", turned, connection=made)
    made.execute("SET threads = 1")

    assert segments(made, "*") == before


def test_an_open_deal_counts_for_its_first_contact():
    made = make(
        [],
        staged_opportunity=[each | {"created_at": datetime(2026, 1, 1)} for each in DEALS[:2]],
        raw_opportunity_contact_role=[
            {"Id": name, "OpportunityId": "1", "ContactId": contact_id, "CreatedDate": datetime(2026, 1, 1)}
            for name, contact_id in (("1", "gone"), ("2", "p1"))
        ],
        icp_person_profile=[{"person_id": "p1"}],
    )
    assert made.execute("FROM icp.open_deal ORDER BY opportunity_id").fetchall() == [
        ("1", "a1", "p1", 1000.1),
        ("2", "a1", None, 0.2),
    ]
