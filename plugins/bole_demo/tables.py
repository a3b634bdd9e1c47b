"""Tables for a terminal, in which Chinese characters take two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

_GAP = "  "


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text that takes so many columns, or more where it is wider."""
    blank = " " * max(0, columns - width(text))
    return blank + text if right else text + blank


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> Iterator[str]:
    """
    Yield the lines of a table.

    Args:
        rows: as many cells each as there are heads.
        left: how many columns are texts and stand on the left; the others are figures and stand on the right.
    """
    columns = [max(width(cell) for cell in cells) for cells in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return _GAP.join(padded(cell, columns[place], right=place >= left) for place, cell in enumerate(cells)).rstrip()

    yield line(heads)
    yield "─" * (sum(columns) + len(_GAP) * (len(columns) - 1))
    yield from (line(row) for row in rows)


def bar(share: float, columns: int) -> str:
    """Return a bar of at most so many columns for a share of 0 to 1."""
    return "█" * max(0, min(columns, round(share * columns)))
