"""P17: a large object takes all memory.

Clients gather every record before they hand out the first. simple-salesforce#629, #738, #428, #572, #530;
airbyte#11692; luigi#1575; pipelinewise#225. Here a read holds a few pages at a time, and leaves the rest to
files; what DuckDB then takes of memory is measured by ``benchmarks/test_extract.py``.
"""

import multiprocessing
import tracemalloc

from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import connect
from sync_project.salesforce.reading import read_object
from sync_project.salesforce.rest_query import ROWS_PER_PAGE
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.loading import load_rows

PROCESSES = multiprocessing.get_context("forkserver")
PAGES = 8
ROWS = PAGES * ROWS_PER_PAGE
TEXT = "x" * 1_000
OBJECT = "CampaignMemberStatus"
"""It has few fields of its own, and so takes little time."""
QUERY = ObjectQuery(object_name=OBJECT, fields=("Id", "SystemModstamp", "Text__c"), stamp="SystemModstamp")


def measure_read(credentials, folder, bulk_above_rows, answer):
    """In a process of its own, without the org's memory: rows, bytes on disk, most bytes that Python held."""
    with connect(credentials) as org:
        tracemalloc.start()
        extract = read_object(org, QUERY, folder=folder, bulk_above_rows=bulk_above_rows)
        peak = tracemalloc.get_traced_memory()[1]
    size = sum(file.stat().st_size for file in folder.rglob("*.*"))
    answer.send((extract.row_count, size, peak))


def test_a_read_never_holds_more_than_a_few_pages(sandbox, served_org, tmp_path):
    sandbox.add_custom_field(OBJECT, name="Text__c", type="LongTextArea", length=len(TEXT))
    load_rows(sandbox, OBJECT, ({"Label": "Sent", "Text__c": TEXT} for _ in range(ROWS)))
    credentials = Credentials(
        login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )
    for way, bulk_above_rows in {"rest": ROWS, "bulk": 1}.items():
        here, there = PROCESSES.Pipe(duplex=False)
        given = (credentials, tmp_path / way, bulk_above_rows, there)
        process = PROCESSES.Process(target=measure_read, args=given)
        process.start()
        there.close()
        rows, size, peak = here.recv()
        process.join()

        assert rows == ROWS
        assert size > ROWS * len(TEXT)
        # By REST: the first page, the latest, and one that arrives in pieces, which are then joined.
        assert peak < 5 * size / PAGES, way
