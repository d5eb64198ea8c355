"""``scored.explanation``: what speaks for and against each score, and what would lift it, in words.

One query per subject, which Python writes, because the signals are the settings'; it goes once over the wide
tables and never over a row per signal.
"""

from collections.abc import Iterable, Sequence

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.scoring.lifts import lift_stages, read_suggestions
from sync_project.scoring.picking import Widths, stack
from sync_project.scoring.reasons import Silence, find_silences, list_reasons, reason_stages
from sync_project.scoring.told_signals import Parameters, ToldSignal, read_told_signals, read_value
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import build_table, load_models, quote_name

TABLE = "scored.explanation"

VERDICT = """CASE score.subject
        WHEN 'person' THEN CASE score.tier WHEN 3 THEN 'Hot' WHEN 2 THEN 'Warm' ELSE 'Cold' END
        ELSE CASE score.tier WHEN 3 THEN 'High' WHEN 2 THEN 'Medium' ELSE 'Low' END || ' propensity'
    END
    || ', score ' || score.score || ', ' || score.confidence_pct || ' % sure'
    || CASE model.stage WHEN 'icp_only' THEN ', ICP only' WHEN 'little_data' THEN ', little data' ELSE '' END
    || '. '
    || CASE
        WHEN score.probability_pct < 1 THEN 'Under 1'
        WHEN score.probability_pct > 99 THEN 'Over 99'
        ELSE CAST(score.probability_pct AS VARCHAR)
    END
    || ' % chance of a win; usual is '
    || CASE WHEN score.usual_pct < 1 THEN 'under 1' ELSE CAST(score.usual_pct AS VARCHAR) END || ' %.'
    || CASE WHEN told.top_signals = '' THEN ' No single signal stands out.' ELSE '' END"""

LINES = {
    "For": "told.for_text",
    "Against": "told.against_text",
    "Would lift it most": "CASE WHEN score.score < 100 THEN told.lift_text ELSE '' END",
}

_LINES = ", ".join(f"'{words}: ' || nullif({text}, '')" for words, text in LINES.items())
REASONING = f"concat_ws(chr(10), {VERDICT}, {_LINES})"


def explain(*, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.explanation``: a row for each of ``scored.score``."""
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for subject in Subject:
        widths = _read_widths(subject, connection=connection)
        if widths is not None:
            _explain_subject(subject, widths, connection=connection)


def _explain_subject(subject: Subject, widths: Widths, *, connection: duckdb.DuckDBPyConnection) -> None:
    signals = read_told_signals(subject, connection=connection)
    silences = find_silences(signals)
    suggestions = read_suggestions(subject, signals, connection=connection)
    parameters = Parameters()
    stages = [
        *reason_stages(signals, list_reasons(signals, silences), widths=widths, parameters=parameters),
        *lift_stages(
            suggestions, topics=name_topics(signals, silences), width=widths[0], parameters=parameters
        ),
    ]
    rows = stack(f"({_given(subject, signals)})", stages)
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT score.subject, told.* EXCLUDE (lift_text),
            CASE WHEN score.score < 100 THEN told.lift_text ELSE '' END AS lift_text,
            {REASONING} AS reasoning
        FROM (
            SELECT subject_id, top_signals, for_text, against_text, lift_text FROM {rows}
        ) AS told
        INNER JOIN scored.score AS score
            ON told.subject_id = score.subject_id AND score.subject = '{subject}'
        INNER JOIN icp.model AS model ON score.subject = model.subject""",
        parameters.values,
    )


def _given(subject: Subject, signals: Sequence[ToldSignal]) -> str:
    columns = [
        f"{read_value(each, column='now')} AS value_{place}, told.{quote_name(each.name)} AS added_{place}"
        for place, each in enumerate(signals)
    ]
    return f"""SELECT told.subject_id, {", ".join(columns)}
        FROM icp.{subject}_contribution AS told
        INNER JOIN icp.{subject}_now AS now ON told.subject_id = now.subject_id"""


def name_topics(signals: Sequence[ToldSignal], silences: Iterable[Silence]) -> dict[int, str]:
    """Of each signal, by its place, what it is about: signals that fall silent together move together."""
    topics = {place: each.family for place, each in enumerate(signals)}
    for silence in silences:
        topics |= dict.fromkeys(silence.conditions, silence.text)
    return topics


def _read_widths(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> Widths | None:
    """None where nobody has a score."""
    row = fetch_row(
        connection,
        """SELECT hot_edge - middle, middle - cold_edge FROM icp.model
        WHERE subject = $subject AND subject IN (SELECT subject FROM icp.prediction)""",
        {"subject": subject.value},
    )
    return None if row is None else (row[0], row[1])
