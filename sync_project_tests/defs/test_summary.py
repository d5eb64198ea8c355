import duckdb
import pytest

from sync_project.defs.summary import tell_scores, tell_segments
from sync_project.warehouse.models import build_table, insert_row, load_models

HOT, WARM, COLD = 3, 2, 1


def tell(*tiers, left_out=(), **model):
    made = duckdb.connect()
    for table in ("icp.model", "icp.not_evaluated"):
        build_table(load_models()[table], connection=made, parameters={})
    made.execute("CREATE SCHEMA scored")
    made.execute("CREATE TABLE scored.organisation (propensity_score BIGINT, is_ready BOOLEAN)")
    made.execute("CREATE TABLE scored.score (subject VARCHAR, subject_id VARCHAR, score BIGINT, tier BIGINT)")
    insert_row("icp.model", {"subject": "person", "reason": "Too little data."} | model, connection=made)
    for number, tier in enumerate(tiers):
        row = {"subject": "person", "subject_id": f"003{number}", "score": 50, "tier": tier}
        insert_row("scored.score", row, connection=made)
    for subject, subject_id in left_out:
        insert_row("icp.not_evaluated", {"subject": subject, "subject_id": subject_id}, connection=made)
    return list(tell_scores(made))


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("learnt", ""),
        ("little_data", " (little data beside the ideal profile: not proved yet)"),
        ("icp_only", " (ICP only: no outcome has shown yet whether that is right)"),
    ],
)
def test_the_summary_says_what_scores_stand_on(stage, words):
    assert tell(HOT, HOT, WARM, COLD, stage=stage) == [f"4 people: 2 hot, 1 cold{words}"]


def test_the_summary_says_why_nobody_is_scored():
    assert tell() == ["no people: Too little data."]


def test_the_summary_counts_who_is_not_evaluated():
    rest = "not evaluated, by scoring.evaluate"

    assert tell(HOT, left_out=[("person", "003X"), ("person", "003Y"), ("account", "001X")]) == [
        f"1 people: 1 hot, 0 cold; 2 {rest}"
    ]
    assert tell(left_out=[("person", "003X")]) == [f"no people: Too little data. 1 {rest}"]


def test_the_summary_names_the_groups_that_surely_win():
    made = duckdb.connect()
    build_table(load_models()["icp.segment"], connection=made, parameters={})
    columns = ("segment", "win_rate_pct_at_least", "win_rate_pct", "win_rate_pct_at_most")
    for row in [
        ("Toys", 33.4, 41, 50),
        ("Coal", 30, 31, 32),
        ("Tea", 15, 40, 70),
        ("Air", 29, 50, 80),
        ("Sea", 28, 60, 90),
    ]:
        given = {"subject": "account", "usual_pct": 20} | dict(zip(columns, row, strict=True))
        insert_row("icp.segment", given, connection=made)

    assert list(tell_segments(made)) == [
        "accounts: Toys 41 % (33 to 50); Coal 31 % (30 to 32); Air 50 % (29 to 80); usual is 20 %"
    ]
