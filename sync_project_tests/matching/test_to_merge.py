"""matched.merge_pair and matched.to_merge."""

from sync_project_tests.matching.small_org import build_matched, rows_of
from sync_project_tests.matching.small_people import add_people, build_duplicates, build_to_merge, open_people

PAIRS = "SELECT record_id, action, keep_record_id, certainty, rule, is_indirect, step FROM matched.merge_pair"
JANE = {"first_name": "Jane", "last_name": "Doe"}


def person(person_id, email="jane@acme.com", **changes):
    return {"person_id": person_id, "email": email} | changes


def to_merge(*people):
    connection = open_people()
    add_people(connection, *people)
    build_duplicates(connection)
    build_to_merge(connection)
    return connection


def test_contacts_and_leads_are_merged_among_themselves_and_a_lead_is_converted_into_a_contact():
    connection = to_merge(
        person("003A"),
        person("003B"),
        person("00Q1"),
        person("00Q2", "joe@acme.com"),
        person("00Q3", "joe@acme.com"),
    )
    assert rows_of(connection, PAIRS) == [
        ("003B", "merge contacts", "003A", "certain", "email", False, 1),
        ("00Q1", "convert lead into contact", "003A", "certain", "email", False, 1),
        ("00Q3", "merge leads", "00Q2", "certain", "email", False, 1),
    ]


def test_two_go_into_a_third_at_a_time_and_leads_are_converted_one_by_one():
    connection = to_merge(*(person(f"003{each}") for each in "ABCD"), person("00Q1"), person("00Q2"))
    assert rows_of(connection, "SELECT record_id, step FROM matched.merge_pair") == [
        ("003B", 1),
        ("003C", 1),
        ("003D", 2),
        ("00Q1", 1),
        ("00Q2", 2),
    ]


def test_a_contact_that_came_after_the_linked_lead_is_kept_all_the_same():
    connection = to_merge(person("00Q1"))
    add_people(connection, person("003A"))
    build_duplicates(connection)
    build_to_merge(connection)
    assert rows_of(connection, "SELECT DISTINCT primary_person_id FROM matched.duplicate") == [("00Q1",)]
    assert rows_of(connection, PAIRS) == [
        ("00Q1", "convert lead into contact", "003A", "certain", "email", False, 1)
    ]


def test_a_record_goes_once_by_what_is_certain_and_the_rest_of_the_group_by_suspicion():
    connection = to_merge(
        person("003A", "jd@acme.com", **JANE),
        person("00Q1", **JANE),
        person("00Q2"),
        person("00Q3", "jane+x@acme.com"),
    )
    assert rows_of(connection, PAIRS) == [
        ("00Q1", "convert lead into contact", "003A", "suspected", "name_and_domain", False, 1),
        ("00Q2", "merge leads", "00Q1", "certain", "email", False, 1),
        ("00Q3", "convert lead into contact", "003A", "suspected", "email_variant", True, 2),
    ]
    in_order = connection.execute("SELECT record_id FROM matched.to_merge").fetchall()
    assert in_order == [("00Q2",), ("00Q1",), ("00Q3",)]


def test_visitors_are_no_records():
    connection = to_merge(person("003A"), person("visitor:jane", "jane+x@acme.com"))
    assert rows_of(connection, "SELECT count(*) FROM matched.duplicate") == [(2,)]
    assert rows_of(connection, PAIRS) == []


def test_a_person_reads_why_and_what_to_mind():
    connection = build_matched(
        tables=["matched.to_merge"],
        user=[{"user_id": "005A", "name": "Olga"}, {"user_id": "005B", "name": "Gone", "is_active": False}],
        account=[
            {"account_id": "001A", "name": "Acme", "website": "acme.com", "owner_id": "005A"},
            {"account_id": "001B", "name": "Acme", "website": "www.acme.com", "owner_id": "005B"},
        ],
        contact=[
            {
                "contact_id": "003A",
                "email": "jane@acme.com",
                "account_id": "001A",
                "owner_id": "005A",
                **JANE,
            },
            {
                "contact_id": "003B",
                "email": "Jane@acme.com",
                "account_id": "001B",
                "owner_id": "005B",
                "first_name": "Joe",
                "last_name": "Roe",
            },
        ],
    )
    assert connection.execute("FROM matched.to_merge").fetchall() == [
        (
            "001B",
            "Account",
            "merge accounts",
            "001A",
            "certain",
            1,
            "The name and the company's domain are the same: acme acme.com.",
            None,
            "Acme",
            "Acme",
            "www.acme.com",
            "acme.com",
            None,
            None,
            None,
            "Olga",
            "name_and_domain",
            "acme acme.com",
        ),
        (
            "003B",
            "Contact",
            "merge contacts",
            "003A",
            "certain",
            1,
            "The address is the same: jane@acme.com.",
            "The names differ. They belong to different accounts; the merge keeps one.",
            "Joe Roe",
            "Jane Doe",
            "jane@acme.com",
            "jane@acme.com",
            "Acme",
            "Acme",
            None,
            "Olga",
            "email",
            "jane@acme.com",
        ),
    ]


def test_a_name_spelled_otherwise_is_no_other_name():
    names = [
        (("Jane", "Doe"), ("J.", "DOE"), None),
        (("Jane", "Doe"), (None, "Doe"), None),
        (("Jörg", "Lloyd-Groß"), ("joerg", "Lloyd Gross"), None),
        (("Łukasz", "Sørensen"), ("Lukasz", "Soerensen"), None),
        (("Jane", "Doe"), ("Jane", "Roe"), "The names differ."),
        (("Jane", "Doe"), ("Joe", "Doe"), "The names differ."),
    ]
    people = [
        person(
            f"00Q{number}{side}", f"jane@acme{number}.com", first_name=each[side][0], last_name=each[side][1]
        )
        for number, each in enumerate(names)
        for side in (0, 1)
    ]
    assert rows_of(to_merge(*people), "SELECT record_id, caution FROM matched.to_merge") == [
        (f"00Q{number}1", caution) for number, (_, _, caution) in enumerate(names)
    ]


def test_people_of_different_companies_are_a_caution():
    connection = to_merge(
        person("003A", "joe@gmail.com", account_id="001A"),
        person("00Q1", "jane@gmail.com", account_id="001A"),
        person("00Q2", "jane@gmail.com", account_id="001B"),
        person("00Q3", "j.oe@gmail.com", account_id="001B"),
    )
    assert rows_of(connection, "SELECT record_id, reason, caution FROM matched.to_merge") == [
        (
            "00Q2",
            "The address is the same: jane@gmail.com.",
            "They are matched to different accounts.",
        ),
        (
            "00Q3",
            "The addresses differ only by plus tags or Gmail's dots: joe@gmail.com.",
            "The lead is matched to another account than the contact has.",
        ),
    ]


def test_who_is_linked_through_others_reads_so():
    connection = to_merge(
        person("00Q1", "jane+x@acme.com"),
        person("00Q2", "jane+y@acme.com", **JANE),
        person("00Q3", "jd@acme.com", **JANE),
    )
    assert rows_of(connection, "SELECT record_id, reason FROM matched.to_merge") == [
        ("00Q2", "The addresses differ only by plus tags or Gmail's dots: jane@acme.com."),
        (
            "00Q3",
            "Like another record of the same group. "
            "The name and the company's domain are the same: jane doe acme.com.",
        ),
    ]


def test_each_rule_is_told_in_words():
    connection = open_people()
    add_people(
        connection,
        person("003A", "jane@new.com"),
        person("00Q1", "jane@old.com"),
        person("003B", "joe@new.com"),
        person("00Q2", "joe@gmail.com"),
    )
    connection.execute("INSERT INTO matched.former_address VALUES ('jane@old.com', '003A')")
    connection.execute("INSERT INTO matched.person_match VALUES ('00Q2', '003B')")
    connection.execute("INSERT INTO staged.account (account_id) VALUES ('001A'), ('001B')")
    connection.execute("INSERT INTO matched.account_standing VALUES ('001A', 1), ('001B', 2)")
    doubted = "('001B', '001A', 'suspected', 'name', 'acme', 'They stand in one hierarchy.')"
    connection.execute(f"INSERT INTO matched.account_duplicate VALUES {doubted}")
    build_duplicates(connection)
    build_to_merge(connection)
    assert rows_of(connection, "SELECT record_id, reason, caution FROM matched.to_merge") == [
        ("001B", "The company's name is the same: acme.", "They stand in one hierarchy."),
        ("00Q1", "One has the address that the other had before: jane@old.com.", None),
        ("00Q2", "Engagement events name both as one person, by their ids.", None),
    ]
