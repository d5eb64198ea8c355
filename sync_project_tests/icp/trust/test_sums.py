import math

import duckdb
import pytest

from sync_project.icp.trust.sums import broken_sums_query
from sync_project.warehouse.models import build_table, load_models

PEOPLE = [("ann", 0.25, -0.5), ("bob", 0.125, 2.0)]
ACCOUNTS = [("acme", 1.0)]


def keep_scores(connection, *, change=None):
    """Two people and an account whose scores are sums; then the change."""
    for table in ("icp.model", "icp.prediction"):
        build_table(load_models()[table], connection=connection, parameters={})
    connection.execute(
        'CREATE TABLE icp.person_contribution (subject_id VARCHAR, "a ""b""" DOUBLE, demos DOUBLE)'
    )
    connection.execute("CREATE TABLE icp.account_contribution (subject_id VARCHAR, industry DOUBLE)")
    connection.executemany("INSERT INTO icp.person_contribution VALUES (?, ?, ?)", PEOPLE)
    connection.executemany("INSERT INTO icp.account_contribution VALUES (?, ?)", ACCOUNTS)
    for subject, base in (("person", -1.5), ("account", 0.5)):
        connection.execute(
            """INSERT INTO icp.model BY NAME
            SELECT $subject AS subject, 'm' AS model_id, 'signal' AS verdict, $base AS base_log_odds""",
            {"subject": subject, "base": base},
        )
    for subject, name, base, fit, engagement in (
        *(("person", name, -1.5, fit, engagement) for name, fit, engagement in PEOPLE),
        *(("account", name, 0.5, fit, 0) for name, fit in ACCOUNTS),
    ):
        log_odds = base + fit + engagement
        connection.execute(
            """INSERT INTO icp.prediction BY NAME SELECT $subject AS subject, $name AS subject_id,
                'm' AS model_id, $log_odds AS log_odds, $fit AS fit, $engagement AS engagement,
                $probability AS probability, 80 AS confidence_pct""",
            {
                "subject": subject,
                "name": name,
                "log_odds": log_odds,
                "fit": fit,
                "engagement": engagement,
                "probability": 1 / (1 + math.exp(-log_odds)),
            },
        )
    if change:
        connection.execute(change)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (None, []),
        ("UPDATE icp.person_contribution SET demos = demos + 5e-10", []),
        ("UPDATE icp.person_contribution SET demos = demos + 2e-9 WHERE subject_id = 'bob'", ["bob"]),
        ("UPDATE icp.account_contribution SET industry = NULL", ["acme"]),
        ("DELETE FROM icp.person_contribution WHERE subject_id = 'ann'", ["ann"]),
        ("DELETE FROM icp.prediction WHERE subject_id = 'acme'", ["acme"]),
        ("UPDATE icp.prediction SET engagement = 0 WHERE subject = 'person'", ["ann", "bob"]),
        ("UPDATE icp.prediction SET probability = 0.5 WHERE subject_id = 'ann'", ["ann"]),
        ("UPDATE icp.prediction SET log_odds = 'nan' WHERE subject_id = 'ann'", ["ann"]),
        ("UPDATE icp.model SET base_log_odds = 0 WHERE subject = 'account'", ["acme"]),
        ("DELETE FROM icp.model", ["acme", "ann", "bob"]),
    ],
)
def test_a_score_that_is_no_sum_of_its_contributions_is_found(change, found):
    with duckdb.connect() as connection:
        keep_scores(connection, change=change)
        rows = connection.execute(broken_sums_query(connection=connection)).fetchall()
    assert [name for _, name, *_ in rows] == found


def test_both_sums_are_shown():
    with duckdb.connect() as connection:
        keep_scores(
            connection, change="UPDATE icp.person_contribution SET demos = 1 WHERE subject_id = 'bob'"
        )
        rows = connection.execute(broken_sums_query(connection=connection)).fetchall()
    assert rows == [("person", "bob", 0.625, -0.375, 0.625, pytest.approx(1 / (1 + math.exp(-0.625))))]
