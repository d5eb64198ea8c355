import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_project.salesforce.errors import (
    OrgUnreachableError,
    QueryRefusedError,
    QueryTimeoutError,
    UnexpectedAnswerError,
)
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import connect
from sync_project.salesforce.rest_query import PAGES_PER_FILE, RestQuery, read_page
from sync_project_tests.salesforce.conftest import load_leads
from sync_project_tests.salesforce.scripted_server import HANG_UP, Answer, refused

FIELDS = ("Id", "Key__c", "Title", "SystemModstamp")
LEADS = ObjectQuery(object_name="Lead", fields=FIELDS, stamp="SystemModstamp")
STAMP = "2026-01-02T10:00:00.000+0000"
HOSTILE_TITLES = [
    '"records":[{"attributes":{"type":"Lead"}}]}',
    '],"totalSize":1,"done":true}',
    ']}',
    '\\"]}',
    '{"attributes":',
    "]}\u2028\n",
]  # fmt: skip


def make_query(org, *, query=LEADS, rows_per_page=200):
    return RestQuery(
        org=org,
        soql=query.ordered_soql(query.fields),
        soql_after=lambda record: query.ordered_soql(query.fields, after=record),
        include_deleted=False,
        rows_per_page=rows_per_page,
    )


def forget_cursors(sandbox):
    with sandbox.transaction() as connection:
        connection.execute("DELETE FROM _cursor")


def read_files(saved):
    return [record for file in saved.files for record in json.loads(file.read_bytes())]


@pytest.mark.parametrize("spaces", [None, (",", ":")], ids=["spaced", "compact"])
@pytest.mark.parametrize("is_last", [True, False])
def test_the_records_are_cut_out_of_an_answer_whatever_they_hold(spaces, is_last):
    records = [
        {"attributes": {"type": "Lead"}, "Id": str(number), "Title": title}
        for number, title in enumerate(HOSTILE_TITLES)
    ]
    around = {"totalSize": 6, "done": is_last} | ({} if is_last else {"nextRecordsUrl": "/services/x-2000"})
    for answer in ({**around, "records": records}, {"records": records, **around}):
        page = read_page(json.dumps(answer, separators=spaces).encode())

        assert json.loads(b"[" + page.records + b"]") == records
        assert (page.total_size, page.row_count, page.last_record) == (6, 6, records[-1])
        assert page.next_url == (None if is_last else "/services/x-2000")


@given(
    st.lists(
        st.dictionaries(st.text(), st.text(alphabet=st.sampled_from('{}[],:"\\ attributes')), max_size=3)
    )
)
def test_no_text_is_taken_for_the_edge_of_a_record(texts):
    records = [
        {"attributes": {"type": "Lead"}} | {f"F{name}": text for name, text in each.items()} for each in texts
    ]
    answer = {"totalSize": len(records), "done": True, "records": records}

    page = read_page(json.dumps(answer, ensure_ascii=False).encode())

    assert json.loads(b"[" + page.records + b"]") == records
    assert page.row_count == len(records)
    assert not records or page.last_record == records[-1]


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>Please sign in</html>", b'{"totalSize":1}', b'{"size":1,"records":[]}', b'{"records":[]}x'],
)
def test_what_is_no_answer_to_a_query_is_recognised(answer):
    with pytest.raises(UnexpectedAnswerError, match="proxy or a login page"):
        read_page(answer)


class TestWithTheSandbox:
    @pytest.fixture
    def ids(self, sandbox):
        """Of leads that last changed at the same moment."""
        return load_leads(sandbox, *[datetime(2026, 1, 2, tzinfo=UTC)] * 450)

    def test_pages_are_joined_into_one_file(self, org, ids, tmp_path):
        query = make_query(org)
        calls_before = org.calls_used

        saved = query.save(query.first_page(), folder=tmp_path)

        assert (saved.total_size, saved.row_count, len(saved.files)) == (450, 450, 1)
        records = read_files(saved)
        assert [record["Id"] for record in records] == ids
        assert list(records[0]) == ["attributes", *FIELDS]
        assert org.calls_used - calls_before == 3

    def test_a_session_that_ends_between_pages_is_not_noticed(self, org, ids, sandbox, tmp_path):
        query = make_query(org)

        first = query.first_page()
        sandbox.expire_sessions()
        saved = query.save(first, folder=tmp_path)

        assert [record["Id"] for record in read_files(saved)] == ids
        assert org.session.sign_ins == 2

    def test_a_refused_locator_loses_nothing_among_equal_stamps(self, org, ids, sandbox, tmp_path):
        query = make_query(org)

        first = query.first_page()
        forget_cursors(sandbox)
        saved = query.save(first, folder=tmp_path)

        assert (saved.total_size, saved.row_count) == (450, 450)
        assert [record["Id"] for record in read_files(saved)] == ids
        assert len({record["SystemModstamp"] for record in read_files(saved)}) == 1

    def test_pages_that_cannot_be_had_at_all_are_asked_for_anew_each_time(
        self, org, ids, sandbox, tmp_path, pauses
    ):
        query = make_query(org)

        with sandbox.faults.on({"kind": "error_page", "path": "*/query/*"}):
            saved = query.save(query.first_page(), folder=tmp_path)

        assert (saved.total_size, saved.row_count) == (450, 450)
        assert [record["Id"] for record in read_files(saved)] == ids
        assert len(pauses) == 8

    def test_without_a_stamp_it_goes_on_after_the_last_id(self, org, ids, sandbox, tmp_path):
        query = make_query(org, query=ObjectQuery(object_name="Lead", fields=("Id",), stamp=None))

        first = query.first_page()
        forget_cursors(sandbox)
        saved = query.save(first, folder=tmp_path)

        assert [record["Id"] for record in read_files(saved)] == ids

    def test_rows_that_change_meanwhile_come_again_and_hide_no_other(self, org, ids, sandbox, tmp_path):
        query = make_query(org)
        before, after = ids[10], ids[430]

        first = query.first_page()
        for changed in (before, after):
            org.call("PATCH", f"sobjects/Lead/{changed}", json={"Title": "changed"})
        forget_cursors(sandbox)
        saved = query.save(first, folder=tmp_path)

        came = [(record["Id"], record["Title"]) for record in read_files(saved)]
        assert {record_id for record_id, _ in came} == set(ids)
        assert {(before, None), (before, "changed"), (after, "changed")} <= set(came)
        assert saved.total_size == saved.row_count == 451

    def test_a_row_that_went_away_meanwhile_is_not_missed(self, org, ids, sandbox, tmp_path):
        query = make_query(org)

        first = query.first_page()
        org.call("DELETE", f"sobjects/Lead/{ids[430]}")
        forget_cursors(sandbox)
        saved = query.save(first, folder=tmp_path)

        assert saved.total_size == saved.row_count == 449


class TestAgainstAnOrgThatMisbehaves:
    @pytest.fixture
    def scripted_org(self, credentials, patience):
        with connect(credentials, patience=patience) as org:
            yield org

    def page(self, *numbers, is_last=False, total_size=4):
        records = [{"attributes": {}, "Id": f"00{n}", "SystemModstamp": STAMP} for n in numbers]
        further = {} if is_last else {"nextRecordsUrl": f"/services/data/v66.0/query/01g-{numbers[-1]}"}
        return Answer(body={"totalSize": total_size, "done": is_last, "records": records} | further)

    def save(self, org, folder):
        query = make_query(org, query=ObjectQuery(object_name="Lead", fields=FIELDS[:1], stamp=FIELDS[3]))
        return query.save(query.first_page(), folder=folder)

    def test_the_page_size_goes_with_each_page(self, server, scripted_org, tmp_path):
        server.script(self.page(1, 2), self.page(3, 4, is_last=True))

        self.save(scripted_org, tmp_path)

        assert [each.headers["Sforce-Query-Options"] for each in server.received] == ["batchSize=200"] * 2

    def test_a_page_that_breaks_off_midway_is_asked_for_again(self, server, scripted_org, tmp_path):
        whole = self.page(3, 4, is_last=True)
        broken = Answer(body=whole.content.decode()[:50], headers={"Content-Length": str(len(whole.content))})
        server.script(self.page(1, 2), broken, HANG_UP, whole)

        saved = self.save(scripted_org, tmp_path)

        assert [record["Id"] for record in read_files(saved)] == ["001", "002", "003", "004"]
        assert len(server.received) == 4

    def test_an_end_that_holds_nothing_leaves_no_trace(self, server, scripted_org, tmp_path):
        locator = refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        nothing = Answer(body={"totalSize": 0, "done": True, "records": []})
        server.script(self.page(1, 2, total_size=3), locator, nothing)

        saved = self.save(scripted_org, tmp_path)

        assert [record["Id"] for record in read_files(saved)] == ["001", "002"]
        assert (saved.total_size, saved.row_count) == (2, 2)

    @pytest.mark.parametrize(
        ("trouble", "error"),
        [
            (refused(400, "MALFORMED_QUERY", "unexpected token"), QueryRefusedError),
            (
                refused(400, "QUERY_TIMEOUT", "Your query request was running for too long."),
                QueryTimeoutError,
            ),
        ],
    )
    def test_another_refusal_of_a_page_is_an_error(self, server, scripted_org, tmp_path, trouble, error):
        server.script(self.page(1, 2), trouble)

        with pytest.raises(error):
            self.save(scripted_org, tmp_path)
        assert len(server.received) == 2

    def test_an_org_that_stays_away_is_an_error_in_the_end(self, server, scripted_org, tmp_path):
        server.script(self.page(1, 2), Answer(status=503))

        with pytest.raises(OrgUnreachableError):
            self.save(scripted_org, tmp_path)
        assert len(server.received) == 11

    def test_fifty_pages_fill_a_file(self, server, scripted_org, tmp_path):
        pages = [self.page(number, total_size=51) for number in range(PAGES_PER_FILE)]
        server.script(*pages, self.page(50, is_last=True, total_size=51))

        saved = self.save(scripted_org, tmp_path)

        assert [len(json.loads(file.read_bytes())) for file in saved.files] == [50, 1]
        assert len({record["Id"] for record in read_files(saved)}) == 51
