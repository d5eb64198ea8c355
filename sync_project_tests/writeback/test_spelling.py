"""The SQL expressions of ``spelling.py``, each run by DuckDB on any text."""

import html
import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.writeback.spelling import BLANKS, escape_html, lay_out, shorten

TEXTS = st.one_of(
    st.text(alphabet="aZß& <>\"';,.…\n\t\u00a0é🙂", max_size=40),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20),
)
MANY = settings(max_examples=15, deadline=None)


def evaluate(expression: str, texts: list[str]) -> list[str]:
    """The expression's value for each text, which it calls ``text``."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {expression} FROM (SELECT unnest($texts) AS text)", {"texts": texts}
        ).fetchall()
    return [str(value) for (value,) in rows]


@MANY
@given(texts=st.lists(TEXTS, min_size=1, max_size=30))
def test_escaped_text_shows_the_same_and_holds_no_markup(texts: list[str]) -> None:
    for text, escaped in zip(texts, evaluate(escape_html("text"), texts), strict=True):
        assert html.unescape(escaped) == html.unescape(html.escape(text))
        assert not set("<>\"'") & set(escaped)


@MANY
@given(texts=st.lists(TEXTS, min_size=1, max_size=30), length=st.integers(1, 60))
def test_a_shortened_text_is_a_beginning_and_fits(texts: list[str], length: int) -> None:
    expression = shorten("text", length=length, is_rich_text=False)

    for text, shortened in zip(texts, evaluate(expression, texts), strict=True):
        assert len(shortened) <= length
        assert shortened.endswith("…")
        assert text.startswith(shortened.removesuffix("…"))


@MANY
@given(texts=st.lists(TEXTS, min_size=1, max_size=30), length=st.integers(1, 60))
def test_a_shortened_rich_text_holds_no_half_entity(texts: list[str], length: int) -> None:
    all_escaped = evaluate(escape_html("text"), texts)
    expression = shorten("text", length=length, is_rich_text=True)

    for escaped, shortened in zip(all_escaped, evaluate(expression, all_escaped), strict=True):
        assert len(shortened) <= length
        assert escaped.startswith(shortened.removesuffix("…"))
        assert not re.search(r"&(?!(amp|lt|gt|quot|#39);)", shortened)


@MANY
@given(texts=st.lists(TEXTS, min_size=1, max_size=30))
def test_laid_out_text_shows_the_same_lines(texts: list[str]) -> None:
    laid_out = evaluate(lay_out(escape_html("text")).replace("$blanks", "' \t\n\u00a0'"), texts)

    for text, paragraphs in zip(texts, laid_out, strict=True):
        shown = [html.unescape(re.sub("</?b>", "", each)) for each in paragraphs[3:-4].split("</p><p>")]
        assert shown == text.strip(" \t\n\u00a0").split("\n")


def test_every_white_space_is_a_blank() -> None:
    assert set(BLANKS) == {chr(code) for code in range(0x110000) if chr(code).isspace()}
