"""The describes of the org against the recordings of real orgs that CumulusCI's package holds."""

import json

import pytest

from sync_project_tests.clients.installed import run_client
from sync_project_tests.clients.test_cumulusci import CUMULUSCI
from sync_project_tests.sandbox.recorded_describes import NOT_FOLLOWED, OF_THAT_ORG, differences

READ_RECORDING = """
import json, sys, yaml
from importlib.resources import files
name = f"GET_sobjects_{sys.argv[1]}_describe.yaml"
text = (files("cumulusci") / "tests" / "shared_cassettes" / name).read_text(encoding="utf-8")
print(yaml.load(text, yaml.CSafeLoader)["response"]["body"]["string"])
"""
OBJECTS = ["Account", "Case", "Contact", "Event", "Lead", "Opportunity", "OpportunityContactRole"]


@pytest.fixture
def read_recording(install_python, tmp_path):
    python = install_python(CUMULUSCI)
    return lambda name: json.loads(run_client([python, "-c", READ_RECORDING, name], home=tmp_path))


@pytest.mark.parametrize("name", OBJECTS)
def test_fields_and_children_are_the_recorded_ones(client, read_recording, name):
    recorded, ours = read_recording(name), client.get(f"/sobjects/{name}/describe").json()
    fields = [each for each in recorded["fields"] if not each["name"].endswith("__c")]
    assert differences(name, fields, ours["fields"]) <= NOT_FOLLOWED | OF_THAT_ORG
    children = {(each["childSObject"], each["field"]): each for each in recorded["childRelationships"]}
    for child in ours["childRelationships"]:
        if (child["childSObject"], child["field"]) in children:
            assert child == children[child["childSObject"], child["field"]]
