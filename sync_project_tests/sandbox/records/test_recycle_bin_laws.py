"""Whatever was deleted in whatever order, undeleting it backwards leaves every record as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.sandbox.database import quote
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.recycle_bin import delete_record, undelete_record
from sync_project.sandbox.records.store import create_record

OBJECTS = ("Account", "Contact", "Opportunity", "Task", "Campaign", "CampaignMember")


class UndoError(Exception):
    """Ends an example and takes back what it wrote."""


@pytest.fixture(scope="module")
def lone_org(tmp_path_factory):
    with SandboxOrg.open(tmp_path_factory.mktemp("org")) as org:
        yield org


def living(org):
    found = {}
    for name in OBJECTS:
        columns = [each.name for each in org.schema.find_object(name).fields.values() if each.is_stored]
        columns = [each for each in columns if each not in {"SystemModstamp", "LastModifiedDate"}]
        names = ", ".join(quote(each) for each in columns)
        for row in org.connection.execute(
            f"SELECT {names} FROM {quote(name)} WHERE NOT IsDeleted"
        ).fetchall():
            found[row[0]] = dict(zip(columns, row, strict=True))
    return found


def plant(org, context, links):
    """A record of every object, hung on the records before it as the numbers say."""
    made = {name: [None] for name in OBJECTS}
    for at, link in enumerate(links):
        name = OBJECTS[at % len(OBJECTS)]
        pick = {each: made[each][link % len(made[each])] for each in OBJECTS}
        values = {
            "Account": {"Name": f"A{at}", "ParentId": pick["Account"]},
            "Contact": {"LastName": f"C{at}", "AccountId": pick["Account"], "ReportsToId": pick["Contact"]},
            "Opportunity": {
                "Name": f"O{at}",
                "StageName": "Prospecting",
                "CloseDate": "2026-05-31",
                "AccountId": pick["Account"],
                "CampaignId": pick["Campaign"],
            },
            "Task": {"Subject": f"T{at}", "WhoId": pick["Contact"], "WhatId": pick["Opportunity"]},
            "Campaign": {"Name": f"K{at}", "ParentId": pick["Campaign"]},
            "CampaignMember": {"CampaignId": made["Campaign"][-1], "ContactId": made["Contact"][-1]},
        }[name]
        made[name].append(create_record(context, org.find_object(name), values))
    return [each for ids in made.values() for each in ids if each]


@settings(max_examples=30, deadline=None)
@given(
    links=st.lists(st.integers(0, 20), min_size=6, max_size=18),
    order=st.lists(st.integers(0, 17), min_size=1, max_size=6),
)
def test_undelete_takes_back_delete(lone_org, links, order):
    with pytest.raises(UndoError), lone_org.writing() as context:
        ids = plant(lone_org, context, links)
        before, gone = living(lone_org), []
        for at in order:
            record_id = ids[at % len(ids)]
            if record_id in living(lone_org):
                sobject = next(e for e in context.schema.objects.values() if e.key_prefix == record_id[:3])
                delete_record(context, sobject, record_id)
                gone.append(record_id)
        for record_id in reversed(gone):
            undelete_record(context, record_id)
        assert living(lone_org) == before
        raise UndoError
