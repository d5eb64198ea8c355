"""matched.person_key, matched.person_link and matched.duplicate."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.matching.small_org import build_matched, rows_of

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
        (
            {"first_name": "José", "last_name": "Groß-O\u2019Brien", "email": "jose@acme.com"},
            {"first_name": "Jose\u0301", "last_name": "gross o'brien", "email": "jgo@acme.com"},
            "name_and_domain",
            "jose gross obrien acme.com",
        ),
        (
            {"first_name": "Søren", "last_name": "Wałęsa", "email": "s@gmail.com", "website": "www.acme.com"},
            {"first_name": "SOREN", "last_name": "WALESA", "email": "s@acme.com"},
            "name_and_domain",
            "soren walesa acme.com",
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


def test_an_address_of_a_record_that_was_converted_or_merged_is_a_suspicion_of_who_has_it_now():
    connection = build_matched(
        contact=[
            {"contact_id": "003A", "email": "jane@new.com"},
            {"contact_id": "003B", "email": "joe@new.com"},
            {"contact_id": "003C", "email": "pat@new.com"},
        ],
        former_email=[
            {"record_id": "003X", "email": "joe@old.com"},
            {"record_id": "003Y", "email": "info@old.com"},
            {"record_id": "003Z", "email": "gone@old.com"},
        ],
        lead=[
            {"lead_id": "00Q1", "email": "Jane@old.com", "is_converted": True},
            {"lead_id": "00Q2", "email": "jane@old.com"},
            {"lead_id": "00Q3", "email": "joe@old.com"},
            {"lead_id": "00Q4", "email": "info@old.com"},
            {"lead_id": "00Q5", "email": "gone@old.com"},
        ],
        redirect=[
            {"record_id": "00Q1", "target_id": "003A", "reason": "converted"},
            {"record_id": "003X", "target_id": "003B", "reason": "merged"},
            {"record_id": "003Y", "target_id": "003C", "reason": "merged"},
        ],
    )
    assert rows_of(connection, CLUSTERS) == [
        ("suspected", "003A", "003A", "003A", "former_email", "jane@old.com", True),
        ("suspected", "003A", "003A", "00Q2", "former_email", "jane@old.com", False),
        ("suspected", "003B", "003B", "003B", "former_email", "joe@old.com", True),
        ("suspected", "003B", "003B", "00Q3", "former_email", "joe@old.com", False),
    ]


def test_who_is_under_suspicion_only_by_a_twin_says_so():
    connection = build_matched(
        lead=[
            {"lead_id": "00Q1", "email": "jane@acme.com"},
            {"lead_id": "00Q2", "email": "jane@acme.com", "first_name": "Jane", "last_name": "Doe"},
            {"lead_id": "00Q3", "email": "jd@acme.com", "first_name": "Jane", "last_name": "Doe"},
        ]
    )
    assert rows_of(connection, CLUSTERS) == [
        ("certain", "00Q1", "00Q1", "00Q1", "email", "jane@acme.com", True),
        ("certain", "00Q1", "00Q1", "00Q2", "email", "jane@acme.com", False),
        ("suspected", "00Q1", "00Q1", "00Q1", "email", "jane@acme.com", True),
        ("suspected", "00Q1", "00Q1", "00Q2", "name_and_domain", "jane doe acme.com", False),
        ("suspected", "00Q1", "00Q1", "00Q3", "name_and_domain", "jane doe acme.com", False),
    ]


@pytest.mark.parametrize(("size", "found"), [(10, 10), (11, 0)])
def test_a_name_of_more_than_ten_addresses_of_one_company_says_nothing(size, found):
    connection = _link(
        _person(f"p{at:02}", name="web visitor", email=f"v{at // 2}@acme.com") for at in range(2 * size)
    )
    assert _count(connection, "certain") == 2 * size
    assert _count(connection, "suspected") == 2 * found


def test_a_mailbox_of_very_many_records_is_one_cluster_with_a_row_for_each():
    connection = _link()
    connection.execute(
        """INSERT INTO matched.person
        SELECT printf('p%05d', number), 'Jane', 'Doe', 'info@acme.com', 'role', 'info@acme.com', 'acme.com',
            NULL
        FROM range(30000) AS numbers (number)"""
    )
    _build_links(connection)
    assert rows_of(
        connection,
        """SELECT count(*), min(hub_id), max(hub_id) FROM matched.person_link
        UNION ALL SELECT count(*), min(primary_person_id), max(primary_person_id) FROM matched.duplicate""",
    ) == [(30_000, "p00000", "p00000"), (30_000, "p00000", "p00000")]


def test_a_chain_of_hundreds_is_one_cluster():
    connection = _link(
        _person(f"p{at * 7 % 300:03}", name=f"pat{at // 2}", email=f"m{(at + 1) // 2}+{at}@acme.com")
        for at in range(300)
    )
    assert rows_of(connection, "SELECT cluster_id, count(*) FROM matched.duplicate GROUP BY ALL") == [
        ("p000", 300)
    ]


def test_one_bridge_makes_two_clusters_one():
    clusters = [
        _person(f"{side}{at}", name=side, email=f"{side}{at}@acme.com") for side in "bz" for at in range(4)
    ]
    assert rows_of(_link(clusters), "SELECT DISTINCT cluster_id FROM matched.duplicate") == [("b0",), ("z0",)]
    bridge = _person("y0", name="b", email="z3+y@acme.com")
    assert rows_of(
        _link([*clusters, bridge]), "SELECT cluster_id, count(*) FROM matched.duplicate GROUP BY ALL"
    ) == [("b0", 9)]


PEOPLE = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), max_size=10)


@settings(max_examples=15, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_clusters_are_what_merging_pair_by_pair_gives_in_any_order(people, random):
    """Of three people with the same box and tag two have the same address; the others share a variant."""
    rows = [
        _person(f"p{at}", name=f"lee{name}", email=f"b{box}+{tag}@acme.com")
        for at, (name, box, tag) in enumerate(people)
    ]
    members = rows_of(_link(rows, threads=1), MEMBERS)
    assert members == rows_of(_link(random.sample(rows, len(rows)), threads=4), MEMBERS)
    twins = _merge_pair_by_pair(people, lambda one, other: one[1:] == other[1:])
    alike = _merge_pair_by_pair(people, lambda one, other: one[0] == other[0] or one[1] == other[1])
    expected = [("certain", f"p{min(each)}", f"p{at}") for each in twins if len(each) > 1 for at in each] + [
        ("suspected", f"p{min(each)}", f"p{at}") for each in alike if each not in twins for at in each
    ]
    assert members == sorted(expected, key=repr)


def _merge_pair_by_pair(people, are_one):
    clusters = [{at} for at in range(len(people))]
    for first, one in enumerate(people):
        for second, other in enumerate(people):
            if are_one(one, other):
                joined = {at for each in clusters if {first, second} & each for at in each}
                clusters = [each for each in clusters if not each & joined] + [joined]
    return clusters


def _person(person_id, *, name, email):
    host = email.partition("@")[2]
    variant = f"{email.partition('@')[0].partition('+')[0]}@{host}"
    return (person_id, name, "Doe", email, "corporate", variant, host, None)


def _link(people=(), *, threads=2):
    """The tables of duplicates over these rows of matched.person; the standing is the order of ids."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(
        """CREATE SCHEMA matched;
        CREATE TABLE matched.person (person_id VARCHAR, first_name VARCHAR, last_name VARCHAR,
            email_normalized VARCHAR, email_kind VARCHAR, duplicate_key VARCHAR, company_domain VARCHAR,
            website_domain VARCHAR);
        CREATE TABLE matched.former_address (email_normalized VARCHAR, person_id VARCHAR)"""
    )
    rows = list(people)
    if rows:
        connection.executemany("INSERT INTO matched.person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    _build_links(connection)
    return connection


def _build_links(connection):
    connection.execute(
        """CREATE OR REPLACE TABLE matched.person_standing AS
        SELECT person_id, row_number() OVER (ORDER BY person_id) AS standing FROM matched.person"""
    )
    for table in ("matched.person_key", "matched.person_link", "matched.duplicate"):
        build_table(load_models()[table], connection=connection, parameters={})


def _count(connection, certainty):
    [(count,)] = rows_of(
        connection, f"SELECT count(*) FROM matched.duplicate WHERE certainty = '{certainty}'"
    )
    return count
