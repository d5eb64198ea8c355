"""A million people matched to 200,000 accounts: ours beside pandas and polars; a tenth of it, and ten times.

All do the same work, from texts that are read already to the account of each person with rule, key,
runner-up, number of candidates and tie-break, and all come to the same rows. Each begins with files on disk
and ends with one: ours a DuckDB file, the peers Parquet. Each runs in a process of its own, in turns, the
median of three counts.
"""

import shutil
from importlib import import_module
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sync_project_tests.benchmarks.matchers import by_pandas, ours
from sync_project_tests.benchmarks.own_process import in_own_process, measured
from sync_project_tests.benchmarks.people import write_people

MANY, CHANGED, MOST = 1_000_000, 100_000, 10_000_000
TURNS = 3
MEMORY_LIMIT = "3GB"
"""What DuckDB keeps to with the largest org; the process takes somewhat more."""

PEER_TABLES = {
    "person": "FROM matched.person",
    "account": """SELECT account.*, website.company_domain AS domain,
            company_name.company_key, company_name.loose_company_key
        FROM staged.account AS account
        LEFT JOIN matched.website AS website ON account.website = website.website
        LEFT JOIN matched.company_name AS company_name ON account.name = company_name.company""",
    "contact": "FROM staged.contact",
    "lead": "FROM staged.lead",
    "user": "FROM staged.user",
    "opportunity": "FROM staged.opportunity",
}
CHECKSUM = """SELECT count(*), sum(hash(person_id, account_id, match_rule, match_key, runner_up, candidates,
    tie_break)) FROM ({rows})"""
OURS = """SELECT * RENAME (runner_up_account_id AS runner_up, candidate_count AS candidates)
FROM matched.account_match"""

Took = dict[str, float]


def match_by_ours(folder: Path) -> Took:
    shutil.copy(folder / "org.duckdb", folder / "ours.duckdb")
    return measured(ours.match_all, folder / "ours.duckdb")


def match_by_pandas(folder: Path) -> Took:
    return measured(by_pandas.match_files, folder, list(PEER_TABLES))


def match_by_polars(folder: Path) -> Took:
    by_polars = import_module("sync_project_tests.benchmarks.matchers.by_polars")
    return measured(by_polars.match_files, folder, list(PEER_TABLES))


def match_changed(folder: Path) -> Took:
    """The people whose records changed, against the index that the last run stored."""
    with duckdb.connect(folder / "ours.duckdb") as connection:
        connection.execute(f"DELETE FROM matched.person WHERE hash(person_id) % {MANY // CHANGED} > 0")
        return measured(ours.match, connection)


def match_most(path: Path) -> Took:
    return measured(ours.match_all, path, memory_limit=MEMORY_LIMIT)


def export(folder: Path) -> None:
    with duckdb.connect(folder / "org.duckdb", read_only=True) as connection:
        for name, query in PEER_TABLES.items():
            connection.execute(f"COPY ({query}) TO '{folder / name}.parquet'")


def checksum(folder: Path, contender: str) -> tuple[int, int]:
    with duckdb.connect(folder / "ours.duckdb", read_only=True) as connection:
        rows = OURS if contender == "ours" else f"FROM '{folder / contender}.parquet'"
        return connection.execute(CHECKSUM.format(rows=rows)).fetchone()


@pytest.mark.benchmark
def test_matching_beside_its_peers(tmp_path, capsys):
    pytest.importorskip("polars", reason="of the extra benchmark")
    in_own_process(write_people, tmp_path / "org.duckdb", people=MANY)
    in_own_process(export, tmp_path)
    contenders = {"ours": match_by_ours, "pandas": match_by_pandas, "polars": match_by_polars}
    runs: dict[str, list[Took]] = {name: [] for name in contenders}
    for _ in range(TURNS):
        for name, work in contenders.items():
            runs[name].append(in_own_process(work, tmp_path))
    assert len({checksum(tmp_path, name) for name in contenders}) == 1
    changed = in_own_process(match_changed, tmp_path)

    table = pd.DataFrame({name: pd.DataFrame(each).median() for name, each in runs.items()}).T
    for measure in ("wall s", "CPU s"):
        table[f"{measure.split()[0]} to ours"] = table[measure] / table.loc["ours", measure]
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(f"\n{MANY:,} people to {MANY // 5:,} accounts, from file to file: the median of {TURNS} runs")
        print(table.to_string())
        print(f"{CHANGED:,} changed people against the stored index: {changed['CPU s']:.2f} CPU s")


@pytest.mark.benchmark
def test_ten_million_people_are_matched_in_little_memory(tmp_path, capsys):
    in_own_process(write_people, tmp_path / "org.duckdb", people=MOST)
    took = in_own_process(match_most, tmp_path / "org.duckdb")
    with capsys.disabled():
        print(
            f"\n{MOST:,} people to {MOST // 5:,} accounts with memory_limit {MEMORY_LIMIT}: "
            f"{took['wall s']:.0f} s, {took['CPU s']:.0f} CPU s, {took['peak MB']:,.0f} MB"
        )
