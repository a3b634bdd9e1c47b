"""Cells as texts: what a person would read there, whatever the spreadsheet stores."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bole_connectors.mapping import FileForm
from bole_connectors.tables import Cell, Fault

_QUOTED = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"=\s*[A-Za-z0-9+\-(@'\"$]")


class Unfit(Exception):
    """
    A value that cannot become what the mapping wants; one problem of one row.

    Args:
        value: as it stands in the file.
        column: where it stands, in case it is not the field's first column.
    """

    def __init__(self, value: str, reason: str, hint: str = "", *, column: str = "") -> None:
        super().__init__(reason)
        self.value, self.reason, self.hint, self.column = value, reason, hint, column


def text_of(cell: Cell, form: FileForm) -> str | None:
    """
    Return a cell as text, without the white space around it; nothing where it is empty or holds a word for nothing.

    Raises:
        Unfit: it holds an error or a formula instead of a value.
    """
    text = _plain(cell, form).strip()
    return None if not text or text in form.empty else text


def _plain(cell: Cell, form: FileForm) -> str:
    if isinstance(cell, str):
        return _without_formula(cell)
    if isinstance(cell, Fault):
        raise Unfit(cell.shown, cell.reason)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    # A spreadsheet computes in binary and shows at most fifteen digits; those are what its author sees and means.
    shown = format(Decimal(f"{cell:.15g}"), "f")
    return shown.replace(".", form.decimal_mark)


def _without_formula(text: str) -> str:
    if not text.startswith("="):
        return text
    # ="00123" is how spreadsheets are made to keep leading zeros.
    if quoted := _QUOTED.fullmatch(text.strip()):
        return quoted[1]
    if _FORMULA.match(text):
        raise Unfit(text[:200], "is a formula, and no value.", "Save the file with the formula's result.")
    return text
