"""simple-salesforce's ``bulk2.download``, then DuckDB's ``read_csv``."""

import tempfile
from pathlib import Path

from sync_project_tests.benchmarks.contenders.contact_table import contact_table, insert_csv
from sync_project_tests.benchmarks.contenders.simple_salesforce_org import SOQL, connect


def load(*, folder: Path, url: str, database: Path) -> int:
    org, adapter = connect(url)
    with tempfile.TemporaryDirectory(dir=database.parent) as pages:
        results = org.bulk2.Contact.download(SOQL, path=pages)
        with contact_table(database) as connection:
            insert_csv([Path(each["file"]) for each in results], connection=connection)
    return adapter.calls
