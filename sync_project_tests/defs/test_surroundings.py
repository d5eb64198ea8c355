import pytest
import yaml

from sync_project.defs.surroundings import Surroundings


@pytest.mark.parametrize(
    ("direction", "goes_out"), [("both", True), ("out", True), ("in", False)], ids=["both", "out", "in"]
)
def test_an_object_is_written_to_only_where_its_direction_lets_it_out(tmp_path, direction, goes_out):
    settings = {
        "ingest": {"objects": {name: {"direction": direction} for name in ("Account", "Contact", "Lead")}},
        "writeback": {"contact": {"create": True}, "lead": {"create": True}, "account": {"create": True}},
        "matching": {"account_rules": ["create"]},
    }
    file = tmp_path / "sync.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")

    parameters = Surroundings(variables={"SYNC_PROJECT_SETTINGS": str(file)}).parameters()

    switches = (
        "contact_update",
        "contact_create",
        "lead_update",
        "lead_create",
        "account_update",
        "account_create",
    )
    assert {parameters[name] for name in switches} == {goes_out}
