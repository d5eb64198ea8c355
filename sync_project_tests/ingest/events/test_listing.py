import gzip

import fsspec
import pytest

from sync_project.ingest.events.files import read_event_file
from sync_project.ingest.events.inbox import open_inbox
from sync_project.ingest.events.listing import list_event_files
from sync_project.ingest.events.rows import EventShape, EventSourceError
from sync_project_tests.ingest.events.event_home import CSV, NOW, EventHome, list_files, write_parquet


@pytest.fixture
def home(tmp_path):
    return EventHome(path=tmp_path)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ("*", ["a.csv", "b.jsonl"]),
        ("", ["a.csv", "b.jsonl"]),
        ("a.csv", ["a.csv"]),
        ("**", ["2026/[1]/d.csv", "a.csv", "b.jsonl"]),
        ("2026/*/*.csv", ["[1]/d.csv"]),
        ("2026/[1]", ["d.csv"]),
        ("2026/[1]/d.csv", ["d.csv"]),
    ],
)
def test_a_folder_a_file_and_a_glob_are_listed_by_name(home, files, names):
    for name in ("b.jsonl", "a.csv", "notes.txt", "2026/[1]/d.csv"):
        home.write(name, CSV)

    assert [file.name for file in list_files(home.folder / files)] == names


def test_what_only_duckdb_can_open_is_listed_and_read_by_it(tmp_path):
    store = fsspec.filesystem("memory")
    store.pipe("/events/2026/a.csv", CSV.encode())
    store.pipe("/events/2026/b.csv.gz", gzip.compress(CSV.encode()))
    write_parquet(
        tmp_path / "c.parquet",
        "SELECT 'e1' AS event_id, '2026-02-01' AS occurred_at, 'a@b.co' AS email, 'page_view' AS kind",
    )
    store.pipe("/events/2026/c.parquet", (tmp_path / "c.parquet").read_bytes())
    with open_inbox(tmp_path / "w.duckdb", now=NOW) as inbox:
        inbox.connection.register_filesystem(store)
        files = list_event_files("memory:///events/2026/*", inbox=inbox)
        for file in files:
            read_event_file(file, shape=EventShape(), inbox=inbox)
        found = inbox.connection.execute(
            "SELECT file, count(*) FROM arrived_event WHERE reason IS NULL GROUP BY file ORDER BY file"
        ).fetchall()

        store.rm("/events/2026/a.csv")
        with pytest.raises(EventSourceError, match=r"files: memory://.*a\.csv cannot be read: "):
            read_event_file(files[0], shape=EventShape(), inbox=inbox)
        with pytest.raises(EventSourceError, match=r"files is 'memory://other/', and no file there ends in"):
            list_event_files("memory://other/", inbox=inbox)
    assert found == [("a.csv", 2), ("b.csv.gz", 2), ("c.parquet", 1)]
