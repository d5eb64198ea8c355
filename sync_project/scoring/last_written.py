"""``scored.last_written``: what the last runs wrote, as this run finds it.

It is written at the end of one run and read by the next, so it is no dependency in the lineage.
"""

from collections.abc import Iterable

import duckdb

from sync_project.warehouse.models import build_table, ensure_table, load_models, quote_name

TABLE = "scored.last_written"
WRITTEN = "outbound.written_score"


def read_last_written(*, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.last_written``; empty where nothing was written yet."""
    ensure_table(load_models()[WRITTEN], connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    connection.execute(f"INSERT INTO {TABLE} SELECT subject, subject_id, tier FROM {WRITTEN}")


def hash_values(signals: Iterable[str], *, of: str) -> str:
    """SQL of a text that is another one as soon as a value of these columns of ``of`` is.

    >>> print(hash_values(["visits", "industry"], of="now"))
    CAST(hash('industry,visits', now."industry", now."visits") AS VARCHAR)
    """
    names = sorted(signals)
    said = ",".join(names).replace("'", "''")
    columns = ", ".join([f"'{said}'", *(f"{of}.{quote_name(name)}" for name in names)])
    return f"CAST(hash({columns}) AS VARCHAR)"
