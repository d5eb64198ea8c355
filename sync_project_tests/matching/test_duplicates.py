"""matched.person_key, matched.person_link and matched.duplicate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project_tests.matching.small_org import build_matched, rows_of
from sync_project_tests.matching.small_people import build_duplicates, find_duplicates, open_people

CLUSTERS = """
    SELECT certainty, cluster_id, primary_person_id, person_id, rule, key, is_primary FROM matched.duplicate
"""
MEMBERS = "SELECT certainty, cluster_id, person_id FROM matched.duplicate"
SIZES = "SELECT certainty, cluster_id, count(*) FROM matched.duplicate GROUP BY certainty, cluster_id"
JANE = {"first_name": "Jane", "last_name": "Doe"}


def person(person_id, email="jane@acme.com", **changes):
    return {"person_id": person_id, "email": email} | changes


def test_equal_addresses_are_certain_and_the_contact_stays_linked():
    connection = build_matched(
        tables=["matched.duplicate"],
        contact=[{"contact_id": "003A", "email": "Jane@acme.com"}],
        lead=[{"lead_id": "00Q1", "email": "jane@acme.com"}, {"lead_id": "00Q2", "email": "joe@acme.com"}],
    )
    assert rows_of(connection, CLUSTERS) == [
        ("certain", "003A", "003A", "003A", "email", "jane@acme.com", True),
        ("certain", "003A", "003A", "00Q1", "email", "jane@acme.com", False),
    ]


def test_weaker_keys_are_a_suspicion():
    connection = find_duplicates(
        person("00Q11", "jdoe+x@acme.com"),
        person("00Q12", "jdoe@acme.com"),
        person("00Q21", "j.doe@gmail.com"),
        person("00Q22", "jdoe@googlemail.com"),
        person("00Q31", "jane@beta.com", first_name="Jane", last_name="Doe"),
        person("00Q32", "jd@mail.beta.com", first_name=" JANE", last_name="doe "),
        person("00Q41", "jose@beta.com", first_name="José", last_name="Groß-O\u2019Brien"),
        person("00Q42", "jgo@beta.com", first_name="Jose\u0301", last_name="gross o'brien"),
        person("00Q51", "s@yahoo.com", first_name="Søren", last_name="Wałęsa", website_domain="beta.com"),
        person("00Q52", "s@beta.com", first_name="SOREN", last_name="WALESA"),
    )
    found = "SELECT cluster_id, person_id, certainty, rule, key FROM matched.duplicate"
    assert rows_of(connection, found) == [
        ("00Q11", "00Q11", "suspected", "email_variant", "jdoe@acme.com"),
        ("00Q11", "00Q12", "suspected", "email_variant", "jdoe@acme.com"),
        ("00Q21", "00Q21", "suspected", "email_variant", "jdoe@gmail.com"),
        ("00Q21", "00Q22", "suspected", "email_variant", "jdoe@gmail.com"),
        ("00Q31", "00Q31", "suspected", "name_and_domain", "jane doe beta.com"),
        ("00Q31", "00Q32", "suspected", "name_and_domain", "jane doe beta.com"),
        ("00Q41", "00Q41", "suspected", "name_and_domain", "jose gross obrien beta.com"),
        ("00Q41", "00Q42", "suspected", "name_and_domain", "jose gross obrien beta.com"),
        ("00Q51", "00Q51", "suspected", "name_and_domain", "soren walesa beta.com"),
        ("00Q51", "00Q52", "suspected", "name_and_domain", "soren walesa beta.com"),
    ]


def test_what_says_too_little_links_nobody():
    emails = [
        (None, None),
        ("none@none.com", "none@none.com"),
        ("nonsense", "nonsense"),
        ("info@acme.com", "info@acme.com"),
    ]
    named = [("a@gmail.com", "b@gmail.com", JANE), ("a@acme.com", "b@acme.com", {"first_name": "Jane"})]
    pairs = [(*each, {}) for each in emails] + named
    people = [
        person(f"00Q{number}{side}", pair[side], **pair[2])
        for number, pair in enumerate(pairs)
        for side in (0, 1)
    ]
    assert rows_of(find_duplicates(*people), CLUSTERS) == []


def test_a_role_mailbox_is_one_person_s_only_under_one_name():
    connection = find_duplicates(
        person("00Q1", "info@acme.com", **JANE),
        person("00Q2", "info@acme.com", first_name="Joe", last_name="Roe"),
        person("00Q3", "info@acme.com", **JANE),
    )
    assert rows_of(connection, MEMBERS) == [("certain", "00Q1", "00Q1"), ("certain", "00Q1", "00Q3")]


@pytest.mark.parametrize(
    ("names", "found"), [(10, [("certain", "00Q00", 12)]), (11, [("certain", "00Q00", 3)])]
)
def test_a_mailbox_under_more_than_ten_names_is_nobody_s_but_under_one_name(names, found):
    people = [
        person(f"00Q{number:02}", "jane@acme.com", first_name="Jane", last_name=f"Doe{max(0, number - 2)}")
        for number in range(names + 2)
    ]
    assert rows_of(find_duplicates(*people), SIZES) == found


def test_a_suspicion_between_certain_twins_lists_them_all_and_leaves_the_certain_cluster_alone():
    connection = find_duplicates(person("00Q1"), person("00Q2"), person("00Q3", "jane+x@acme.com"))
    assert rows_of(connection, SIZES) == [("certain", "00Q1", 2), ("suspected", "00Q1", 3)]


def test_the_primary_is_the_first_by_standing():
    connection = find_duplicates(person("00Q1"), person("003A"), person("003B", "jane+x@acme.com"))
    assert rows_of(connection, "SELECT DISTINCT primary_person_id FROM matched.duplicate") == [("003A",)]


def test_an_address_of_a_record_that_was_converted_or_merged_is_a_suspicion_of_who_has_it_now():
    connection = build_matched(
        tables=["matched.duplicate"],
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


def test_a_lead_and_a_contact_that_events_name_as_one_person_are_a_suspicion():
    named = {"occurred_at": "2026-01-01", "kind": "page_view"}
    connection = build_matched(
        tables=["matched.duplicate"],
        contact=[
            {"contact_id": "003000000000001AAA", "email": "jane@acme.com"},
            {"contact_id": "003000000000002AAA", "email": "joe@acme.com"},
        ],
        lead=[
            {"lead_id": "00Q000000000001EAA", "email": "jane@gmail.com"},
            {"lead_id": "00Q000000000002EAA", "email": "pat@gmail.com", "is_converted": True},
        ],
        redirect=[
            {"record_id": "00Q000000000002EAA", "target_id": "003000000000002AAA", "reason": "converted"}
        ],
        engagement_event=[
            named | {"event_id": "1", "lead_id": "00Q000000000001", "contact_id": "003000000000001AAA"},
            named | {"event_id": "2", "lead_id": "00Q000000000001EAA", "contact_id": "003000000000001"},
            named | {"event_id": "3", "lead_id": "00Q000000000002EAA", "contact_id": "003000000000002AAA"},
            named | {"event_id": "4", "lead_id": "00Q000000000009EAA", "contact_id": "003000000000002AAA"},
        ],
    )
    both = "00Q000000000001EAA 003000000000001AAA"
    contact, lead = "003000000000001AAA", "00Q000000000001EAA"
    assert rows_of(connection, CLUSTERS) == [
        ("suspected", contact, contact, contact, "stored_ids", both, True),
        ("suspected", contact, contact, lead, "stored_ids", both, False),
    ]


def test_who_is_under_suspicion_only_by_a_twin_says_so():
    connection = find_duplicates(
        person("00Q1"), person("00Q2", **JANE), person("00Q3", "jd@acme.com", **JANE)
    )
    assert rows_of(connection, CLUSTERS) == [
        ("certain", "00Q1", "00Q1", "00Q1", "email", "jane@acme.com", True),
        ("certain", "00Q1", "00Q1", "00Q2", "email", "jane@acme.com", False),
        ("suspected", "00Q1", "00Q1", "00Q1", "email", "jane@acme.com", True),
        ("suspected", "00Q1", "00Q1", "00Q2", "name_and_domain", "jane doe acme.com", False),
        ("suspected", "00Q1", "00Q1", "00Q3", "name_and_domain", "jane doe acme.com", False),
    ]


@pytest.mark.parametrize(("size", "found"), [(10, [("suspected", "00Q00", 20)]), (11, [])])
def test_a_name_of_more_than_ten_addresses_of_one_company_says_nothing(size, found):
    """Two records have each address."""
    connection = find_duplicates(
        *(person(f"00Q{number:02}", f"v{number // 2}@acme.com", **JANE) for number in range(2 * size))
    )
    assert rows_of(connection, f"{SIZES} HAVING certainty = 'suspected'") == found


def test_a_mailbox_of_very_many_records_is_one_cluster_with_a_row_for_each():
    connection = open_people()
    connection.execute(
        """INSERT INTO matched.person BY NAME
        SELECT printf('00Q%05d', number) AS person_id, 'Lead' AS record_type, 'Jane' AS first_name,
            'Doe' AS last_name, 'info@acme.com' AS email_normalized, 'role' AS email_kind,
            'info@acme.com' AS duplicate_key, 'acme.com' AS company_domain
        FROM range(30000) AS numbers (number)"""
    )
    build_duplicates(connection)
    assert rows_of(connection, "SELECT count(*) FROM matched.person_link") == [(30_000,)]
    assert rows_of(connection, SIZES) == [("certain", "00Q00000", 30_000)]


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5, 6, 7), (4, 1, 7, 2, 6, 3, 5), (7, 6, 5, 4, 3, 2, 1)])
def test_a_chain_of_seven_is_one_cluster_however_its_ids_lie(order):
    assert rows_of(find_duplicates(*_chain(order)), SIZES) == [("suspected", "00Q001", 7)]


def test_a_chain_of_a_hundred_is_one_cluster():
    people = _chain([number * 37 % 101 for number in range(1, 101)])
    assert rows_of(find_duplicates(*people), SIZES) == [("suspected", "00Q001", 100)]


def _chain(order):
    """Neighbours share an address variant, or a name at a domain, in turn; no two others share anything."""
    for place, number in enumerate(order):
        name = {"first_name": "Pat", "last_name": f"Lee{place // 2}"}
        yield person(f"00Q{number:03}", f"p{(place + 1) // 2}+{place}@acme.com", **name)


def test_one_bridge_makes_two_clusters_one():
    clusters = [
        person(f"00Q{side}{number}", f"{side}{number}@acme.com", first_name=side, last_name="Doe")
        for side in "bz"
        for number in range(4)
    ]
    assert rows_of(find_duplicates(*clusters), SIZES) == [
        ("suspected", "00Qb0", 4),
        ("suspected", "00Qz0", 4),
    ]
    bridge = person("00Qy0", "z3+y@acme.com", first_name="b", last_name="Doe")
    assert rows_of(find_duplicates(*clusters, bridge), SIZES) == [("suspected", "00Qb0", 9)]


PEOPLE = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), max_size=10)


@settings(max_examples=12, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_clusters_are_what_merging_pair_by_pair_gives_in_any_order(people, random):
    """The same box and tag are the same address, the same box alone is a variant of it."""
    rows = [
        person(f"00Q{number}", f"b{box}+{tag}@acme.com", first_name="Pat", last_name=f"Lee{name}")
        for number, (name, box, tag) in enumerate(people)
    ]
    members = rows_of(find_duplicates(*rows, threads=1), MEMBERS)
    assert members == rows_of(find_duplicates(*random.sample(rows, len(rows)), threads=4), MEMBERS)
    twins = _merge_pair_by_pair(people, lambda one, other: one[1:] == other[1:])
    alike = _merge_pair_by_pair(people, lambda one, other: one[0] == other[0] or one[1] == other[1])
    clusters = [("certain", each) for each in twins if len(each) > 1]
    clusters += [("suspected", each) for each in alike if each not in twins]
    expected = [(certainty, f"00Q{min(each)}", f"00Q{one}") for certainty, each in clusters for one in each]
    assert members == sorted(expected, key=repr)


def _merge_pair_by_pair(people, are_one):
    clusters = [{number} for number in range(len(people))]
    for first, one in enumerate(people):
        for second, other in enumerate(people):
            if are_one(one, other):
                joined = {number for each in clusters if {first, second} & each for number in each}
                clusters = [each for each in clusters if not each & joined] + [joined]
    return clusters
