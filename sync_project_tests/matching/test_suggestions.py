"""matched.unmatched_company, company_word, company_candidate, shared_domain and suggestion."""

from functools import partial

import duckdb
import pytest

from sync_project_tests.matching.small_org import ALL_RULES, build_matched, build_models, rows_of, stage

ACCOUNTS = [
    "Acme Manufacturing Inc.",
    "Advanced Micro Devices, Inc.",
    "American Express Company",
    "Area 51 Studios",
    "Bank of America Corporation",
    "Canon Inc.",
    "Continental AG",
    "Crédit Agricole S.A.",
    "Dell Technologies Inc.",
    "Delta Air Lines, Inc.",
    "Deutsche Bank AG",
    "First National Bank of Omaha",
    "General Electric Company",
    "Global Payments Inc.",
    "Johnson Controls International plc",
    "Local 802 Musicians Union",
    "Marathon Petroleum Corporation",
    "Mitsubishi Electric Corporation",
    "National Grid plc",
    "Northrop Grumman Corporation",
    "Palo Alto Networks, Inc.",
    "Rockwell Automation, Inc.",
    "Royal Bank of Canada",
    "Schneider Electric SE",
    "Siemens Energy AG",
    "Siemens Gamesa",
    "Siemens Healthineers AG",
    "Southwest Airlines Co.",
    "Texas Instruments Incorporated",
    "Thermo Fisher Scientific Inc.",
    "Universal Health Services, Inc.",
    "Western Digital Corporation",
    "Zyklon Systems GmbH",
]
SUGGESTED = {
    "Acme Manufactoring": ("Acme Manufacturing Inc.", "similar_name"),
    "Acme Manufacturing USA": ("Acme Manufacturing Inc.", "shared_words"),
    "Agricole Credit": ("Crédit Agricole S.A.", "shared_words"),
    "Dell Tecnologies": ("Dell Technologies Inc.", "similar_name"),
    "Devices Advanced Micro": ("Advanced Micro Devices, Inc.", "shared_words"),
    "Northrop Gruman Corp": ("Northrop Grumman Corporation", "similar_name"),
    "Northrup Grumman": ("Northrop Grumman Corporation", "similar_name"),
    "Palo Alto": ("Palo Alto Networks, Inc.", "shared_words"),
    "Schnieder Electric": ("Schneider Electric SE", "similar_name"),
    "Thermo Fisher": ("Thermo Fisher Scientific Inc.", "shared_words"),
    "Thermo Fisher Scientific Germany": ("Thermo Fisher Scientific Inc.", "shared_words"),
    "Zyklon Sytems": ("Zyklon Systems GmbH", "similar_name"),
}
OTHER_COMPANIES = [
    "American Airlines",
    "Area 52 Studios",
    "Bank of Montreal",
    "Bell Labs",
    "Canyon Inc.",
    "Continental Resources",
    "Delta Dental",
    "Deutsche Telekom",
    "First National Bank of Oklahoma",
    "General Dynamics",
    "Global Foundries",
    "Johnson & Johnson",
    "Local 803 Musicians Union",
    "Marathon Oil",
    "Mitsubishi Motors",
    "National Instruments",
    "Rockwell Collins",
    "Royal Bank of Scotland",
    "Siemens",
    "Southwest Gas",
    "Texas Roadhouse",
    "Universal Music Group",
    "Western Union",
]
QUESTIONS = """SELECT company, account_id, rule, reason, people_count, example_person_id, runner_up
FROM matched.suggestion"""


build_questions = partial(build_matched, tables=["matched.suggestion"])


def accounts(*names, **further):
    return [{"account_id": f"001{at}", "name": name, **further} for at, name in enumerate(names)]


def leads(*companies):
    return [{"lead_id": f"00Q{at:02}", "company": company} for at, company in enumerate(companies)]


def test_spellings_of_an_account_are_suggested_and_other_companies_with_near_names_are_not():
    connection = build_questions(account=accounts(*ACCOUNTS), lead=leads(*SUGGESTED, *OTHER_COMPANIES))
    found = connection.execute("SELECT company, account_name, rule FROM matched.suggestion").fetchall()
    assert {company: (account, rule) for company, account, rule in found} == SUGGESTED
    assert len(found) == len(SUGGESTED)


def test_a_suggestion_says_whom_it_is_about_and_why_and_is_no_match():
    connection = build_questions(
        account=accounts("Acme Manufacturing Inc.", "Zyklon Systems", "Acme Factoring"),
        contact=[{"contact_id": "003A"}],
        lead=leads("ACME MANUFACTORING", "Acme Manufactoring", "Acme Manufactoring", "Zyklon Systems Nord"),
    )
    assert rows_of(connection, QUESTIONS) == [
        (
            "Acme Manufactoring",
            "0010",
            "similar_name",
            "Acme Manufactoring ~ Acme Manufacturing Inc.: 0.98 alike",
            3,
            "00Q00",
            None,
        ),
        (
            "Zyklon Systems Nord",
            "0011",
            "shared_words",
            "both have the words systems, zyklon",
            1,
            "00Q03",
            None,
        ),
    ]
    assert rows_of(connection, "SELECT * FROM matched.account_match") == []


def test_a_word_that_few_of_many_names_have_is_called_rare():
    many = [f"Firm{number:03} Systems" for number in range(400)]
    connection = build_questions(account=accounts("Zyklon Systems", *many), lead=leads("Zyklon"))
    assert rows_of(connection, "SELECT reason, runner_up, margin FROM matched.suggestion") == [
        ("both have the rare word zyklon", None, None)
    ]


def test_the_account_that_comes_next_must_be_far_behind():
    connection = build_questions(
        account=accounts("Zyklon Systems Holding", "Zyklon Nord Holding", "Gamma Works Delta East"),
        lead=leads("Zyklon Holding", "Gamma Works Delta"),
    )
    assert rows_of(connection, "SELECT company, account_id, runner_up FROM matched.suggestion") == [
        ("Gamma Works Delta", "0012", None)
    ]


def test_two_words_that_several_names_have_are_no_typos_of_each_other():
    surnames = ["Martin Trucking", "Martin Foods", "Martin Steel", "Marin Foods", "Marin Steel"]
    connection = build_questions(
        account=accounts(*surnames, "Marlin Trucking"), lead=leads("Marin Trucking", "Martin Truckin")
    )
    assert rows_of(connection, "SELECT company, account_name FROM matched.suggestion") == [
        ("Marin Trucking", "Marlin Trucking"),
        ("Martin Truckin", "Martin Trucking"),
    ]


def test_of_accounts_with_one_name_the_one_that_wins_is_suggested():
    connection = build_questions(
        account=[
            {"account_id": "001A", "name": "Acme Manufacturing", "created_at": "2026-01-02"},
            {"account_id": "001B", "name": "ACME Manufacturing Inc.", "created_at": "2026-01-01"},
        ],
        lead=leads("Acme Manufacturin"),
    )
    assert rows_of(connection, "SELECT account_id, runner_up FROM matched.suggestion") == [("001B", None)]


def test_only_people_without_an_account_are_asked_about():
    connection = build_questions(
        account=accounts("Acme Manufacturing", website="acme.com"),
        lead=[
            {"lead_id": "00Q1", "company": "Acme Manufactoring", "email": "a@acme.com"},
            {"lead_id": "00Q2", "company": "Acme Manufactoring", "email": "a@other.com"},
            {"lead_id": "00Q3", "company": "Acme Manufactoring", "email": "said@free.com"},
            {"lead_id": "00Q4", "company": "Acme Manufactoring"},
            {"lead_id": "00Q5", "company": "n/a"},
            {"lead_id": "00Q6"},
        ],
        account_rules=[*ALL_RULES, "create"],
        overrides=[
            {"kind": "email", "key": "said@free.com", "decision": "is"},
            {"kind": "person", "key": "00Q4", "decision": "is"},
        ],
    )
    assert rows_of(connection, "SELECT * FROM matched.unmatched_company") == [
        ("acmemanufactoring", "Acme Manufactoring", 1, "00Q2")
    ]


def test_names_are_not_asked_about_where_no_rule_goes_by_them():
    connection = build_questions(
        account=accounts("Acme Manufacturing"), lead=leads("Acme Manufactoring"), account_rules=["stored_id"]
    )
    assert rows_of(connection, QUESTIONS) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"decision": "is", "target_id": "0010"}, []),
        ({"decision": "is", "target_id": None}, []),
        ({"decision": "is_not", "target_id": "0010"}, [("Acme Manufacturings", "0011")]),
        ({"decision": "is_not", "target_id": "001OLD"}, [("Acme Manufacturings", "0011")]),
        ({"decision": "is_not", "target_id": "0011"}, [("Acme Manufacturings", "0010")]),
    ],
)
def test_what_is_answered_is_not_asked_again(answer, expected):
    connection = build_questions(
        account=accounts("Acme Manufacturing", "Acme Manufacturingos"),
        redirect=[{"record_id": "001OLD", "target_id": "0010"}],
        lead=leads("Acme Manufacturings"),
        overrides=[{"kind": "company_name", "key": "acmemanufacturings", **answer}],
    )
    assert rows_of(connection, "SELECT company, account_id FROM matched.suggestion") == expected


FRANCHISE = [
    {"account_id": "001A", "name": "Burger Berlin", "website": "burger.com", "type": "Customer"},
    {"account_id": "001B", "name": "Burger Paris", "website": "burger.com"},
    {"account_id": "001C", "name": "Burger Rome", "website": "www.burger.com", "parent_account_id": "001B"},
]
VISITORS = [
    {"lead_id": "00Q1", "email": "a@burger.com"},
    {"lead_id": "00Q2", "website": "burger.com"},
    {"lead_id": "00Q3", "email": "a@other.com"},
]


def test_a_domain_of_unrelated_accounts_is_asked_about_once_for_each_account():
    connection = build_questions(account=FRANCHISE, lead=VISITORS)
    won, other = "wins now, of 3 unrelated accounts", "one of 3 unrelated accounts; Burger Berlin wins now"
    found = connection.execute(f"{QUESTIONS} ORDER BY place").fetchall()
    assert found == [
        ("burger.com", "001A", "shared_domain", won, 2, "00Q1", "Burger Paris"),
        ("burger.com", "001B", "shared_domain", other, 2, "00Q1", "Burger Rome"),
        ("burger.com", "001C", "shared_domain", other, 2, "00Q1", None),
    ]


@pytest.mark.parametrize(
    ("further", "lead", "overrides", "expected"),
    [
        ({"parent_account_id": "001B"}, VISITORS, [], []),
        ({}, VISITORS[2:], [], []),
        ({}, VISITORS, [{"decision": "is", "target_id": "001B"}], []),
        ({}, VISITORS, [{"decision": "is", "target_id": None}], []),
        ({}, VISITORS, [{"decision": "is_not", "target_id": "001A"}], ["001B", "001C"]),
    ],
)
def test_a_domain_of_one_hierarchy_without_people_or_with_an_answer_is_not_asked_about(
    further, lead, overrides, expected
):
    connection = build_questions(
        account=[{**FRANCHISE[0], **further}, *FRANCHISE[1:]],
        lead=lead,
        overrides=[{"kind": "domain", "key": "burger.com", **each} for each in overrides],
    )
    found = connection.execute("SELECT account_id FROM matched.suggestion ORDER BY place").fetchall()
    assert [account_id for (account_id,) in found] == expected


def test_questions_are_the_same_for_any_order_of_rows_and_number_of_threads():
    names, companies = accounts(*ACCOUNTS), leads(*SUGGESTED, *OTHER_COMPANIES)
    expected = rows_of(build_questions(account=names, lead=companies), "FROM matched.suggestion")
    connection = duckdb.connect(config={"threads": 1})
    stage(connection, account=names[::-1], lead=companies[::-1])
    build_models(connection, tables=["matched.suggestion"])
    assert rows_of(connection, "FROM matched.suggestion") == expected


def test_the_most_people_come_first_and_an_id_stays_when_more_is_asked():
    names = accounts("Acme Manufacturing", "Zyklon Systems")
    few = build_questions(account=names, lead=leads("Zyklon Sytems"))
    many = build_questions(
        account=names, lead=leads("Zyklon Sytems", "Acme Manufactoring", "Acme Manufactoring")
    )
    asked = "SELECT place, company, suggestion_id FROM matched.suggestion"
    ((_, _, zyklon_id),) = rows_of(few, asked)
    assert [row[:2] for row in rows_of(many, asked)] == [(1, "Acme Manufactoring"), (2, "Zyklon Sytems")]
    assert rows_of(many, asked)[1][2] == zyklon_id
    assert len(zyklon_id) == 10
