import os
import signal
import subprocess
import sys
import threading

import duckdb
import pytest

from sync_project.warehouse.connection import Warehouse, WarehouseLockedError, WarehouseUnusableError

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def test_a_transaction_is_kept_as_a_whole(tmp_path):
    warehouse = Warehouse(path=tmp_path / "home" / "warehouse.duckdb")

    with warehouse.transaction() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")

    with warehouse.transaction() as connection:
        assert connection.execute("FROM t").fetchall() == [(1,)]


def test_an_exception_leaves_nothing_half_written(tmp_path):
    warehouse = Warehouse(path=tmp_path / "warehouse.duckdb")
    with warehouse.transaction() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")

    with pytest.raises(KeyboardInterrupt), warehouse.transaction() as connection:
        connection.execute("CREATE OR REPLACE TABLE t AS SELECT 2 AS a")
        raise KeyboardInterrupt

    with warehouse.transaction() as connection:
        assert connection.execute("FROM t").fetchall() == [(1,)]


@pytest.fixture
def listening_to_ctrl_c():
    """As in a terminal; a job that a script started in the background inherits a SIGINT that is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening_to_ctrl_c")
def test_ctrl_c_in_the_middle_of_a_query_is_a_keyboard_interrupt(tmp_path):
    warehouse = Warehouse(path=tmp_path / "warehouse.duckdb")
    press = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])

    with pytest.raises(KeyboardInterrupt), warehouse.transaction() as connection:
        press.start()
        connection.execute("SELECT count(*) FROM range(300_000_000) WHERE hash(range) % 7 = 3")


def test_a_warehouse_that_another_process_holds_is_named_with_the_holder(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, os.fspath(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(WarehouseLockedError, match=rf"held by process {holder.pid} .*published"),
            Warehouse(path=path, lock_wait_seconds=0.2).transaction(),
        ):
            pass
        holder.stdin.close()

    with Warehouse(path=path).transaction() as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database, but long enough to look at" * 200)

    with (
        pytest.raises(WarehouseUnusableError, match=r"cannot be opened: .*move it away"),
        Warehouse(path=path).transaction(),
    ):
        pass


def test_loading_takes_little_memory_and_only_meanwhile(tmp_path):
    warehouse = Warehouse(path=tmp_path / "warehouse.duckdb")
    settings = "SELECT current_setting('threads'), current_setting('preserve_insertion_order')"
    with duckdb.connect() as connection:
        usual = connection.execute(settings).fetchall()

    meanwhile = warehouse.load(lambda connection: connection.execute(settings).fetchall(), column_count=1)
    with warehouse.transaction() as connection:
        afterwards = connection.execute(settings).fetchall()

    assert (meanwhile, afterwards) == ([(2, False)], usual)


def test_the_limit_of_memory_holds_in_every_transaction(tmp_path):
    warehouse = Warehouse(path=tmp_path / "w.duckdb", memory_limit="300MiB")
    with warehouse.transaction() as connection:
        assert connection.execute("SELECT current_setting('memory_limit')").fetchall() == [("300.0 MiB",)]


def test_what_does_not_fit_into_little_memory_is_loaded_once_more_with_all_of_it(tmp_path):
    warehouse = Warehouse(path=tmp_path / "warehouse.duckdb")
    file = tmp_path / "rows.json"
    file.write_text('[{"a": 1}]', encoding="utf-8")
    limits = []

    def load(connection):
        limits.append(connection.execute("SELECT current_setting('memory_limit')").fetchone()[0])
        connection.execute("CREATE TABLE t (a INTEGER)")
        # The reader asks for twice the size of the largest object at once.
        connection.execute(f"INSERT INTO t FROM read_json('{file}', maximum_object_size = 134217728)")
        return connection.execute("FROM t").fetchall()

    assert warehouse.load(load, column_count=1) == [(1,)]
    assert len(limits) == 2
    assert limits[0] != limits[1]
