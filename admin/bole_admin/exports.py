"""A list as a CSV file, row by row, with personal data only for whoever may take it along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bole.access import Work
from bole.contracts.pages import AdminView, Column, Format
from bole_admin.formats import defuse, export_text
from bole_admin.language import Wording, reader_language
from bole_admin.names import Address, names_for
from bole_admin.reading import attributes_of

PERSONAL_EXPORT = "core.employee.export"
"""The permission to take personal data out of the system."""

CHUNK = 1_000
MARK = "\ufeff"
"""Tells spreadsheet programs that the file is UTF-8; without it they garble Chinese."""


def is_personal(column: Column, view: AdminView) -> bool:
    """Tell whether a column of the view's own table is marked as personal data."""
    if "." in column.code:
        return False
    table = view.model.table
    return any(bool(table.c[name].info.get("personal")) for name in attributes_of(view.model, column.code) if name in table.c)


def exported_columns(work: Work, view: AdminView) -> list[Column]:
    """Return the columns that the actor may export: all, or all that are not personal data."""
    allowed = work.actor.scope(PERSONAL_EXPORT) is not None
    return [column for column in view.columns if column.format is not Format.DOCUMENT and (allowed or not is_personal(column, view))]


def csv_lines(
    work: Work,
    view: AdminView,
    chunk: Callable[[int, int], list[Any]],
    views: Mapping[str, AdminView],
    address: Address,
    wording: Wording,
) -> Iterator[str]:
    """
    Yield the lines of a CSV file: the labels, then every row.

    Args:
        chunk: returns rows from a number on, at most so many.
    """
    columns = exported_columns(work, view)
    anonymous = work.actor.scope(PERSONAL_EXPORT) is None
    yield MARK + _line(defuse(column.label.of(reader_language())) for column in columns)
    first = 0
    while rows := chunk(first, CHUNK):
        names = names_for(work, view, rows, views, address, anonymous=anonymous)
        yield "".join(_line(export_text(column, row, names, wording) for column in columns) for row in rows)
        first += CHUNK


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
