"""The law of the import: whatever changed when, and whichever partitions ran when, raw equals the org."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at, days

MIDNIGHTS = [at(day) for day in range(2, 5)]
SEEN_LATE = timedelta(minutes=10)
"""Overlap and hold-back together: how late a row may become visible."""
SECONDS = st.integers(min_value=0, max_value=int(SEEN_LATE.total_seconds())).map(
    lambda s: timedelta(seconds=s)
)
NEAR_AN_EDGE = st.builds(
    lambda edge, seconds: edge + timedelta(seconds=seconds),
    st.sampled_from(MIDNIGHTS),
    st.integers(min_value=-900, max_value=900),
)
MOMENTS = (
    NEAR_AN_EDGE
    | st.sampled_from(MIDNIGHTS)
    | st.datetimes(at(1).replace(tzinfo=None), at(5).replace(tzinfo=None)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=at(1).tzinfo)
    )
)
CHANGES = st.lists(st.tuples(st.integers(min_value=0, max_value=3), MOMENTS, SECONDS), max_size=12)
"""Which record changed, its SystemModstamp, and how long its transaction took until others saw it."""

RUNS = st.lists(st.tuples(MOMENTS, st.integers(1, 4), st.integers(0, 3)), max_size=4)
"""The moment of a run, its first partition and how many more; those in the future are cut off."""


def visible_tasks(changes, now):
    """The newest state of every task that others can see by now."""
    newest = {}
    for record, stamp, delay in sorted(changes):
        if stamp + delay <= now:
            newest[f"00T00000000000{record}"] = stamp
    return newest


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, runs=RUNS)
def test_after_any_runs_at_any_time_the_raw_table_equals_the_org(importer, sandbox, clock, changes, runs):
    importer.rows("DROP TABLE IF EXISTS raw.task")
    importer.rows("DROP TABLE IF EXISTS raw.import_log")
    org = importer.sign_in()
    for now, first, more in [*sorted(runs), (at(5, 12), 5, 0)]:
        clock.now = now
        tasks = visible_tasks(changes, now)
        with sandbox.transaction() as connection:
            connection.execute('DELETE FROM "Task"')
            load_rows(sandbox, "Task", [{"Id": each, "SystemModstamp": at} for each, at in tasks.items()])
        last = min(first + more, now.day)

        importer.read("Task", window=days(min(first, last), last), org=org)

        if last == now.day:
            arrived = importer.rows("SELECT left(Id, 15), SystemModstamp FROM raw.task ORDER BY Id")
            assert arrived == sorted((each, stamp.replace(tzinfo=None)) for each, stamp in tasks.items())
