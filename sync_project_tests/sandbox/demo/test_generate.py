from datetime import timedelta

import pytest

from sync_project.sandbox.demo.custom_fields import declare_custom_fields
from sync_project.sandbox.demo.generate import generate_demo
from sync_project.sandbox.demo.planted import HISTORY, PLANTED
from sync_project.sandbox.ids import normalise_id
from sync_project_tests.sandbox.demo.demo_reading import AS_OF, SEED, by_id, demo_org, live

KEY_PREFIXES = {
    "Account": "001",
    "AccountHistory": "017",
    "Contact": "003",
    "ContactHistory": "017",
    "Lead": "00Q",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "Campaign": "701",
    "CampaignMember": "00v",
    "CampaignMemberStatus": "01Y",
    "User": "005",
    "Task": "00T",
}
REFERENCES = [
    ("Account", "ParentId", "Account"),
    ("Account", "OwnerId", "User"),
    ("AccountHistory", "AccountId", "Account"),
    ("ContactHistory", "ContactId", "Contact"),
    ("Contact", "AccountId", "Account"),
    ("Lead", "ConvertedContactId", "Contact"),
    ("Opportunity", "AccountId", "Account"),
    ("Opportunity", "CampaignId", "Campaign"),
    ("OpportunityContactRole", "OpportunityId", "Opportunity"),
    ("OpportunityContactRole", "ContactId", "Contact"),
    ("CampaignMember", "CampaignId", "Campaign"),
    ("CampaignMember", "LeadId", "Lead"),
    ("CampaignMember", "ContactId", "Contact"),
    ("Task", "WhatId", "Account"),
    ("User", "ManagerId", "User"),
]


def test_the_same_seed_and_moment_give_the_same_org():
    assert generate_demo(seed=SEED, as_of=AS_OF) == demo_org()


def test_another_seed_gives_another_org():
    assert generate_demo(seed=SEED + 1, as_of=AS_OF).records["Account"] != demo_org().records["Account"]


def test_every_object_has_records_with_ids_of_its_prefix():
    assert set(demo_org().records) == set(KEY_PREFIXES)
    for sobject, rows in demo_org().records.items():
        ids = [str(row["Id"]) for row in rows]
        assert len(set(ids)) == len(ids)
        assert all(normalise_id(each) == each and each.startswith(KEY_PREFIXES[sobject]) for each in ids)


def test_audit_fields_are_in_order_and_never_after_the_moment():
    for rows in demo_org().records.values():
        for row in rows:
            stamps = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
            moments = [row[name] for name in stamps if name in row]
            assert [AS_OF - HISTORY, *moments, AS_OF] == sorted([AS_OF - HISTORY, *moments, AS_OF])
            assert all(moment.microsecond == 0 for moment in moments)


def test_records_are_spread_over_the_whole_time():
    for sobject in ("Contact", "Lead", "Opportunity"):
        months = {(row["CreatedDate"].year, row["CreatedDate"].month) for row in live(sobject)}
        assert len(months) >= 18


def test_events_lie_within_the_time_in_order():
    moments = [event.occurred_at for event in demo_org().events]
    assert moments == sorted(moments)
    assert AS_OF - HISTORY <= moments[0] <= moments[-1] <= AS_OF


@pytest.mark.parametrize(("sobject", "field", "target"), REFERENCES)
def test_references_lead_to_records_that_are_there(sobject, field, target):
    found = [row[field] for row in demo_org().records[sobject] if row[field] is not None]
    assert found
    assert set(found) <= set(by_id(target))


def test_every_opportunity_has_one_to_three_people_one_of_them_primary():
    roles: dict[object, list[bool]] = {}
    for role in live("OpportunityContactRole"):
        roles.setdefault(role["OpportunityId"], []).append(role["IsPrimary"])
    assert set(roles) == {row["Id"] for row in live("Opportunity")}
    assert all(1 <= len(primary) <= 3 and sum(primary) == 1 for primary in roles.values())


def test_people_of_a_deal_belong_to_its_account_and_were_there_before_it():
    contacts, opportunities = by_id("Contact"), by_id("Opportunity")
    for role in live("OpportunityContactRole"):
        contact, opportunity = contacts[role["ContactId"]], opportunities[role["OpportunityId"]]
        assert contact["AccountId"] == opportunity["AccountId"]
        assert contact["CreatedDate"] <= opportunity["CreatedDate"]


def test_what_changed_since_the_deals_began_is_in_the_history():
    for sobject, field, count in (
        ("Account", "NumberOfEmployees", PLANTED.grown_accounts),
        ("Contact", "Title", PLANTED.promoted_contacts),
    ):
        changes = demo_org().records[f"{sobject}History"]
        assert len(changes) == count
        for change in changes:
            record = by_id(sobject)[change[f"{sobject}Id"]]
            assert change["Field"] == field
            assert change["OldValue"] != change["NewValue"] == str(record[field])
            assert record["CreatedDate"] <= change["CreatedDate"] <= record["LastModifiedDate"]


def test_members_have_a_status_of_their_campaign_and_one_person():
    statuses = {
        (row["CampaignId"], row["Label"]): row["HasResponded"] for row in live("CampaignMemberStatus")
    }
    assert {label for _, label in statuses} >= {"Sent", "Responded", "Registered", "Attended"}
    for member in live("CampaignMember"):
        assert statuses[member["CampaignId"], member["Status"]] == member["HasResponded"]
        assert (member["LeadId"] is None) != (member["ContactId"] is None)


def test_open_tasks_of_leads_have_no_related_record():
    assert all(task["WhatId"] is None for task in live("Task") if task["WhoId"].startswith("00Q"))


def test_names_have_accents_and_addresses_have_none():
    assert any("ü" in row["LastName"] for row in live("Contact"))
    assert all(row["Email"].isascii() and row["Email"].islower() for row in live("Contact") if row["Email"])


def test_the_org_declares_where_scores_go():
    declared = {
        f"{sobject}.{each['name']}": (each["type"], each.get("length"), each.get("external_id", False))
        for sobject, fields in declare_custom_fields().items()
        for each in fields
    }
    assert len(declared) == 17
    assert declared["Lead.Score__c"] == ("Number", None, False)
    assert declared["Contact.Reasoning__c"] == ("Html", 32_768, False)
    assert declared["Lead.Sync_Project_Id__c"] == ("Text", 64, True)
    assert declared["Account.Propensity__c"] == ("Text", 20, False)


def test_the_truth_covers_every_live_record_it_speaks_of():
    truth = demo_org().truth
    assert truth.win_probability.keys() == {row["Id"] for row in live("Opportunity")}
    assert truth.website_form.keys() == {row["Id"] for row in [*live("Account"), *live("Lead")]}
    assert truth.account_of_person.keys() == {row["Id"] for row in [*live("Contact"), *live("Lead")]}
    assert all(0 < chance < 1 for chance in truth.win_probability.values())


def test_most_deals_last_longer_than_a_week():
    closed = [row for row in live("Opportunity") if row["IsClosed"]]
    short = [row for row in closed if row["LastStageChangeDate"] - row["CreatedDate"] < timedelta(days=7)]
    assert len(short) < len(closed) * 0.02
