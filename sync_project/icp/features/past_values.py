"""Fields as they were at the moment that each subject is looked at, and whether anybody knows.

A value is known where the org tracks the field's history (the old value of its first change afterwards, or
else the value now), or where a version of ours was valid at the moment: a record's first one is valid since
its last change before we came. A record that was made later is empty, and known to be.

A field that is tracked when we come is taken to have been tracked all along. Salesforce does not say since
when, and its first change that was kept is no evidence: a field that nobody changed for months looks the same
as one that was not tracked, and to refuse what is silent would refuse what is steady. So of a field that was
switched on after a decision and before we came, the value now may pass for that of then.

Of a field that the settings vouch for, the value nearest to the moment will do where none is known: the
first that anybody saw. So what changes from then on changes no lesson about the time before.

One query per object, whatever the number of its fields: each change and each version is joined to the moments
of its record once. DuckDB's ``min`` over structs and TRY_CAST are used: these tables live for one step only.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.icp.features.signals import Signal, Source
from sync_project.warehouse.models import quote_name, table_columns

KEYS: Mapping[str, str] = {"Contact": "person_id", "Lead": "person_id", "Account": "company_id"}
"""The column of the subjects that holds the record, by object."""

UNKEPT = "multipicklist"
LONGEST_KEPT = 255
"""Of longer texts, and of fields of several values, Salesforce's history keeps no values."""

UNREAD: Mapping[str, str] = {
    name: f"CAST(NULL AS VARCHAR) AS {name}" for name in ("Title", "Email", "OwnerId")
}
"""Fields that the profile reads, where no signal asks for them."""

FIELD_FACTS = """
    WITH imported AS (FROM history.field WHERE is_imported),
    beginning AS (
        SELECT object_name, field_name, max(version.valid_from) AS imported_since
        FROM imported AS version ANTI JOIN imported AS earlier
            ON version.object_name = earlier.object_name AND version.field_name = earlier.field_name
            AND version.valid_from = earlier.valid_to
        GROUP BY ALL
    ),
    untracked AS (
        SELECT object_name, field_name, max(valid_to) AS tracked_since
        FROM history.field WHERE NOT is_history_tracked GROUP BY ALL
    )
    SELECT field.object_name, field.field_name,
        coalesce(is_history_tracked, FALSE)
            AND type <> $unkept AND NOT (type = 'textarea' AND coalesce(length, 0) > $longest),
        tracked_since, imported_since, coalesce(is_calculated, FALSE)
    FROM raw.field AS field
    LEFT JOIN beginning USING (object_name, field_name)
    LEFT JOIN untracked USING (object_name, field_name)
    WHERE is_imported"""


@dataclass(frozen=True, kw_only=True)
class FieldFacts:
    """What is kept of one field's past."""

    is_tracked: bool
    """Whether the org keeps its changes, values included."""
    tracked_since: datetime | None
    """Since when, where we saw it begin; None where it was so when we came."""
    imported_since: datetime | None
    """Since when our own versions have it."""
    is_calculated: bool
    """A formula changes without a change of its record: of it only what was seen by then is known."""


def read_field_facts(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], FieldFacts]:
    """By (object name, field name), every field that comes in."""
    given = {"unkept": UNKEPT, "longest": LONGEST_KEPT}
    return {
        (object_name, field): FieldFacts(
            is_tracked=tracked, tracked_since=tracked_since, imported_since=imported, is_calculated=calculated
        )
        for object_name, field, tracked, tracked_since, imported, calculated in connection.execute(
            FIELD_FACTS, given
        ).fetchall()
    }


def known_column(field: str) -> str:
    """The column that says whether the field's value is known."""
    return quote_name(f"{field} is known")


def build_past_values(signals: Iterable[Signal], *, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the temporary tables ``past_contact``, ``past_lead`` and ``past_account``.

    Reads the table ``subject``. One row per record and moment: Id, as_of, and of every field that a signal
    reads its value, null where unknown, and whether it is known.
    """
    listed = list(signals)
    wanted = {place for each in listed for place in each.reads}
    vouched = {place for each in listed if each.is_stable for place in each.reads}
    facts = read_field_facts(connection)
    for object_name in KEYS:
        fields = {place[1]: facts[place] for place in sorted(wanted) if place[0] == object_name}
        stable = {field for field in fields if (object_name, field) in vouched}
        _build_object(object_name, fields, stable=stable, connection=connection)


def past_sources() -> list[Source]:
    """Everybody's fields as they were, under the names of ``fields.present_sources``.

    An owner who left since is an owner then.
    """
    records = [
        Source(
            name=name.lower(),
            rows=f"past_{name.lower()}",
            on=f"subject.{key} = {name.lower()}.Id AND subject.as_of = {name.lower()}.as_of",
        )
        for name, key in KEYS.items()
    ]
    profile = """(SELECT record.Id, record.as_of, job_title.seniority, job_title.function,
            email_address.email_kind, owner.name AS assigned_owner
        FROM (
            FROM past_contact UNION ALL BY NAME FROM past_lead
        ) AS record
        LEFT JOIN icp.job_title AS job_title ON record.Title = job_title.title
        LEFT JOIN matched.email_address AS email_address ON record.Email = email_address.email
        LEFT JOIN staged.user AS owner ON record.OwnerId = owner.user_id)"""
    account_owner = """(SELECT record.Id, record.as_of, owner.name
        FROM past_account AS record INNER JOIN staged.user AS owner ON record.OwnerId = owner.user_id)"""
    return [
        *records,
        Source(
            name="profile",
            rows=profile,
            on="subject.person_id = profile.Id AND subject.as_of = profile.as_of",
        ),
        Source(
            name="account_owner",
            rows=account_owner,
            on="subject.company_id = account_owner.Id AND subject.as_of = account_owner.as_of",
        ),
    ]


def _build_object(
    object_name: str,
    fields: Mapping[str, FieldFacts],
    *,
    stable: Collection[str],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    name = object_name.lower()
    if not fields:
        empty = "NULL::VARCHAR AS Id, NULL::TIMESTAMP AS as_of"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE past_{name} AS SELECT {empty}{_listed(UNREAD.values())} LIMIT 0"
        )
        return
    types = table_columns(f"raw.{name}", connection=connection)
    given: dict[str, object] = {"object_name": object_name, "fields": list(fields)}
    columns, later, versions, firsts = [], [], [], []
    for place, (field, facts) in enumerate(fields.items()):
        column, is_known = quote_name(field), known_column(field)
        tracked, held, seen = _tell_conditions(facts, place=place, given=given)
        given[f"field_{place}"] = field
        later.append(
            f"""min(CASE WHEN change.field = $field_{place} THEN struct_pack(
                changed_at := change.changed_at, change_id := change.change_id, value := change.old_value
            ) END) AS {column}"""
        )
        versions.append(f"CASE WHEN {seen} THEN {column} END AS {column}, {seen} AS {is_known}")
        firsts.append(
            f"""min(CASE WHEN {held} THEN struct_pack(
                valid_from := version.valid_from, value := version.{column}
            ) END) AS {column}"""
        )
        before_change = f"TRY_CAST(later.{column}.value AS {types[field]})"
        guess = f"CASE WHEN later.{column} IS NULL THEN first.{column}.value ELSE {before_change} END"
        columns.append(
            f"""CASE WHEN is_later THEN NULL
                WHEN {tracked} AND later.{column} IS NULL THEN record.{column}
                WHEN {tracked} THEN {before_change}
                WHEN version.{is_known} THEN version.{column}
                {f"ELSE {guess}" if field in stable else ""} END AS {column},
            {field in stable} OR is_later OR {tracked} OR coalesce(version.{is_known}, FALSE) AS {is_known}"""
        )
    columns += [column for field, column in UNREAD.items() if field not in fields]
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE past_{name} AS
        WITH moment AS (
            SELECT DISTINCT {KEYS[object_name]} AS record_id, as_of
            FROM subject SEMI JOIN raw.{name} AS record ON subject.{KEYS[object_name]} = record.Id
        ),
        later AS (
            SELECT moment.record_id, moment.as_of{_listed(later)}
            FROM moment INNER JOIN staged.field_change AS change
                ON moment.record_id = change.record_id AND change.changed_at > moment.as_of
            WHERE change.object_name = $object_name AND list_contains($fields, change.field)
            GROUP BY moment.record_id, moment.as_of
        ),
        version AS (
            SELECT moment.record_id, moment.as_of{_listed(versions)}
            FROM moment INNER JOIN history.{name} AS version
                ON moment.record_id = version.Id AND version.valid_from <= moment.as_of
                AND (version.valid_to > moment.as_of OR version.valid_to IS NULL)
        ),
        first AS (
            SELECT version.Id AS record_id{_listed(firsts)}
            FROM history.{name} AS version SEMI JOIN moment ON version.Id = moment.record_id
            GROUP BY version.Id
        ),
        made AS (
            SELECT moment.*,
                coalesce(TRY_CAST(record.CreatedDate AS TIMESTAMP) > moment.as_of, FALSE) AS is_later
            FROM moment INNER JOIN raw.{name} AS record ON moment.record_id = record.Id
        )
        SELECT made.record_id AS Id, made.as_of{_listed(columns)}
        FROM made
        INNER JOIN raw.{name} AS record ON made.record_id = record.Id
        LEFT JOIN later ON made.record_id = later.record_id AND made.as_of = later.as_of
        LEFT JOIN version ON made.record_id = version.record_id AND made.as_of = version.as_of
        LEFT JOIN first ON made.record_id = first.record_id""",
        given,
    )


def _tell_conditions(facts: FieldFacts, *, place: int, given: dict[str, object]) -> tuple[str, str, str]:
    """When the org's history tells the value at ``as_of``, whether a version has it, and so at ``as_of``."""
    tracked = "TRUE" if facts.is_tracked else "FALSE"
    if facts.is_tracked and facts.tracked_since is not None:
        tracked = f"(made.as_of >= $tracked_{place})"
        given[f"tracked_{place}"] = facts.tracked_since
    held = "TRUE"
    if facts.imported_since is not None:
        # A version that was seen and ended before the field came in does not hold it.
        held = (
            f"(version.seen_at >= $imported_{place} OR coalesce(version.valid_to > $imported_{place}, TRUE))"
        )
        given[f"imported_{place}"] = facts.imported_since
    seen = f"({held} AND version.seen_at <= moment.as_of)" if facts.is_calculated else held
    return tracked, held, seen


def _listed(columns: Iterable[str]) -> str:
    return "".join(f",\n{each}" for each in columns)
