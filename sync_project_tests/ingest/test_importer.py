from datetime import datetime, timedelta

import duckdb
import pytest

from sync_project.ingest.errors import SchemaDriftError, ShortReadError
from sync_project.ingest.importer import ImportCounts
from sync_project.salesforce.errors import PermanentError
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.loading import load_rows
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.ingest.conftest import at, days
from sync_project_tests.salesforce.scripted_server import Answer, refused, serving

AWKWARD_TITLES = ['say "hi"', "a,b", "line\nbreak", "cr\r\nlf", "Zoë 🚀", "a\u2028b", "null", "NULL", None]


def make_lead(number, **changes):
    return {"Id": f"00Q00000000000{number}EAA", "LastName": f"Lead {number}", "Company": "Acme"} | changes


def load_leads(sandbox, *leads):
    load_rows(sandbox, "Lead", leads)


def log(importer):
    return importer.rows(
        """SELECT imported_at, window_start, window_end, read_from, covered_until,
            row_count, changed_count, way
        FROM raw.import_log"""
    )


@pytest.fixture
def scripted_org():
    with (
        serving() as server,
        connect(Credentials(login_url=server.url, client_id="a", client_secret="b")) as org,
    ):
        yield server, org


def test_the_first_read_brings_everything_with_types(sandbox, importer):
    load_leads(
        sandbox,
        make_lead(1, AnnualRevenue=12, NumberOfEmployees=7, CreatedDate=at(1, 9, 30)),
        make_lead(2, CreatedDate=datetime(2019, 1, 1, tzinfo=at(1).tzinfo)),
    )

    counts = importer.read("Lead")

    assert counts == ImportCounts(
        row_count=2, changed_count=2, table_count=2, call_count=1, read_from=None, way="rest"
    )
    assert importer.rows(
        """SELECT LastName, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Email
        FROM raw.lead ORDER BY Id"""
    ) == [
        ("Lead 1", 12.0, 7, False, datetime(2026, 3, 1, 9, 30), None),
        ("Lead 2", None, None, False, datetime(2019, 1, 1), None),
    ]


def test_the_second_read_brings_what_changed_since_and_the_overlap(sandbox, importer, clock):
    stamps = [at(1, 11, 40), at(1, 11, 50), at(1, 11, 59)]
    load_leads(sandbox, *(make_lead(i, SystemModstamp=stamp) for i, stamp in enumerate(stamps)))
    importer.read("Lead")
    clock.now = at(2, 8)
    load_leads(sandbox, make_lead(7, SystemModstamp=at(2, 7)))

    counts = importer.read("Lead")

    assert counts == ImportCounts(
        row_count=3, changed_count=1, table_count=4, call_count=1, read_from=at(1, 11, 50), way="rest"
    )


def test_an_unchanged_object_costs_one_call_and_brings_nothing(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 8)))
    importer.read("Lead")
    clock.now = at(1, 13)

    counts = importer.read("Lead")

    assert (counts.call_count, counts.row_count, counts.changed_count, counts.table_count) == (1, 0, 0, 1)


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
    importer.describe()

    counts = importer.read("Lead")

    assert (counts.row_count, counts.changed_count, counts.read_from) == (2, 1, None)
    assert importer.rows("SELECT Size__c FROM raw.lead ORDER BY Id") == [(None,), (4.0,)]
    assert importer.read("Lead").read_from == at(1, 11, 50)


def test_a_hidden_field_that_staged_tables_need_is_empty_until_it_is_shown_again(sandbox, importer):
    load_leads(sandbox, make_lead(1, AnnualRevenue=5, Title="CEO", SystemModstamp=at(1, 1)))
    for name in ("AnnualRevenue", "Title"):
        sandbox.hide_field("Lead", name)
    importer.describe()
    importer.read("Lead")

    with importer.warehouse.transaction() as connection:
        build_table(load_models()["staged.lead"], connection=connection, parameters={})
    assert importer.rows("SELECT last_name, annual_revenue, title FROM staged.lead") == [
        ("Lead 1", None, None)
    ]

    sandbox.show_field("Lead", "Title")
    importer.describe()
    assert importer.read("Lead").read_from is None
    sandbox.show_field("Lead", "AnnualRevenue")
    importer.describe()
    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT AnnualRevenue, Title FROM raw.lead") == [(5.0, "CEO")]


def test_a_field_hidden_for_a_while_catches_up_on_what_changed_meanwhile(sandbox, importer, sign_in, clock):
    load_leads(sandbox, make_lead(1, Title="CEO"))
    importer.read("Lead")
    sandbox.hide_field("Lead", "Title")
    importer.describe()
    clock.now = at(1, 13)
    sign_in().call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"Company": "Beta"})
    importer.read("Lead")
    assert importer.rows("SELECT Company, Title FROM raw.lead") == [("Beta", None)]
    sandbox.show_field("Lead", "Title")
    importer.describe()
    clock.now = at(1, 18)

    importer.read("Lead")

    assert importer.rows("SELECT Company, Title FROM raw.lead") == [("Beta", "CEO")]


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


def test_the_remedy_for_a_changed_type_works(sandbox, importer):
    load_leads(sandbox, make_lead(1, Title="12"))
    importer.read("Lead")
    change_type(importer, "Title", "double")
    importer.rows("ALTER TABLE raw.lead DROP COLUMN Title")

    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT Title FROM raw.lead") == [(12.0,)]


def test_an_empty_column_follows_the_new_type(sandbox, importer):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")
    change_type(importer, "Title", "double")

    assert importer.read("Lead").read_from is None
    assert importer.rows("SELECT typeof(Title) FROM raw.lead") == [("DOUBLE",)]


def test_an_object_that_the_org_lacks_is_an_empty_table_that_staged_can_read(importer):
    importer.rows("DELETE FROM raw.field WHERE object_name = 'Campaign'")

    counts = importer.read("Campaign")

    assert counts == ImportCounts(
        row_count=0, changed_count=0, table_count=0, call_count=0, read_from=None, way="absent"
    )
    with importer.warehouse.transaction() as connection:
        assert build_table(load_models()["staged.campaign"], connection=connection, parameters={}) == 0


def test_an_object_hidden_for_a_while_is_read_whole_when_it_comes_back(sandbox, importer, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    importer.rows("DELETE FROM raw.field WHERE object_name = 'Lead'")
    load_leads(sandbox, make_lead(2, SystemModstamp=at(1, 13)))
    clock.now = at(1, 14)
    assert importer.read("Lead").way == "absent"
    importer.describe()
    clock.now = at(1, 15)

    counts = importer.read("Lead")

    assert (counts.row_count, counts.table_count, counts.read_from) == (2, 2, None)


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
        (first, None, third, None, first, 1, 1, "rest"),
        (second, third, datetime(2026, 3, 3), overlapping, second, 1, 0, "rest"),
        (second, None, third, None, third, 1, 0, "rest"),
    ]
    assert importer.rows(
        "SELECT DISTINCT object_name, call_count, split(field_names, ' ')[1] FROM raw.import_log"
    ) == [("Lead", 1, "Id")]


def answer_page(*records, total, following=None):
    page = {"totalSize": total, "done": following is None, "records": list(records)}
    return Answer(body=page | ({"nextRecordsUrl": following} if following else {}))


def test_a_read_that_brings_fewer_rows_than_announced_keeps_none(sandbox, importer, scripted_org):
    server, org = scripted_org
    server.script(answer_page({"Id": "00Q000000000001EAA"}, total=2))

    with pytest.raises(
        ShortReadError, match="Lead: the org announced 2 rows and 1 arrived; none was kept"
    ) as raised:
        importer.read("Lead", org=org)

    assert (raised.value.announced, raised.value.arrived) == (2, 1)
    assert importer.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lead'") == [(0,)]


@pytest.mark.parametrize(
    ("second_page", "error"),
    [
        pytest.param(refused(400, "INVALID_QUERY_LOCATOR", "gone"), PermanentError, id="the org refuses"),
        pytest.param(
            answer_page({"Id": "00Q000000000002EAA", "NumberOfEmployees": "many"}, total=2),
            duckdb.Error,
            id="a value that does not fit",
        ),
    ],
)
def test_an_error_in_the_middle_leaves_table_and_log_as_they_were(
    sandbox, importer, scripted_org, second_page, error
):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")
    before, logged = importer.rows("FROM raw.lead"), log(importer)
    server, org = scripted_org
    first_page = answer_page({"Id": "00Q000000000001EAA"}, total=2, following="/services/data/v66.0/query/2")
    server.script(first_page, second_page)

    with pytest.raises(error):
        importer.read("Lead", org=org)

    assert (importer.rows("FROM raw.lead"), log(importer)) == (before, logged)


def test_a_record_that_moved_between_two_pages_is_one_row_the_latest(importer, scripted_org):
    server, org = scripted_org
    older, newer = (
        {"Id": "00Q000000000001EAA", "Title": title, "SystemModstamp": f"2026-03-01T0{hour}:00:00.000+0000"}
        for title, hour in (("old", 1), ("new", 2))
    )
    server.script(
        answer_page(newer, total=2, following="/services/data/v66.0/query/2"), answer_page(older, total=2)
    )

    importer.read("Lead", org=org)

    assert importer.rows("SELECT Title, SystemModstamp FROM raw.lead") == [("new", datetime(2026, 3, 1, 2))]


def test_a_skipped_partition_leaves_no_gap(sandbox, importer, clock):
    importer.read("Lead")
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 20)))
    clock.now = at(3, 12)

    counts = importer.read("Lead", window=days(3, 3))

    assert (counts.read_from, counts.table_count) == (at(1, 12) - timedelta(minutes=10), 1)
