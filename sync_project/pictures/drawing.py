"""Pictures as SVG text, a few kilobytes each, so that an event log can keep one per run.

A drawing library of ten megabytes and a second to load would buy nothing for bars, dots and lines.
"""

import base64
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_CUT = "…"
MOST_STEPS = 6


class Colour(StrEnum):
    """Dark enough on white, and told apart by the colour-blind."""

    INK = "#1b2333"
    QUIET = "#667085"
    GRID = "#e4e7ec"
    PAPER = "#ffffff"
    MAIN = "#3b5bdb"
    COLD = "#6c9bd2"
    WARM = "#e8a838"
    HOT = "#d6453d"


class Anchor(StrEnum):
    """Which end of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """From values to pixels, straight.

    >>> Scale(low=0, high=0.5, start=100, end=300).place(0.25)
    200.0
    """

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


class Drawing:
    """Marks on a white sheet, in pixels from its upper left corner; later ones cover earlier ones.

    White, since a picture cannot know whether the page around it is dark.
    """

    def __init__(self, *, width: int, height: int) -> None:
        self._marks = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="system-ui,sans-serif" font-size="12">',
            f'<rect width="{width}" height="{height}" rx="6" fill="{Colour.PAPER}"/>',
        ]

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        colour: Colour,
        width: float = 1,
        is_dashed: bool = False,
    ) -> None:
        """A straight line."""
        dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
        (x1, y1), (x2, y2) = start, end
        self._marks.append(
            f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" stroke="{colour}" '
            f'stroke-width="{_n(width)}"{dashes}/>'
        )

    def bar(self, corner: tuple[float, float], *, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle by its upper left corner."""
        x, y = corner
        self._marks.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{colour}"/>'
        )

    def dot(self, centre: tuple[float, float], *, colour: Colour, radius: float = 4) -> None:
        """A filled circle."""
        x, y = centre
        self._marks.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{colour}"/>')

    def text(
        self,
        place: tuple[float, float],
        text: object,
        *,
        anchor: Anchor = Anchor.START,
        colour: Colour = Colour.INK,
        is_bold: bool = False,
    ) -> None:
        """Text by its base line, whatever it contains."""
        x, y = place
        bold = ' font-weight="600"' if is_bold else ""
        self._marks.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{colour}"{bold}>'
            f"{escape(clean(text))}</text>"
        )

    @property
    def svg(self) -> str:
        """The picture as it is."""
        return "".join([*self._marks, "</svg>"])

    def markdown(self, *, alt: str) -> str:
        """The picture inside the text, so that no file has to be kept or served beside it."""
        data = base64.b64encode(self.svg.encode()).decode()
        return f"![{alt}](data:image/svg+xml;base64,{data})"


def clean(text: object) -> str:
    r"""Text on one line, without characters that no XML may hold.

    >>> clean("Toys\n&\x00 games")
    'Toys & games'
    """
    return " ".join(_NO_XML.sub("", str(text)).split())


def cut(text: str, *, most: int) -> str:
    """A text of at most so many characters.

    >>> cut("Manufacturing", most=8)
    'Manufac…'
    """
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def list_ticks(most: float) -> list[float]:
    """Where an axis from 0 to at least ``most``, a number above 0, is marked: two to six even steps.

    >>> list_ticks(0.49)
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    >>> list_ticks(640)
    [0.0, 200.0, 400.0, 600.0, 800.0]
    """
    power = 10.0 ** (math.floor(math.log10(most)) - 1)
    step = next(each * power for each in (2, 5, 10, 20, 50) if most <= MOST_STEPS * each * power)
    return [round(step * place, 12) for place in range(math.ceil(most / step - 1e-9) + 1)]


def _n(value: float) -> str:
    """A tenth of a pixel is enough."""
    return f"{value:.1f}".removesuffix(".0")
