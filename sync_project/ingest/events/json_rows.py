"""Rows of JSON lines: Python splits the lines, DuckDB takes them apart, several times as fast as Python."""

import json
from collections.abc import Iterator
from typing import TextIO

from sync_project.ingest.events.rows import (
    COLUMNS,
    RECORD_IDS,
    UNREADABLE,
    EventShape,
    Relation,
    Row,
    illegible_row,
    join_properties_query,
)

TEXTS = len(COLUMNS) - 1
"""Columns before the properties; they hold no lists and no objects."""


def read_json_lines(text: TextIO) -> Iterator[Row]:
    """A row per line, which holds nothing but the line."""
    nothing = (None,) * len(COLUMNS)
    for number, line in enumerate(text, start=1):
        if written := line.strip():
            if UNREADABLE.search(written):
                yield illegible_row(number, written)
            else:
                yield (*nothing, number, written, None)


def json_relation(lines: str, *, shape: EventShape) -> Relation:
    """The rows of that relation of lines, taken apart."""
    texts = ", ".join(f"texts[{place}] AS {column}" for place, column in enumerate(COLUMNS[:TEXTS], start=1))
    properties = f"[{TEXTS + 1}]"
    ids = ", ".join(f"'{name}', nullif(json_extract_string(json, '$.{name}'), '')" for name in RECORD_IDS)
    query = f"""(
        WITH parsed AS (
            SELECT line, text, fault, CASE WHEN fault IS NULL AND json_valid(text) THEN text END AS json
            FROM {lines}
        ),
        taken_apart AS (
            SELECT *, json_extract_string(json, $paths) AS texts, json_type(json, $paths) AS types FROM parsed
        )
        SELECT {texts}, line, text,
            CASE WHEN types{properties} IS NULL
                THEN nullif(CAST(json_merge_patch('{{}}', json_merge_patch(json, $without_ours)) AS VARCHAR),
                    '{{}}')
                WHEN contains(text, 'salesforce_')
                THEN {join_properties_query(f"texts{properties}", f"json_object({ids})")}
                ELSE texts{properties}
            END AS properties,
            CASE
                WHEN fault IS NOT NULL THEN fault
                WHEN json IS NULL THEN 'no valid JSON'
                WHEN json_type(json) <> 'OBJECT' THEN 'expected one JSON object on each line'
                WHEN list_has_any(types[1:{TEXTS}], ['OBJECT', 'ARRAY']) THEN array_to_string(
                    list_filter($names, lambda name, place: types[place] IN ('OBJECT', 'ARRAY')), ', '
                ) || ' is no text'
            END AS fault
        FROM taken_apart
    )"""
    # Merging null into an object takes a value out of it.
    without_ours = json.dumps(dict.fromkeys(shape.names))
    paths = [_path(name) for name in shape.names]
    return Relation(
        query=query, parameters={"paths": paths, "names": shape.names[:TEXTS], "without_ours": without_ours}
    )


def _path(name: str) -> str:
    r"""Where a value lies in its object.

    >>> print(_path('say "hi"'))
    $."say \"hi\""
    """
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'
