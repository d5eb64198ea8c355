"""Text of the org in a terminal: harmless whatever it holds, and in columns that fit."""

import unicodedata
from collections.abc import Iterator, Sequence

GAP = "  "
NARROWEST = 6
MOST_SIGNS = 200
"""A sign may take no room at all, so that a cell has an end by their number too."""


def harmless(text: str) -> str:
    r"""A text in one line, without what a terminal would obey or what turns the order of its signs.

    Control characters of ASCII are shown by their pictures, all others by a replacement character.

    >>> print(harmless("a\x1b[31mb\nc\u202ed"))
    a␛[31mb␊c�d
    """
    return "".join(map(_show_sign, text))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Iterator[str]:
    """Lines of at most ``width`` signs; columns for which there is no room are named below.

    >>> for line in show_table(["Name", "City"], [["Ada", "London"], ["Zoë", ""]], width=40): print(line)
    Name  City
    ----  ------
    Ada   London
    Zoë
    """
    cells = [[harmless(cell[:MOST_SIGNS]) for cell in row] for row in [columns, *rows]]
    shown = max(1, (width + len(GAP)) // (NARROWEST + len(GAP)))
    kept, left_out = [row[:shown] for row in cells], cells[0][shown:]
    widths = _fit([max(map(_width, column)) for column in zip(*kept, strict=True)], width=width)
    header, *others = kept
    for row in (header, ["-" * each for each in widths], *others):
        yield GAP.join(_pad(cell, room) for cell, room in zip(row, widths, strict=True)).rstrip()
    if left_out:
        yield f"({len(left_out)} more columns: {', '.join(left_out)})"


def _show_sign(sign: str) -> str:
    code = ord(sign)
    if code < ord(" "):
        return chr(0x2400 + code)
    if sign == "\x7f":
        return "\u2421"
    return "\ufffd" if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign


def _fit(widths: list[int], *, width: int) -> list[int]:
    """The widest columns give way, one sign at a time, as long as they have any to give."""
    room = width - len(GAP) * (len(widths) - 1)
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _pad(text: str, room: int) -> str:
    if _width(text) <= room:
        return text + " " * (room - _width(text))
    kept = text
    while _width(kept) > room - 1:
        kept = kept[:-1]
    return f"{kept}…" + " " * (room - 1 - _width(kept))


def _width(text: str) -> int:
    """Columns of the terminal: two for wide signs, none for those that join the one before."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
        for sign in text
    )
