"""How values are spelled, fitted and compared: ``candidates.py`` and ``spelling.py``."""

from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.ingest.columns import column_type
from sync_project.writeback.candidates import build_candidates
from sync_project.writeback.mappings import MappingError
from sync_project.writeback.push import FieldChange
from sync_project_tests.writeback.plan_tables import (
    ADA,
    Row,
    build_plan,
    insert,
    make_field,
    make_person,
    make_warehouse,
    map_contact,
    read,
    standard_fields,
)

REASONING = {"source": "reasoning", "field": "X__c"}


def candidate_of(source: str, field: Row, *, present: object = None, **person: object) -> tuple[Any, ...]:
    """Wanted, present, shortened_to and fault of one contact's field X__c."""
    connection = make_warehouse(
        fields={"Contact": [*standard_fields()["Contact"], field]},
        people=[make_person(**person)],
        Contact=[{"Id": ADA, "X__c": present}],
    )
    build_plan(connection, map_contact({"source": source, "field": "X__c"}))
    ((*row,),) = read(connection, "SELECT wanted, present, shortened_to, fault FROM outbound.candidate")
    return tuple(row)


def x_field(kind: str = "string", **changes: object) -> Row:
    return make_field("X__c", kind, **changes)


@pytest.mark.parametrize(
    ("source", "field", "value", "wanted"),
    [
        ("score", x_field("double", scale=0), 87, "87.0"),
        ("score", x_field("int"), 87, "87.0"),
        ("confidence_pct", x_field("percent", scale=2), 87, "87.0"),
        ("probability_pct", x_field("currency", scale=2), 0, "0.0"),
        ("score", x_field("string"), 87, "87"),
        ("score", x_field("string", length=2), 100, "100"),
        ("level", x_field("picklist"), "hot", "hot"),
        ("title", x_field(), "  hot\n", "hot"),
        ("title", x_field(), "hot\u00a0\u3000", "hot"),
        ("title", x_field(), " ", None),
        ("propensity", x_field(), "high", "high_propensity"),
        ("propensity", x_field(), None, None),
        (
            "evaluated_at",
            x_field("datetime"),
            datetime(2026, 3, 2, 9, 30, 15, 999_000),
            "2026-03-02T09:30:15Z",
        ),
        ("evaluated_at", x_field("date"), datetime(2026, 3, 2, 23, 59), "2026-03-02"),
        ("evaluated_at", x_field("string"), datetime(2026, 3, 2, 9, 30, 15), "2026-03-02T09:30:15Z"),
        ("account_id", x_field("reference", length=18), "001000000000001AAA", "001000000000001AAA"),
        ("title", x_field("textarea"), "R&D <b>", "R&D <b>"),
        ("title", x_field("textarea", is_rich_text=True), "R&D <b>", "R&amp;D &lt;b&gt;"),
        ("title", x_field("textarea", is_rich_text=True), 'it\'s "so"', "it&#39;s &quot;so&quot;"),
    ],
)
def test_our_value_is_spelled_as_the_field_holds_it(
    source: str, field: Row, value: object, wanted: str | None
) -> None:
    assert candidate_of(source, field, **{source: value})[0] == wanted


LINES = "Hot, 87.\nFor: R&D: <b>.\nAgainst: 3 < 4."


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        (x_field("textarea", length=500), LINES),
        (x_field("string"), "Hot, 87. For: R&D: <b>. Against: 3 < 4."),
        (
            x_field("textarea", is_rich_text=True, length=96),
            "<p>Hot, 87.</p><p><b>For:</b> R&amp;D: &lt;b&gt;.</p><p><b>Against:</b> 3 &lt; 4.</p>",
        ),
        pytest.param(
            x_field("textarea", is_rich_text=True, length=60),
            "Hot, 87. For: R&amp;D: &lt;b&gt;. Against: 3 &lt; 4.",
            id="where the paragraphs would not fit",
        ),
    ],
)
def test_the_lines_of_a_reasoning_are_laid_out_as_the_field_shows_them(field: Row, wanted: str) -> None:
    assert candidate_of("reasoning", field, reasoning=LINES)[0] == wanted


def test_lines_that_a_browser_parted_anew_are_the_same() -> None:
    present = LINES.replace("\n", "\r\n")
    wanted, found, _, _ = candidate_of("reasoning", x_field("textarea"), present=present, reasoning=LINES)

    assert found == wanted == LINES


@pytest.mark.parametrize(
    ("source", "field", "value", "present"),
    [
        ("score", x_field("double", scale=0), 87, 87.4),
        ("score", x_field("double", scale=0), 0, -0.2),
        ("score", x_field("string"), 87, "87"),
        ("level", x_field("picklist"), "hot", "Hot"),
        ("level", x_field("multipicklist"), "hot", "HOT"),
        ("email", x_field("email"), "ada@example.com", "Ada@Example.com"),
        (
            "evaluated_at",
            x_field("datetime"),
            datetime(2026, 3, 2, 9, 30, 15, 500_000),
            "2026-03-02 09:30:15",
        ),
        ("evaluated_at", x_field("date"), datetime(2026, 3, 2, 9, 30, 15), "2026-03-02"),
        ("title", x_field(), "CEO ", "CEO"),
    ],
)
def test_what_salesforce_holds_as_equal_is_equal(
    source: str, field: Row, value: object, present: object
) -> None:
    wanted, found, _, _ = candidate_of(source, field, present=present, **{source: value})

    assert found == wanted


def test_letter_case_of_other_texts_counts() -> None:
    assert candidate_of("level", x_field(), present="Hot", level="hot")[:2] == ("hot", "Hot")


@pytest.mark.parametrize(
    ("text", "length", "is_rich_text", "wanted"),
    [
        ("Demo request; pricing view", 26, False, "Demo request; pricing view"),
        ("Demo request; pricing view", 25, False, "Demo request; pricing…"),
        ("Demo request; pricing view", 22, False, "Demo request; pricing…"),
        ("Demo request; pricing view", 21, False, "Demo request…"),
        ("Demo request; pricing view", 13, False, "Demo request…"),
        ("Demo request; pricing view", 12, False, "Demo…"),
        ("Demo request", 1, False, "…"),
        ("Donaudampfschifffahrt", 10, False, "Donaudamp…"),
        ("R&D and sales", 13, True, "R&amp;D and…"),
        ("R&D&R&D", 10, True, "R&amp;D…"),
        ("<<<<", 9, True, "&lt;&lt;…"),
    ],
)
def test_a_text_of_ours_is_shortened_at_a_word(
    text: str, length: int, is_rich_text: bool, wanted: str
) -> None:
    field = x_field("textarea", length=length, is_rich_text=is_rich_text)

    assert candidate_of("reasoning", field, reasoning=text) == (
        wanted,
        None,
        None if wanted == text else length,
        None,
    )


def test_shortening_is_said_in_the_plan() -> None:
    connection = make_warehouse(
        fields={"Contact": [*standard_fields()["Contact"], x_field(length=12)]},
        people=[make_person(reasoning="Demo request; pricing view")],
        Contact=[{"Id": ADA}],
    )
    build_plan(connection, map_contact(REASONING))
    written = read(connection, "SELECT value_after, reason FROM outbound.write_plan")
    connection.execute("UPDATE raw.contact SET X__c = 'Demo…'")
    build_plan(connection, map_contact(REASONING))

    assert written == [("Demo…", "the field is empty; shortened to the field's 12 characters")]
    assert read(connection, "SELECT decision, reason FROM outbound.write_plan") == [
        ("unchanged", "Salesforce has this value already; shortened to the field's 12 characters")
    ]


@pytest.mark.parametrize(
    ("source", "value", "field", "length"),
    [
        ("title", "Chief executive", x_field(length=10), 15),
        ("company", "R&D", x_field("textarea", length=6, is_rich_text=True), 7),
        ("account_id", "001000000000001AAA", x_field(length=15), 18),
        ("score", 100, x_field(length=2), 3),
    ],
)
def test_any_other_text_that_is_too_long_is_at_fault(
    source: str, value: object, field: Row, length: int
) -> None:
    assert candidate_of(source, field, **{source: value})[2:] == (
        None,
        f"our value has {length} characters, the field holds {field['length']}",
    )


def test_impossible_mappings_leave_the_last_candidates_alone() -> None:
    connection = make_warehouse(people=[make_person()], Contact=[{"Id": ADA}])
    build_plan(connection, map_contact({"source": "score", "field": "Score__c"}))

    with pytest.raises(MappingError):
        build_candidates(
            connection=connection, settings=map_contact({"source": "score", "field": "Nonsense__c"})
        )

    assert read(connection, "SELECT count(*) FROM outbound.candidate") == [(1,)]


TEXTS = st.one_of(
    st.none(),
    st.text(alphabet="aZß& <>\"';,.…\n\t\u00a0é🙂", max_size=40),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20),
)
NUMBERS = st.integers(min_value=-(10**6), max_value=10**6)
TIMES = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1))
SOURCES: dict[str, st.SearchStrategy[Any]] = {
    "score": NUMBERS,
    "reasoning": TEXTS,
    "title": TEXTS,
    "level": st.sampled_from(["hot", "warm", "cold"]),
    "evaluated_at": TIMES,
}
KINDS = {
    "score": ["double", "int", "percent", "currency", "string"],
    "reasoning": ["string", "textarea", "rich text"],
    "title": ["string", "textarea", "rich text", "email", "picklist"],
    "level": ["string", "picklist"],
    "evaluated_at": ["datetime", "date", "string"],
}


@st.composite
def mapped_fields(draw: st.DrawFn, source: str) -> tuple[Row, Row, object]:
    """A field of the source's own, its mapping, and what Salesforce has in it."""
    kind = draw(st.sampled_from(KINDS[source]))
    name = f"own_{source}__c"
    field = make_field(
        name,
        "textarea" if kind == "rich text" else kind,
        is_rich_text=kind == "rich text",
        scale=0 if kind == "int" else draw(st.integers(0, 3)),
    )
    if column_type(str(field["type"])) == "VARCHAR":
        field = field | {"length": draw(st.integers(1, 60))}
    mapping = {"source": source, "field": name, "rule": draw(st.sampled_from(["overwrite", "fill_if_empty"]))}
    present: dict[str, st.SearchStrategy[Any]] = {
        "DOUBLE": st.floats(-1e6, 1e6),
        "BIGINT": NUMBERS,
        "TIMESTAMP": TIMES,
        "DATE": TIMES.map(datetime.date),
    }
    stored = present.get(
        column_type(str(field["type"])), TEXTS.map(lambda text: text and store_text(field, text))
    )
    return field, mapping, draw(st.one_of(st.none(), stored))


def store_text(field: Row, text: str) -> str | None:
    """What Salesforce makes of a text."""
    kept = text.rstrip()
    return (kept.lower() if field["type"] == "email" else kept) or None


def carry_out(connection: duckdb.DuckDBPyConnection, fields: list[Row]) -> None:
    """Store what the plan writes as Salesforce would."""
    by_name = {str(each["field_name"]): each for each in fields}
    for name, kind, after in read(
        connection, "SELECT field, kind, value_after FROM outbound.write_plan WHERE decision = 'write'"
    ):
        value = FieldChange(field=name, kind=kind, before=None, after=after).sent_value
        field = by_name[name]
        if isinstance(value, str) and column_type(str(field["type"])) == "VARCHAR":
            assert len(value) <= int(str(field["length"]))
            value = store_text(field, value)
        connection.execute(f'UPDATE raw.contact SET "{name}" = ?', [value])


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_planning_again_after_a_push_writes_nothing(data: st.DataObject) -> None:
    drawn = [data.draw(mapped_fields(source)) for source in SOURCES]
    fields = [field for field, _, _ in drawn]
    present = {str(field["field_name"]): value for field, _, value in drawn}
    person = {source: data.draw(st.one_of(st.none(), values)) for source, values in SOURCES.items()}
    connection = make_warehouse(
        fields={"Contact": [*standard_fields()["Contact"], *fields]},
        people=[make_person(**(person | {"level": person["level"] or "hot"}))],
        Contact=[{"Id": ADA, **present}],
    )
    mapped = map_contact(*(mapping for _, mapping, _ in drawn))
    build_plan(connection, mapped)
    plan = read(connection, "SELECT field, decision, reason, value_after FROM outbound.write_plan")
    carry_out(connection, fields)
    build_plan(connection, mapped)

    assert sorted(row[0] for row in plan) == sorted(present)
    assert all(reason for _, _, reason, _ in plan)
    assert (
        read(
            connection,
            "SELECT field, value_before, value_after FROM outbound.write_plan WHERE decision = 'write'",
        )
        == []
    )
    connection.close()


def test_acknowledged_values_of_other_records_and_fields_do_not_count() -> None:
    connection = make_warehouse(people=[make_person()], Contact=[{"Id": ADA}])
    settings = map_contact({"source": "score", "field": "Score__c"})
    build_plan(connection, settings)
    known = {"record_type": "Contact", "record_id": ADA, "field": "Score__c", "value": "1.0"}
    for other in ({"record_type": "Lead"}, {"record_id": "003"}, {"field": "Level__c"}):
        insert(connection, "outbound.acknowledged_value", [known | other])
    build_plan(connection, settings)
    assert read(connection, "SELECT acknowledged FROM outbound.candidate") == [(None,)]

    insert(connection, "outbound.acknowledged_value", [known])
    build_plan(connection, settings)
    assert read(connection, "SELECT acknowledged FROM outbound.candidate") == [("1.0",)]
