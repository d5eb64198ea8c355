"""P2: records are missed at the edge of the cursor.

A sync that goes on from the greatest time it has seen loses what gets that very time a moment later, and
what shows itself only when the cursor has passed its time: measured as one to three seconds at rest, more
under load. airbyte#27146, #42537, #42490, #4620, #14866; supaglue#532; estuary/connectors#2678; the tap of
singer #135. (Pages that end between equal times: ``ingest/disturbed/test_faults.py``.)
"""

from datetime import timedelta

from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import last_names, load_leads

SECOND = timedelta(seconds=1)


def test_nothing_written_around_the_moment_of_a_read_is_lost_or_doubled(sandbox, importer, clock):
    """Somebody writes every 20 seconds, twice in the same second, and each row is seen 8 minutes late."""
    numbers = iter(range(1_000))
    written = 0
    importer.read("Lead")
    with sandbox.faults.on({"kind": "unseen_rows", "seconds": 480}):
        for turn in range(60):
            clock.now = at(1, 12) + turn * 20 * SECOND
            load_leads(sandbox, [next(numbers)], SystemModstamp=clock.now)
            if turn % 7 == 0:
                importer.read("Lead")
            load_leads(sandbox, [next(numbers)], SystemModstamp=clock.now)
            written += 2
        clock.now += 480 * SECOND

        importer.read("Lead")

    assert last_names(importer) == [f"Lead {n}" for n in range(written)]
    assert importer.rows(
        "SELECT count(*), count(*) FILTER (valid_from = SystemModstamp), count(valid_to) FROM history.lead"
    ) == [(written, written, 0)]
    assert importer.rows(
        "SELECT count(*), count(*) FILTER (window_count = org_count), count(fault) FROM raw.import_log"
    ) == [(11, 11, 0)]
