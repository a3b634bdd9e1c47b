"""What a mapping file says: which file, which columns become which fields of which target, and how."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from re import Pattern
from typing import Any

from bole import FieldType, PeriodKind, Rounding
from bole_connectors.templates import Template


@dataclass(frozen=True, slots=True)
class FileForm:
    """
    How a file is to be read.

    Args:
        name: its name, looked for where a folder is given instead of a file.
        encoding: of a text file; a byte order mark is allowed for in any UTF.
        compression: ``none``, ``gzip`` or ``auto`` (by the ending ``.gz``).
        sheet: name of a sheet, or its number from 1; the first where empty.
        header_row: the row, from 1, in which the names of the columns begin.
        header_rows: over how many rows they go; the parts of a name are joined by a space.
        decimal_mark, thousands: how the file writes numbers.
        empty: texts that mean that there is nothing.
    """

    name: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str = '"'
    compression: str = "auto"
    sheet: str | int = ""
    header_row: int = 1
    header_rows: int = 1
    decimal_mark: str = "."
    thousands: str = ""
    empty: tuple[str, ...] = ()

    @property
    def last_header_row(self) -> int:
        """The row above the first row of values."""
        return self.header_row + self.header_rows - 1


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    A second file as a table: a value for each key.

    Args:
        file: its path, from the folder of the file that is imported, or of the mapping.
        key, value: names of columns.
        extract: takes the one group of the pattern out of the value; no match means that there is none.
    """

    file: str
    key: str
    value: str
    extract: Pattern[str] | None = None
    form: FileForm = FileForm()


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """
    Rows that are not meant to be imported; exactly one condition is given.

    Args:
        reason: under which they are counted.
        equals: left out where the column holds one of these.
        other_than: left out where it holds none of these.
        is_empty: left out where it is empty (true), or where it is not (false).
        not_in: left out where the look-up does not know the value.
        matches: left out where the whole value fits the pattern.
    """

    column: str
    reason: str
    equals: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    is_empty: bool | None = None
    not_in: str = ""
    matches: Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class FieldRule:
    """
    How one field of the target follows from a row; exactly one of column, constant and template is given.

    The steps come in the order of the arguments: the text, what is extracted, its translation, the
    look-ups one after another, the default where nothing is there, and last the value of the field's type.

    Args:
        column: where the value stands.
        constant: the same for every row.
        template: made of several columns, ``{SalesOrderNumber}-{ProductKey}``.
        number_repeats: whether the second and later rows of the same text get ``#2``, ``#3`` … appended.
        extract: takes the one group of the pattern out; no match means that there is nothing.
        values: translates; what it does not list is refused, unless `otherwise` says what becomes of it.
        lookup: names of look-ups.
        if_unknown: ``refuse`` or ``empty``, for keys that a look-up does not know.
        default: stands in for nothing.
        type: of a field that the target does not declare.
        factor: what the number is multiplied by, exactly.
        places: decimal places that are kept; for money those of the currency where not given.
        rounding: how a finer number is settled; without it such a number is refused.
        currency, currency_column: the currency of money.
        format: how dates and moments are written, in the codes of strptime; ISO 8601 where none is given.
        time_zone: of moments written without an offset.
        shift_days: added to dates and moments, by the calendar.
        period: ``month``, ``quarter`` or ``year``: a date becomes the code of the one it lies in, ``2026Q3``.
        prefix: stands before the text, where there is any.
        as_code: whether the text, its prefix with it, becomes a code; see `bole_connectors.codes`.
        fallback: the rule that is asked where this one finds nothing.
    """

    column: str = ""
    constant: str | None = None
    template: Template | None = None
    number_repeats: bool = False
    extract: Pattern[str] | None = None
    values: AnyMapping[str, str] | None = None
    otherwise: str | None = None
    lookup: tuple[str, ...] = ()
    if_unknown: str = "refuse"
    default: str | None = None
    type: FieldType | None = None
    factor: Fraction | None = None
    places: int | None = None
    rounding: Rounding | None = None
    currency: str = ""
    currency_column: str = ""
    format: tuple[str, ...] = ()
    time_zone: str = ""
    shift_days: int = 0
    period: PeriodKind | None = None
    prefix: str = ""
    as_code: bool = False
    fallback: FieldRule | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the file that it needs."""
        further = self.fallback.columns if self.fallback else ()
        named = (self.column, *(self.template.columns if self.template else ()), self.currency_column, *further)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class FileMapping:
    """
    A mapping file, checked by itself; `bole_connectors.checking` holds it against target and file.

    Args:
        connector: which connector it is written for.
        target: code of the import target.
        source: code of the system the facts come from; external keys are its own.
        time_zone, currency: for fields that name none.
        options: for the target, as they stand.
    """

    path: Path
    connector: str
    target: str
    source: str = ""
    about: str = ""
    time_zone: str = ""
    currency: str = ""
    file: FileForm = FileForm()
    options: AnyMapping[str, Any] = field(default_factory=dict)
    lookups: AnyMapping[str, Lookup] = field(default_factory=dict)
    leave_out: tuple[LeaveOut, ...] = ()
    fields: AnyMapping[str, FieldRule] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the imported file that it needs."""
        named = [column for rule in self.fields.values() for column in rule.columns]
        return tuple(dict.fromkeys([*named, *(rule.column for rule in self.leave_out)]))
