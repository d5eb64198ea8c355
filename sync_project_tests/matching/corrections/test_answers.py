"""Questions of matched.suggestion, answered."""

from datetime import date

import duckdb
import pytest

from sync_project.matching.corrections.answers import (
    AnswerError,
    find_answer,
    group_overrides,
    keep_answers,
    read_questions,
)
from sync_project.matching.corrections.overrides import KeyPolicy, OverridesFile
from sync_project_tests.matching.small_org import build_matched, build_models, rows_of, stage

ACME, ACME_EAST = "001000000000001AAA", "001000000000002AAA"
BERLIN, PARIS = "001000000000003AAA", "001000000000004AAA"
STAGED = {
    "account": [
        {"account_id": ACME, "name": "Acme Manufacturing Inc."},
        {"account_id": ACME_EAST, "name": "Acme Manufacturine"},
        {"account_id": BERLIN, "name": "Burger Berlin", "website": "burger.com", "type": "Customer"},
        {"account_id": PARIS, "name": "Burger Paris", "website": "burger.com"},
    ],
    "lead": [
        {"lead_id": "00Q1", "company": "Acme, Manufactoring"},
        {"lead_id": "00Q2", "email": "joe@burger.com"},
        {"lead_id": "00Q3", "email": "kim@burger.com"},
        {"lead_id": "00Q4", "email": "sue@burger.com"},
    ],
}
HEADER = "kind,key,decision,target_id,note"
MATCHES = "SELECT person_id, account_id, match_rule, tie_break, confidence FROM matched.account_match"


@pytest.fixture
def file(tmp_path):
    policy = KeyPolicy(own_domains=(), keep_subdomain=False)
    return OverridesFile(path=tmp_path / "overrides.csv", policy=policy, is_needed=False)


@pytest.fixture(scope="module")
def questions():
    return read_questions(build_matched(tables=["matched.suggestion"], **STAGED))


def ids_of(questions, *accounts):
    by_account = {each.account_id: each.suggestion_id for each in questions}
    return [by_account[account] for account in accounts]


def answer(questions, file, *, yes=(), no=()):
    return keep_answers(
        questions,
        accepted=ids_of(questions, *yes),
        rejected=ids_of(questions, *no),
        file=file,
        today=date(2026, 6, 1),
    )


def test_before_a_run_there_is_no_question():
    assert read_questions(duckdb.connect()) == []


def test_the_most_important_question_comes_first(questions):
    assert [(each.company, each.account_id, each.people_count) for each in questions] == [
        ("burger.com", BERLIN, 3),
        ("burger.com", PARIS, 3),
        ("Acme, Manufactoring", ACME, 1),
        ("Acme, Manufactoring", ACME_EAST, 1),
    ]


def test_answers_become_lines_with_their_date_and_reason(questions, file):
    answer(questions, file, yes=[ACME, PARIS], no=[ACME_EAST])
    assert file.path.read_text(encoding="utf-8").splitlines() == [
        HEADER,
        f'company_name,"Acme, Manufactoring",is,{ACME},"2026-06-01 review: Acme Manufacturing Inc.; '
        'Acme, Manufactoring ~ Acme Manufacturing Inc.: 0.98 alike"',
        f"domain,burger.com,is,{PARIS},2026-06-01 review: Burger Paris; "
        "one of 2 unrelated accounts; Burger Berlin wins now",
        f'company_name,"Acme, Manufactoring",is_not,{ACME_EAST},"2026-06-01 review: Acme Manufacturine; '
        'Acme, Manufactoring ~ Acme Manufacturine: 0.95 alike"',
    ]


def test_the_next_run_matches_by_the_answers_and_does_not_ask_again(questions, file):
    answer(questions, file, yes=[ACME, PARIS])
    connection = duckdb.connect()
    stage(connection, **STAGED)
    overrides = [vars(each) for each in file.read()]
    build_models(connection, overrides=overrides, tables=["matched.suggestion"])
    assert read_questions(connection) == []
    assert rows_of(connection, MATCHES) == [
        ("00Q1", ACME, "company_name", "override", "certain"),
        ("00Q2", PARIS, "email_domain", "override", "certain"),
        ("00Q3", PARIS, "email_domain", "override", "certain"),
        ("00Q4", PARIS, "email_domain", "override", "certain"),
    ]


def test_a_no_leaves_the_other_accounts_to_be_asked_about(questions, file):
    answer(questions, file, no=[ACME])
    overrides = group_overrides(file.read())
    assert [each.account_id for each in questions if find_answer(each, overrides) is None] == [
        BERLIN,
        PARIS,
        ACME_EAST,
    ]
    answer(questions, file, yes=[ACME_EAST])
    assert [(each.decision, each.target_id) for each in file.read()] == [("is_not", ACME), ("is", ACME_EAST)]


@pytest.mark.parametrize(
    ("yes", "no", "fault"),
    [
        (
            [ACME],
            [],
            r"^\w+ is answered in line 2 of .*overrides\.csv; to answer otherwise, change that line",
        ),
        ([BERLIN], [BERLIN], "is both accepted and rejected; give one answer"),
        ([BERLIN, PARIS], [], "give 'burger.com' to two accounts; accept one"),
    ],
)
def test_an_answer_that_contradicts_another_is_refused_and_nothing_is_written(
    questions, file, yes, no, fault
):
    answer(questions, file, yes=[ACME_EAST])
    before = file.path.read_bytes()
    with pytest.raises(AnswerError, match=fault):
        answer(questions, file, yes=yes, no=no)
    assert file.path.read_bytes() == before


def test_an_id_that_is_not_there_is_refused(questions, file):
    with pytest.raises(AnswerError, match="There is no suggestion 'abc'; sync-project review lists those"):
        keep_answers(questions, accepted=["abc"], rejected=[], file=file, today=date(2026, 6, 1))
    assert not file.path.exists()
