"""The import of this project: what a run does for one object, which has been described before."""

from datetime import UTC, date, datetime
from pathlib import Path

from sync_project.ingest.importer import import_object
from sync_project.ingest.windows import day_window
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.settings.load import build_settings
from sync_project.warehouse.connection import Warehouse

FIRST_DAY = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SETTINGS = build_settings({}, origin="the benchmark")


def load(*, folder: Path, url: str, database: Path) -> int:
    with connect(Credentials(login_url=url, client_id="static", client_secret="static")) as org:
        counts = import_object(
            "Contact",
            org=org,
            warehouse=Warehouse(path=database),
            window=day_window(FIRST_DAY, FIRST_DAY, first_day=FIRST_DAY),
            settings=SETTINGS,
            now=NOW,
        )
    return counts.call_count
