"""No org: DuckDB reads the same CSV files from the local disk into a table on disk."""

from pathlib import Path

from sync_project_tests.benchmarks.contenders.contact_table import contact_table, insert_csv


def load(*, folder: Path, url: str, database: Path) -> int:
    with contact_table(database) as connection:
        insert_csv(sorted(folder.glob("*.csv")), connection=connection)
    return 0
