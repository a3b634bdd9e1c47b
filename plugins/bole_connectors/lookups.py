"""Look-ups: second files held as tables of a value for each key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bole import NotFound, Problem
from bole_connectors.cells import Unfit, text_of
from bole_connectors.csv_table import CsvTable
from bole_connectors.excel_table import ExcelTable
from bole_connectors.mapping import FileForm, FileMapping, Lookup
from bole_connectors.tables import Cell, Limits, Table, check_columns

Loaded = dict[str, dict[str, str]]


def load_lookups(mapping: FileMapping, folders: Sequence[Path], limits: Limits) -> tuple[Loaded, list[Problem]]:
    """
    Return every look-up's values by key, and what is wrong with their files.

    A key whose value is empty, or does not fit the look-up's pattern, is known and stands for nothing.

    Args:
        folders: where a relative path may begin, in order.

    Raises:
        NotFound: a file is in none of the folders.
        InvalidValue: a file cannot be read.
    """
    loaded: Loaded = {}
    problems: list[Problem] = []
    for name, lookup in mapping.lookups.items():
        table = _open(mapping, name, lookup, folders, limits)
        missing = check_columns(table, (lookup.key, lookup.value))
        problems += missing
        if not missing:
            loaded[name], found = _read(table, lookup)
            problems += found
    return loaded, problems


def _open(mapping: FileMapping, name: str, lookup: Lookup, folders: Sequence[Path], limits: Limits) -> Table:
    paths = [folder / lookup.file for folder in folders]
    path = next((each for each in paths if each.exists()), None)
    if path is None:
        looked = " nor ".join(dict.fromkeys(str(each) for each in paths))
        raise NotFound(
            "connectors.lookup_missing", f"{mapping.path}: the look-up {name!r} needs {lookup.file}, and there is no {looked}.", "Mend lookups.file."
        )
    return (ExcelTable if path.suffix.lower() == ".xlsx" else CsvTable)(path, lookup.form, limits)


def _read(table: Table, lookup: Lookup) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    stood: dict[str, int] = {}
    problems: list[Problem] = []
    key_place, value_place = table.header.index(lookup.key), table.header.index(lookup.value)
    for number, cells in table.rows():
        try:
            key = _text(cells, key_place, lookup.key, lookup.form)
            value = _text(cells, value_place, lookup.value, lookup.form)
        except Unfit as unfit:
            problems.append(Problem(table.where, number, unfit.column, unfit.value, unfit.reason, unfit.hint))
            continue
        if key is None:
            continue
        if lookup.extract and value is not None:
            match = lookup.extract.search(value)
            value = match[1] if match else None
        if values.setdefault(key, value or "") != (value or ""):
            reason = f"stands for {value or 'nothing'!r} here and for {values[key] or 'nothing'!r} in row {stood[key]}."
            problems.append(Problem(table.where, number, lookup.key, key, reason, "A look-up needs one value for each key."))
        stood.setdefault(key, number)
    return values, problems


def _text(cells: Sequence[Cell], place: int, column: str, form: FileForm) -> str | None:
    try:
        return text_of(cells[place], form) if place < len(cells) else None
    except Unfit as unfit:
        unfit.column = column
        raise
