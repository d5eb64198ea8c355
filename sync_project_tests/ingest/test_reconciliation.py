"""A read that does not add up keeps nothing, says so, and is made up for by the next one."""

from datetime import datetime

import pytest

from sync_project.ingest.errors import EmptyReadError, ShortReadError, ShrunkTableError, UnreadableValueError
from sync_project.salesforce.errors import PermanentError
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at, days
from sync_project_tests.ingest.leads import load_leads, log, make_lead
from sync_project_tests.salesforce.scripted_server import Answer, answer_parts, refused, serving

STAMPED = {"Id": "00Q000000000001EAA", "SystemModstamp": "2026-03-01T01:00:00.000+0000"}
NEXT = "/services/data/v66.0/query/2"


@pytest.fixture
def scripted_org():
    with (
        serving() as server,
        connect(Credentials(login_url=server.url, client_id="a", client_secret="b")) as org,
    ):
        yield server, org


def answer_page(*records, total, following=None):
    listed = [{"attributes": {"type": "Lead"}, **each} for each in records]
    page = {"totalSize": total, "done": following is None, "records": listed}
    return Answer(body=page | ({"nextRecordsUrl": following} if following else {}))


def answer_counts(*counts):
    return answer_parts(200, [{"totalSize": count, "done": True, "records": []} for count in counts])


def test_rows_that_the_org_counts_and_never_sends_are_read_twice_and_then_refused(importer, scripted_org):
    server, org = scripted_org
    page, counts = answer_page(STAMPED, total=1), answer_counts(2, 0)
    server.script(page, counts, page, counts)

    with pytest.raises(ShortReadError, match=r"Lead: the org counted 2 rows and 1 arrived.*of this read"):
        importer.read("Lead", org=org)

    assert len(server.received) == 4
    assert importer.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lead'") == [(0,)]
    assert importer.rows("SELECT org_count, window_count, row_count, call_count FROM raw.import_log") == [
        (2, 1, 0, 4)
    ]
    assert importer.rows("SELECT fault FROM raw.import_log")[0][0].startswith("Lead: the org counted 2 rows")


def test_rows_that_are_there_the_second_time_are_kept(importer, scripted_org):
    server, org = scripted_org
    late = {**STAMPED, "Id": "00Q000000000002EAA"}
    server.script(
        answer_page(STAMPED, total=1), answer_counts(2, 0),
        answer_page(STAMPED, late, total=2), answer_counts(2, 0),
    )  # fmt: skip

    assert importer.read("Lead", org=org).table_count == 2


def test_rows_that_changed_after_they_were_read_may_be_missing_from_the_count(importer, scripted_org):
    server, org = scripted_org
    server.script(answer_page(STAMPED, total=1), answer_counts(0, 1))

    assert importer.read("Lead", org=org).table_count == 1


def test_what_was_refused_is_read_by_the_next_run(sandbox, importer, scripted_org, clock):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    server, org = scripted_org
    server.script(answer_page(total=0), answer_counts(1, 0))
    importer.read("Lead", org=org)
    load_leads(sandbox, make_lead(2, SystemModstamp=at(1, 11, 55)))
    clock.now = at(1, 13)
    page, counts = answer_page(STAMPED, total=1), answer_counts(9, 0)
    server.script(page, counts, page, counts)
    with pytest.raises(ShortReadError):
        importer.read("Lead", org=org)
    clock.now = at(1, 14)

    assert importer.read("Lead").read_from == at(1, 11, 50)


def test_a_read_that_brings_fewer_rows_than_announced_is_refused(importer, scripted_org):
    server, org = scripted_org
    server.script(
        answer_page(STAMPED, total=2), answer_counts(1, 0), answer_page(STAMPED, total=2), answer_counts(1, 0)
    )

    with pytest.raises(ShortReadError, match="counted 2 rows and 1 arrived"):
        importer.read("Lead", org=org)


@pytest.mark.parametrize(
    ("second_page", "error"),
    [
        pytest.param(refused(400, "INVALID_FIELD", "gone"), PermanentError, id="the org refuses"),
        pytest.param(
            answer_page({"Id": "00Q000000000002EAA", "NumberOfEmployees": "many"}, total=2),
            UnreadableValueError,
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
    server.script(answer_page(STAMPED, total=2, following=NEXT), second_page, answer_counts(2, 0))

    with pytest.raises(error):
        importer.read("Lead", org=org)

    assert (importer.rows("FROM raw.lead"), log(importer)) == (before, logged)


def test_a_record_that_moved_between_two_pages_is_one_row_the_latest(importer, scripted_org):
    server, org = scripted_org
    older, newer = (
        {"Id": "00Q000000000001EAA", "Title": title, "SystemModstamp": f"2026-03-01T{time}:00.000+0000"}
        for title, time in (("old", "01:00"), ("new", "11:59"))
    )
    server.script(
        answer_page(newer, total=2, following=NEXT), answer_page(older, total=2), answer_counts(0, 1)
    )

    importer.read("Lead", org=org)

    assert importer.rows("SELECT Title, SystemModstamp FROM raw.lead") == [
        ("new", datetime(2026, 3, 1, 11, 59))
    ]


def test_a_first_read_without_rows_is_refused_where_rows_are_expected(importer):
    assert importer.read("Lead").table_count == 0
    with pytest.raises(EmptyReadError, match=r"Lead: not one record arrived, though ingest\.objects says"):
        importer.read("Lead", expect_rows=True, filter="Company = 'None'")


def test_a_whole_read_without_rows_is_refused_where_rows_are_here(sandbox, importer):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")

    with pytest.raises(EmptyReadError, match=r"not one record arrived, though 1 are here"):
        importer.read("Lead", filter="Company = 'None'")

    assert importer.rows("SELECT count(*) FROM history.lead") == [(1,)]


def test_a_partition_whose_rows_all_changed_later_may_come_back_empty(sandbox, importer, clock, sign_in):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    clock.now = at(2)
    sign_in().call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"Company": "Beta"})
    clock.now = at(3)
    importer.read("Lead")

    assert importer.read("Lead", window=days(1, 1)).row_count == 0


def test_a_table_that_would_lose_too_much_at_once_stays_as_it_was(sandbox, importer, clock, sign_in):
    numbers = range(100, 200)
    load_rows(sandbox, "Lead", [make_lead(0) | {"Id": f"00Q000000000{n}EAA"} for n in numbers])
    importer.read("Lead")
    ids = ",".join(f"00Q000000000{n}EAA" for n in numbers[:21])
    clock.now = at(1, 13)
    sign_in().call("DELETE", "composite/sobjects", params={"ids": ids})

    with pytest.raises(ShrunkTableError, match=r"Lead: 21 of 100 records are deleted or gone, .* 20 % of"):
        importer.read("Lead")

    assert importer.rows("SELECT count(*) FROM raw.lead WHERE IsDeleted") == [(0,)]
