"""Files as tables: a header, and rows of cells numbered as a spreadsheet numbers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

from bole import InvalidValue, NotFound, Problem
from bole_connectors.problems import suggestion


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a value: it shows an error (``#N/A``), or a formula that was never computed."""

    shown: str
    reason: str


Cell = str | float | bool | date | datetime | time | timedelta | Fault
"""What a cell may hold; a text file holds texts only."""

Row = tuple[int, Sequence[Cell]]
"""Its number, the first row of the file being 1, and its cells."""

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How large files may be, in millions of bytes; see `bole_connectors.settings.Settings`."""

    max_file_mb: int
    max_unpacked_mb: int
    max_workbook_mb: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """Return the limits that the plugin's settings state."""
        return cls(settings["max_file_mb"], settings["max_unpacked_mb"], settings["max_workbook_mb"])


class Table(Protocol):
    """A file that was looked through and can be read as a table."""

    @property
    def where(self) -> str:
        """The file, and where it has several the sheet, for the words of problems."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in order; empty for a column without one."""

    @property
    def header_row(self) -> int:
        """The row in which the names stand, or end."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header."""


def refuse_file(where: str, code: str, reason: str, hint: str = "") -> InvalidValue:
    """Return the error that says why a file cannot be read at all; nothing of it was imported."""
    return InvalidValue(f"connectors.{code}", f"{where}: {reason} Nothing was imported.", hint)


def check_size(path: Path, limits: Limits) -> int:
    """
    Return how many bytes a file has, without reading any.

    Raises:
        NotFound: there is no such file.
        InvalidValue: it is no file, is empty, or is larger than `max_file_mb`.
    """
    if not path.exists():
        raise NotFound("connectors.file_missing", f"there is no file {path}.", "Mend the path.")
    if not path.is_file():
        raise refuse_file(str(path), "not_a_file", "is a folder or a device, and no file.", "Name a file.")
    size = path.stat().st_size
    if size > limits.max_file_mb * MEGABYTE:
        raise refuse_file(
            str(path),
            "file_too_large",
            f"the file has {size / MEGABYTE:,.1f} MB, and at most {limits.max_file_mb:,} MB are read.",
            "Split it, or raise max_file_mb under [plugins.connectors] in the configuration.",
        )
    if not size:
        raise refuse_file(str(path), "file_empty", "the file is empty.", "Export it again.")
    return size


def check_columns(table: Table, wanted: Sequence[str]) -> list[Problem]:
    """Return a problem for each wanted column that the file lacks, or has more than once."""
    problems = []
    for name in wanted:
        places = [letter(place) for place, each in enumerate(table.header) if each == name]
        if not places:
            hint = _other_delimiter(table.header) or suggestion(name, table.header)
            problems.append(Problem(table.where, table.header_row, name, "", "the file has no such column.", hint))
        elif len(places) > 1:
            reason = f"the file has this column {len(places)} times, in {' and '.join(places)}."
            problems.append(Problem(table.where, table.header_row, name, "", reason, "Give the columns different names."))
    return problems


def _other_delimiter(header: Sequence[str]) -> str:
    names = [name for name in header if name]
    marks = [mark for mark in (";", "\t", "|", ",") if mark in names[0]] if len(names) == 1 else []
    return f"Its columns seem to be separated by {marks[0]!r}: set delimiter under [file] of the mapping." if marks else ""


def letter(place: int) -> str:
    """Return the name that a spreadsheet gives to a column, counted from 0: A, B, … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def names_of(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """Return the names that the rows of a header make: what stands below one another is joined by a space."""
    width = max((len(row) for row in rows), default=0)
    columns = [[str(row[place]).strip() for row in rows if place < len(row)] for place in range(width)]
    return tuple(" ".join(part for part in dict.fromkeys(column) if part) for column in columns)
