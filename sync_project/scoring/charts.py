"""How scores are spread, as a picture and as a small table."""

from collections import Counter
from collections.abc import Sequence

import duckdb

from sync_project.pictures.drawing import Anchor, Colour, Drawing, list_ticks
from sync_project.pictures.markdown import make_table
from sync_project.pictures.panels import TITLES, Frame, Row, draw_frame, draw_panels, percent
from sync_project.warehouse.connection import fetch_dicts

COLOURS = {1: Colour.COLD, 2: Colour.WARM, 3: Colour.HOT}
FIRST_SCORES = {1: 0, 2: 34, 3: 67}
LEVELS = {"person": {1: "cold", 2: "warm", 3: "hot"}, "account": {1: "low", 2: "medium", 3: "high"}}
WHO = {"person": "persons", "account": "accounts and organisations"}
BAR_WIDTH, MOST_BARS = 3, 11
"""Bars of three scores each, so that none lies in two levels; a level's last one takes what is left."""


def draw_scores(connection: duckdb.DuckDBPyConnection) -> str | None:
    """How many have which score, coloured by level; None where nobody is scored."""
    rows = fetch_dicts(
        connection,
        """SELECT subject, score, tier, count(*) AS row_count FROM scored.score
        GROUP BY subject, score, tier ORDER BY subject DESC, score""",
    )
    drawing = draw_panels(rows, _draw_scores)
    return drawing.markdown(alt="How many have which score") if rows else None


def _draw_scores(rows: Sequence[Row], drawing: Drawing, left: int) -> None:
    subject = rows[0]["subject"]
    bars: Counter[tuple[int, int]] = Counter()
    for row in rows:
        place = min((row["score"] - FIRST_SCORES[row["tier"]]) // BAR_WIDTH, MOST_BARS - 1)
        bars[row["tier"], place] += row["row_count"]
    ticks = list_ticks(max(*bars.values(), 5))
    panel = draw_frame(
        Frame(
            title=f"{TITLES[subject]}: how are scores spread?",
            subtitle=f"{bars.total():,} {WHO[subject]}; 50 is usual",
            x_label="score, in bars of three",
            y_label="how many",
            x_span=(0, 100),
            x_ticks=[(each, str(each)) for each in (0, 33, 50, 67, 100)],
            y_ticks=[(each, f"{each:,.0f}") for each in ticks],
        ),
        drawing=drawing,
        left=left,
    )
    for (tier, place), count in sorted(bars.items()):
        start, top = panel.place(FIRST_SCORES[tier] + BAR_WIDTH * place, count)
        end, ground = panel.place(FIRST_SCORES[tier] + BAR_WIDTH * (place + 1), 0)
        drawing.bar((start, top), width=end - start - 0.5, height=ground - top, colour=COLOURS[tier])
    for tier, level in LEVELS[subject].items():
        count = sum(bars[tier, place] for place in range(MOST_BARS))
        middle, top = panel.place(FIRST_SCORES[tier] + 16.5, ticks[-1])
        told = f"{level} {percent(count / bars.total())}"
        drawing.text((middle, top - 5), told, anchor=Anchor.MIDDLE)


def tell_scores(connection: duckdb.DuckDBPyConnection) -> str | None:
    """How many are at which level; None where nobody is scored."""
    rows = fetch_dicts(
        connection,
        """SELECT subject, tier, count(*) AS row_count, sum(count(*)) OVER (PARTITION BY subject) AS all_rows,
            round(avg(probability_pct), 1) AS chance_pct, round(avg(confidence_pct), 1) AS sure_pct
        FROM scored.score GROUP BY subject, tier ORDER BY subject DESC, tier DESC""",
    )
    header = ["level", "how many", "share", "average chance", "average confidence"]
    return (
        make_table(
            header,
            (
                [
                    f"{LEVELS[row['subject']][row['tier']]} {row['subject']}s",
                    f"{row['row_count']:,}",
                    percent(row["row_count"] / row["all_rows"]),
                    f"{row['chance_pct']:.0f} %",
                    f"{row['sure_pct']:.0f} %",
                ]
                for row in rows
            ),
        )
        if rows
        else None
    )
