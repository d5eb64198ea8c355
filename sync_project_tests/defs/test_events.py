"""What a run makes of event sources: what it tells, and what it leaves to a person to look at."""

import warnings

import dagster as dg
import pytest
import yaml

from sync_project.defs.checks import every_event_source_was_read, no_event_was_rejected
from sync_project.defs.events import event_asset
from sync_project.defs.partitions import daily_partitions
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key

EVENTS = """event_id,occurred_at,email,kind
e1,2026-02-01T10:00:00Z,ann@acme.com,page_view
e2,yesterday,ann@acme.com,page_view
"""


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    """The home's folder and a file, each with a good and a bad row, and a database that is not there."""
    folder = tmp_path_factory.mktemp("events")
    sources = {
        "product": {"database": "PRODUCT_DB_URL", "query": "SELECT 1"},
        "site": {"files": str(folder / "site.csv")},
    }
    settings = folder / "sync.yaml"
    settings.write_text(yaml.safe_dump({"ingest": {"event_sources": sources}}), encoding="utf-8")
    (folder / "home" / "events").mkdir(parents=True)
    (folder / "home" / "events" / "a.csv").write_text(EVENTS, encoding="utf-8")
    (folder / "site.csv").write_text(EVENTS, encoding="utf-8")
    return Surroundings(
        variables={
            "SYNC_PROJECT_HOME": str(folder / "home"),
            "SYNC_PROJECT_SETTINGS": str(settings),
            "PRODUCT_DB_URL": "postgresql+nodriver://user:hunter2@localhost/product",
        },
        now="2026-03-01T10:00:00Z",
    )


@pytest.fixture(scope="module")
def run(surroundings):
    partitions = daily_partitions(surroundings.clock().date())
    with dg.DagsterInstance.ephemeral() as instance, warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        result = dg.materialize(
            [event_asset(partitions), no_event_was_rejected, every_event_source_was_read],
            partition_key="2026-03-01",
            resources={"surroundings": surroundings},
            instance=instance,
        )
        logged = [entry.user_message for entry in instance.all_logs(result.run_id)]
        yield result, logged


def test_a_source_that_cannot_be_read_is_a_warning_and_the_run_goes_on(run):
    result, logged = run
    checks = {each.check_name: each for each in result.get_asset_check_evaluations()}

    assert result.success
    assert {(name, each.passed, each.severity) for name, each in checks.items()} == {
        ("no_event_was_rejected", False, dg.AssetCheckSeverity.WARN),
        ("every_event_source_was_read", False, dg.AssetCheckSeverity.WARN),
    }
    [told] = checks["every_event_source_was_read"].metadata["first"].records
    assert told.data["source"] == "product"
    assert told.data["fault"].startswith(
        "ingest.event_sources.product.database is the URL in PRODUCT_DB_URL, "
    )
    assert checks["no_event_was_rejected"].metadata["found"].value == 2
    assert "hunter2" not in repr((logged, checks, result.all_events))


def test_what_was_left_out_and_what_failed_is_told_in_the_log(run):
    _, logged = run

    assert [text for text in logged if text.startswith("ingest.event_sources.")] == [
        "ingest.event_sources.product.database is the URL in PRODUCT_DB_URL, and that database cannot be "
        "opened (NoSuchModuleError). Check the URL, such as postgresql+psycopg2://user:password@host/name or "
        "duckdb:////data/events.duckdb, and that the database answers from this machine.",
        "ingest.event_sources.site: left out 1 that happened before it was switched on; set its backfill to "
        "true to bring them in.",
    ]


def test_the_numbers_of_all_sources_are_plotted(run):
    result, _ = run
    [event] = [
        each
        for each in result.get_asset_materialization_events()
        if each.asset_key == asset_key("raw.engagement_event")
    ]
    metadata = {name: each.value for name, each in event.materialization.metadata.items()}

    numbers = {"dagster/row_count": 1, "reads": 2, "events": 1, "too_old": 1, "rejected": 2}
    assert metadata.items() >= numbers.items()


def test_nobody_is_warned_of_a_source_that_is_off(run, surroundings):
    with surroundings.warehouse.transaction() as connection:
        connection.execute("UPDATE raw.event_source SET is_enabled = FALSE")

    assert no_event_was_rejected(surroundings=surroundings).passed
    assert every_event_source_was_read(surroundings=surroundings).passed
