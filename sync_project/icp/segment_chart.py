"""Who wins, as a picture: the groups that stand out, with their intervals."""

from collections.abc import Sequence

import duckdb

from sync_project.pictures.drawing import Anchor, Colour, Drawing, Scale, cut
from sync_project.pictures.panels import TITLES, Row, draw_titles, percent, percent_ticks, split_subjects
from sync_project.warehouse.connection import fetch_dicts

SHOWN_OF_EACH = 6
WIDTH, HEIGHT, TOP, BOTTOM = 800, 320, 66, 48
LABEL_WIDTH, COUNT_WIDTH, LONGEST_LABEL = 310, 100, 46


def draw_segments(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The groups that win most and least for certain; None without lessons."""
    rows = fetch_dicts(
        connection,
        f"""WITH ranked AS (
            SELECT *,
                row_number() OVER (PARTITION BY subject
                    ORDER BY win_rate_pct_at_least DESC, signal ASC, segment ASC) AS best,
                row_number() OVER (PARTITION BY subject
                    ORDER BY win_rate_pct_at_most ASC, signal ASC, segment ASC) AS worst
            FROM icp.segment
        )
        FROM ranked WHERE least(best, worst) <= {SHOWN_OF_EACH}
        ORDER BY subject DESC, win_rate_pct DESC, signal ASC, segment ASC""",
    )
    subjects = split_subjects(rows)
    drawing = Drawing(width=WIDTH, height=HEIGHT * len(subjects))
    for place, own in enumerate(subjects):
        _draw_segments(own, drawing, top=HEIGHT * place)
    return drawing.markdown(alt="Groups that win most and least, with their intervals") if rows else None


def _draw_segments(rows: Sequence[Row], drawing: Drawing, *, top: int) -> None:
    usual = rows[0]["usual_pct"] / 100
    ticks = percent_ticks(max(*(row["win_rate_pct_at_most"] / 100 for row in rows), usual, 0.01))
    x = Scale(low=0, high=ticks[-1][0], start=LABEL_WIDTH, end=WIDTH - COUNT_WIDTH)
    first, ground = top + TOP, top + HEIGHT - BOTTOM
    step = (ground - first) / len(rows)
    draw_titles(
        drawing,
        (0, top),
        title=f"{TITLES[rows[0]['subject']]}: who wins?",
        subtitle=f"the {SHOWN_OF_EACH} groups that win most for certain, and the {SHOWN_OF_EACH} that win "
        f"least; dashed: the usual {percent(usual, digits=1)}",
    )
    drawing.text((WIDTH - 14, first - 6), "won", anchor=Anchor.END)
    for share, label in ticks:
        drawing.line((x.place(share), first), (x.place(share), ground), colour=Colour.GRID)
        drawing.text((x.place(share), ground + 17), label, anchor=Anchor.MIDDLE, colour=Colour.QUIET)
    drawing.text(((x.start + x.end) / 2, ground + 36), "win rate, with 90 % interval", anchor=Anchor.MIDDLE)
    drawing.line((x.place(usual), first), (x.place(usual), ground), colour=Colour.HOT, is_dashed=True)
    for place, row in enumerate(rows):
        height = first + step * (place + 0.5)
        start, rate, end = (
            (x.place(row[name] / 100), height)
            for name in ("win_rate_pct_at_least", "win_rate_pct", "win_rate_pct_at_most")
        )
        base = height + 4
        drawing.text((x.start - 8, base), cut(row["segment"], most=LONGEST_LABEL), anchor=Anchor.END)
        drawing.line(start, end, colour=Colour.MAIN, width=1.5)
        drawing.dot(rate, colour=Colour.MAIN)
        told = f"{row['win_count']:,} of {row['lesson_count']:,}"
        drawing.text((WIDTH - 14, base), told, anchor=Anchor.END, colour=Colour.QUIET)
