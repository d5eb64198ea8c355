"""Organisations of our own that become Accounts, down to what the org then holds."""

from typing import Any

import pytest

from sync_project.settings.model import WritebackSettings
from sync_project.writeback.push import PushCounts
from sync_project_tests.writeback.conftest import Loop
from sync_project_tests.writeback.plan_tables import (
    ACME,
    EXTERNAL_ID,
    make_account,
    make_organisation,
    make_settings,
    make_visitor,
)

NEW_CONTACT = [{"source": "last_name", "field": "LastName"}, {"source": "email", "field": "Email"}]
OURS = "sync-project-f97409ba22a463801d6b894136510c20"
ACCOUNTS = f"SELECT Name, Website, Propensity__c, {EXTERNAL_ID} FROM Account"
MADE = {"Name": "new.com", "Website": "new.com", "Propensity__c": "high_propensity", EXTERNAL_ID: OURS}
FAULTS = "SELECT DISTINCT decision, reason FROM outbound.write_plan WHERE record_type = 'Account'"


def creating(**changes: Any) -> WritebackSettings:
    mappings = [
        {"source": "name", "field": "Name", "rule": "fill_if_empty"},
        {"source": "domain", "field": "Website", "rule": "fill_if_empty"},
        {"source": "propensity", "field": "Propensity__c"},
    ]
    return make_settings(account={"create": True, "fields": mappings}, **changes)


@pytest.mark.parametrize(("name", "expected"), [("New AG", "New AG"), (None, "new.com")])
def test_a_ready_organisation_becomes_one_account(loop: Loop, name: str | None, expected: str) -> None:
    counts = loop.run(creating(), organisations=[make_organisation(name=name)])

    assert counts == PushCounts(created=1, call_count=1)
    assert loop.query(ACCOUNTS) == [MADE | {"Name": expected}]
    assert loop.read("SELECT operation, record_type, subject_id FROM outbound.activity_log") == [
        ("create", "Account", "organisation:new.com")
    ]


def test_an_account_that_was_made_is_one_of_the_org_from_then_on(loop: Loop) -> None:
    loop.run(creating(), organisations=[make_organisation()])
    ((account_id,),) = loop.read("SELECT record_id FROM outbound.activity_log")
    known = make_account(account_id, name="new.com", domain="new.com")

    assert loop.run(creating(), accounts=[known]) == PushCounts()
    assert loop.query(ACCOUNTS) == [MADE]


def test_an_organisation_that_its_account_was_not_found_for_is_not_created_twice(loop: Loop) -> None:
    loop.run(creating(), organisations=[make_organisation()])
    ((account_id,),) = loop.read("SELECT record_id FROM outbound.activity_log")

    assert loop.run(creating(), organisations=[make_organisation()]) == PushCounts()
    assert loop.read(FAULTS) == [
        ("not_allowed", f"record {account_id} was created for this domain before and has another one now")
    ]


def test_an_account_that_somebody_deleted_is_not_made_again(loop: Loop) -> None:
    loop.run(creating(), organisations=[make_organisation()])
    ((account_id,),) = loop.read("SELECT record_id FROM outbound.activity_log")
    loop.org.call("DELETE", f"sobjects/Account/{account_id}")

    assert loop.run(creating(), organisations=[make_organisation()]) == PushCounts()
    assert loop.read(FAULTS) == [
        ("not_allowed", f"record {account_id} was created for this domain before and was deleted or merged")
    ]


def test_an_account_and_its_visitor_become_records_in_one_run_and_the_account_first(loop: Loop) -> None:
    visitor = make_visitor("ann@new.com", organisation_id="organisation:new.com")
    settings = creating(contact={"create": True, "fields": NEW_CONTACT})

    assert loop.run(settings, people=[visitor], organisations=[make_organisation()]).created == 2
    assert loop.read("SELECT record_type FROM outbound.activity_log ORDER BY logged_at") == [
        ("Account",),
        ("Contact",),
    ]


def test_names_and_websites_of_accounts_that_exist_stay_as_they_are(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme Inc."})
    settings = creating()

    loop.run(settings, accounts=[make_account(ACME, name="Acme Inc.", domain=None)])

    assert loop.query(ACCOUNTS) == [
        {"Name": "Acme Inc.", "Website": None, "Propensity__c": "high_propensity", EXTERNAL_ID: None}
    ]
