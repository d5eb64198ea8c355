"""What asset checks find."""

from sync_project.defs.checks import every_override_means_something
from sync_project.defs.surroundings import Surroundings
from sync_project_tests.matching.small_org import build_models, stage


def test_overrides_whose_target_or_key_is_not_here_are_told(tmp_path):
    surroundings = Surroundings(variables={"SYNC_PROJECT_HOME": str(tmp_path)})
    with surroundings.warehouse.transaction() as connection:
        stage(
            connection,
            account=[{"account_id": "001A", "name": "Acme", "website": "acme.com"}],
            contact=[{"contact_id": "003A", "email": "jane@acme.de"}],
            lead=[
                {"lead_id": "00QA", "company": "Beta"},
                {"lead_id": "00QB", "is_converted": True, "converted_contact_id": "003A"},
            ],
            redirect=[
                {"record_id": "001OLD", "target_id": "001A"},
                {"record_id": "00QB", "target_id": "003A"},
            ],
        )
        build_models(
            connection,
            overrides=[
                {"kind": "person", "key": "003A", "decision": "is", "target_id": "001A"},
                {"kind": "person", "key": "00QB", "decision": "is", "target_id": "001OLD"},
                {"kind": "person", "key": "003GONE", "decision": "is", "target_id": None},
                {"kind": "email", "key": "jane@acme.de", "decision": "is", "target_id": "00QA"},
                {"kind": "domain", "key": "acme.com", "decision": "is", "target_id": "001GONE"},
                {"kind": "domain", "key": "acme.de", "decision": "is", "target_id": "001A"},
                {"kind": "domain", "key": "beta.de", "decision": "is", "target_id": "001A"},
                {"kind": "company_name", "key": "beta", "decision": "is_not", "target_id": "001A"},
                {"kind": "company_name", "key": "gamma", "decision": "is", "target_id": "001GONE"},
            ],
        )
    result = every_override_means_something(surroundings)
    told = [record.data for record in result.metadata["first"].records]
    assert [(each["line"], each["reason"]) for each in told] == [
        ("4", "nothing here has its key"),
        ("6", "its target is deleted or unknown"),
        ("8", "nothing here has its key"),
        ("10", "its target is deleted or unknown"),
    ]
    assert (result.passed, result.metadata["found"].value) == (False, 4)
