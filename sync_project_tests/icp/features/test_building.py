import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.icp.features.building import build_current, build_lessons
from sync_project.icp.features.signals import SignalFieldError, Subject
from sync_project.settings.icp import ProfileSignal
from sync_project_tests.icp.small_lessons import SETTINGS, count_engagement, insert_rows, make_tables

DECIDED = datetime(2026, 1, 31, 15)
KNOWN = datetime(2026, 3, 3, 15)
PERSON_COLUMNS = """industry, employees, seniority, events, days_since_event, demo_request_count,
    account_events, account_days_since_event, account_demo_request_count"""

EXAMPLES = [
    {"example_id": "person 1", "subject": "person", "person_id": "003A", "account_id": "001A"},
    {"example_id": "person 2", "subject": "person", "person_id": "003B", "account_id": None},
    {"example_id": "account 1", "subject": "account", "person_id": None, "account_id": "001A"},
]
TABLES = {
    "icp_example": [each | {"decided_at": DECIDED, "known_at": KNOWN, "is_won": True} for each in EXAMPLES],
    "icp_person_profile": [
        {"person_id": "003A", "seniority": "executive", "identity": "a@acme.com"},
        {"person_id": "003B", "identity": "b@acme.com"},
    ],
    "raw_account": [{"Id": "001A", "Industry": "Toys", "NumberOfEmployees": 7}],
    "raw_contact": [{"Id": "003A", "Title": "CEO"}, {"Id": "003B"}],
    "icp_job_title": [{"title": "CEO", "seniority": "executive", "function": "general management"}],
    "staged_account": [{"account_id": "001A"}],
    "matched_affiliation": [{"person_id": "003A", "company_id": "001A"}, {"person_id": "003B"}],
}


def event(name, occurred_at, *, kind="page_view", email="a@acme.com", account_id="001A"):
    return {
        "event_id": str(name),
        "occurred_at": occurred_at,
        "kind": kind,
        "identity": email,
        "company_id": account_id,
    }


def lesson_rows(events, *, tables=TABLES):
    made = make_tables(**tables, matched_event=events)
    for subject in Subject:
        build_lessons(subject, connection=made, settings=SETTINGS)
    return [made.execute(f"FROM icp.{subject}_lesson ORDER BY subject_id").fetchall() for subject in Subject]


def engagement_of(*events):
    (person, *_), _ = lesson_rows(events)
    return person[5:8]


def test_a_lesson_holds_every_signal_and_the_outcome():
    people, accounts = lesson_rows([event(1, DECIDED - timedelta(days=2), kind="demo_request")])

    assert people == [
        ("person 1", DECIDED, "Toys", 7.0, "executive", 0.9, 2, 0.9, 0.9, 2, 0.9, KNOWN, True),
        ("person 2", DECIDED, None, None, None, 0, None, 0, 0, None, 0, KNOWN, True),
    ]
    assert accounts == [("account 1", DECIDED, "Toys", 7.0, 0.9, 2, 0.9, KNOWN, True)]


@pytest.mark.parametrize(
    ("occurred_at", "counted"),
    [
        pytest.param(DECIDED - timedelta(microseconds=1), (1.0, 0, 0.0), id="just before the decision"),
        pytest.param(DECIDED, (0.0, None, 0.0), id="at the decision"),
        pytest.param(datetime(2026, 1, 30, 23, 59), (0.9, 1, 0.0), id="yesterday, though 15 hours ago"),
        pytest.param(datetime(2026, 1, 21), (0.5, 10, 0.0), id="a half-life ago"),
        pytest.param(datetime(2026, 1, 11, 23), (0.3, 20, 0.0), id="two half-lives ago: to a tenth"),
        pytest.param(datetime(2025, 11, 1), (0.0, 91, 0.0), id="long ago"),
        pytest.param(datetime(2025, 7, 10), (0.0, None, 0.0), id="so long ago that it is forgotten"),
    ],
)
def test_an_event_counts_half_as_much_after_each_half_life(occurred_at, counted):
    assert engagement_of(event(1, occurred_at)) == counted


def test_an_event_counts_for_its_person_and_for_its_account():
    colleague = event(1, DECIDED - timedelta(days=1), email="c@acme.com", kind="demo_request")
    elsewhere = event(2, DECIDED - timedelta(days=3), account_id=None)

    people, accounts = lesson_rows([colleague, elsewhere])

    assert people[0][5:11] == (0.8, 3, 0, 0.9, 1, 0.9)
    assert accounts[0][4:7] == (0.9, 1, 0.9)


def test_two_people_with_one_address_share_its_events():
    sharing = TABLES | {
        "icp_person_profile": [{"person_id": each, "identity": "a@acme.com"} for each in ("003A", "003B")]
    }

    people, _ = lesson_rows([event(1, DECIDED - timedelta(days=1))], tables=sharing)

    assert [row[5] for row in people] == [0.9, 0.9]


BEFORE = st.integers(min_value=1, max_value=40 * 86_400).map(
    lambda seconds: DECIDED - timedelta(seconds=seconds)
)
AFTERWARDS = st.integers(min_value=0, max_value=400 * 86_400).map(
    lambda seconds: DECIDED + timedelta(seconds=seconds)
)
WHO = st.tuples(st.sampled_from(["page_view", "demo_request"]), st.sampled_from(["a@acme.com", "b@acme.com"]))


def make_events(drawn, *, prefix):
    return [
        event(f"{prefix}{place}", moment, kind=kind, email=email)
        for place, (moment, (kind, email)) in enumerate(drawn)
    ]


@settings(max_examples=6, deadline=None)
@given(
    before=st.lists(st.tuples(BEFORE, WHO), max_size=6),
    afterwards=st.lists(st.tuples(AFTERWARDS, WHO), max_size=6),
    changed=st.lists(st.tuples(AFTERWARDS, WHO), max_size=6),
)
def test_nothing_that_happens_at_or_after_the_decision_changes_a_lesson(before, afterwards, changed):
    known = make_events(before, prefix="known ")

    lessons = lesson_rows(known)

    assert lesson_rows([*known, *make_events(afterwards, prefix="later ")]) == lessons
    assert lesson_rows([*make_events(changed, prefix="later "), *known]) == lessons


@settings(max_examples=5, deadline=None)
@given(drawn=st.lists(st.tuples(BEFORE | AFTERWARDS, WHO), max_size=8), seed=st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(drawn, seed):
    events = make_events(drawn, prefix="")
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in TABLES.items()}

    assert lesson_rows(random.Random(seed).sample(events, len(events)), tables=shuffled) == lesson_rows(
        events
    )


def test_today_asks_the_same_of_everybody():
    made = make_tables(**TABLES, matched_event=[event(1, DECIDED - timedelta(days=2)), event(2, DECIDED)])
    insert_rows(made, "matched.affiliation", [{"person_id": "visitor:x@y.com"}])

    count_engagement(made, now=DECIDED.replace(tzinfo=UTC))
    for subject in Subject:
        build_current(subject, connection=made, settings=SETTINGS, now=DECIDED.replace(tzinfo=UTC))

    assert made.execute("FROM icp.person_now").fetchall() == [
        ("003A", DECIDED, "Toys", 7.0, "executive", 0.9, 2, 0, 0.9, 2, 0),
        ("003B", DECIDED, None, None, None, 0, None, 0, 0, None, 0),
        ("visitor:x@y.com", DECIDED, None, None, None, 0, None, 0, 0, None, 0),
    ]
    assert made.execute("FROM icp.account_now").fetchall() == [("001A", DECIDED, "Toys", 7.0, 0.9, 2, 0)]


def test_an_organisation_is_an_account_of_which_only_engagement_is_known():
    visit = event(1, DECIDED - timedelta(days=2), email="x@y.com", account_id="organisation:y.com")
    made = make_tables(
        **TABLES
        | {
            "matched_affiliation": [{"person_id": "visitor:x@y.com", "company_id": "organisation:y.com"}],
            "matched_organisation": [{"organisation_id": "organisation:y.com"}],
        },
        matched_event=[visit, event(2, DECIDED - timedelta(days=3), kind="demo_request")],
    )

    count_engagement(made, now=DECIDED.replace(tzinfo=UTC))
    for subject in Subject:
        build_current(subject, connection=made, settings=SETTINGS, now=DECIDED.replace(tzinfo=UTC))

    assert made.execute("FROM icp.account_now").fetchall() == [
        ("001A", DECIDED, "Toys", 7.0, 0.8, 3, 0.8),
        ("organisation:y.com", DECIDED, None, None, 0.9, 2, 0),
    ]
    assert made.execute("SELECT account_events, account_days_since_event FROM icp.person_now").fetchall() == [
        (0.9, 2)
    ]


def test_owners_are_known_by_name_where_they_are_active_now_and_in_lessons_whoever_left_since():
    owners = SETTINGS.model_copy(
        update={"fields": (), "profile": (ProfileSignal.ASSIGNED_OWNER, ProfileSignal.ACCOUNT_OWNER)}
    )
    made = make_tables(
        **TABLES
        | {
            "icp_person_profile": [{"person_id": "003A", "assigned_owner": "Cat Seller"}],
            "raw_contact": [{"Id": "003A", "OwnerId": "005C"}, {"Id": "003B", "OwnerId": "005B"}],
            "raw_account": [{"Id": "001A", "OwnerId": "005A"}],
            "staged_account": [
                {"account_id": "001A", "owner_id": "005A"},
                {"account_id": "001B", "owner_id": "005B"},
            ],
            "staged_user": [
                {"user_id": "005A", "name": "Ann Seller"},
                {"user_id": "005B", "name": "Ben Gone", "is_active": False},
                {"user_id": "005C", "name": "Cat Seller"},
            ],
        }
    )
    count_engagement(made, now=DECIDED.replace(tzinfo=UTC))
    for subject in Subject:
        build_current(subject, connection=made, settings=owners, now=DECIDED.replace(tzinfo=UTC))
        build_lessons(subject, connection=made, settings=owners)

    assert made.execute("SELECT assigned_owner, account_owner FROM icp.person_now").fetchall() == [
        ("Cat Seller", "Ann Seller"),
        (None, None),
    ]
    assert made.execute("SELECT assigned_owner, account_owner FROM icp.person_lesson").fetchall() == [
        ("Cat Seller", "Ann Seller"),
        ("Ben Gone", None),
    ]
    assert made.execute("SELECT account_owner FROM icp.account_now").fetchall() == [("Ann Seller",), (None,)]


def test_a_leads_own_field_comes_before_its_accounts():
    tables = TABLES | {
        "icp_example": [
            {
                "example_id": "person 3",
                "subject": "person",
                "person_id": "00Q1",
                "account_id": "001A",
                "decided_at": DECIDED,
                "is_won": False,
            }
        ],
        "raw_lead": [{"Id": "00Q1", "Industry": "Games"}],
    }

    people, _ = lesson_rows([], tables=tables)

    assert people[0][2:4] == ("Games", 7.0)


def test_a_field_that_the_org_lost_is_named():
    made = make_tables(**TABLES)
    made.execute("DELETE FROM raw.field WHERE field_name = 'NumberOfEmployees'")
    lost = SETTINGS.model_copy(
        update={"fields": [SETTINGS.fields[1].model_copy(update={"account": "Size__c"})]}
    )

    build_lessons(Subject.ACCOUNT, connection=made, settings=SETTINGS)
    assert made.execute("SELECT employees FROM icp.account_lesson").fetchall() == [(None,)]
    with pytest.raises(SignalFieldError, match=r"'employees' reads Account\.Size__c"):
        build_lessons(Subject.ACCOUNT, connection=made, settings=lost)
