import itertools
import json

import pytest

from sync_project.salesforce.errors import OrgUnreachableError, UnexpectedAnswerError
from sync_project.salesforce.org import connect
from sync_project.salesforce.results import RecordResult
from sync_project.salesforce.writing import api_calls_for, update_records, upsert_records
from sync_project_tests.salesforce.conftest import create_leads, make_lead, read_lead
from sync_project_tests.salesforce.scripted_server import Answer

LOCKED = {
    "success": False,
    "errors": [
        {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", "fields": []}
    ],
}


def succeeded(record_id):
    return {"id": record_id, "success": True, "errors": []}


def flat(batches):
    return list(itertools.chain.from_iterable(batches))


@pytest.fixture
def scripted_org(credentials, patience):
    with connect(credentials, patience=patience) as org:
        yield org


def upsert_leads(org, records):
    return upsert_records(org, sobject="Lead", external_id_field="Key__c", records=records)


def test_an_upsert_creates_and_then_updates(org):
    first = flat(upsert_leads(org, [make_lead(1), make_lead(2)]))
    second = flat(upsert_leads(org, [make_lead(2, Title="CTO"), make_lead(3)]))

    assert [(each.external_id, each.is_success, each.is_created) for each in first + second] == [
        ("key-1", True, True),
        ("key-2", True, True),
        ("key-2", True, False),
        ("key-3", True, True),
    ]
    assert second[0].record_id == first[1].record_id
    assert read_lead(org, first[1].record_id, "Title") == {"Title": "CTO"}


def test_a_bad_row_between_good_ones_gets_its_own_error(org):
    ids = create_leads(org, [make_lead(number) for number in range(3)])
    changes = [{"Id": ids[0], "Title": "a"}, {"Id": ids[1], "Title": "b" * 129}, {"Id": ids[2], "Title": "c"}]

    good, bad, also_good = flat(update_records(org, sobject="Lead", records=changes))

    assert good == RecordResult(record_id=ids[0], is_success=True)
    assert (bad.record_id, bad.is_success, bad.error_code) == (ids[1], False, "STRING_TOO_LONG")
    assert bad.fields == ("Title",)
    assert also_good == RecordResult(record_id=ids[2], is_success=True)
    assert [read_lead(org, each, "Title")["Title"] for each in ids] == ["a", None, "c"]


def test_a_failed_upsert_is_not_called_created(org):
    [result] = flat(upsert_leads(org, [{"Key__c": "key-9", "Company": "Acme"}]))

    assert result.error_code == "REQUIRED_FIELD_MISSING"
    assert (result.record_id, result.external_id, result.is_created) == (None, "key-9", False)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_clears_and_a_key_left_out_is_left_alone(org, empty):
    [lead] = create_leads(org, [make_lead(1, Title="CTO", City="Ulm")])

    flat(update_records(org, sobject="Lead", records=[{"Id": lead, "Title": empty}]))

    assert read_lead(org, lead, "Title,City") == {"Title": None, "City": "Ulm"}


def test_a_value_that_cannot_be_expressed_is_held_back_and_its_neighbours_are_sent(org):
    ids = create_leads(org, [make_lead(number) for number in range(3)])
    changes = [
        {"Id": each, "AnnualRevenue": value}
        for each, value in zip(ids, [1.0, float("nan"), 3.0], strict=True)
    ]

    results = flat(update_records(org, sobject="Lead", records=changes))

    assert [(each.record_id, each.error_code) for each in results] == [
        (ids[0], ""),
        (ids[1], "NOT_SENT"),
        (ids[2], ""),
    ]
    assert results[1].fields == ("AnnualRevenue",)
    assert [read_lead(org, each, "AnnualRevenue")["AnnualRevenue"] for each in ids] == [1.0, None, 3.0]


def test_records_go_by_two_hundred_and_results_come_after_each_call(org):
    calls_before = org.calls_used
    batches = upsert_leads(org, (make_lead(number) for number in range(401)))

    sizes_and_calls = [(len(batch), org.calls_used - calls_before) for batch in batches]

    assert sizes_and_calls == [(200, 1), (200, 2), (1, 3)]
    assert api_calls_for(401) == 3


def test_nothing_to_write_costs_no_call(org):
    calls_before = org.calls_used

    assert flat(upsert_leads(org, [])) == []
    assert org.calls_used == calls_before


def test_assignment_rules_are_kept_asleep_and_rows_are_judged_alone(server, scripted_org):
    server.script(Answer(body=[succeeded("00Q1")]))

    flat(update_records(scripted_org, sobject="Lead", records=[{"Id": "00Q1", "Title": None}]))

    [sent] = server.received
    assert sent.headers["Sforce-Auto-Assign"] == "FALSE"
    assert json.loads(sent.body) == {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Lead"}, "Id": "00Q1", "Title": None}],
    }


def test_only_locked_rows_are_sent_again_and_keep_their_place(server, scripted_org, pauses):
    server.script(
        Answer(body=[succeeded("00Q1"), LOCKED, succeeded("00Q3"), LOCKED]),
        Answer(body=[LOCKED, succeeded("00Q4")]),
        Answer(body=[succeeded("00Q2")]),
    )

    results = flat(
        update_records(scripted_org, sobject="Lead", records=[{"Id": f"00Q{n}"} for n in (1, 2, 3, 4)])
    )

    assert [each.record_id for each in results if each.is_success] == ["00Q1", "00Q2", "00Q3", "00Q4"]
    sent = [[each["Id"] for each in json.loads(call.body)["records"]] for call in server.received]
    assert sent == [["00Q1", "00Q2", "00Q3", "00Q4"], ["00Q2", "00Q4"], ["00Q2"]]
    assert pauses == [0.5, 1.0]


def test_a_lost_retry_keeps_what_was_acknowledged_before_it(server, scripted_org):
    server.script(Answer(body=[succeeded("00Q1"), LOCKED]), Answer(status=503))
    batches = update_records(scripted_org, sobject="Lead", records=[{"Id": "00Q1"}, {"Id": "00Q2"}])

    assert [(each.record_id, each.is_success, each.error_code) for each in next(batches)] == [
        ("00Q1", True, ""),
        ("00Q2", False, "OUTCOME_UNKNOWN"),
    ]
    with pytest.raises(OrgUnreachableError):
        next(batches)


def test_a_row_locked_for_ever_is_reported_in_the_end(server, scripted_org):
    server.script(Answer(body=[LOCKED]))

    [result] = flat(update_records(scripted_org, sobject="Lead", records=[{"Id": "00Q1"}]))

    assert (result.record_id, result.error_code) == ("00Q1", "UNABLE_TO_LOCK_ROW")
    assert len(server.received) == 4


def test_results_that_do_not_match_the_records_are_given_to_none(server, scripted_org):
    server.script(Answer(body=[succeeded("00Q1")]))

    with pytest.raises(UnexpectedAnswerError, match="2 Lead records were sent and 1 results came back"):
        flat(update_records(scripted_org, sobject="Lead", records=[{"Id": "00Q1"}, {"Id": "00Q2"}]))


def test_what_was_acknowledged_is_handed_over_before_the_org_goes_away(server, scripted_org):
    server.script(Answer(body=[succeeded("00Q1")] * 200), Answer(status=503))
    batches = update_records(scripted_org, sobject="Lead", records=[{"Id": "00Q1"}] * 201)

    assert len(next(batches)) == 200
    with pytest.raises(OrgUnreachableError):
        next(batches)
