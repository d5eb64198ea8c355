"""Engagement of 10 million events: one new day added to the state, beside counting all of them again.

Every contender runs in a process of its own, which tells wall and CPU seconds and peak memory of its work.
"""

import shutil
from datetime import UTC, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from sync_project.icp.features.engagement import past_engagement
from sync_project.icp.features.engagement_state import keep_state, read_state
from sync_project.settings.load import load_settings
from sync_project.warehouse.models import load_models
from sync_project_tests.benchmarks.own_process import in_own_process, measured

ROWS = 10_000_000
MEMORY_LIMIT = "2GB"
FIRST_DAY = datetime(2025, 1, 1)
NOW = datetime(2026, 1, 1, 6, tzinfo=UTC)
"""Three weeks into a half-life: the anchor moves on the last of the days below only."""
EVENTS = """SELECT 'evt-' || i AS event_id,
    CAST($first AS TIMESTAMP) + to_microseconds(i * (370 * 86400000000 // $rows)) AS occurred_at,
    CASE WHEN hash(i + 1) % 10 > 0
        THEN 'ann' || (hash(i + 2) % 400000) || '@acme' || (hash(i + 2) % 50000) || '.com' END AS email,
    CASE WHEN hash(i + 3) % 20 = 0
        THEN '00Q' || (100000000000 + hash(i + 2) % 400000) || 'AAA' END AS lead_id,
    CAST(NULL AS VARCHAR) AS contact_id,
    CASE WHEN hash(i + 1) % 10 = 0 THEN 'acme' || (hash(i + 2) % 50000) || '.com' END AS domain,
    $kinds[1 + CAST(hash(i + 4) % len($kinds) AS INTEGER)] AS kind,
    '{"page": "/' || (hash(i + 5) % 500) || '", "seconds": ' || (hash(i + 6) % 300) || '}' AS properties
FROM range($rows) AS r (i)"""
"""In the order of time, as they are staged; the last days are after NOW."""
SETTINGS = load_settings(None).signals.engagement


def fill(path):
    """Events and what their names mean: nine in ten are a person's, all a company's."""
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA staged; CREATE SCHEMA matched; CREATE SCHEMA icp")
        given = {"rows": ROWS, "first": FIRST_DAY, "kinds": list(SETTINGS.kinds)}
        connection.execute(
            f"""CREATE TABLE staged.engagement_event AS
            SELECT *, CAST(hash(occurred_at, email, domain, kind, properties) >> 1 AS BIGINT) AS fingerprint
            FROM ({EVENTS})""",
            given,
        )
        connection.execute(
            """CREATE TABLE matched.sighting_match AS
            SELECT lead_id, contact_id, email, domain, email AS person_id, email AS identity,
                coalesce(split_part(email, '@', 2), domain) AS company_id
            FROM staged.engagement_event GROUP BY ALL"""
        )
        connection.execute(f"CREATE TABLE matched.event AS {load_models()['matched.event'].statement}")
        connection.execute(
            "CREATE TABLE icp.person_profile AS SELECT DISTINCT identity AS person_id, identity "
            "FROM matched.event WHERE identity IS NOT NULL"
        )


def in_warehouse(path, work, now):
    """With all that a run does: open the file, commit, close; the files of tables are read by then."""
    load_models()
    return measured(transact, path, work, now)


def transact(path, work, now):
    with duckdb.connect(path) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET TimeZone = 'UTC'")
        connection.execute("BEGIN")
        work(connection, now)
        connection.execute("COMMIT")


def keep(connection, now):
    keep_state(connection=connection, settings=SETTINGS, now=now)


def read(connection, now):
    read_state(connection=connection, settings=SETTINGS, now=now)


def keep_and_read(connection, now):
    keep(connection, now)
    read(connection, now)


def count_as_lessons_do(connection, now):
    """Everybody's engagement from matched.event, which is there already."""
    people, companies = past_engagement(SETTINGS)
    for owner, source, column in (
        ("person_id", people, "person_id"),
        ("company_id", companies, "company_id"),
    ):
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE subject AS
            SELECT DISTINCT {owner}, CAST($now AS TIMESTAMP) AS as_of
            FROM matched.sighting_match WHERE {owner} IS NOT NULL""",
            {"now": now.replace(tzinfo=None)},
        )
        connection.execute(
            f"CREATE OR REPLACE TABLE icp.counted_by_{column} AS FROM {source.rows}", source.parameters
        )


def count_by_pandas(connection, now):
    """What a script does: weights in doubles, one group-by for people and one for companies."""
    frame = connection.execute(
        """SELECT email, domain, kind, occurred_at FROM staged.engagement_event
        WHERE occurred_at < $now""",
        {"now": now.replace(tzinfo=None)},
    ).df()
    days = (pd.Timestamp(now.date()) - frame["occurred_at"].dt.normalize()).dt.days
    frame["weight"] = 0.5 ** (days / SETTINGS.half_life_days)
    frame["company_id"] = frame["email"].str.partition("@")[2].fillna(frame["domain"])
    for owner in ("email", "company_id"):
        grouped = frame.groupby([owner, "kind"], observed=True)
        counts = grouped["weight"].sum().unstack(fill_value=0)
        counts["last"] = frame.groupby(owner)["occurred_at"].max()
        connection.register("counts", counts.reset_index())
        connection.execute(f"CREATE OR REPLACE TABLE icp.by_pandas_{owner} AS FROM counts")


def median(runs):
    return sorted(runs, key=lambda took: took["CPU s"])[1]


@pytest.mark.benchmark
def test_one_new_day_beside_all_events_again(tmp_path, capsys):
    path = tmp_path / "warehouse.duckdb"
    in_own_process(fill, path)
    empty = shutil.copy(path, tmp_path / "empty.duckdb")
    results = {
        "all, as lessons count": in_own_process(in_warehouse, path, count_as_lessons_do, NOW),
        "all by pandas": in_own_process(in_warehouse, empty, count_by_pandas, NOW),
        "all, state and read out": in_own_process(in_warehouse, empty, keep_and_read, NOW),
        "state from all": in_own_process(in_warehouse, path, keep, NOW),
        "state, one new day": median(
            in_own_process(in_warehouse, path, keep, NOW + timedelta(days=day)) for day in (1, 2, 3)
        ),
        "read out alone": in_own_process(in_warehouse, path, read, NOW + timedelta(days=3)),
        "one new day and read out": in_own_process(
            in_warehouse, path, keep_and_read, NOW + timedelta(days=4)
        ),
        "state, anchor moves": in_own_process(in_warehouse, path, keep, NOW + timedelta(days=29)),
    }
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.3f}".format):
        print(f"\n{ROWS:,} events, memory_limit {MEMORY_LIMIT}\n{pd.DataFrame(results).T.to_string()}")
        for new, whole in (
            ("state, one new day", "state from all"),
            ("one new day and read out", "all, state and read out"),
            ("one new day and read out", "all, as lessons count"),
            ("one new day and read out", "all by pandas"),
        ):
            print(f"{new} / {whole}: {results[new]['CPU s'] / results[whole]['CPU s']:.3f}")
    with duckdb.connect(path) as connection:
        coverage = connection.execute("SELECT rebuilt_because, event_count FROM icp.engagement_coverage")
        assert coverage.fetchone() == ("first time", ROWS)
