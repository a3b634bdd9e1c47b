"""Snapshots: a file that states all departments as of a date, recorded as one org version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select

from bole import (
    Conflict,
    DatedEntry,
    InvalidValue,
    Problem,
    Work,
    change_departments,
    department_tree,
    open_version,
    refuse_if_any,
    tables,
    unit_of_work,
)
from bole_connectors.cells import Unfit, text_of
from bole_connectors.csv_table import CsvTable
from bole_connectors.excel_table import ExcelTable
from bole_connectors.mapping import FileForm
from bole_connectors.problems import suggestion
from bole_connectors.tables import Limits, Table

COLUMNS = ("code", "parent", "name_zh", "name_en", "head", "legal_entity")
_NAME = re.compile(r"(?:.*[^0-9])?(\d{4}-\d{2}-\d{2})")


def load_snapshot(work: Work, address: str) -> str:
    """
    Record the departments that a file states as an org version, and return its code.

    From the date in the file's name on the departments are as the file says, and those that it does not name
    exist no longer. The version has the name of the file; the same file again changes nothing.

    Args:
        address: path of a CSV or Excel file whose name ends in a date (``departments-2026-07-01.csv``), with the columns
            ``code`` and any of ``parent`` (a code), ``name_zh``, ``name_en``, ``head`` (an employee's number), ``legal_entity`` (a code).

    Raises:
        NotFound, InvalidValue: the file is missing or cannot be read, or its name holds no date.
        ProblemsFound: rows are wrong, or a department that would go is still needed; nothing was recorded.
        Conflict: the version is recorded already, and the file says something else now.
    """
    path = Path(address)
    code, day = path.stem, _day(path)
    limits = Limits.of(work.host.settings["connectors"])
    table: Table = (ExcelTable if path.suffix.lower() == ".xlsx" else CsvTable)(path, FileForm(), limits)
    entries = _entries(table, day)
    with unit_of_work(work.session):
        version = work.session.scalar(select(tables.OrgVersion.id).where(tables.OrgVersion.code == code))
        known = version if version is not None else open_version(work, code, day, reason=f"snapshot {path.name}")
        named = {entry.key for entry in entries}
        gone = [
            DatedEntry(node.code, day, None, where=f"{table.where}, which lacks {node.code!r}", row=table.header_row)
            for node in department_tree(work, day)
            if node.code not in named
        ]
        outcome = change_departments(work, [*entries, *gone], version=known)
        changed = outcome.recorded + outcome.corrected
        if version is not None and changed:
            raise Conflict(
                "connectors.snapshot_differs",
                f"the org version {code!r} is recorded already, and {address} would change {changed} department(s) of it; nothing was changed.",
                "Give the file a name with the date from which the change holds.",
            )
    return code


def _day(path: Path) -> date:
    match = _NAME.fullmatch(path.stem)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        raise InvalidValue(
            "connectors.snapshot_name",
            f"the name {path.name!r} does not end in the date from which the departments are so.",
            "Name the file as departments-2026-07-01.csv.",
        ) from error


def _entries(table: Table, day: date) -> list[DatedEntry]:
    known = [name for name in table.header if name]
    problems = [
        Problem(table.where, table.header_row, name, "", "is no column of a snapshot.", suggestion(name, COLUMNS))
        for name in known
        if name not in COLUMNS
    ]
    problems += [Problem(table.where, table.header_row, name, "", "stands twice.") for name in COLUMNS if known.count(name) > 1]
    if "code" not in known:
        problems.append(Problem(table.where, table.header_row, "code", "", "the file has no such column.", suggestion("code", known)))
    message = f"{table.where} is no snapshot of departments; nothing was recorded."
    refuse_if_any(problems, code="connectors.snapshot_invalid", message=message)
    entries = list(_read(table, day, problems))
    if not entries and not problems:
        problems.append(Problem(table.where, 0, "", "", "names no department at all.", "A snapshot states every department there is."))
    refuse_if_any(problems, code="connectors.snapshot_invalid", message=message)
    return entries


def _read(table: Table, day: date, problems: list[Problem]) -> Iterator[DatedEntry]:
    form = FileForm()
    for number, cells in table.rows():
        values: dict[str, str | None] = {}
        for place, name in enumerate(table.header):
            try:
                values[name] = text_of(cells[place], form) if place < len(cells) else None
            except Unfit as unfit:
                problems.append(Problem(table.where, number, name, unfit.value, unfit.reason, unfit.hint))
        values.pop("", None)
        if any(values.values()):
            code = values.pop("code", None) or ""
            yield DatedEntry(code, day, values, where=table.where, row=number)
