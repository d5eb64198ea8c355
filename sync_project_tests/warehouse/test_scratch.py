import subprocess
import sys

from sync_project.warehouse.scratch import scratch_folder

WORK = """
import sys
from pathlib import Path
from sync_project.warehouse.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "half.csv").write_text("Id")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def start_work(beside):
    """A process that works in a scratch folder until it is told to end, and the folder's name."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(beside)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def test_it_lies_beside_the_file_and_is_gone_at_the_end(tmp_path):
    home = tmp_path / "new" / "home"
    with scratch_folder(home / "warehouse.duckdb") as folder:
        assert list(home.iterdir()) == [folder]
        (folder / "page.csv").write_text("Id", encoding="utf-8")

    assert list(home.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_a_living_one_needs_stays(tmp_path):
    beside = tmp_path / "warehouse.duckdb"
    living, needed = start_work(beside)
    with living:
        killed, left = start_work(beside)
        with killed:
            killed.kill()
        with scratch_folder(beside) as folder:
            assert {each.name for each in tmp_path.iterdir()} == {needed, left, folder.name}
        living.communicate()
    assert [each.name for each in tmp_path.iterdir()] == [left]

    with scratch_folder(beside) as folder:
        assert list(tmp_path.iterdir()) == [folder]
