"""The import of this project: what a run does for one object."""

from datetime import UTC, date, datetime
from pathlib import Path

from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.field_choice import choose_fields
from sync_project.ingest.importer import import_object
from sync_project.ingest.windows import day_window
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.settings.load import build_settings
from sync_project.warehouse.connection import Warehouse

FIRST_DAY = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def load(*, folder: Path, url: str, database: Path) -> int:
    """The calls of the import; describing costs one more for all objects together."""
    settings = build_settings({}, origin="the benchmark")
    warehouse = Warehouse(path=database)
    with connect(Credentials(login_url=url, client_id="static", client_secret="static")) as org:
        describe_objects(org, choices=choose_fields(settings), warehouse=warehouse, now=NOW)
        counts = import_object(
            "Contact",
            org=org,
            warehouse=warehouse,
            window=day_window(FIRST_DAY, FIRST_DAY, first_day=FIRST_DAY),
            settings=settings,
            now=NOW,
        )
    return counts.call_count
