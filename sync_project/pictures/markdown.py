"""Tables of a few rows as Markdown, with text of the org made harmless."""

import re
from collections.abc import Iterable, Sequence

NO_BREAK = "\N{NO-BREAK SPACE}"


def make_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Columns after the first are figures, to the right and on one line each; None is empty.

    >>> print(make_table(["level", "won"], [["hot", "40 %"], ["a|b", None]]).replace(NO_BREAK, "_"))
    |level|won|
    |:-|-:|
    |hot|40_%|
    |a\|b||
    """
    lines = [list(header), [":-", *["-:"] * (len(header) - 1)]]
    lines += [[escape(first), *map(_figure, others)] for first, *others in rows]
    return "\n".join(f"|{'|'.join(line)}|" for line in lines)


def escape(text: object) -> str:
    r"""Text of the org as Markdown shows it, whatever it contains.

    >>> print(escape("R&D | [x](y) <b>"))
    R\&D \| \[x\]\(y\) \<b\>
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~&$])", r"\\\1", " ".join(str(text).split()))


def _figure(cell: object) -> str:
    return "" if cell is None else escape(cell).replace(" ", NO_BREAK)
