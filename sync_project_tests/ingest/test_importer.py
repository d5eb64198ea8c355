from datetime import datetime, timedelta

import pytest

from sync_project.ingest.errors import NotDescribedError, PullFilterError
from sync_project.ingest.import_log import Way, read_last_covered
from sync_project.ingest.importer import ImportCounts
from sync_project.sandbox.loading import load_rows
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.ingest.conftest import Importer, at, days
from sync_project_tests.ingest.leads import counted, load_leads, log, make_lead

HOLD_BACK = timedelta(minutes=5)
AWKWARD_TITLES = ['say "hi"', "a,b", "line\nbreak", "cr\r\nlf", "Zoë 🚀", "a\u2028b", "null", "NULL", None]


def test_the_first_read_brings_everything_with_types(sandbox, importer):
    load_leads(
        sandbox,
        make_lead(1, AnnualRevenue=12, NumberOfEmployees=7, CreatedDate=at(1, 9, 30)),
        make_lead(2, CreatedDate=datetime(2019, 1, 1, tzinfo=at(1).tzinfo)),
    )

    counts = importer.read("Lead")

    assert counts == ImportCounts(
        row_count=2, changed_count=2, org_count=2, table_count=2, call_count=2, read_from=None, way=Way.REST
    )
    assert importer.rows(
        """SELECT LastName, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Email
        FROM raw.lead ORDER BY Id"""
    ) == [
        ("Lead 1", 12.0, 7, False, datetime(2026, 3, 1, 9, 30), None),
        ("Lead 2", None, None, False, datetime(2019, 1, 1), None),
    ]


def test_the_columns_carry_the_labels_that_people_know(sandbox, importer):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")

    assert importer.rows(
        """SELECT column_name, comment FROM duckdb_columns()
        WHERE schema_name = 'raw' AND table_name = 'lead' AND column_name IN ('NumberOfEmployees', 'OwnerId')
        ORDER BY ALL"""
    ) == [("NumberOfEmployees", "Employees"), ("OwnerId", "Owner ID")]


def test_the_second_read_brings_what_changed_since_and_the_overlap(sandbox, importer, clock):
    stamps = [at(1, 11, 40), at(1, 11, 50), at(1, 11, 59)]
    load_leads(sandbox, *(make_lead(i, SystemModstamp=stamp) for i, stamp in enumerate(stamps)))
    importer.read("Lead")
    clock.now = at(2, 8)
    load_leads(sandbox, make_lead(7, SystemModstamp=at(2, 7)))

    counts = importer.read("Lead")

    assert (counted(counts), counts.read_from) == ((3, 1, 4, 2), at(1, 11, 50))


def test_an_unchanged_object_costs_one_call_and_brings_nothing(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 8)))
    importer.read("Lead")
    clock.now = at(1, 13)

    counts = importer.read("Lead")

    assert counted(counts) == (0, 0, 1, 1)


def test_reading_a_partition_again_leaves_the_same_rows(sandbox, importer, clock):
    load_leads(sandbox, *(make_lead(i, SystemModstamp=at(i, 6)) for i in range(1, 4)))
    clock.now = at(4, 12)
    importer.read("Lead")
    before = importer.rows("FROM raw.lead ORDER BY Id")

    counts = importer.read("Lead", window=days(2, 2))

    assert (counts.row_count, counts.changed_count) == (1, 0)
    assert importer.rows("FROM raw.lead ORDER BY Id") == before


def test_changed_deleted_and_merged_records_arrive(sandbox, importer, clock, sign_in):
    load_leads(sandbox, *(make_lead(i, SystemModstamp=at(1, 1)) for i in range(1, 5)))
    importer.read("Lead")
    org = sign_in()
    clock.now = at(1, 13)
    org.call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"Title": "CEO"})
    org.call("DELETE", "sobjects/Lead/00Q000000000002EAA")
    merged = make_lead(9, IsDeleted=True, MasterRecordId="00Q000000000003EAA", SystemModstamp=at(1, 13))
    load_leads(sandbox, merged)

    counts = importer.read("Lead")

    assert (counts.row_count, counts.changed_count) == (3, 3)
    assert importer.rows("SELECT Id, Title, IsDeleted, MasterRecordId FROM raw.lead ORDER BY Id") == [
        ("00Q000000000001EAA", "CEO", False, None),
        ("00Q000000000002EAA", None, True, None),
        ("00Q000000000003EAA", None, False, None),
        ("00Q000000000004EAA", None, False, None),
        ("00Q000000000009EAA", None, True, "00Q000000000003EAA"),
    ]


def test_bulk_above_the_limit_gives_the_same_table_as_rest(sandbox, importer):
    load_leads(
        sandbox,
        *(
            make_lead(number, Title=title, AnnualRevenue=number, CreatedDate=at(1, 3, number))
            for number, title in enumerate(AWKWARD_TITLES)
        ),
    )
    by_rest = importer.read("Lead", bulk_above_rows=9)
    rows = importer.rows("FROM raw.lead ORDER BY Id")
    importer.rows("DROP TABLE raw.lead")

    by_bulk = importer.read("Lead", bulk_above_rows=8)

    assert (by_rest.way, by_bulk.way) == ("rest", "bulk")
    assert [row[0] for row in importer.rows("SELECT Title FROM raw.lead ORDER BY Id")] == AWKWARD_TITLES
    assert importer.rows("FROM raw.lead ORDER BY Id") == rows


def test_a_new_field_is_filled_by_a_read_of_everything(sandbox, importer, clock, sign_in):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    sandbox.add_custom_field("Lead", name="Size__c", type="double", precision=18)
    load_leads(sandbox, make_lead(2, Size__c=4, SystemModstamp=at(1, 1)))
    importer.objects["Lead"] = {"fields": ["Size__c"]}
    importer.describe()

    counts = importer.read("Lead")

    assert (counts.row_count, counts.changed_count, counts.read_from) == (2, 1, None)
    assert importer.rows("SELECT Size__c FROM raw.lead ORDER BY Id") == [(None,), (4.0,)]
    assert importer.read("Lead").read_from == at(1, 11, 50)


def test_an_object_that_the_org_lacks_is_an_empty_table_that_staged_can_read(importer):
    importer.rows("DELETE FROM raw.field WHERE object_name = 'Campaign'")

    counts = importer.read("Campaign")

    assert counts == ImportCounts(table_count=0, way=Way.ABSENT)
    with importer.warehouse.transaction() as connection:
        assert build_table(load_models()["staged.campaign"], connection=connection, parameters={}) == 0


def test_the_log_has_a_row_for_every_read(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 11, 55)))
    importer.read("Lead")
    clock.now = at(2, 9)
    importer.read("Lead", window=days(2, 2))
    importer.read("Lead", window=days(1, 1))

    first, second, third = (
        datetime(2026, 3, 1, 12),
        datetime(2026, 3, 2, 9),
        datetime(2026, 3, 2),
    )
    overlapping = datetime(2026, 3, 1, 11, 50)
    assert log(importer) == [
        (first, None, third, None, first - HOLD_BACK, 1, 1, "rest"),
        (second, third, datetime(2026, 3, 3), overlapping, second - HOLD_BACK, 1, 0, "rest"),
        (second, None, third, None, third, 1, 0, "rest"),
    ]
    assert importer.rows(
        "SELECT DISTINCT object_name, call_count, split(field_names, ' ')[1] FROM raw.import_log"
    ) == [("Lead", 2, "Id")]


def test_a_skipped_partition_leaves_no_gap(sandbox, importer, clock):
    importer.read("Lead")
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 20)))
    clock.now = at(3, 12)

    counts = importer.read("Lead", window=days(3, 3))

    assert (counts.read_from, counts.table_count) == (at(1, 12) - timedelta(minutes=10), 1)


def test_only_records_that_meet_the_pull_filter_come_in(sandbox, importer):
    load_leads(sandbox, make_lead(1, Country="DE"), make_lead(2, Country="FR"), make_lead(3))

    assert importer.read("Lead", filter="Country = 'DE' OR Country = null").table_count == 2


def test_another_filter_reads_everything_that_meets_it(sandbox, importer, clock):
    load_leads(
        sandbox, *(make_lead(n, Country=each, SystemModstamp=at(1, 1)) for n, each in enumerate(("DE", "FR")))
    )
    importer.read("Lead", filter="Country = 'DE'")
    clock.now = at(2)

    counts = importer.read("Lead", filter="Country != null")

    assert (counts.read_from, counts.table_count) == (None, 2)
    clock.now = at(3)
    assert importer.read("Lead", filter="Country != null").read_from == at(1, 23, 50)


@pytest.mark.parametrize("switch", ["create", "update"])
def test_what_a_switch_kept_out_comes_in_once_it_is_on_again(sandbox, importer, clock, sign_in, switch):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")
    clock.now = at(2)
    load_leads(sandbox, make_lead(2, LastName="New"))
    sign_in().call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"LastName": "Changed"})
    clock.now = at(3)
    importer.read("Lead", **{switch: False})
    clock.now = at(4)
    assert importer.read("Lead", **{switch: False}).read_from == at(2, 23, 50)

    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT LastName FROM raw.lead ORDER BY Id") == [("Changed",), ("New",)]
    assert importer.read("Lead").read_from == at(3, 23, 50)


def test_a_filter_that_the_org_refuses_is_told_with_its_setting(sandbox, importer):
    load_leads(sandbox, make_lead(1))

    with pytest.raises(
        PullFilterError,
        match=r"ingest\.objects\.Lead\.filter is \"Land = 'DE'\".*Lead\.Land is not in the org",
    ):
        importer.read("Lead", filter="Land = 'DE'")


def test_an_object_whose_direction_is_out_is_not_asked_for(sandbox, importer):
    load_leads(sandbox, make_lead(1))
    importer.objects["Lead"] = {"direction": "out"}
    importer.describe()

    assert importer.read("Lead") == ImportCounts(table_count=0, way=Way.OFF)
    assert importer.rows("SELECT count(*) FROM raw.field WHERE object_name = 'Lead' AND is_imported") == [
        (0,)
    ]


def test_any_further_object_comes_in_by_setting(sandbox, importer):
    load_rows(sandbox, "Case", [{"Subject": "Broken", "Status": "New"}])
    importer.objects["Case"] = {}
    importer.describe()

    assert importer.read("Case").table_count == 1
    assert importer.rows("SELECT Subject FROM history.case") == [("Broken",)]


def test_nothing_is_read_before_the_org_has_told_its_fields(sandbox, sign_in, warehouse, clock):
    load_leads(sandbox, make_lead(1))
    undescribed = Importer(sign_in=sign_in, warehouse=warehouse, clock=clock)

    with pytest.raises(NotDescribedError, match=r"Lead cannot be read .*Materialize raw\.field first"):
        undescribed.read("Lead")


def test_an_object_that_comes_in_no_more_does_not_hold_back_where_the_next_run_begins(
    sandbox, importer, clock
):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")
    clock.now = at(3)
    importer.read("Account")

    with importer.warehouse.transaction() as connection:
        assert read_last_covered(["Account", "Lead", "Case"], connection=connection) == at(1, 11, 55)
        assert read_last_covered(["Account"], connection=connection) == at(2, 23, 55)


def test_an_object_whose_records_have_no_time_of_change_is_read_whole_every_time(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1), make_lead(2))
    undated = "field_name IN ('SystemModstamp', 'LastModifiedDate', 'CreatedDate')"
    importer.rows(f"UPDATE raw.field SET is_imported = FALSE WHERE object_name = 'Lead' AND {undated}")
    importer.read("Lead")
    clock.now = at(2)

    counts = importer.read("Lead")

    assert (counted(counts), counts.org_count, counts.read_from) == ((2, 0, 2, 2), 2, None)
