"""What is kept from run to run is what the events say, to the last bit."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.icp.features.decay import COUNTED_HALVINGS
from sync_project.icp.features.engagement import past_engagement
from sync_project.icp.features.engagement_state import OWNERS, Rebuilt, update_engagement
from sync_project.settings.icp import EngagementSignals
from sync_project_tests.icp.small_lessons import count_engagement, insert_rows, make_tables

START = datetime(2026, 1, 31, 15)
FADING = EngagementSignals(
    half_life_days=3, half_life_days_by_kind={"demo_request": 7}, kinds=("demo_request", "page_view")
)
PEOPLE = ("ann", "bob")
COMPANIES = ("acme", "beta")


def event(at, *, kind="page_view", person="ann", company="acme"):
    return {"occurred_at": at, "kind": kind, "identity": person, "company_id": company}


def with_events(*events):
    return make_tables(
        icp_person_profile=[{"person_id": f"person {each}", "identity": each} for each in PEOPLE],
        matched_event=[{"event_id": str(at), **each} for at, each in enumerate(events)],
    )


def run(made, moment, *, fading=FADING):
    count_engagement(made, now=moment.replace(tzinfo=UTC), settings=fading)


def kept(made):
    columns = "events, days_since_event, demo_request_count, page_view_count"
    return [
        dict(made.execute(f"SELECT {owner}, ({columns}) FROM {table}").fetchall())
        for table, owner in OWNERS.items()
    ]


def counted(made, moment):
    """The same as lessons of that moment count it."""
    made.execute(
        """CREATE OR REPLACE TEMP TABLE subject AS
        SELECT 'person ' || person AS person_id, company AS company_id, CAST($moment AS TIMESTAMP) AS as_of
        FROM (SELECT unnest($people) AS person, unnest($companies) AS company)""",
        {"moment": moment, "people": PEOPLE, "companies": COMPANIES},
    )
    columns = "(events, days_since_event, demo_request_count, page_view_count)"
    people, companies = past_engagement(FADING)
    return [
        dict(made.execute(f"SELECT {owner}, {columns} FROM {each.rows}", each.parameters).fetchall())
        for owner, each in (("substr(person_id, 8)", people), ("company_id", companies))
    ]


def expected_events(events, moment, owner):
    """By the definition, in doubles."""
    half_lives = {"demo_request": 7, "page_view": 3}
    return sum(
        0.5 ** ((moment.date() - each["occurred_at"].date()).days / half_lives[each["kind"]])
        for each in events
        if owner in each.values() and each["occurred_at"] < moment
    )


DRAWN_EVENT = st.builds(
    event,
    st.integers(-100 * 86_400, 60 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
    kind=st.sampled_from(FADING.kinds),
    person=st.sampled_from(PEOPLE),
    company=st.sampled_from(COMPANIES),
)


@settings(max_examples=6, deadline=None)
@given(
    events=st.lists(DRAWN_EVENT, min_size=1, max_size=12),
    late=st.lists(DRAWN_EVENT, max_size=1),
    pauses=st.lists(st.integers(0, 25), min_size=2, max_size=3),
)
def test_day_by_day_it_is_what_all_events_say(events, late, pauses):
    made = with_events(*events)
    moment = START
    for pause in pauses:
        moment += timedelta(days=pause)
        run(made, moment)
        assert kept(made) == counted(made, moment)
    insert_rows(made, "matched.event", late)
    run(made, moment)

    assert kept(made) == counted(made, moment)
    people, companies = kept(made)
    for owner, (count, *_) in (people | companies).items():
        assert count == pytest.approx(expected_events([*events, *late], moment, owner), rel=1e-9, abs=2e-5)


def coverage(made, columns="rebuilt_at, rebuilt_because"):
    return made.execute(f"SELECT {columns} FROM icp.engagement_coverage").fetchone()


def test_new_days_are_added_and_nothing_is_built_again():
    made = with_events(event(START - timedelta(days=30)), event(START + timedelta(days=40), person="bob"))
    run(made, START)
    for days in (1, 33, 50):
        run(made, START + timedelta(days=days))

    assert coverage(made) == (START, Rebuilt.FIRST)
    assert coverage(made, "as_of_date, counts_until, event_count") == (
        (START + timedelta(days=50)).date(),
        (START + timedelta(days=48)).date(),
        2,
    )
    assert made.execute("SELECT email FROM icp.engagement_state").fetchall() == [("bob",)]


def test_rows_of_one_name_are_put_together_when_there_are_many():
    fading = EngagementSignals(half_life_days=1000, kinds=())
    made = with_events(*(event(START + timedelta(days=day)) for day in range(6)))
    rows = []
    for day in range(2, 9):
        run(made, START + timedelta(days=day), fading=fading)
        rows += made.execute("SELECT count(*) FROM icp.engagement_state").fetchone()

    assert rows == [0, 1, 2, 2, 2, 2, 2]
    assert coverage(made) == (START + timedelta(days=2), Rebuilt.FIRST)


def test_the_last_two_days_and_today_may_still_change():
    made = with_events(event(START - timedelta(days=2)))
    run(made, START)
    insert_rows(made, "matched.event", [event(START - timedelta(days=2, hours=14))])
    run(made, START + timedelta(hours=1))

    assert coverage(made)[1] == Rebuilt.FIRST
    assert kept(made)[0]["ann"][0] == pytest.approx(2 * 0.5 ** (2 / 3))


LATER = START + timedelta(days=4)


@pytest.mark.parametrize(
    ("change", "moment", "fading", "reason"),
    [
        pytest.param(
            "", LATER, FADING.model_copy(update={"half_life_days": 4}), Rebuilt.SETTINGS, id="faster"
        ),
        pytest.param("", LATER, FADING.model_copy(update={"kinds": ()}), Rebuilt.SETTINGS, id="other kinds"),
        pytest.param("", START - timedelta(days=1), FADING, Rebuilt.EARLIER, id="an earlier day"),
        pytest.param(
            "", START + timedelta(days=3 * COUNTED_HALVINGS + 3), FADING, Rebuilt.PAUSE, id="a long pause"
        ),
        pytest.param(
            "DELETE FROM matched.event WHERE event_id = '0'", LATER, FADING, Rebuilt.CHANGED, id="gone"
        ),
        pytest.param(
            "UPDATE matched.event SET identity = 'bob'", LATER, FADING, Rebuilt.CHANGED, id="another's"
        ),
        pytest.param(
            "INSERT INTO matched.event FROM matched.event LIMIT 1", LATER, FADING, Rebuilt.CHANGED, id="late"
        ),
    ],
)
def test_where_it_no_longer_fits_it_is_built_again_and_says_why(change, moment, fading, reason):
    made = with_events(event(START - timedelta(days=9)), event(START - timedelta(days=8)))
    run(made, START)
    made.execute(change or "SELECT 1")
    run(made, moment, fading=fading)

    assert coverage(made) == (moment, reason)
    if fading is FADING:
        assert kept(made) == counted(made, moment)


def test_after_a_new_match_engagement_is_anothers_and_nothing_is_built_again():
    made = with_events(event(START - timedelta(days=3)))
    run(made, START)
    before = kept(made)
    made.execute("UPDATE matched.sighting_match SET identity = 'bob', company_id = 'beta'")
    update_engagement(connection=made, settings=FADING, now=START.replace(tzinfo=UTC))

    assert before == [{"ann": (0.5, 3, 0, 0.5)}, {"acme": (0.5, 3, 0, 0.5)}]
    assert kept(made) == [{"bob": (0.5, 3, 0, 0.5)}, {"beta": (0.5, 3, 0, 0.5)}]
    assert coverage(made)[1] == Rebuilt.FIRST


def test_neither_the_order_of_events_nor_the_number_of_threads_changes_a_bit():
    drawn = random.Random(1)
    events = [
        event(
            START - timedelta(hours=drawn.randrange(900)),
            kind=drawn.choice(FADING.kinds),
            person=drawn.choice(PEOPLE),
        )
        for _ in range(60)
    ]
    found = []
    for threads in (1, 4):
        made = with_events(*drawn.sample(events, len(events)))
        made.execute(f"SET threads = {threads}; PRAGMA verify_parallelism")
        run(made, START - timedelta(days=5))
        run(made, START)
        found.append(sorted(made.execute("FROM icp.engagement_state").fetchall()) + kept(made))

    assert found[0] == found[1]
