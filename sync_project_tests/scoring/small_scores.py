"""A hand-made model with round numbers: ten points of the score are one log-odds.

The base rate is one half, so a probability is easily checked; hot begins at log-odds 1.7, cold at -1.7.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import cast

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
from sync_project.scoring.changes import find_changes
from sync_project.scoring.explaining import explain
from sync_project.scoring.last_written import read_last_written
from sync_project.scoring.picking import POINTS_TO_EDGE
from sync_project.warehouse.models import build_table, ensure_table, insert_row, load_models
from sync_project_tests.matching.small_org import Row, build_matched

EDGE = 1.7
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDINGS: Mapping[str, Wording] = {
    "industry": word_field("Industry"),
    "employees": word_field("Employees"),
    "events": word_events(owner=""),
    "days_since_event": word_days_since(owner=""),
    "page_view_count": word_kind("page_view", owner=""),
    "demo_request_count": word_kind("demo_request", owner=""),
    "account_events": word_events(owner="Company"),
    "ideal_profile": word_ideal_profile("Ideal customer profile"),
    "account_demo_request_count": word_kind("demo_request", owner="Company"),
}
LABELS = {
    "industry": "Industry",
    "employees": "Employees",
    "events": "Events lately",
    "days_since_event": "Days since the last event",
    "page_view_count": "Page view lately",
    "demo_request_count": "Demo request lately",
    "account_events": "Company: Events lately",
    "ideal_profile": "Ideal customer profile",
    "account_demo_request_count": "Company: Demo request lately",
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
_READ = {table for model in _SCORED.values() for table in model.reads}
_MATCHED = {"matched.record_redirect", *(table for table in _READ if table.startswith("matched."))}

Reason = tuple[str, str | float | None, float]
"""Signal, its value, and its contribution."""


def build_scores(
    *,
    people: Mapping[str, Sequence[Reason]] | None = None,
    accounts: Mapping[str, Sequence[Reason]] | None = None,
    log_odds: Mapping[str, float] | None = None,
    confidence_pct: float = 81.4,
    chances: Mapping[str, Row] | None = None,
    base_rate: float = 0.5,
    stage: str = "learnt",
    families: Mapping[str, str] | None = None,
    points: Sequence[Row] = (),
    written: Sequence[Row] = (),
    **staged: Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """All of ``scored`` for subjects and their reasons; ``log_odds`` overrides the sum of the reasons.

    A signal that is not given is unknown and adds nothing. ``points`` are rows of ``icp.points`` for people,
    ``written`` those of what Salesforce holds, with ``reasons`` as they were.
    """
    built = build_matched(tables=sorted(_MATCHED), **staged)
    for table in ("icp.signal", "icp.model", "icp.points", "icp.prediction", "icp.not_evaluated"):
        build_table(load_models()[table], connection=built, parameters={})
    ensure_table(load_models()["outbound.written_score"], connection=built)
    for row in written:
        keep_written(built, row)
    for row in points:
        insert_row("icp.points", {"subject": "person", "lesson_count": 100} | row, connection=built)
    for subject, reasons in ((Subject.PERSON, people or {}), (Subject.ACCOUNT, accounts or {})):
        _keep_model(built, subject, given={"base_rate": base_rate, "stage": stage}, families=families or {})
        for subject_id, given in reasons.items():
            total = (log_odds or {}).get(subject_id, sum(part for _, _, part in given))
            _keep_subject(built, subject, subject_id, given)
            prediction = (
                {
                    "subject": subject.value,
                    "subject_id": subject_id,
                    "model_id": "model",
                    "log_odds": total,
                    "fit": sum(part for signal, _, part in given if signal in FIT),
                    "engagement": sum(part for signal, _, part in given if signal not in FIT),
                    "probability": 1 / (1 + math.exp(-total)),
                }
                | _chances(total, confidence_pct)
                | (chances or {}).get(subject_id, {})
            )
            insert_row("icp.prediction", prediction, connection=built)
    build_scored(built)
    return built


def build_scored(built: duckdb.DuckDBPyConnection) -> None:
    """All tables of ``scored`` from those of ``icp``."""
    parameters = {
        "now": NOW.strftime("%Y-%m-%d %H:%M:%S"),
        "account_sync_threshold": 67,
        "keep_level_pct": 40,
        "points_to_edge": POINTS_TO_EDGE,
    }
    read_last_written(connection=built)
    build_table(_SCORED["scored.score"], connection=built, parameters=parameters)
    find_changes(now=NOW, connection=built)
    explain(connection=built)
    later = {name: model for name, model in _SCORED.items() if model.is_query and name != "scored.score"}
    for name in TopologicalSorter({name: model.reads for name, model in later.items()}).static_order():
        if name in later:
            build_table(later[name], connection=built, parameters=parameters)


def _chances(log_odds: float, confidence_pct: float) -> Row:
    """That of the level which the log-odds mean; what is left goes to its neighbour below, or above."""
    tier = 1 + (log_odds > -EDGE) + (log_odds >= EDGE)
    names = ("cold_pct", "warm_pct", "hot_pct")
    neighbour = {1: "warm_pct", 2: "cold_pct", 3: "warm_pct"}[tier]
    return {
        "confidence_pct": confidence_pct,
        **dict.fromkeys(names, 0.0),
        names[tier - 1]: confidence_pct,
        neighbour: 100 - confidence_pct,
    }


def keep_written(built: duckdb.DuckDBPyConnection, row: Row) -> None:
    """What Salesforce holds of one subject since a day; of a person with today's model unless told."""
    reasons = cast("Sequence[Reason]", row.get("reasons", ()))
    said = {
        "contributions": json.dumps(dict.fromkeys(WORDINGS, 0.0) | {name: part for name, _, part in reasons}),
        "signal_values": json.dumps(dict.fromkeys(WORDINGS) | {name: value for name, value, _ in reasons}),
    }
    given = {name: value for name, value in row.items() if name != "reasons"}
    tier = 1 + (cast("int", row["score"]) >= 34) + (cast("int", row["score"]) >= 67)
    usual = {
        "subject": "person",
        "tier": tier,
        "model_id": "model",
        "basis": "basis",
        "exact_score": row["score"],
        "written_at": datetime(2025, 11, 12, 8, tzinfo=UTC),
    }
    insert_row("outbound.written_score", usual | said | given, connection=built)


def _keep_model(
    built: duckdb.DuckDBPyConnection, subject: Subject, *, given: Row, families: Mapping[str, str]
) -> None:
    edges = {"cold_edge": -EDGE, "middle": 0, "hot_edge": EDGE}
    row = {"subject": subject.value, "basis": "basis", **given} | edges
    insert_row("icp.model", row, connection=built)
    types = [f"{name} {'DOUBLE' if name in NUMBERS else 'VARCHAR'}" for name in WORDINGS]
    built.execute(f"CREATE TABLE icp.{subject}_now (subject_id VARCHAR, {', '.join(types)})")
    added = [f"{name} DOUBLE DEFAULT 0" for name in WORDINGS]
    built.execute(f"CREATE TABLE icp.{subject}_contribution (subject_id VARCHAR, {', '.join(added)})")
    for name, wording in WORDINGS.items():
        row = {
            "subject": subject.value,
            "signal": name,
            "label": LABELS[name],
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
