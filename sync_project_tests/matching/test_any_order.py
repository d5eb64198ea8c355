"""The same input gives the same output, for any order of rows and number of threads."""

from random import Random

import duckdb
import pytest

from sync_project.warehouse.models import load_models
from sync_project_tests.matching.small_org import ALL_RULES, build_models, stage

RULES = [*ALL_RULES, "create"]
DOMAINS = ["acme.com", "beta.de", "gamma.co.uk", "burger.com", "gmail.com", "new.io", "example.com"]
NAMES = [
    "Zyklon Manufacturing",
    "Acme",
    "ACME Inc.",
    "Beta GmbH",
    "Bank of Acme",
    "Acme Bank",
    "Email",
    "Gamma",
    None,
]
EMPTY = [None, "", " ", None, ""]
DAYS = ["2026-01-01", "2026-01-02", None]
TABLES = [name for name, model in load_models().items() if model.schema == "matched" and model.is_query]


CORRECTIONS = [
    {"kind": "person", "key": "00Q000000000005AAA", "decision": "is", "target_id": None},
    {"kind": "email", "key": "a@acme.com", "decision": "is", "target_id": "001000000000001AAA"},
    {"kind": "domain", "key": "beta.de", "decision": "is_not", "target_id": "001000000000002AAA"},
]


def make_org(random):
    """Few values for many rows, so that nearly every key has several who carry it, and many a tie."""
    ids = {prefix: [f"{prefix}{number:012}AAA" for number in range(40)] for prefix in ("001", "003", "00Q")}
    accounts, contacts, leads = ids.values()
    email = lambda: random.choice([None, f"{random.choice('abc')}@{random.choice(DOMAINS)}"])  # noqa: E731
    named = lambda: {  # noqa: E731
        "first_name": random.choice(["Ann", "Bob"]),
        "last_name": random.choice(["Lee", "Doe"]),
        "email": email(),
        "owner_id": random.choice(["005A", "005B"]),
        "created_at": random.choice(DAYS),
    }
    return {
        "account": [
            {
                "account_id": each,
                "name": random.choice(NAMES),
                "website": random.choice([None, random.choice(DOMAINS), "acme.com; beta.de"]),
                "parent_account_id": random.choice([None, None, random.choice(accounts[:5])]),
                "owner_id": random.choice(["005A", "005B"]),
                "created_at": random.choice(DAYS),
            }
            for each in accounts[:30]
        ]
        + [{"account_id": accounts[30], "name": "Zyklon Manufacturing"}],
        "contact": [
            {"contact_id": each, "account_id": random.choice([None, *accounts])} | named()
            for each in contacts[:30]
        ],
        "lead": [
            {
                "lead_id": each,
                "company": random.choice(NAMES),
                "website": random.choice([None, random.choice(DOMAINS)]),
                "is_converted": place % 5 == 0,
                "converted_account_id": random.choice(accounts) if place % 5 == 0 else None,
            }
            | named()
            for place, each in enumerate(leads[:30])
        ]
        + [
            {"lead_id": leads[30], "company": "Zyklon Manufactoring", "email": "zed@gmail.com"},
            {"lead_id": leads[31], "email": "zoe@fresh.io"},
        ],
        "redirect": [
            {"record_id": accounts[35], "target_id": accounts[3], "reason": "merged"},
            {"record_id": contacts[35], "target_id": contacts[36], "reason": "merged"},
            {"record_id": contacts[36], "target_id": contacts[3], "reason": "merged"},
            *(
                {"record_id": leads[place], "target_id": contacts[place], "reason": "converted"}
                for place in (0, 5)
            ),
        ],
        "former_email": [
            {"record_id": random.choice(contacts), "email": email() or "z@acme.com", "reason": "changed"}
            for _ in range(5)
        ],
        "user": [{"user_id": "005A", "name": "Ann"}, {"user_id": "005B", "name": "Bob", "is_active": False}],
        "opportunity": [
            {"opportunity_id": f"006{n}", "account_id": random.choice(accounts), "is_won": n % 2 == 0}
            for n in range(10)
        ],
        "engagement_event": [
            {
                "event_id": f"e{n}",
                "occurred_at": f"2026-02-0{1 + n % 3}",
                "kind": "form_submit",
                "email": email(),
                "domain": random.choice([None, *DOMAINS]),
                "lead_id": random.choice([None, None, random.choice(leads)[:15]]),
                "contact_id": random.choice([None, None, random.choice(contacts)]),
                "properties": f'{{"company": "{random.choice(NAMES)}", "last_name": "L{n % 4}"}}',
            }
            for n in range(60)
        ],
    }


def built(org, *, threads):
    """All tables of matched; their rows in one order, and without what only says when."""
    connection = duckdb.connect(config={"threads": threads})
    # Rows are then shared out among the threads however few there are.
    connection.execute("PRAGMA verify_parallelism")
    stage(connection, **org)
    build_models(connection, account_rules=RULES, overrides=CORRECTIONS, tables=TABLES)
    return {name: sorted(connection.execute(f"FROM {name}").fetchall(), key=repr) for name in TABLES}


@pytest.mark.parametrize("seed", range(2))
def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_row(seed):
    random = Random(seed)
    org = make_org(random)
    shuffled = {table: random.sample(rows, k=len(rows)) for table, rows in org.items()}

    first, second = built(org, threads=1), built(shuffled, threads=4)

    assert [name for name, rows in first.items() if not rows] == []
    assert {name: rows for name, rows in second.items() if rows != first[name]} == {}


def test_empty_values_never_meet():
    """Nothing is known of anybody, so nobody is matched, linked or suspected."""
    count = len(EMPTY)
    connection = duckdb.connect()
    stage(
        connection,
        account=[{"account_id": f"001{n}", "name": empty, "website": empty} for n, empty in enumerate(EMPTY)],
        contact=[{"contact_id": f"003{n}"} for n in range(count)],
        lead=[{"lead_id": f"00Q{n}", "company": "", "email": " ", "website": ""} for n in range(count)],
        engagement_event=[{"event_id": f"e{n}", "kind": "page_view"} for n in range(count)],
    )
    build_models(connection, account_rules=RULES, tables=TABLES)

    counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
    everybody = {"matched.person", "matched.person_key", "matched.person_order", "matched.person_standing"}
    assert {name: each for name, each in counts.items() if each} == {
        "matched.account_standing": count,
        "matched.affiliation": 2 * count,
        "matched.event": count,
        "matched.sighting": 1,
        "matched.sighting_match": 1,
        **dict.fromkeys(everybody, 2 * count),
    }
