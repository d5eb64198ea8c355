import duckdb
import pytest

from sync_project.matching.readings.tables import insert_readings


@pytest.mark.parametrize(("count", "batch_size"), [(0, 2), (1, 2), (2, 2), (5, 2), (200_000, 70_000)])
def test_every_text_is_read_once_whatever_the_batches(count, batch_size):
    connection = duckdb.connect()
    connection.execute("BEGIN TRANSACTION")
    connection.execute("CREATE TABLE length (text VARCHAR, length BIGINT)")
    insert_readings(
        "length",
        connection=connection,
        texts=f"SELECT CAST(i AS VARCHAR) FROM range({count}) AS r (i)",
        read=lambda text: (text, len(text)),
        batch_size=batch_size,
    )
    [(rows, texts, wrong)] = connection.execute(
        "SELECT count(*), count(DISTINCT text), count(*) FILTER (length <> length(text)) FROM length"
    ).fetchall()
    assert (rows, texts, wrong) == (count, count, 0)
