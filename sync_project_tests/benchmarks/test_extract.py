"""A million contacts into DuckDB: ours beside DuckDB alone and beside simple-salesforce.

The org is ``static_org.py`` in a process of its own, which computes nothing. Each contender runs in a fresh
process, in turns, the median of three counts; only what has come is asserted. It takes some minutes, and
simple-salesforce takes 4 GB of memory.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import duckdb
import pandas as pd
import pytest

from sync_project_tests.benchmarks.contacts import COLUMNS, write_org

MANY, FEW = 1_000_000, 250_000
TURNS = 3
FLOOR, QUERY_ALL = "DuckDB read_csv, local disk", "simple-salesforce query_all"
CONTENDERS = (
    (FLOOR, "floor", MANY),
    ("ours", "ours", MANY),
    ("ours, fewer rows", "ours", FEW),
    ("simple-salesforce bulk2", "bulk2", MANY),
    (QUERY_ALL, "query_all", MANY),
)
CHECKSUM = f"SELECT count(*), sum(hash({', '.join(COLUMNS)})) FROM {{table}}"


class StaticOrg:
    """The server's process, of which the address and the CPU seconds are known."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.process = process
        self.url = process.stdout.readline().strip()

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(folder: Path) -> Iterator[StaticOrg]:
    command = [sys.executable, "-m", "sync_project_tests.benchmarks.static_org", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield StaticOrg(folder, process)
        finally:
            process.kill()


def run(contender: str, org: StaticOrg, database: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "sync_project_tests.benchmarks.contenders", contender]
    served = org.cpu_seconds()
    ran = subprocess.run(
        [*command, str(org.folder), org.url, str(database)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout) | {"server cpu s": org.cpu_seconds() - served}


def checksum(database: Path) -> tuple[int, int]:
    with duckdb.connect(database) as connection:
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        table = "raw.contact" if "import_log" in tables else "contact"
        return connection.execute(CHECKSUM.format(table=table)).fetchone()


@pytest.mark.benchmark
def test_extract_beside_its_peers(tmp_path, capsys):
    write_org(tmp_path / "many", rows=MANY)
    write_org(tmp_path / "few", rows=FEW)
    runs: dict[str, list[dict[str, float]]] = {title: [] for title, *_ in CONTENDERS}
    sums: dict[int, set[tuple[int, int]]] = {MANY: set(), FEW: set()}
    unchanged = []
    with serving(tmp_path / "many") as many, serving(tmp_path / "few") as few:
        for turn in range(TURNS):
            for number, (title, contender, rows) in enumerate(CONTENDERS):
                org = many if rows == MANY else few
                database = tmp_path / f"{turn}-{number}.duckdb"
                if contender == "ours":
                    run("our_description", org, database)
                runs[title].append(run(contender, org, database))
                if title == "ours":
                    unchanged.append(run(contender, org, database))
                sums[rows].add(checksum(database))
                database.unlink()
    assert {rows: [count for count, _ in each] for rows, each in sums.items()} == {MANY: [MANY], FEW: [FEW]}
    assert [each["calls"] for each in unchanged] == [1] * TURNS

    table = pd.DataFrame({title: pd.DataFrame(each).median() for title, each in runs.items()}).T
    rows_of = pd.Series({title: rows for title, _, rows in CONTENDERS})
    table.insert(0, "rows/s", rows_of / table["wall s"])
    for name, peer in (("floor", FLOOR), ("query_all", QUERY_ALL)):
        for measure in ("wall s", "cpu s"):
            speed = rows_of / table[measure]
            table[f"{measure.split()[0]} / {name}"] = speed[peer] / speed
    again = median(each["wall s"] for each in unchanged)
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(
            f"\n{MANY:,} contacts of {len(COLUMNS)} columns, or {FEW:,}: the median of {TURNS} runs, in turns"
        )
        print("(simple-salesforce's bulk2 sleeps 5 s before its first question)")
        print(table.to_string())
        print(f"ours again, unchanged: 1 call, {again:.2f} s")
