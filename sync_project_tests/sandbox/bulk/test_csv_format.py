import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.bulk.csv_format import (
    DELIMITERS,
    LINE_ENDINGS,
    BadCsvError,
    make_writer,
    open_upload,
)

CELLS = st.text(st.characters(codec="utf-8"), max_size=8) | st.text(
    st.sampled_from('",;\t|^` \n\rx'), max_size=8
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)
UNHURRIED = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(path, text, *, delimiter="COMMA", line_ending="LF"):
    path.write_bytes(text.encode())
    with open_upload(path, delimiter=delimiter, line_ending=line_ending) as upload:
        return upload.header, [(row.cells, row.error is None) for row in upload.rows]


@UNHURRIED
@given(
    table=TABLES,
    delimiter=st.sampled_from(sorted(DELIMITERS)),
    line_ending=st.sampled_from(sorted(LINE_ENDINGS)),
)
def test_what_salesforce_writes_can_be_uploaded_again(tmp_path, table, delimiter, line_ending):
    file = io.StringIO(newline="")
    writer = make_writer(file, delimiter=delimiter, line_ending=line_ending)
    writer.writerow(["A"] * len(table[0]))
    writer.writerows(table)
    _, rows = read(tmp_path / "a.csv", file.getvalue(), delimiter=delimiter, line_ending=line_ending)
    assert rows == [(row, True) for row in table]


@UNHURRIED
@given(table=TABLES)
def test_what_pythons_writer_quotes_only_where_it_must_is_read_too(tmp_path, table):
    table = [[cell.replace("\r", "") or "x" for cell in row] for row in table]
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([["A"] * len(table[0]), *table])
    _, rows = read(tmp_path / "a.csv", file.getvalue())
    assert rows == [(row, True) for row in table]


@pytest.mark.parametrize(
    ("line", "is_right"),
    [
        ('"a","b"', True),
        ("a, b ", True),
        ('" a "," ""b"" "', True),
        ('a, "b"', False),
        ('"a" ,b', False),
        ('"a"b,c', False),
        ('a,"b', False),
    ],
)
def test_a_blank_beside_a_quote_spoils_its_row(tmp_path, line, is_right):
    _, [(_, was_right)] = read(tmp_path / "a.csv", f"A,B\n{line}")
    assert was_right is is_right


@pytest.mark.parametrize("cell", ['"a\rb"c', "a" * 200_000, f'"{"a" * 200_000}"'])
def test_a_row_that_no_reader_takes_spoils_only_itself(tmp_path, cell):
    _, rows = read(tmp_path / "a.csv", f"A,B\n{cell},x\ny,z\n")
    assert [was_right for _, was_right in rows] == [False, True]
    assert rows[1][0] == ["y", "z"]


def test_blank_lines_are_no_rows_and_no_line_is_no_header(tmp_path):
    assert read(tmp_path / "a.csv", "A\n\nx\n\n") == (["A"], [(["x"], True)])
    assert read(tmp_path / "a.csv", "") == ([], [])


@pytest.mark.parametrize(("text", "line_ending"), [("A\r\nx\r\n", "LF"), ("A\nx\n", "CRLF")])
def test_the_jobs_line_ending_is_the_uploads(tmp_path, text, line_ending):
    with pytest.raises(BadCsvError, match=f"LineEnding is invalid on user data.*{line_ending}"):
        read(tmp_path / "a.csv", text, line_ending=line_ending)
