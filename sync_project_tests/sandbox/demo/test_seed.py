from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_project.sandbox.demo.planted import PLANTED
from sync_project.sandbox.demo.seed import seed_demo
from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.sandbox.demo.demo_reading import AS_OF, SEED, demo_org


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("seeded")


@pytest.fixture(scope="module")
def org(folder) -> Iterator[SandboxOrg]:
    with SandboxOrg.open(folder / "org", clock=lambda: AS_OF) as opened:
        seed_demo(opened, seed=SEED, as_of=AS_OF, events_folder=folder / "events")
        yield opened


def count(org: SandboxOrg, table: str, where: str = "TRUE") -> int:
    return org.connection.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchone()[0]


def test_every_record_is_in_the_org(org):
    for sobject, rows in demo_org().records.items():
        standing = 1 if sobject == "User" else 0  # the integration user
        assert count(org, sobject) == len(rows) + standing


def test_deleted_and_merged_records_are_marked(org):
    assert count(org, "Account", "NOT IsDeleted") == PLANTED.accounts
    assert count(org, "Contact", "MasterRecordId IS NOT NULL") == PLANTED.merged_contacts
    assert count(org, "Lead", "IsConverted") == PLANTED.converted_leads


def test_ids_owners_and_audit_fields_are_kept(org):
    first = demo_org().records["Account"][0]
    found = org.connection.execute(
        'SELECT Id, OwnerId, Website, CreatedDate FROM "Account" ORDER BY Id LIMIT 1'
    ).fetchone()
    stored = f"{first['CreatedDate']:%Y-%m-%dT%H:%M:%S.000+0000}"
    assert found == (first["Id"], first["OwnerId"], first["Website"], stored)


def test_stage_and_response_say_the_same_as_the_org_derives(org):
    assert count(org, "Opportunity", "IsWon AND StageName <> 'Closed Won'") == 0
    stages = {label for (label,) in org.connection.execute('SELECT MasterLabel FROM "OpportunityStage"')}
    assert {row["StageName"] for row in demo_org().records["Opportunity"]} <= stages


@pytest.mark.parametrize(
    ("sobject", "name", "described"),
    [
        ("Lead", "Score__c", "double"),
        ("Contact", "Reasoning__c", "textarea"),
        ("Lead", "Evaluation_Date__c", "datetime"),
        ("Account", "Propensity__c", "string"),
    ],
)
def test_the_fields_for_scores_are_there_and_empty(org, sobject, name, described):
    assert org.find_object(sobject).fields[name.lower()].type == described
    assert count(org, sobject, f'"{name}" IS NOT NULL') == 0


def test_our_key_is_a_unique_external_id(org):
    key = org.find_object("Lead").fields["sync_project_id__c"]
    assert (key.external_id, key.unique, key.length) == (True, True, 64)


def test_the_events_lie_beside_it(org, folder):
    assert len(list((folder / "events").glob("events_*.csv"))) == 19


def test_an_org_with_records_is_left_alone(tmp_path):
    with SandboxOrg.open(tmp_path / "org", clock=lambda: AS_OF) as org:
        load_rows(org, "Account", [{"Name": "Acme"}])
        with pytest.raises(SandboxError, match="reset the org before seeding"):
            seed_demo(org, seed=SEED, as_of=AS_OF, events_folder=tmp_path / "events")
        assert count(org, "Account") == 1


def test_a_failure_half_way_leaves_the_org_empty(tmp_path):
    with SandboxOrg.open(tmp_path / "org", clock=lambda: AS_OF) as org:
        org.add_custom_field("Lead", name="Score__c", type="Text")
        with pytest.raises(SandboxError, match="Score__c exists and differs"):
            seed_demo(org, seed=SEED, as_of=AS_OF, events_folder=tmp_path / "events")
        assert org.is_empty
