"""P4: deleted and merged records live on, or their successors are never found.

Deletions are only seen while the record lies in the recycle bin, a merge leaves the loser's references
behind, a conversion turns a lead into somebody else. airbyte#10155; simple-salesforce#34, #197;
MinnPost/object-sync#197; springboard_modules#1416; supaglue#489.
"""

import pytest

from sync_project.ingest.upkeep.sweep import sweep_object
from sync_project.sandbox.records.conversion import Conversion, convert_lead
from sync_project.sandbox.records.merging import merge_records
from sync_project.sandbox.records.recycle_bin import delete_record, empty_recycle_bin, undelete_record
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import HISTORIES, build, load_leads, naive, record_id

LEADS = [record_id("00Q", n) for n in range(10)]
DELETED, RESTORED, LOST, FIRST, SECOND, SURVIVOR, CONVERTED, UNTOUCHED = LEADS[:8]


@pytest.fixture
def import_all(importer):
    def import_all():
        for name in ("Account", "Contact", "Lead", "Opportunity", *HISTORIES):
            importer.read(name)

    return import_all


@pytest.fixture
def eventful_org(sandbox, importer, import_all, clock):
    """Eight leads, imported; a day later most of them went some way or other."""
    load_leads(sandbox, range(8), SystemModstamp=at(1, 1), Email="a@acme.com")
    import_all()
    clock.now = at(2)
    with sandbox.writing() as context:
        lead = sandbox.find_object("Lead")
        delete_record(context, lead, LOST)
        empty_recycle_bin(context)
        for each in (DELETED, RESTORED):
            delete_record(context, lead, each)
        merge_records(context, lead, master_id=SECOND, loser_ids=[FIRST], values={})
        merge_records(context, lead, master_id=SURVIVOR, loser_ids=[SECOND], values={})
    clock.now = at(3)
    return sandbox


def sweep(importer, clock):
    return sweep_object(
        "Lead",
        org=importer.sign_in(),
        warehouse=importer.warehouse,
        settings=importer.settings(),
        now=clock.now,
    )


def test_every_record_that_went_is_told_its_successor_found_and_its_past_remembered(
    eventful_org, importer, import_all, clock
):
    import_all()
    clock.now = at(4)
    with eventful_org.writing() as context:
        undelete_record(context, RESTORED)
        conversion = Conversion(lead_id=CONVERTED, converted_status="Closed - Converted")
        contact_id = convert_lead(context, conversion).contact_id
    import_all()
    clock.now = at(5)

    swept = sweep_object(
        "Lead",
        org=importer.sign_in(),
        warehouse=importer.warehouse,
        settings=importer.settings(),
        now=clock.now,
    )

    assert swept.hard_deleted_count == 1
    assert importer.rows("FROM raw.gone_record") == [("Lead", LOST, "hard_deleted", naive(at(5)))]
    build(
        importer,
        "staged.lead",
        "staged.field_change",
        "staged.former_email",
        "staged.redirect",
        "matched.record_redirect",
    )
    living = {each for (each,) in importer.rows("SELECT lead_id FROM staged.lead")}
    assert living == {RESTORED, SURVIVOR, CONVERTED, UNTOUCHED}
    deleted = {each for (each,) in importer.rows("SELECT record_id FROM staged.former_email")}
    assert deleted == {DELETED, LOST, FIRST, SECOND}
    assert importer.rows("FROM matched.record_redirect ORDER BY ALL") == [
        (FIRST, SURVIVOR),
        (SECOND, SURVIVOR),
        (CONVERTED, contact_id),
    ]
    first, second, fourth, fifth = (naive(moment) for moment in (at(1, 1), at(2), at(4), at(5)))
    assert importer.rows(
        f"""SELECT Id, IsDeleted, valid_from, valid_to FROM history.lead
        WHERE Id IN ('{DELETED}', '{RESTORED}', '{LOST}') ORDER BY ALL"""
    ) == [
        (DELETED, False, first, second),
        (DELETED, True, second, None),
        (RESTORED, False, first, second),
        (RESTORED, False, fourth, None),
        (RESTORED, True, second, fourth),
        (LOST, False, first, fifth),
        (LOST, True, fifth, None),
    ]
