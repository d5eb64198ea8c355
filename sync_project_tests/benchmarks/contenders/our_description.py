"""What a run of this project does once, before the objects come in: it asks for all their fields."""

from pathlib import Path

from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.field_choice import choose_fields
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.warehouse.connection import Warehouse
from sync_project_tests.benchmarks.contenders.ours import NOW, SETTINGS


def load(*, folder: Path, url: str, database: Path) -> int:
    with connect(Credentials(login_url=url, client_id="static", client_secret="static")) as org:
        describe_objects(org, choices=choose_fields(SETTINGS), warehouse=Warehouse(path=database), now=NOW)
        return org.calls_used
