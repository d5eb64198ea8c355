"""What ``sync-project rescore`` shows and keeps: a past day scored again, in lines that a person reads."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.terminal import harmless, show_table
from sync_project.icp.features.signals import Subject
from sync_project.scoring.rescoring import RESCORED, Rescored, RescoreError, open_past, rescore

KINDS = {".csv": "CSV, HEADER", ".parquet": "PARQUET"}
COLUMNS = ("Id", "Score", "Level", "Chance", "Log-odds", "Now")
SHOWN = f"""SELECT subject_id, CAST(score AS VARCHAR), level,
        format('{{:.1f}} %', 100 * probability), format('{{:.4f}}', log_odds),
        coalesce(CAST(score_now AS VARCHAR), '')
    FROM ({RESCORED}) WHERE subject = $subject LIMIT $rows"""


def show_rescored(
    surroundings: Surroundings,
    *,
    as_of: date | None,
    model_id: str | None,
    rows: int,
    to: Path | None,
    width: int,
) -> Iterator[str]:
    """What scored, how many, and the best of them; all of them go to the file, if one is given."""
    if to is not None and to.suffix not in KINDS:
        raise RescoreError(f"{to} should end in .csv or .parquet: that says what is written.")
    with open_past(surroundings.home.published) as connection:
        found = rescore(connection, as_of=as_of, model_id=model_id, parameters=surroundings.parameters())
        for each in found:
            yield from _show_subject(each, rows=rows, width=width, connection=connection)
        if to is not None:
            _write(to, connection=connection)
            yield f"All are in {to}."


def _write(file: Path, *, connection: duckdb.DuckDBPyConnection) -> None:
    path = str(file).replace("'", "''")
    try:
        connection.execute(f"COPY ({RESCORED}) TO '{path}' (FORMAT {KINDS[file.suffix]})")
    except duckdb.IOException as error:
        raise RescoreError(f"{file} cannot be written: choose another place for --to.") from error


def _show_subject(
    found: Rescored, *, rows: int, width: int, connection: duckdb.DuckDBPyConnection
) -> Iterator[str]:
    plural = "people" if found.subject is Subject.PERSON else "accounts and organisations"
    yield f"Signals of {found.moment:%Y-%m-%d %H:%M} UTC, model " + (
        f"{found.model_id} of {found.trained_at:%Y-%m-%d %H:%M} UTC" if found.model_id else "none"
    )
    yield f"{found.count:,} {plural}. {harmless(found.reason)}"
    best = connection.execute(SHOWN, {"subject": found.subject.value, "rows": rows}).fetchall()
    if best:
        yield from show_table(COLUMNS, best, width=width)
    yield ""
