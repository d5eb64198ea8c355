import csv
import json
from datetime import UTC, datetime

from sync_project.sandbox.demo.engagement import EngagementEvent
from sync_project.sandbox.demo.event_files import write_events
from sync_project.sandbox.demo.profile import EventKind
from sync_project_tests.sandbox.demo.demo_reading import demo_org

FORM = EngagementEvent(
    event_id="evt-1",
    occurred_at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
    email="zoe@acme-freight.fr",
    domain=None,
    kind=EventKind.FORM_SUBMIT,
    properties={"first_name": "Zoé", "company": 'Acme "Freight", SAS'},
)
VISIT = EngagementEvent(
    event_id="evt-2",
    occurred_at=datetime(2026, 2, 1, 0, 0, 0, tzinfo=UTC),
    email=None,
    domain="acme-freight.fr",
    kind=EventKind.PAGE_VIEW,
    properties={},
)


def test_each_month_is_a_file_whose_rows_read_back(tmp_path):
    paths = write_events([FORM, VISIT], tmp_path / "events")
    assert [path.name for path in paths] == ["events_2026-01.csv", "events_2026-02.csv"]
    with paths[0].open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert json.loads(row.pop("properties")) == FORM.properties
    assert row == {
        "event_id": "evt-1",
        "occurred_at": "2026-01-31T23:59:59Z",
        "email": "zoe@acme-freight.fr",
        "domain": "",
        "kind": "form_submit",
    }


def test_all_events_of_the_demo_are_written(tmp_path):
    paths = write_events(demo_org().events, tmp_path)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in paths)
    assert (len(paths), lines) == (19, 60_000)
