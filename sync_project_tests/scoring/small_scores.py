"""A hand-made model with round numbers: ten points of the score are one log-odds.

The base rate is one half, so a probability is easily checked; hot begins at log-odds 1.7, cold at -1.7.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from graphlib import TopologicalSorter

import duckdb

from sync_project.icp.features.signals import Lift, Subject
from sync_project.icp.features.wording import (
    Wording,
    word_days_since,
    word_events,
    word_field,
    word_ideal_profile,
    word_kind,
)
from sync_project.scoring.explaining import explain
from sync_project.warehouse.models import build_table, insert_row, load_models
from sync_project_tests.matching.small_org import Row, build_matched

EDGE = 1.7
WORDINGS: Mapping[str, Wording] = {
    "industry": word_field("Industry"),
    "employees": word_field("Employees"),
    "events": word_events(owner="", window_days=90),
    "days_since_event": word_days_since(owner="", window_days=90),
    "page_view_count": word_kind("page_view", owner="", window_days=90),
    "demo_request_count": word_kind("demo_request", owner="", window_days=90),
    "account_events": word_events(owner="Company", window_days=90),
    "ideal_profile": word_ideal_profile("Ideal customer profile"),
    "account_demo_request_count": word_kind("demo_request", owner="Company", window_days=90),
}
PARTS = {
    "page_view_count": "events",
    "demo_request_count": "events",
    "account_demo_request_count": "account_events",
}

NUMBERS = WORDINGS.keys() - {"industry"}
FIT = {"industry", "employees", "ideal_profile"}
LIFTS = {
    "industry": Lift.KNOWN,
    "employees": Lift.KNOWN,
    "ideal_profile": None,
    "days_since_event": Lift.RECENT,
}
"""Of the others it is more."""

_SCORED = {name: model for name, model in load_models().items() if model.schema == "scored"}
_MATCHED = {table for model in _SCORED.values() for table in model.reads if table.startswith("matched.")}

Reason = tuple[str, str | float | None, float]
"""Signal, its value, and its contribution."""


def build_scores(
    *,
    people: Mapping[str, Sequence[Reason]] | None = None,
    accounts: Mapping[str, Sequence[Reason]] | None = None,
    log_odds: Mapping[str, float] | None = None,
    confidence_pct: float = 81.4,
    base_rate: float = 0.5,
    stage: str = "learnt",
    families: Mapping[str, str] | None = None,
    points: Sequence[Row] = (),
    **staged: Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """All of ``scored`` for subjects and their reasons; ``log_odds`` overrides the sum of the reasons.

    A signal that is not given is unknown and adds nothing. ``points`` are rows of ``icp.points`` for people.
    """
    built = build_matched(tables=sorted(_MATCHED), **staged)
    for table in ("icp.signal", "icp.model", "icp.points", "icp.prediction"):
        build_table(load_models()[table], connection=built, parameters={})
    for row in points:
        insert_row("icp.points", {"subject": "person", "lesson_count": 100} | row, connection=built)
    for subject, reasons in ((Subject.PERSON, people or {}), (Subject.ACCOUNT, accounts or {})):
        _keep_model(built, subject, given={"base_rate": base_rate, "stage": stage}, families=families or {})
        for subject_id, given in reasons.items():
            total = (log_odds or {}).get(subject_id, sum(part for _, _, part in given))
            _keep_subject(built, subject, subject_id, given)
            prediction = {
                "subject": subject.value,
                "subject_id": subject_id,
                "model_id": "model",
                "log_odds": total,
                "fit": sum(part for signal, _, part in given if signal in FIT),
                "engagement": sum(part for signal, _, part in given if signal not in FIT),
                "probability": 1 / (1 + math.exp(-total)),
                "confidence_pct": confidence_pct,
            }
            insert_row("icp.prediction", prediction, connection=built)
    build_scored(built)
    return built


def build_scored(built: duckdb.DuckDBPyConnection) -> None:
    """All tables of ``scored`` from those of ``icp``."""
    parameters = {"now": "2026-03-01 12:00:00", "account_sync_threshold": 67}
    build_table(_SCORED["scored.score"], connection=built, parameters=parameters)
    explain(connection=built)
    later = {name: model for name, model in _SCORED.items() if model.is_query and name != "scored.score"}
    for name in TopologicalSorter({name: model.reads for name, model in later.items()}).static_order():
        if name in later:
            build_table(later[name], connection=built, parameters=parameters)


def _keep_model(
    built: duckdb.DuckDBPyConnection, subject: Subject, *, given: Row, families: Mapping[str, str]
) -> None:
    edges = {"cold_edge": -EDGE, "middle": 0, "hot_edge": EDGE}
    insert_row("icp.model", {"subject": subject.value, **given} | edges, connection=built)
    types = [f"{name} {'DOUBLE' if name in NUMBERS else 'VARCHAR'}" for name in WORDINGS]
    built.execute(f"CREATE TABLE icp.{subject}_now (subject_id VARCHAR, {', '.join(types)})")
    added = [f"{name} DOUBLE DEFAULT 0" for name in WORDINGS]
    built.execute(f"CREATE TABLE icp.{subject}_contribution (subject_id VARCHAR, {', '.join(added)})")
    for name, wording in WORDINGS.items():
        row = {
            "subject": subject.value,
            "signal": name,
            "label": name.replace("_", " ").capitalize(),
            "side": "fit" if name in FIT else "engagement",
            "part_of": PARTS.get(name),
            "family": families.get(name, name),
            "lift": LIFTS.get(name, Lift.MORE),
        }
        insert_row("icp.signal", row | asdict(wording), connection=built)


def _keep_subject(
    built: duckdb.DuckDBPyConnection, subject: Subject, subject_id: str, given: Sequence[Reason]
) -> None:
    values = {signal: value for signal, value, _ in given}
    added = {signal: part for signal, _, part in given}
    insert_row(f"icp.{subject}_now", {"subject_id": subject_id} | values, connection=built)
    insert_row(f"icp.{subject}_contribution", {"subject_id": subject_id} | added, connection=built)
