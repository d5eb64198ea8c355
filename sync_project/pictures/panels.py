"""Charts of persons and accounts side by side: titles, axes and grids, onto which marks are put."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sync_project.pictures.drawing import Anchor, Colour, Drawing, Scale, list_ticks

TITLES = {"person": "Persons", "account": "Accounts"}
WIDTH, HEIGHT = 400, 310
LEFT, RIGHT, TOP, BOTTOM = 58, 22, 76, 48

Row = Mapping[str, Any]
Tick = tuple[float, str]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around the marks."""

    title: str
    subtitle: str
    x_label: str
    y_label: str
    x_span: tuple[float, float]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    """From 0 to the upper end of the axis."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Where the values of one chart are drawn."""

    drawing: Drawing
    x: Scale
    y: Scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a pair of values is."""
        return self.x.place(x), self.y.place(y)


def split_subjects(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each subject, which stand together."""
    return [list(own) for _, own in groupby(rows, key=lambda row: row["subject"])]


def draw_panels(rows: Sequence[Row], draw: Callable[[Sequence[Row], Drawing, int], None]) -> Drawing:
    """A panel for each subject of the rows; ``draw`` gets its rows and its left edge."""
    subjects = split_subjects(rows)
    drawing = Drawing(width=WIDTH * len(subjects), height=HEIGHT)
    for place, own in enumerate(subjects):
        draw(own, drawing, WIDTH * place)
    return drawing


def draw_frame(frame: Frame, *, drawing: Drawing, left: int) -> Panel:
    """Draw the ground of a chart."""
    low, high = frame.x_span
    x = Scale(low=low, high=high, start=left + LEFT, end=left + WIDTH - RIGHT)
    y = Scale(low=0, high=frame.y_ticks[-1][0], start=HEIGHT - BOTTOM, end=TOP)
    draw_titles(drawing, (left, 0), title=frame.title, subtitle=frame.subtitle)
    drawing.text((left + 14, TOP - 16), frame.y_label)
    drawing.text(((x.start + x.end) / 2, y.start + 36), frame.x_label, anchor=Anchor.MIDDLE)
    for value, label in frame.y_ticks:
        height = y.place(value)
        drawing.line((x.start, height), (x.end, height), colour=Colour.GRID)
        drawing.text((x.start - 6, height + 4), label, anchor=Anchor.END, colour=Colour.QUIET)
    for value, label in frame.x_ticks:
        drawing.text((x.place(value), y.start + 17), label, anchor=Anchor.MIDDLE, colour=Colour.QUIET)
    return Panel(drawing=drawing, x=x, y=y)


def draw_titles(drawing: Drawing, corner: tuple[float, float], *, title: str, subtitle: str) -> None:
    """What a panel asks, and of how many it tells."""
    left, top = corner
    drawing.text((left + 14, top + 22), title, is_bold=True)
    drawing.text((left + 14, top + 39), subtitle, colour=Colour.QUIET)


def percent(share: float, *, digits: int = 0) -> str:
    """A share of 1 as people read it.

    >>> percent(0.185, digits=1)
    '18.5 %'
    """
    return f"{100 * share:.{digits}f} %"


def percent_ticks(most: float) -> list[Tick]:
    """The marks of an axis of shares.

    >>> percent_ticks(0.01)[:3]
    [(0.0, '0 %'), (0.002, '0.2 %'), (0.004, '0.4 %')]
    """
    return [(share, f"{100 * share:.3g} %") for share in list_ticks(most)]
