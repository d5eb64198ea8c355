from datetime import datetime

import pytest

from sync_project.ingest.audiences.importing import import_audiences
from sync_project.ingest.errors import ShrunkTableError
from sync_project.ingest.upkeep.sweep import SweepCounts, sweep_object
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.recycle_bin import empty_recycle_bin
from sync_project.settings.load import build_settings
from sync_project_tests.ingest.conftest import at
from sync_project_tests.ingest.leads import load_leads, make_lead


@pytest.fixture
def sweep(importer):
    """Sweep an object as its schedule does."""

    def swept(object_name):
        counts = sweep_object(
            object_name,
            org=importer.sign_in(),
            warehouse=importer.warehouse,
            settings=importer.settings(),
            now=importer.clock.now,
        )
        return counts.row_count, counts.hard_deleted_count, counts.left_filter_count

    return swept


def states(importer):
    return importer.rows("SELECT left(Id, 15), IsDeleted FROM raw.lead ORDER BY Id")


def test_a_record_that_vanished_is_marked_as_deleted_and_listed(sandbox, importer, sweep, clock, sign_in):
    load_leads(sandbox, *(make_lead(n, SystemModstamp=at(1, 1)) for n in (1, 2)))
    importer.read("Lead")
    clock.now = at(2)
    sign_in().call("DELETE", "sobjects/Lead/00Q000000000001EAA")
    with sandbox.writing() as context:
        empty_recycle_bin(context)
    importer.read("Lead")
    assert states(importer) == [("00Q000000000001", False), ("00Q000000000002", False)]
    clock.now = at(3)

    assert sweep("Lead") == (1, 1, 0)

    assert states(importer) == [("00Q000000000001", True), ("00Q000000000002", False)]
    assert importer.rows("FROM raw.gone_record") == [
        ("Lead", "00Q000000000001EAA", "hard_deleted", at(3).replace(tzinfo=None))
    ]
    assert importer.rows("SELECT valid_to FROM history.lead WHERE Id LIKE '%1EAA' AND NOT IsDeleted") == [
        (at(3).replace(tzinfo=None),)
    ]
    assert sweep("Lead") == (1, 0, 0)


def test_a_deletion_that_no_window_has_brought_yet_comes_in_as_the_org_shows_it(
    sandbox, importer, sweep, clock, sign_in
):
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    importer.read("Lead")
    clock.now = at(2)
    sign_in().call("DELETE", "sobjects/Lead/00Q000000000001EAA")

    assert sweep("Lead") == (0, 0, 0)

    assert importer.rows("SELECT IsDeleted, SystemModstamp FROM raw.lead") == [
        (True, at(2).replace(tzinfo=None))
    ]


def test_a_record_that_no_longer_meets_the_filter_goes_and_its_history_stays(
    sandbox, importer, sweep, clock, sign_in
):
    importer.objects["Lead"] = {"filter": "Company = 'Acme'"}
    load_leads(sandbox, *(make_lead(n, SystemModstamp=at(1, 1)) for n in (1, 2)))
    load_leads(sandbox, make_lead(3, Company="Beta", SystemModstamp=at(1, 1)))
    importer.read("Lead")
    clock.now = at(2)
    sign_in().call("PATCH", "sobjects/Lead/00Q000000000001EAA", json={"Company": "Beta"})
    importer.read("Lead")

    assert sweep("Lead") == (1, 0, 1)

    assert states(importer) == [("00Q000000000002", False)]
    assert importer.rows("SELECT record_id, reason FROM raw.gone_record") == [
        ("00Q000000000001EAA", "left_filter")
    ]
    assert importer.rows("SELECT Company, valid_to FROM history.lead WHERE Id LIKE '%1EAA' ORDER BY ALL") == [
        ("Acme", at(2).replace(tzinfo=None)),
        ("Beta", at(2).replace(tzinfo=None)),
    ]


def test_a_sweep_that_would_take_too_much_changes_nothing(sandbox, importer, sweep, clock):
    leads = [make_lead(0) | {"Id": f"00Q000000000{n}EAA"} for n in range(100, 200)]
    load_rows(sandbox, "Lead", leads)
    importer.read("Lead")
    sandbox.connection.execute("DELETE FROM Lead WHERE Id < '00Q000000000121EAA'")

    with pytest.raises(ShrunkTableError, match="Lead: 21 of 100 records"):
        sweep("Lead")

    assert importer.rows("SELECT count(*) FROM raw.lead WHERE IsDeleted") == [(0,)]


def test_members_of_audiences_stay_however_many_do_not_meet_the_filter(sandbox, importer, sweep, clock):
    importer.objects["Lead"] = {"filter": "Company = 'Acme'"}
    leads = [
        make_lead(0, Company="Acme" if n < 180 else "Beta") | {"Id": f"00Q000000000{n}EAA"}
        for n in range(100, 240)
    ]
    load_rows(sandbox, "Lead", leads)
    importer.read("Lead")
    beta = {"object": "Lead", "soql": "SELECT Id FROM Lead WHERE Company = 'Beta'"}
    ingest = {"objects": importer.objects, "audiences": {"beta": beta}}
    import_audiences(
        org=importer.sign_in(),
        warehouse=importer.warehouse,
        settings=build_settings({"ingest": ingest}, origin="a test"),
        now=clock.now,
    )
    sandbox.connection.execute("DELETE FROM Lead WHERE Id = '00Q000000000239EAA'")

    assert sweep("Lead") == (80, 1, 0)

    assert importer.rows("SELECT count(*), count(*) FILTER (WHERE IsDeleted) FROM raw.lead") == [(140, 1)]
    sandbox.connection.execute("DELETE FROM Lead WHERE Company = 'Beta'")
    with pytest.raises(ShrunkTableError, match="Lead: 59 of 139 records"):
        sweep("Lead")


def test_records_of_an_object_that_marks_no_deletion_leave_the_table(sandbox, importer, sweep, clock):
    importer.read("User")
    [(before,)] = importer.rows("SELECT count(*) FROM raw.user")
    load_rows(sandbox, "User", [{"Id": "005000000000099AAA", "LastName": "Temp", "Username": "t@x.example"}])
    importer.read("User")
    sandbox.connection.execute("DELETE FROM User WHERE Id = '005000000000099AAA'")

    assert sweep("User") == (before, 1, 0)
    assert importer.rows("SELECT count(*) FROM raw.user") == [(before,)]


def test_a_record_that_was_out_of_sight_and_has_not_changed_lives_again(sandbox, importer, sweep, clock):
    """As when access to it is taken from our user and given back."""
    load_leads(sandbox, *(make_lead(n, SystemModstamp=at(1, 1)) for n in (1, 2)))
    importer.read("Lead")
    with sandbox.transaction() as connection:
        connection.execute("DELETE FROM Lead WHERE LastName = 'Lead 1'")
    clock.now = at(2)
    assert sweep("Lead") == (1, 1, 0)
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    clock.now = at(3)
    importer.read("Lead")
    assert states(importer) == [("00Q000000000001", True), ("00Q000000000002", False)]

    assert sweep("Lead") == (2, 0, 0)

    assert states(importer) == [("00Q000000000001", False), ("00Q000000000002", False)]
    assert importer.rows(
        """SELECT IsDeleted, valid_from, valid_to FROM history.lead
        WHERE LastName = 'Lead 1' ORDER BY valid_from"""
    ) == [
        (False, datetime(2026, 3, 1, 1), datetime(2026, 3, 2)),
        (True, datetime(2026, 3, 2), datetime(2026, 3, 3)),
        (False, datetime(2026, 3, 3), None),
    ]
    assert importer.rows("SELECT changed_count FROM raw.import_log WHERE purpose = 'sweep'") == [(0,), (1,)]


def test_a_record_that_appears_stays_out_where_new_ones_do(sandbox, importer, sweep, clock):
    importer.objects["Lead"] = {"create": False}
    importer.read("Lead")
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 1)))
    clock.now = at(2)

    assert sweep("Lead") == (1, 0, 0)

    assert states(importer) == []


def test_what_the_next_window_will_bring_is_left_to_it(sandbox, importer, sweep, clock):
    importer.read("Lead")
    clock.now = at(2)
    load_leads(sandbox, make_lead(1, SystemModstamp=at(1, 13)))

    sweep("Lead")
    assert states(importer) == []

    importer.read("Lead")
    assert states(importer) == [("00Q000000000001", False)]


def test_an_object_that_is_not_here_costs_no_call(importer, sweep):
    assert sweep("Lead") == (0, 0, 0)


def test_a_home_that_has_imported_nothing_yet_is_swept_without_a_call(sandbox, sign_in, warehouse, clock):
    org = sign_in()

    settings = build_settings({}, origin="a test")
    counts = sweep_object("Lead", org=org, warehouse=warehouse, settings=settings, now=clock.now)

    assert (counts, org.calls_used) == (SweepCounts(), 0)
