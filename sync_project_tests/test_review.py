"""``sync-project review``: what a person sees of the questions, and what is told of the answers."""

import re

import pytest

from sync_project.matching.corrections.answers import read_questions
from sync_project.warehouse.connection import Warehouse
from sync_project_tests.matching.small_org import build_models, stage
from sync_project_tests.test_cli import assert_fails, call

ACCOUNTS = [
    {"account_id": "001000000000001AAA", "name": "Acme Manufacturing Inc."},
    {"account_id": "001000000000002AAA", "name": "Zyklon\x1b Systems\u202e Nord"},
    {"account_id": "001000000000003AAA", "name": "Burger Berlin", "website": "burger.com"},
    {"account_id": "001000000000004AAA", "name": "Burger Paris", "website": "burger.com"},
]
LEADS = [
    {"lead_id": "00Q1", "company": "Acme Manufactoring"},
    {"lead_id": "00Q2", "company": "Acme Manufactoring"},
    {"lead_id": "00Q3", "company": "Nord Zyklon Systems"},
    {"lead_id": "00Q4", "email": "joe@burger.com"},
]


@pytest.fixture
def ids(tmp_path):
    """The ids of the questions of a run, in their order."""
    with Warehouse(path=tmp_path / "warehouse.duckdb").transaction() as connection:
        stage(connection, account=ACCOUNTS, lead=LEADS)
        build_models(connection, tables=["matched.suggestion"])
        return [each.suggestion_id for each in read_questions(connection)]


def review(home, *arguments):
    return call(home, "review", *arguments, COLUMNS="80")


def test_questions_are_shown_name_below_name_and_harmless(tmp_path, ids):
    lines = review(tmp_path).stdout.splitlines()
    assert [re.sub(r"^[0-9a-f]{10}", "ID        ", line) for line in lines[:-2]] == [
        "Id          People  Company and account      Why",
        "----------  ------  -----------------------  -----------------------------------",
        "ID          2       Acme Manufactoring       0.98 alike",
        "                    Acme Manufacturing Inc.",
        "ID          1       Nord Zyklon Systems      words nord, systems, zyklon",
        "                    Zyklon\u241b Systems\ufffd Nord",
        "ID          1       burger.com               wins now, of 2 unrelated accounts",
        "                    Burger Berlin",
        "ID          1       burger.com               one of 2 unrelated accounts; Burge\u2026",
        "                    Burger Paris",
        "",
    ]


def test_so_many_rows_are_shown(tmp_path, ids):
    lines = review(tmp_path, "--rows", "1").stdout.splitlines()
    assert lines[2].startswith(f"{ids[0]}  2       Acme Manufactoring")
    assert lines[4] == f"({len(ids) - 1} more; --rows shows so many)"


def test_answers_are_told_and_not_asked_again(tmp_path, ids):
    result = review(tmp_path, "--accept", ids[0], "--reject", ids[1])
    assert result.stdout.splitlines() == [
        "Acme Manufactoring is Acme Manufacturing Inc. (001000000000001AAA)",
        "Nord Zyklon Systems is not Zyklon\u241b Systems\ufffd Nord (001000000000002AAA)",
        f"Kept in {tmp_path}/overrides.csv; the next run goes by it.",
    ]
    assert ids[0] not in review(tmp_path).stdout
    rest = [argument for each in ids[2:] for argument in ("--reject", each)]
    assert review(tmp_path, *rest).exit_code == 0
    assert review(tmp_path).stdout == (
        "Nothing to review: every question is answered, and the next run goes by the answers.\n"
    )


def test_nothing_to_review_is_said(tmp_path):
    assert review(tmp_path).stdout == "Nothing to review yet: sync-project run asks the questions.\n"
    with Warehouse(path=tmp_path / "warehouse.duckdb").transaction():
        pass
    assert review(tmp_path).stdout == "Nothing to review: the last run has no question.\n"


def test_what_a_person_can_mend_is_told_plainly(tmp_path, ids):
    assert_fails(review(tmp_path, "--accept", "nope"), "There is no suggestion 'nope'; sync-project review")
    (tmp_path / "overrides.csv").write_text("kind;key\n", encoding="utf-8")
    assert_fails(review(tmp_path), "overrides.csv cannot be used", "line 1: the header is 'kind,key'; write")
    settings = tmp_path / "sync.yaml"
    settings.write_text("matching: {own_domains: [gmail]}", encoding="utf-8")
    assert_fails(
        call(tmp_path, "--settings", str(settings), "review"), "matching.own_domains names 'gmail', which"
    )
