"""A hand-made model with round numbers: ten points of the score are one log-odds.

The base rate is one half, so a probability is easily checked; hot begins at log-odds 1.7, cold at -1.7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from graphlib import TopologicalSorter

import duckdb

from sync_project.icp.features.wording import (
    Wording,
    word_days_since,
    word_events,
    word_field,
    word_ideal_profile,
    word_kind,
)
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

_SCORED = {name: model for name, model in load_models().items() if model.schema == "scored"}
_MATCHED = {table for model in _SCORED.values() for table in model.reads if table.startswith("matched.")}

Reason = tuple[str, str | None, float]
"""Signal, its value as text, and its contribution."""


def build_scores(
    *,
    people: Mapping[str, Sequence[Reason]] | None = None,
    accounts: Mapping[str, Sequence[Reason]] | None = None,
    log_odds: Mapping[str, float] | None = None,
    confidence_pct: float = 81.4,
    base_rate: float = 0.5,
    **staged: Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """All of ``scored`` for subjects and their reasons; ``log_odds`` overrides the sum of the reasons."""
    built = build_matched(tables=sorted(_MATCHED), **staged)
    for table in ("icp.signal", "icp.model", "icp.prediction", "icp.contribution"):
        build_table(load_models()[table], connection=built, parameters={})
    for subject, reasons in (("person", people or {}), ("account", accounts or {})):
        _keep_model(built, subject, base_rate=base_rate)
        for subject_id, given in reasons.items():
            total = (log_odds or {}).get(subject_id, sum(part for _, _, part in given))
            built.execute(
                """INSERT INTO icp.prediction
                SELECT $1, $2, 'model', $3::DOUBLE, 0, 0, 1 / (1 + exp(-$3::DOUBLE)), $4""",
                [subject, subject_id, total, confidence_pct],
            )
            for signal, value, part in given:
                built.execute(
                    "INSERT INTO icp.contribution VALUES ($1, $2, $3, $3, $4, $5)",
                    [subject, subject_id, signal, value, part],
                )
    _build_scored(built)
    return built


def _keep_model(built: duckdb.DuckDBPyConnection, subject: str, *, base_rate: float) -> None:
    built.execute(
        """INSERT INTO icp.model BY NAME SELECT $1 AS subject, $2 AS base_rate,
        $3 AS cold_edge, 0 AS middle, $4 AS hot_edge""",
        [subject, base_rate, -EDGE, EDGE],
    )
    for name, wording in WORDINGS.items():
        row = {
            "subject": subject,
            "signal": name,
            "label": name,
            "side": "fit" if name in {"industry", "employees"} else "engagement",
            "part_of": PARTS.get(name),
        }
        insert_row("icp.signal", row | asdict(wording), connection=built)


def _build_scored(built: duckdb.DuckDBPyConnection) -> None:
    for name in TopologicalSorter({name: model.reads for name, model in _SCORED.items()}).static_order():
        if name in _SCORED:
            parameters = {"now": "2026-03-01 12:00:00", "account_sync_threshold": 67}
            build_table(_SCORED[name], connection=built, parameters=parameters)
