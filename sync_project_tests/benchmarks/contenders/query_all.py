"""simple-salesforce's ``query_all`` by way of pandas, as its readers do it."""

from pathlib import Path

import pandas as pd

from sync_project_tests.benchmarks.contacts import COLUMNS
from sync_project_tests.benchmarks.contenders.contact_table import contact_table
from sync_project_tests.benchmarks.contenders.simple_salesforce_org import SOQL, connect


def load(*, folder: Path, url: str, database: Path) -> int:
    org, adapter = connect(url)
    records = pd.DataFrame(org.query_all(SOQL)["records"]).drop(columns="attributes")
    with contact_table(database) as connection:
        connection.register("records", records)
        connection.execute(f"INSERT INTO contact SELECT {', '.join(COLUMNS)} FROM records")
    return adapter.calls
