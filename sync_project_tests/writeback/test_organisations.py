"""Organisations of our own that become Accounts, down to what the org then holds."""

from typing import Any

from sync_project.settings.writeback import WritebackSettings
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
    others: dict[str, Any] = {"contact": {"update": False}, "lead": {"update": False}}
    return make_settings(account={"create": True, "fields": mappings}, **others | changes)


def test_a_ready_organisation_becomes_one_account_named_by_its_people_or_its_domain(loop: Loop) -> None:
    organisations = [make_organisation(), make_organisation("named.de", name="Named AG", propensity_score=70)]

    assert loop.run(creating(), organisations=organisations) == PushCounts(created=2, call_count=1)
    new, named = loop.query(f"{ACCOUNTS} ORDER BY Website DESC")
    assert new == MADE
    assert (named["Name"], named["Website"]) == ("Named AG", "named.de")
    assert loop.read("SELECT operation, record_type, subject_id FROM outbound.activity_log ORDER BY ALL") == [
        ("create", "Account", "organisation:named.de"),
        ("create", "Account", "organisation:new.com"),
    ]


def test_an_account_is_made_once_whether_it_is_found_or_not_or_deleted(loop: Loop) -> None:
    loop.run(creating(), organisations=[make_organisation()])
    ((account_id,),) = loop.read("SELECT record_id FROM outbound.activity_log")
    found = make_account(account_id, name="new.com", domain="new.com")
    before = f"record {account_id} was created for this domain before and"

    assert loop.run(creating(), accounts=[found]) == PushCounts()
    assert loop.run(creating(), organisations=[make_organisation()]) == PushCounts()
    assert loop.read(FAULTS) == [("not_allowed", f"{before} has another one now")]

    loop.org.call("DELETE", f"sobjects/Account/{account_id}")
    assert loop.run(creating(), organisations=[make_organisation()]) == PushCounts()
    assert loop.read(FAULTS) == [("not_allowed", f"{before} was deleted or merged")]


def test_an_account_and_its_visitor_become_records_in_one_run_and_the_account_first(loop: Loop) -> None:
    visitor = make_visitor("ann@new.com", organisation_id="organisation:new.com")
    settings = creating(contact={"update": False, "create": True, "fields": NEW_CONTACT})

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
