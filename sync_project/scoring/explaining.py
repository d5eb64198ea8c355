"""``scored.explanation``: what speaks for and against each score, what changed, what would lift it.

One query per subject, which Python writes, because the signals are the settings'; it goes once over the wide
tables and never over a row per signal.
"""

from collections.abc import Sequence

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.scoring.lifts import lift_stages, read_suggestions
from sync_project.scoring.picking import stack
from sync_project.scoring.reasons import list_reasons, reason_stages
from sync_project.scoring.told_signals import Parameters, ToldSignal, read_value
from sync_project.scoring.told_subject import ToldSubject, read_told_subjects
from sync_project.warehouse.models import build_table, load_models, quote_name

TABLE = "scored.explanation"

VERDICT = """upper(left(level, 1)) || substr(level, 2)
    || CASE subject WHEN 'account' THEN ' propensity' ELSE '' END
    || ', score ' || score || ', ' || confidence_pct || ' % sure'
    || CASE stage WHEN 'icp_only' THEN ', ICP only' WHEN 'little_data' THEN ', little data' ELSE '' END
    || '. '
    || CASE
        WHEN probability_pct < 1 THEN 'Under 1'
        WHEN probability_pct > 99 THEN 'Over 99'
        ELSE CAST(probability_pct AS VARCHAR)
    END
    || ' % chance of a win; usual is '
    || CASE WHEN usual_pct < 1 THEN 'under 1' ELSE CAST(usual_pct AS VARCHAR) END || ' %.'
    || CASE WHEN top_signals = '' THEN ' No single signal stands out.' ELSE '' END"""

LINES = {
    "For: ": "for_text",
    "Against: ": "against_text",
    "Changed since ": "changed_text",
    "Would lift it most: ": "lift_text",
}

_LINES = ", ".join(f"'{words}' || nullif({text}, '')" for words, text in LINES.items())
REASONING = f"concat_ws(chr(10), {VERDICT}, {_LINES})"


def explain(*, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.explanation``: a row for each of ``scored.score``."""
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for each in read_told_subjects(connection):
        _explain(each, connection=connection)


def _explain(told: ToldSubject, *, connection: duckdb.DuckDBPyConnection) -> None:
    suggestions = read_suggestions(told.subject, told.signals, connection=connection)
    parameters = Parameters()
    stages = [
        *reason_stages(
            told.signals,
            list_reasons(told.signals, told.silences),
            widths=told.widths,
            parameters=parameters,
        ),
        *lift_stages(suggestions, topics=told.topics, widths=told.widths, parameters=parameters),
    ]
    rows = stack(f"({_given(told.subject, told.signals)})", stages)
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT subject, subject_id, top_signals, for_text, against_text, changed_text, lift_text,
            {REASONING} AS reasoning
        FROM {rows}""",
        parameters.values,
    )


def _given(subject: Subject, signals: Sequence[ToldSignal]) -> str:
    columns = [
        f"{read_value(each, column='now')} AS value_{place}, told.{quote_name(each.name)} AS added_{place}"
        for place, each in enumerate(signals)
    ]
    return f"""SELECT score.*, model.stage, coalesce(change.text, '') AS changed_text, {", ".join(columns)}
        FROM scored.score AS score
        INNER JOIN icp.model AS model ON score.subject = model.subject
        INNER JOIN icp.{subject}_contribution AS told ON score.subject_id = told.subject_id
        INNER JOIN icp.{subject}_now AS now ON score.subject_id = now.subject_id
        LEFT JOIN scored.change AS change
            ON score.subject = change.subject AND score.subject_id = change.subject_id
        WHERE score.subject = '{subject}'"""
