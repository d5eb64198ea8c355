"""``icp.model_card``: each model as a page for people, in Markdown."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.icp.trust.small_tables import tell_backtest, tell_confidence, tell_levels
from sync_project.pictures.markdown import escape, make_table
from sync_project.settings.icp import OutcomeSource
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import as_timestamp, fetch_dicts, fetch_row
from sync_project.warehouse.models import ensure_table, load_models

TABLE = "icp.model_card"
SIGNALS_SHOWN = 8
LEVELS = {Subject.PERSON: ("hot", "cold"), Subject.ACCOUNT: ("high", "low")}
QUALITIES = {
    "Beside another kind of model, and beside knowing nothing but the base rate:": tell_backtest,
    "What became of those that it would have shown at each level:": tell_levels,
    "How often that level was still the same when all outcomes were known, by the confidence claimed:": (
        tell_confidence
    ),
}
LIMITS = (
    "It tells who resembles those who won; it does not tell that changing a field makes anybody buy.",
    "It learnt from those whose outcome is known; of people or companies unlike them it knows less, and its "
    "confidence says so.",
    "It is fitted anew by every run, so points move a little with every new outcome.",
    "Out of time is not out of your market: after a new product, price or region let it learn anew.",
)

Facts = Mapping[str, Any]


def build_cards(*, connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> None:
    """Write the present models' cards; those of earlier models stay."""
    ensure_table(load_models()[TABLE], connection=connection)
    for subject in Subject:
        for model in fetch_dicts(
            connection, "FROM icp.model WHERE subject = $subject", {"subject": subject.value}
        ):
            card = write_card(subject, model, connection=connection, settings=settings)
            written = {"subject": subject.value, "model_id": model["model_id"]}
            connection.execute(
                f"DELETE FROM {TABLE} WHERE subject = $subject AND model_id IS NOT DISTINCT FROM $model_id",
                written,
            )
            connection.execute(
                f"INSERT INTO {TABLE} VALUES ($subject, $model_id, $now, $card)",
                written | {"now": as_timestamp(now), "card": card},
            )


def read_card(subject: Subject, connection: duckdb.DuckDBPyConnection) -> str | None:
    """The card of the subject's present model; None before its first."""
    found = fetch_row(
        connection,
        f"""SELECT kept.card FROM {TABLE} AS kept
        INNER JOIN icp.model AS model
            ON kept.subject = model.subject AND kept.model_id IS NOT DISTINCT FROM model.model_id
        WHERE kept.subject = $subject""",
        {"subject": subject.value},
    )
    return found[0] if found else None


def write_card(
    subject: Subject, model: Facts, *, connection: duckdb.DuckDBPyConnection, settings: Settings
) -> str:
    """The page of the subject's model, a row of ``icp.model``."""
    parts = [
        f"# {subject.value.capitalize()} model" + (f" `{model['model_id']}`" if model["model_id"] else ""),
        f"**{escape(model['reason'])}**",
        "## What it predicts",
        _tell_outcome(subject, connection=connection, settings=settings),
        "## What it learnt from",
        _tell_lessons(subject, model, connection=connection),
    ]
    if model["model_id"] is not None:
        parts += ["## What counts most", *_tell_points(subject, connection=connection)]
    if model["auc"] is not None:
        parts += ["## How good it is on outcomes it had not seen"]
        for heading, tell in QUALITIES.items():
            parts += [heading, tell(connection, subject) or ""]
    parts += ["## Where the levels and the bounds are", _tell_bounds(subject, model, settings=settings)]
    parts += ["## Where it ends", "\n".join(f"- {each}" for each in LIMITS)]
    return "\n\n".join(parts) + "\n"


def _tell_outcome(subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    outcome = settings.icp.outcome
    of_person = subject is Subject.PERSON
    if of_person and outcome.source is OutcomeSource.LEAD_FIELD:
        return f"The chance that the Lead's field {escape(outcome.field)} will say yes."
    chances = []
    if of_person and outcome.source in {OutcomeSource.LEAD_CONVERSION, OutcomeSource.EITHER}:
        chances.append(f"a lead is converted {_tell_horizon('icp.lead_outcome', connection=connection)}")
    if not of_person or outcome.source in {OutcomeSource.OPPORTUNITY, OutcomeSource.EITHER}:
        whose = "of which the person is the first contact" if of_person else "with the account"
        within = _tell_horizon("icp.opportunity_outcome", connection=connection)
        chances.append(f"a deal {whose} is won {within}")
    return f"The chance that {', or '.join(chances)}."


def _tell_horizon(table: str, *, connection: duckdb.DuckDBPyConnection) -> str:
    found = fetch_row(connection, f"SELECT max(horizon_days) FROM {table}")
    return f"within {found[0]:,} days of its creation" if found and found[0] else "within the horizon"


def _tell_lessons(subject: Subject, model: Facts, *, connection: duckdb.DuckDBPyConnection) -> str:
    first, last = fetch_row(
        connection, f"SELECT CAST(min(as_of) AS DATE), CAST(max(as_of) AS DATE) FROM icp.{subject}_lesson"
    ) or (None, None)
    if not model["example_count"] or first is None:
        return "There are no outcomes to learn from yet."
    return (
        f"{model['example_count']:,} outcomes old enough to tell, decided {first} to {last}; "
        f"{model['win_count']:,} of them won ({model['win_count'] / model['example_count']:.1%})."
    )


def _tell_points(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The signals whose bins lie furthest apart, each bin counted by its lessons."""
    rows = connection.execute(
        """WITH bin AS (
            SELECT points.signal, signal.label, points.points, points.lesson_count,
                coalesce(points.level, replace(points.bin, signal.label || ' ', '')) AS bin
            FROM icp.points AS points
            LEFT JOIN icp.signal AS signal
                ON points.subject = signal.subject AND points.signal = signal.signal
            WHERE points.subject = $subject AND points.kind <> 'slope' AND points.lesson_count > 0
        )
        SELECT coalesce(label, signal), round(sqrt(sum(lesson_count * round(points, 9) * round(points, 9)
                ORDER BY bin) / sum(lesson_count)), 6) AS spread,
            max_by(bin, (round(points, 9), bin)), max(points),
            min_by(bin, (round(points, 9), bin)), min(points)
        FROM bin GROUP BY label, signal ORDER BY spread DESC, signal LIMIT $shown""",
        {"subject": subject.value, "shown": SIGNALS_SHOWN},
    ).fetchall()
    yield "Points are log-odds: +0.7 doubles the odds, -0.7 halves them. `icp.points` has all of them."
    yield make_table(
        ["signal", "most for a win", "most against", "typical points"],
        (
            [label, f"{best} ({most:+.2f})", f"{worst} ({least:+.2f})", f"{spread:.2f}"]
            for label, spread, best, most, worst, least in rows
        ),
    )


def _tell_bounds(subject: Subject, model: Facts, *, settings: Settings) -> str:
    icp, top, bottom = settings.icp, *LEVELS[subject]
    lines = []
    if model["hot_edge"] is not None:
        hot, cold = (1 / (1 + math.exp(-model[edge])) for edge in ("hot_edge", "cold_edge"))
        lines += [
            f"*{top}* from a chance of {hot:.1%} ({settings.scoring.hot_odds:g} times the usual odds), "
            f"*{bottom}* up to {cold:.1%} ({settings.scoring.cold_odds:g} times)."
        ]
    lines += [
        f"Scores are held back below {icp.minimum_wins} wins or {icp.minimum_losses} losses, where later "
        "outcomes show no clear gain over the base rate, where their odds are missed by more than a factor "
        f"of {icp.largest_odds_error:g}, and above an AUC of {icp.highest_auc:g}, which honest signals do "
        "not reach."
    ]
    return " ".join(lines)
