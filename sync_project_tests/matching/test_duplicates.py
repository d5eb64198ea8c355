"""matched.person_link and matched.duplicate."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project_tests.matching.small_org import build_matched, build_models, rows_of, stage

CLUSTERS = """
    SELECT certainty, cluster_id, primary_person_id, person_id, rule, key, is_primary FROM matched.duplicate
"""
MEMBERS = "SELECT certainty, cluster_id, person_id FROM matched.duplicate"


def test_equal_addresses_are_certain_and_the_contact_stays_linked():
    connection = build_matched(
        contact=[{"contact_id": "003A", "email": "Jane@acme.com"}],
        lead=[{"lead_id": "00Q1", "email": "jane@acme.com"}, {"lead_id": "00Q2", "email": "joe@acme.com"}],
    )
    assert rows_of(connection, CLUSTERS) == [
        ("certain", "003A", "003A", "003A", "email", "jane@acme.com", True),
        ("certain", "003A", "003A", "00Q1", "email", "jane@acme.com", False),
    ]


@pytest.mark.parametrize(
    ("first", "second", "rule", "key"),
    [
        ({"email": "jdoe+x@acme.com"}, {"email": "jdoe@acme.com"}, "email_variant", "jdoe@acme.com"),
        ({"email": "j.doe@gmail.com"}, {"email": "jdoe@googlemail.com"}, "email_variant", "jdoe@gmail.com"),
        (
            {"first_name": "Jane", "last_name": "Doe", "email": "jane@acme.com"},
            {"first_name": " JANE", "last_name": "doe ", "email": "jd@mail.acme.com"},
            "name_and_domain",
            "jane doe acme.com",
        ),
    ],
)
def test_weaker_keys_are_a_suspicion(first, second, rule, key):
    connection = build_matched(lead=[{"lead_id": "00Q1", **first}, {"lead_id": "00Q2", **second}])
    assert rows_of(connection, CLUSTERS) == [
        ("suspected", "00Q1", "00Q1", "00Q1", rule, key, True),
        ("suspected", "00Q1", "00Q1", "00Q2", rule, key, False),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": None}, {"email": None}),
        ({"email": "none@none.com"}, {"email": "none@none.com"}),
        ({"email": "nonsense"}, {"email": "nonsense"}),
        ({"email": "info@acme.com"}, {"email": "info@acme.com"}),
        ({"first_name": "Jane", "email": "a@acme.com"}, {"first_name": "Jane", "email": "b@acme.com"}),
        (
            {"first_name": "Jane", "last_name": "Doe", "email": "a@gmail.com"},
            {"first_name": "Jane", "last_name": "Doe", "email": "b@gmail.com"},
        ),
    ],
)
def test_what_says_too_little_links_nobody(first, second):
    connection = build_matched(lead=[{"lead_id": "00Q1", **first}, {"lead_id": "00Q2", **second}])
    assert rows_of(connection, CLUSTERS) == []


def test_a_role_mailbox_is_one_person_s_only_under_one_name():
    jane = {"first_name": "Jane", "last_name": "Doe", "email": "info@acme.com"}
    joe = {"first_name": "Joe", "last_name": "Roe", "email": "info@acme.com"}
    connection = build_matched(
        lead=[{"lead_id": "00Q1", **jane}, {"lead_id": "00Q2", **joe}, {"lead_id": "00Q3", **jane}]
    )
    assert rows_of(connection, MEMBERS) == [("certain", "00Q1", "00Q1"), ("certain", "00Q1", "00Q3")]


def test_a_suspicion_between_certain_twins_lists_them_all_and_leaves_the_certain_cluster_alone():
    connection = build_matched(
        lead=[
            {"lead_id": "00Q1", "email": "jane@acme.com"},
            {"lead_id": "00Q2", "email": "jane@acme.com"},
            {"lead_id": "00Q3", "email": "jane+x@acme.com"},
        ]
    )
    assert rows_of(connection, MEMBERS) == [
        ("certain", "00Q1", "00Q1"),
        ("certain", "00Q1", "00Q2"),
        ("suspected", "00Q1", "00Q1"),
        ("suspected", "00Q1", "00Q2"),
        ("suspected", "00Q1", "00Q3"),
    ]


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5, 6, 7), (4, 1, 7, 2, 6, 3, 5), (7, 6, 5, 4, 3, 2, 1)])
def test_a_chain_of_seven_is_one_cluster_however_its_ids_lie(order):
    """Neighbours share an address variant, or a name at a domain, in turn; no two others share anything."""
    leads = [
        {
            "lead_id": f"00Q{order[at]}",
            "first_name": "Pat",
            "last_name": f"Lee{at // 2}",
            "email": f"p{(at + 1) // 2}+{at}@acme.com",
        }
        for at in range(7)
    ]
    connection = build_matched(lead=leads)
    assert rows_of(connection, MEMBERS) == [("suspected", "00Q1", f"00Q{number}") for number in range(1, 8)]


def test_the_primary_is_a_contact_with_an_account_then_the_oldest():
    connection = build_matched(
        account=[{"account_id": "001A", "name": "Acme"}],
        contact=[
            {"contact_id": "003A", "email": "jane@gmail.com", "created_at": "2026-01-03"},
            {
                "contact_id": "003B",
                "account_id": "001A",
                "email": "jane@gmail.com",
                "created_at": "2026-01-02",
            },
        ],
        lead=[{"lead_id": "00Q1", "email": "jane@gmail.com", "created_at": "2026-01-01"}],
    )
    assert rows_of(connection, "SELECT person_id FROM matched.duplicate WHERE is_primary") == [("003B",)]


PEOPLE = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=9)


@settings(max_examples=12, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_suspected_clusters_are_what_merging_pair_by_pair_gives_in_any_order(people, random):
    leads = [
        {
            "lead_id": f"00Q{at}",
            "first_name": "Pat",
            "last_name": f"Lee{name}",
            "email": f"p{box}+{at}@acme.com",
        }
        for at, (name, box) in enumerate(people)
    ]
    members = _members(leads, threads=1)
    assert members == _members(random.sample(leads, len(leads)), threads=4)
    assert members == _merge_pair_by_pair(people)


def _members(leads, *, threads):
    connection = duckdb.connect(config={"threads": threads})
    stage(connection, lead=leads)
    build_models(connection)
    return rows_of(connection, MEMBERS)


def _merge_pair_by_pair(people):
    """No two of these people have the same address, so that nobody is certain."""
    clusters = [{at} for at in range(len(people))]
    for first, (name, box) in enumerate(people):
        for second, (other_name, other_box) in enumerate(people):
            if name == other_name or box == other_box:
                joined = {at for each in clusters if {first, second} & each for at in each}
                clusters = [each for each in clusters if not each & joined] + [joined]
    found = [
        ("suspected", f"00Q{min(each)}", f"00Q{at}") for each in clusters if len(each) > 1 for at in each
    ]
    return sorted(set(found), key=repr)
