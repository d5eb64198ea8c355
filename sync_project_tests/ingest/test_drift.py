import pytest

from sync_project.ingest.errors import SchemaDriftError
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.ingest.conftest import at
from sync_project_tests.ingest.leads import load_leads, log, make_lead


def changes(importer):
    return importer.rows("SELECT object_name, field_name, change, before, after FROM raw.field_change")


def test_the_first_import_reports_no_change_and_the_next_one_what_is_new(sandbox, importer, clock):
    assert changes(importer) == []
    sandbox.add_custom_field("Lead", name="Size__c", type="double", precision=18)
    clock.now = at(2)
    importer.describe()

    assert changes(importer) == [
        ("Lead", "Size__c", "new", None, "double, nillable, createable, updateable, not imported")
    ]


def test_a_removed_field_and_one_that_is_defined_anew_are_reported_and_their_history_stays(
    sandbox, importer, clock
):
    sandbox.hide_field("Lead", "Title")
    sandbox.make_read_only("Lead", "Company")
    clock.now = at(2)
    importer.describe()
    clock.now = at(3)
    importer.describe()

    assert changes(importer) == [
        (
            "Lead",
            "Company",
            "redefined",
            "string, length 255, createable, updateable",
            "string, length 255",
        ),
        ("Lead", "Title", "removed", "string, length 128, nillable, createable, updateable", None),
    ]
    assert importer.rows(
        """SELECT field_name, is_updateable, valid_from, valid_to FROM history.field
        WHERE object_name = 'Lead' AND field_name IN ('Title', 'Company') ORDER BY ALL"""
    ) == [
        ("Company", False, at(2).replace(tzinfo=None), None),
        ("Company", True, at(1, 12).replace(tzinfo=None), at(2).replace(tzinfo=None)),
        ("Title", True, at(1, 12).replace(tzinfo=None), at(2).replace(tzinfo=None)),
    ]


def test_a_field_that_is_shown_no_more_stops_the_object_and_nothing_is_lost(sandbox, importer):
    load_leads(sandbox, make_lead(1, Title="CEO"))
    importer.read("Lead")
    before, logged = importer.rows("FROM raw.lead"), log(importer)
    sandbox.hide_field("Lead", "Title")
    importer.describe()

    with pytest.raises(SchemaDriftError, match=r"Lead\.Title came in until now .*read access .*left_out"):
        importer.read("Lead")

    assert (importer.rows("FROM raw.lead"), log(importer)) == (before, logged)


def test_a_field_that_is_shown_again_comes_with_what_changed_meanwhile(sandbox, importer, sign_in, clock):
    load_leads(sandbox, make_lead(1, Title="CEO", SystemModstamp=at(1, 1)))
    importer.read("Lead")
    sandbox.hide_field("Lead", "Title")
    importer.describe()
    clock.now = at(1, 13)
    sign_in().call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"Company": "Beta"})
    with pytest.raises(SchemaDriftError):
        importer.read("Lead")
    sandbox.show_field("Lead", "Title")
    importer.describe()
    clock.now = at(1, 18)

    importer.read("Lead")

    assert importer.rows("SELECT Company, Title FROM raw.lead") == [("Beta", "CEO")]


def test_a_field_left_out_on_purpose_goes_and_the_history_keeps_it(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, Fax="123", Title="CEO", SystemModstamp=at(1, 1)))
    importer.read("Lead")
    importer.objects["Lead"] = {"left_out": ["Fax", "Title"]}
    importer.describe()
    clock.now = at(1, 13)

    importer.read("Lead")

    assert importer.rows("SELECT column_name FROM (DESCRIBE raw.lead) WHERE column_name = 'Fax'") == []
    with importer.warehouse.transaction() as connection:
        build_table(load_models()["staged.lead"], connection=connection, parameters={})
    assert importer.rows("SELECT last_name, title FROM staged.lead") == [("Lead 1", None)]

    importer.objects["Lead"] = {}
    importer.describe()
    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT Fax, Title FROM raw.lead") == [("123", "CEO")]


def test_a_field_that_becomes_visible_fills_every_row_without_a_new_version(sandbox, importer, clock):
    sandbox.hide_field("Lead", "AnnualRevenue")
    importer.describe()
    load_leads(sandbox, make_lead(1, AnnualRevenue=5, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    sandbox.show_field("Lead", "AnnualRevenue")
    clock.now = at(2)
    importer.describe()

    assert importer.read("Lead").read_from is None

    assert importer.rows("SELECT AnnualRevenue, valid_from, valid_to FROM history.lead") == [
        (5.0, at(1, 1).replace(tzinfo=None), None)
    ]


def change_type(importer, field, salesforce_type):
    importer.rows(f"UPDATE raw.field SET type = '{salesforce_type}' WHERE field_name = '{field}'")


def test_a_field_that_changed_its_type_is_refused_by_name_and_nothing_is_lost(sandbox, importer):
    load_leads(sandbox, make_lead(1, Title="CEO"))
    importer.read("Lead")
    before, logged = importer.rows("FROM raw.lead"), log(importer)
    change_type(importer, "Title", "double")

    with pytest.raises(
        SchemaDriftError, match=r"Lead\.Title was VARCHAR and is now DOUBLE.* 1 rows hold a value"
    ):
        importer.read("Lead")

    assert (importer.rows("FROM raw.lead"), log(importer)) == (before, logged)


def test_the_remedy_for_a_changed_type_works_and_the_history_keeps_both(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, Title="12", SystemModstamp=at(1, 1)))
    importer.read("Lead")
    importer.objects["Lead"] = {"left_out": ["Title"]}
    importer.describe()
    load_leads(sandbox, make_lead(2, Title="13", SystemModstamp=at(1, 1)))
    importer.read("Lead")
    importer.objects["Lead"] = {}
    importer.describe()
    change_type(importer, "Title", "double")

    assert importer.read("Lead").read_from is None

    assert importer.rows("SELECT Title FROM raw.lead ORDER BY Id") == [(12.0,), (13.0,)]
    assert importer.rows("SELECT typeof(Title), Title FROM history.lead ORDER BY Id, valid_from LIMIT 1") == [
        ("VARCHAR", "12")
    ]


def test_an_empty_column_follows_the_new_type(sandbox, importer):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")
    change_type(importer, "Title", "double")

    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT typeof(Title) FROM raw.lead") == [("DOUBLE",)]


def test_an_object_that_is_shown_no_more_stops_and_keeps_what_came_in(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    importer.rows("DELETE FROM raw.field WHERE object_name = 'Lead'")
    load_leads(sandbox, make_lead(2, SystemModstamp=at(1, 13)))
    clock.now = at(1, 14)

    with pytest.raises(SchemaDriftError, match=r"Lead came in until now.*direction to out"):
        importer.read("Lead")
    assert importer.read("Lead", direction="out").way == "off"
    assert importer.rows("SELECT count(*) FROM raw.lead") == [(1,)]

    importer.describe()
    clock.now = at(1, 15)
    assert importer.read("Lead").table_count == 2
