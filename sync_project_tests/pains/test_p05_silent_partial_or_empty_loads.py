"""P5: a load that brought little or nothing is reported as a success.

A query times out and the sync reads on with no record, part of the rows never comes, or an empty start date
means the last two years. airbyte#17503, #19947, #27969, #27048, #37528, #20471.
"""

from datetime import timedelta

import pytest

from sync_project.ingest.errors import EmptyReadError, ShrunkTableError
from sync_project.ingest.upkeep.sweep import sweep_object
from sync_project.salesforce.errors import QueryTimeoutError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.recycle_bin import delete_record, undelete_record
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import last_names, load_leads, record_id

LEADS = 120


@pytest.fixture
def known(sandbox, importer):
    """120 leads, changed one an hour, which are all here."""
    load_leads(sandbox, range(LEADS), each=lambda n: {"SystemModstamp": at(1) - timedelta(hours=n)})
    importer.read("Lead")
    return [f"Lead {number}" for number in range(LEADS)]


def sweep(importer, name):
    return sweep_object(
        name,
        org=importer.sign_in(),
        warehouse=importer.warehouse,
        settings=importer.settings(),
        now=importer.clock.now,
    )


def test_the_first_import_reaches_back_to_the_first_record(sandbox, importer):
    load_leads(sandbox, [1], SystemModstamp=at(1).replace(year=1999))

    assert importer.read("Lead").table_count == 1


@pytest.mark.parametrize("bulk_above_rows", [10_000, 20], ids=["rest", "bulk"])
def test_a_query_that_times_out_is_read_in_parts_until_all_is_here(sandbox, importer, known, bulk_above_rows):
    importer.rows("DROP TABLE raw.lead; DROP TABLE raw.import_log")
    with sandbox.faults.on({"kind": "query_timeout", "rows": 30}):
        counts = importer.read("Lead", bulk_above_rows=bulk_above_rows)

    assert last_names(importer) == known
    assert counts.org_count == LEADS


def test_a_query_that_times_out_whatever_its_size_fails_and_the_next_run_brings_all(sandbox, importer, clock):
    load_leads(sandbox, range(LEADS), SystemModstamp=at(1, 1))
    with sandbox.faults.on({"kind": "query_timeout", "rows": 30}), pytest.raises(QueryTimeoutError):
        importer.read("Lead")
    assert importer.rows("SELECT count(*) FROM raw.import_log") == [(0,)]
    clock.now = at(3)

    assert importer.read("Lead").table_count == LEADS


def test_a_record_that_a_parent_lets_in_is_found_although_it_has_not_changed(sandbox, importer, clock):
    """No window shows it; nor one that is shared with the integration user later."""
    load_rows(sandbox, "Account", [{"Id": record_id("001", 1), "Name": "Acme", "Industry": "Toys"}])
    load_rows(
        sandbox,
        "Contact",
        [
            {"Id": record_id("003", 1), "LastName": "Ann", "AccountId": record_id("001", 1)}
            | {"SystemModstamp": at(1, 1)}
        ],
    )
    importer.objects["Contact"] = {"filter": "Account.Industry = 'Games'"}
    importer.read("Contact")
    with sandbox.transaction() as connection:
        connection.execute("UPDATE Account SET Industry = 'Games'")
    clock.now = at(2)
    assert importer.read("Contact").table_count == 0

    assert sweep(importer, "Contact").appeared_count == 1

    assert importer.rows("SELECT LastName FROM raw.contact") == [("Ann",)]


def test_an_org_that_suddenly_shows_no_record_empties_no_table(sandbox, importer, known, clock):
    """As when the integration user loses View All: a window looks unchanged, a read of all does not."""
    with sandbox.transaction() as connection:
        connection.execute("DELETE FROM Lead")
    clock.now = at(2)
    assert importer.read("Lead").changed_count == 0

    with pytest.raises(ShrunkTableError, match=r"120 of 120 records .* give the integration user access"):
        sweep(importer, "Lead")
    importer.objects["Lead"] = {"filter": "LastName != null"}
    with pytest.raises(EmptyReadError, match="not one record arrived, though 120 are here"):
        importer.read("Lead")

    assert last_names(importer) == known
    assert importer.rows("SELECT count(fault) FROM raw.import_log") == [(1,)]


def test_a_table_that_would_shrink_keeps_its_rows_until_they_are_there_again(sandbox, importer, known, clock):
    clock.now = at(2)
    gone = [record_id("00Q", number) for number in range(40)]
    with sandbox.writing() as context:
        for each in gone:
            delete_record(context, sandbox.find_object("Lead"), each)

    with pytest.raises(ShrunkTableError, match=r"40 of 120 records .* restore them"):
        importer.read("Lead")

    living = "SELECT count(*) FROM raw.lead WHERE NOT IsDeleted"
    assert importer.rows(living) == [(LEADS,)]
    with sandbox.writing() as context:
        for each in gone[10:]:
            undelete_record(context, each)
    importer.read("Lead")
    assert importer.rows(living) == [(LEADS - 10,)]
