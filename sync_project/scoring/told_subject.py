"""What is told of one kind of subject: its signals, which of them belong together, how wide levels are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.scoring.picking import Widths
from sync_project.scoring.reasons import Silence, find_silences
from sync_project.scoring.told_signals import ToldSignal, read_told_signals
from sync_project.warehouse.connection import fetch_row


@dataclass(frozen=True, kw_only=True)
class ToldSubject:
    """People, or accounts and organisations, who have scores."""

    subject: Subject
    signals: Sequence[ToldSignal]
    silences: Sequence[Silence]
    topics: Mapping[int, str]
    """Of each signal, by its place, what it is about: those that fall silent together move together."""
    widths: Widths


def read_told_subjects(connection: duckdb.DuckDBPyConnection) -> list[ToldSubject]:
    """Those of whom anybody has a score."""
    found = [_read(subject, connection=connection) for subject in Subject]
    return [each for each in found if each is not None]


def _read(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> ToldSubject | None:
    widths = fetch_row(
        connection,
        """SELECT hot_edge - middle, middle - cold_edge FROM icp.model
        WHERE subject = $subject AND subject IN (SELECT subject FROM icp.prediction)""",
        {"subject": subject.value},
    )
    if widths is None:
        return None
    signals = read_told_signals(subject, connection=connection)
    silences = find_silences(signals)
    return ToldSubject(
        subject=subject,
        signals=signals,
        silences=silences,
        topics=_name_topics(signals, silences),
        widths=(widths[0], widths[1]),
    )


def _name_topics(signals: Sequence[ToldSignal], silences: Iterable[Silence]) -> dict[int, str]:
    topics = {place: each.family for place, each in enumerate(signals)}
    for silence in silences:
        topics |= dict.fromkeys(silence.conditions, silence.text)
    return topics
