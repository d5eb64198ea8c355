"""The tables of trust in a few rows, as Markdown; None where there is nothing to tell.

Each stays below a thousand characters, which Dagster's UI shows in their place, not behind a click.
"""

from collections.abc import Callable, Mapping, Sequence

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.pictures.markdown import make_table
from sync_project.pictures.panels import TITLES, Row, percent
from sync_project.warehouse.connection import fetch_dicts

MODEL_NAMES = {"scorecard": "this model", "challenger": "gradient boosting", "base_rate": "base rate alone"}
FIGURES = {
    "auc": "AUC",
    "log_loss": "log-loss",
    "brier": "Brier",
    "calibration_error": "calibration error",
    "top_decile_lift": "lift of the best tenth",
}
MEANINGLESS = {("base_rate", "auc"), ("base_rate", "top_decile_lift")}
"""It ranks nobody; between origins it differs, which would be shown as ranking."""


def tell_calibration(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Predicted chances beside what happened."""
    rows = fetch_dicts(connection, "FROM icp.calibration ORDER BY subject DESC, step")
    return _set_side_by_side(
        rows,
        key=("tenth", lambda row: str(row["step"])),
        columns={
            "predicted": lambda row: percent(row["predicted"]),
            "won": lambda row: percent(row["observed"]),
        },
    )


def tell_lift(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What the best tenths hold."""
    rows = fetch_dicts(connection, "FROM icp.lift ORDER BY subject DESC, decile")
    return _set_side_by_side(
        rows,
        key=("tenth", lambda row: str(row["decile"])),
        columns={
            "won": lambda row: percent(row["win_rate"]),
            "wins so far": lambda row: _percent_or_none(row["share_of_wins"]),
        },
    )


def tell_confidence(connection: duckdb.DuckDBPyConnection, subject: Subject | None = None) -> str | None:
    """Confidence claimed beside levels that lasted, of one subject or both."""
    rows = _fetch_whose(
        "FROM icp.confidence_outcome", subject, order="at_least ASC NULLS LAST", connection=connection
    )
    return _set_side_by_side(
        rows,
        key=("claimed confidence", _name_band),
        columns={
            "outcomes": lambda row: f"{row['row_count']:,}",
            "claimed": lambda row: f"{row['claimed_pct']:.0f} %",
            "kept their level": lambda row: f"{row['agreed_pct']:.0f} %",
        },
    )


def tell_levels(connection: duckdb.DuckDBPyConnection, subject: Subject | None = None) -> str | None:
    """What became of the hot, warm and cold, of one subject or both."""
    rows = _fetch_whose("FROM icp.level_outcome", subject, order="tier DESC", connection=connection)
    told = [
        [
            f"{row['level']} {row['subject']}s",
            f"{row['row_count']:,}",
            percent(row["win_rate"], digits=1),
            f"{100 * row['win_rate_at_least']:.0f} to {percent(row['win_rate_at_most'])}",
            _percent_or_none(row["share_of_wins"]),
        ]
        for row in rows
    ]
    return make_table(["shown as", "outcomes", "won", "90 % interval", "of all wins"], told) if told else None


def tell_backtest(connection: duckdb.DuckDBPyConnection, subject: Subject | None = None) -> str | None:
    """The models beside one another, all origins together, of one subject or both."""
    rows = _fetch_whose(
        "FROM (FROM icp.backtest WHERE origin_pct IS NULL)",
        subject,
        order="CASE model WHEN 'scorecard' THEN 1 WHEN 'challenger' THEN 2 ELSE 3 END",
        connection=connection,
    )
    told = [
        [
            f"{TITLES[row['subject']]}: {MODEL_NAMES[row['model']]}",
            *(
                None if row[name] is None or (row["model"], name) in MEANINGLESS else f"{row[name]:.3f}"
                for name in FIGURES
            ),
        ]
        for row in rows
    ]
    notes = sorted({f"Gradient boosting {row['note']}." for row in rows if row["note"]})
    return "\n\n".join([make_table(["model", *FIGURES.values()], told), *notes]) if told else None


def tell_drift(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What moved, in sentences."""
    rows = fetch_dicts(
        connection,
        "FROM icp.score_drift ORDER BY subject DESC, measure DESC, compared_with",
    )
    told = (f"- {TITLES[row['subject']]}, *{row['verdict']}*: {row['reason']}" for row in rows)
    return "\n".join(told) or None


def _fetch_whose(
    rows: str, subject: Subject | None, *, order: str, connection: duckdb.DuckDBPyConnection
) -> Sequence[Row]:
    """Rows of one subject, or of all where it is None: people first, then in their own order."""
    return fetch_dicts(
        connection,
        f"{rows} WHERE subject = coalesce($subject, subject) ORDER BY subject DESC, {order}",
        {"subject": subject.value if subject else None},
    )


def _set_side_by_side(
    rows: Sequence[Row],
    *,
    key: tuple[str, Callable[[Row], str]],
    columns: Mapping[str, Callable[[Row], str | None]],
) -> str | None:
    """One line for each key, with the columns of every subject."""
    heading, name = key
    subjects = list(dict.fromkeys(row["subject"] for row in rows))
    found = {(name(row), row["subject"]): row for row in rows}
    lines = [
        [
            each,
            *(
                tell(found[each, subject]) if (each, subject) in found else None
                for subject in subjects
                for tell in columns.values()
            ),
        ]
        for each in dict.fromkeys(name(row) for row in rows)
    ]
    header = [heading, *(f"{TITLES[subject]}: {each}" for subject in subjects for each in columns)]
    return make_table(header, lines) if lines else None


def _name_band(row: Row) -> str:
    least = row["at_least"]
    return "all" if least is None else "under 50 %" if least == 0 else f"{least} % and more"


def _percent_or_none(share: float | None) -> str | None:
    return None if share is None else percent(share)
