"""Fills matched.company_name: plain names are read in SQL, the others by `company_names`, to one result.

A plain name is words of ASCII letters and digits. The second key drops none of them, and only the last one
may be a legal form. Then both keys are the words before the form, without spaces.
"""

import duckdb

from sync_project.matching.company_names import (
    LOOSE_WORDS,
    ORPHANS,
    SHORTEST_KEY,
    company_key,
    company_words,
    loose_company_key,
)
from sync_project.matching.readings.tables import Row, create_word_table, insert_readings
from sync_project.matching.texts.word_lists import load_words
from sync_project.warehouse.models import build_table, count_rows, load_models

_PLAIN_COMPANY = r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*(?:,? [A-Za-z0-9]+\.?)?"
_LOOSE_WORD = rf"(?:^| )(?:{'|'.join(sorted(LOOSE_WORDS))})(?: |$)"

_NAMES = """
CREATE OR REPLACE TEMP TABLE plain_company AS
WITH found (company) AS (
    SELECT name FROM staged.account UNION SELECT company FROM staged.lead
    UNION SELECT nullif(trim(json_extract_string(properties, '$.company')), '')
    FROM staged.engagement_event WHERE kind = 'form_submit'
),
lowered AS (
    SELECT
        company,
        CASE WHEN regexp_full_match(company, $plain_company)
            THEN lower(replace(replace(company, ',', ''), '.', ''))
        END AS words
    FROM found
    WHERE company IS NOT NULL
),
cut AS (
    SELECT
        *,
        split_part(words, ' ', 1) AS first_word,
        split_part(words, ' ', -1) AS last_word,
        split_part(words, ' ', -2) AS last_but_one
    FROM lowered
)
SELECT company, rtrim(CASE
    WHEN regexp_matches(words, $loose_word) THEN NULL
    WHEN first_word IN (SELECT name FROM leading_form) THEN NULL
    WHEN last_word NOT IN (SELECT name FROM form_word) THEN words
    WHEN last_word IN (SELECT name FROM legal_form) AND last_but_one NOT IN (SELECT name FROM form_word)
    THEN left(words, length(words) - length(last_word))
END) AS telling_words
FROM cut
"""


def fill_company_names(connection: duckdb.DuckDBPyConnection) -> int:
    """Replace matched.company_name; returns its row count."""
    build_table(load_models()["matched.company_name"], connection=connection, parameters={})
    _find_plain_names(connection)
    connection.execute(
        """INSERT INTO matched.company_name
        SELECT company, key, key, CASE WHEN key IS NOT NULL THEN telling_words END FROM (
            SELECT company, telling_words, CASE
                WHEN length(joined) >= $shortest_key
                    AND joined NOT IN (SELECT name FROM generic_name)
                    AND regexp_matches(joined, '[a-z]')
                THEN joined
            END AS key
            FROM (SELECT *, replace(telling_words, ' ', '') AS joined FROM plain_company)
            WHERE telling_words IS NOT NULL
        )""",
        {"shortest_key": SHORTEST_KEY},
    )
    insert_readings(
        "matched.company_name",
        connection=connection,
        texts="SELECT company FROM plain_company WHERE telling_words IS NULL",
        read=_read,
    )
    connection.execute("DROP TABLE plain_company")
    return count_rows("matched.company_name", connection=connection)


def _find_plain_names(connection: duckdb.DuckDBPyConnection) -> None:
    """plain_company: a row per name; telling_words is null where the name is not plain."""
    forms = load_words("legal_forms")
    form_words = {word for form in forms for word in form.split()} | ORPHANS
    first_words = {form.partition(" ")[0] for form in load_words("leading_legal_forms")}
    create_word_table("legal_form", forms, connection=connection)
    create_word_table("form_word", form_words, connection=connection)
    create_word_table("leading_form", first_words, connection=connection)
    create_word_table("generic_name", load_words("generic_company_names"), connection=connection)
    connection.execute(_NAMES, {"plain_company": _PLAIN_COMPANY, "loose_word": _LOOSE_WORD})


def _read(company: str) -> Row:
    return company, company_key(company), loose_company_key(company), company_words(company)
