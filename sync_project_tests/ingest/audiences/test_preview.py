import pytest

from sync_project.ingest.audiences.preview import preview_audience
from sync_project.ingest.errors import AudienceError
from sync_project.warehouse.connection import Warehouse
from sync_project_tests.ingest.audiences.acme import ACME, load_leads
from sync_project_tests.ingest.conftest import at


def test_a_preview_tells_count_and_price_and_writes_nothing(sandbox, importer, preview, clock):
    german = {"filter": "Country = 'Germany'"}
    load_leads(sandbox, 1, Country="Germany")
    load_leads(sandbox, *range(2, 503), Country="France")
    found = preview(ACME)
    assert (len(found.records.record_ids), found.here_count, found.member_calls, found.record_calls) == (
        502, None, 1, 0,
    )  # fmt: skip
    assert preview(ACME, lead=german).record_calls == 2

    importer.read("Lead", **german)
    before = importer.warehouse.path.read_bytes()
    found = preview(ACME, lead=german)
    assert (found.here_count, found.member_calls, found.record_calls) == (1, 1, 2)
    assert importer.warehouse.path.read_bytes() == before


@pytest.mark.parametrize("lead", [{}, {"filter": "Country = 'Germany'"}])
def test_an_import_costs_what_the_preview_says(sandbox, importer, preview, bring_in, lead):
    load_leads(sandbox, 1, Country="Germany")
    importer.read("Lead", **lead)
    load_leads(sandbox, *range(2, 413), Country="France")
    for hour in (12, 13):
        importer.clock.now = at(1, hour)
        found = preview(ACME, name="acme", lead=lead)
        org = importer.sign_in()
        bring_in(acme=ACME, lead=lead, org=org)
        assert org.calls_used == found.member_calls + found.record_calls


def test_a_preview_before_the_first_import_makes_no_warehouse(sandbox, sign_in, tmp_path, settle):
    load_leads(sandbox, 1)
    settings = settle(acme=ACME)
    warehouse = Warehouse(path=tmp_path / "new" / "warehouse.duckdb")
    found = preview_audience(
        settings.ingest.audiences["acme"], org=sign_in(), warehouse=warehouse, settings=settings
    )
    assert (found.records.org_count, found.here_count) == (1, None)
    assert not warehouse.path.parent.exists()


def test_a_preview_of_what_cannot_be_read_says_why(preview):
    with pytest.raises(AudienceError, match=r"^List view 'Nothing' of Lead: Lead has no list view 'Nothing'"):
        preview({"object": "Lead", "list_view": "Nothing"})


def test_a_list_view_of_ones_own_records_is_told(preview):
    assert preview({"object": "Lead", "list_view": "MyUnreadLeads"}).records.scope == "mine"
