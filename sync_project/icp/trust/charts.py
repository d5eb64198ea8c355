"""Pictures of what the scorecards were worth: calibration and lift."""

from collections.abc import Sequence

import duckdb

from sync_project.pictures.drawing import Anchor, Colour, Drawing
from sync_project.pictures.panels import TITLES, Frame, Row, draw_frame, draw_panels, percent, percent_ticks
from sync_project.warehouse.connection import fetch_dicts

BAR_SHARE = 0.7
ROOM_FOR_TEXT = 1.1


def draw_calibration(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Predicted chances beside what happened; None where nothing was tested."""
    rows = fetch_dicts(connection, "FROM icp.calibration ORDER BY subject DESC, step")
    drawing = draw_panels(rows, _draw_calibration)
    return drawing.markdown(alt="Predicted chances beside the shares that were won") if rows else None


def _draw_calibration(rows: Sequence[Row], drawing: Drawing, left: int) -> None:
    ticks = percent_ticks(max(max(row["predicted"], row["observed_at_most"]) for row in rows))
    most, _ = ticks[-1]
    panel = draw_frame(
        Frame(
            title=f"{TITLES[rows[0]['subject']]}: do predicted chances come true?",
            subtitle=f"{sum(row['row_count'] for row in rows):,} later outcomes, in tenths by their chance",
            x_label="predicted chance (dashed: exactly so many won)",
            y_label="won, with 90 % interval",
            x_span=(0, most),
            x_ticks=ticks,
            y_ticks=ticks,
        ),
        drawing=drawing,
        left=left,
    )
    drawing.line(panel.place(0, 0), panel.place(most, most), colour=Colour.QUIET, is_dashed=True)
    for row in rows:
        drawing.line(
            panel.place(row["predicted"], row["observed_at_least"]),
            panel.place(row["predicted"], row["observed_at_most"]),
            colour=Colour.MAIN,
            width=1.5,
        )
        drawing.dot(panel.place(row["predicted"], row["observed"]), colour=Colour.MAIN)


def draw_lift(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What ranking by score was worth; None where nothing was tested."""
    rows = fetch_dicts(connection, "FROM icp.lift ORDER BY subject DESC, decile")
    drawing = draw_panels(rows, _draw_lift)
    return drawing.markdown(alt="Share won in each tenth by score") if rows else None


def _draw_lift(rows: Sequence[Row], drawing: Drawing, left: int) -> None:
    count = sum(row["row_count"] for row in rows)
    usual = sum(row["win_count"] for row in rows) / count
    best = max(row["win_rate"] for row in rows)
    panel = draw_frame(
        Frame(
            title=f"{TITLES[rows[0]['subject']]}: what is ranking by score worth?",
            subtitle=f"{count:,} later outcomes; dashed: {percent(usual, digits=1)} of all were won",
            x_label="tenth by score, the best first",
            y_label="won, and as a multiple of the usual share",
            x_span=(0.5, 10.5),
            x_ticks=[(row["decile"], f"{row['decile']}") for row in rows],
            y_ticks=percent_ticks(max(ROOM_FOR_TEXT * best, 0.01)),
        ),
        drawing=drawing,
        left=left,
    )
    for row in rows:
        middle, top = panel.place(row["decile"], row["win_rate"])
        start, ground = panel.place(row["decile"] - BAR_SHARE / 2, 0)
        drawing.bar((start, top), width=2 * (middle - start), height=ground - top, colour=Colour.MAIN)
        if row["lift"] is not None:
            drawing.text((middle, top - 4), f"{row['lift']:.1f}x", anchor=Anchor.MIDDLE)
    drawing.line(panel.place(0.5, usual), panel.place(10.5, usual), colour=Colour.HOT, is_dashed=True)
