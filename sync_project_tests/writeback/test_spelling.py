"""The SQL expressions of ``spelling.py``, each run by DuckDB on any text."""

import html
import re
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.writeback.spelling import BLANKS, escape_html, shorten

TEXTS = st.one_of(
    st.text(alphabet="aZß& <>\"';,.…\n\t\u00a0é🙂", max_size=40),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20),
)
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def evaluate(connection: duckdb.DuckDBPyConnection, expression: str, text: str) -> str:
    ((answer,),) = connection.execute(f"SELECT {expression}", {"text": text}).fetchall()
    return str(answer)


@MANY
@given(text=TEXTS)
def test_escaped_text_shows_the_same_and_holds_no_markup(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    escaped = evaluate(connection, escape_html("$text"), text)

    assert html.unescape(escaped) == html.unescape(html.escape(text))
    assert not set("<>\"'") & set(escaped)


@MANY
@given(text=TEXTS, length=st.integers(1, 60))
def test_a_shortened_text_is_a_beginning_and_fits(
    connection: duckdb.DuckDBPyConnection, text: str, length: int
) -> None:
    shortened = evaluate(connection, shorten("$text", length=length, is_rich_text=False), text)

    assert len(shortened) <= length
    assert shortened.endswith("…")
    assert text.startswith(shortened.removesuffix("…"))


@MANY
@given(text=TEXTS, length=st.integers(1, 60))
def test_a_shortened_rich_text_holds_no_half_entity(
    connection: duckdb.DuckDBPyConnection, text: str, length: int
) -> None:
    escaped = evaluate(connection, escape_html("$text"), text)

    shortened = evaluate(connection, shorten("$text", length=length, is_rich_text=True), escaped)

    assert len(shortened) <= length
    assert escaped.startswith(shortened.removesuffix("…"))
    assert not re.search(r"&(?!(amp|lt|gt|quot|#39);)", shortened)


def test_every_white_space_is_a_blank() -> None:
    assert set(BLANKS) == {chr(code) for code in range(0x110000) if chr(code).isspace()}
