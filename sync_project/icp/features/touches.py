"""Counts of dated rows that are a person's by identity, and a company's: those before the moment.

A record that was deleted afterwards was there still, and counts.
"""

from collections.abc import Mapping

from sync_project.icp.features.signals import Source, Subject

WAS_THERE = """coalesce({0}.restored_at < moment.as_of, TRUE)
                AND coalesce({0}.deleted_at >= moment.as_of, TRUE)"""
"""Whether a span of ``icp.existence`` holds the moment; it does where a row has none."""


def touch_sources(
    name: str, *, table: str, counts: Mapping[str, str], parameters: Mapping[str, object]
) -> list[Source]:
    """The counts of the person as ``name``, and as ``account_<name>`` those of the company.

    ``table`` holds identity, company_id, happened_at, restored_at and deleted_at; ``counts`` are aggregates
    over its rows, named ``touch``, and ``moment.as_of``. Without counts there is nothing to read.
    """
    if not counts:
        return []
    return [
        _count_touches(each, of, table=table, counts=counts, parameters=parameters)
        for each, of in ((name, Subject.PERSON), (f"account_{name}", Subject.ACCOUNT))
    ]


def _count_touches(
    name: str, of: Subject, *, table: str, counts: Mapping[str, str], parameters: Mapping[str, object]
) -> Source:
    key, joined = {
        Subject.PERSON: (
            "person_id",
            f"""INNER JOIN icp.person_profile AS person ON moment.person_id = person.person_id
            INNER JOIN {table} AS touch ON person.identity = touch.identity""",
        ),
        Subject.ACCOUNT: (
            "company_id",
            f"INNER JOIN {table} AS touch ON moment.company_id = touch.company_id",
        ),
    }[of]
    columns = ", ".join(f"{count} AS {column}" for column, count in counts.items())
    return Source(
        name=name,
        rows=f"""(SELECT moment.{key}, moment.as_of, {columns}
            FROM (SELECT DISTINCT {key}, as_of FROM subject) AS moment
            {joined}
            WHERE touch.happened_at < moment.as_of AND {WAS_THERE.format("touch")}
            GROUP BY moment.{key}, moment.as_of)""",
        on=f"subject.{key} = {name}.{key} AND subject.as_of = {name}.as_of",
        parameters=parameters,
    )
