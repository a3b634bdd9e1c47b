"""Snapshots: files that state the organisation as of a date, read as they are or through a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bole import LINE, InvalidValue, NotFound, OrgSnapshot, Part, Problem, ProblemsFound, Work
from bole_connectors.csv_table import CsvTable
from bole_connectors.excel_table import ExcelTable, sheets_of
from bole_connectors.lookups import load_lookups
from bole_connectors.mapping import FieldRule, FileForm, FileMapping
from bole_connectors.problems import MOST, suggestion
from bole_connectors.snapshot_mapping import DATE, FORMS, PartForm, SnapshotMapping, read_snapshot_mapping
from bole_connectors.snapshot_records import Gathering
from bole_connectors.tables import Limits, Table, check_columns

SHEETS = ("departments", "positions", "assignments")
"""The sheets of a workbook that are read; of a workbook that has none of them the first is."""

_NAME = re.compile(r"(?:.*[^0-9])?(\d{4}-\d{2}-\d{2})")
_ENDINGS = (".csv.gz", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Address:
    """
    What an address names: files of one date, or all dates of which there are files.

    Args:
        path: of a file; of the mapping, or of the folder, for files that are read together.
        folder: in which the files are.
        day: the date that is meant; nothing where all are.
    """

    text: str
    path: Path
    folder: Path
    day: date | None

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping says what the files are."""
        return self.path.suffix.lower() == ".toml"

    @property
    def is_file(self) -> bool:
        """Whether one file is meant by itself."""
        return not self.is_mapping and self.path != self.folder


def parse(text: str) -> Address:
    """Return what an address names: a file, a folder, ``folder/DATE``, ``mapping.toml``, ``mapping.toml#[folder/][DATE]``."""
    given, mark, rest = text.rpartition("#")
    mapping, place = (Path(given), Path(rest)) if mark and given.lower().endswith(".toml") else (Path(text), None)
    if mapping.suffix.lower() == ".toml":
        if place is None:
            return Address(text, mapping, mapping.parent, None)
        day = _day(place.name)
        folder = (place.parent if len(place.parts) > 1 else mapping.parent) if day else place
        return Address(text, mapping, folder, day)
    if mapping.is_dir():
        return Address(text, mapping, mapping, None)
    if (day := _day(mapping.name)) and mapping.parent.is_dir():
        return Address(text, mapping.parent, mapping.parent, day)
    return Address(text, mapping, mapping.parent, None)


def snapshot_addresses(work: Work, address: str) -> tuple[str, ...]:
    """
    Return the address of every snapshot that an address stands for, the oldest first.

    Args:
        address: of a file, a folder or a mapping; see `parse`.

    Raises:
        NotFound: there is no file of a date.
        ProblemsFound: the mapping is wrong.
    """
    named = parse(address)
    if named.is_file or named.day:
        return (address,)
    if named.is_mapping:
        days, before = _days_of(read_snapshot_mapping(named.path), named.folder), f"{named.path}#"
        before += "" if named.folder == named.path.parent else f"{named.folder}/"
    else:
        days, before = {day for path in _files(named.folder) if (day := _day_of(path))}, f"{named.folder}/"
    if not days:
        raise NotFound(
            "connectors.no_snapshot", f"in {named.folder} there is no file of a snapshot of {address}.", "Mend the folder, or the names of the files."
        )
    return tuple(f"{before}{day}" for day in sorted(days))


def read_snapshot(work: Work, address: str) -> OrgSnapshot:
    """
    Return what files state of the organisation from a date on; nothing is written.

    Raises:
        NotFound, InvalidValue: a file is missing or cannot be read, or the date is not clear.
        ProblemsFound: the mapping, columns or rows are wrong; all of it is named.
    """
    limits = Limits.of(work.host.settings["connectors"])
    addresses = snapshot_addresses(work, address)
    if len(addresses) > 1:
        listed = ", ".join(addresses[:5]) + (" …" if len(addresses) > 5 else "")
        raise InvalidValue("connectors.several_snapshots", f"{address} stands for {len(addresses)} snapshots: {listed}.", "Name one of them.")
    named = parse(addresses[0])
    return _mapped(named, limits) if named.is_mapping else _plain(named, limits)


def _mapped(named: Address, limits: Limits) -> OrgSnapshot:
    mapping, day = read_snapshot_mapping(named.path), named.day
    assert day is not None  # addresses of mappings have one
    gathering = Gathering()
    # All rules have the look-ups of the mapping.
    lookups, gathering.problems = load_lookups(mapping.records[0].mapping, [named.folder, named.path.parent], limits)
    for rule in mapping.records:
        if rule.is_stated:
            gathering.state(rule.part, rule.mapping)
            continue
        path = named.folder / rule.file(day, mapping.date_format)
        table = _opener(path)(path, rule.mapping.file, limits)
        missing = check_columns(table, rule.mapping.columns)
        gathering.problems += missing
        if not missing:
            gathering.read(rule.part, rule.mapping, table, lookups)
    code = mapping.code.replace(DATE, f"{day}")
    return _snapshot(gathering, named, code, day, mapping.line, mapping.below, mapping.reason)


def _plain(named: Address, limits: Limits) -> OrgSnapshot:
    if named.is_file:
        day = _day_of(named.path)
        code, paths, reason = _stem(named.path), [named.path], f"snapshot {named.path.name}"
    else:
        day = named.day
        paths = [path for path in _files(named.folder) if _day_of(path) == day]
        code, reason = f"{named.folder.resolve().name}-{day}", f"snapshot {named.text}"
    if day is None:
        raise InvalidValue(
            "connectors.snapshot_name",
            f"the name {named.path.name!r} does not end in the date from which the departments are so.",
            "Name the file as departments-2026-07-01.csv.",
        )
    if not paths:
        raise NotFound("connectors.no_snapshot", f"in {named.folder} there is no file whose name ends in {day}.", "Mend the date, or the folder.")
    gathering = Gathering()
    for table in (table for path in paths for table in _tables(path, limits)):
        _take(table, gathering)
    return _snapshot(gathering, named, code, day, LINE, "", reason)


def _snapshot(gathering: Gathering, named: Address, code: str, day: date, line: str, below: str, reason: str) -> OrgSnapshot:
    gathering.demand_some(named.text)
    if problems := gathering.problems:
        count = len(problems) + gathering.untold
        message = f"{named.text} is no snapshot of the organisation: {count} problem(s); nothing was recorded."
        raise ProblemsFound("connectors.snapshot_invalid", message, problems[:MOST])
    parts = frozenset(gathering.records)
    return OrgSnapshot(code, day, gathering.structure(line), parts, below=below, reason=reason, where=gathering.where)


def _take(table: Table, gathering: Gathering) -> None:
    """Take in a file whose columns are named as the fields are; they tell of what it speaks."""
    names = [name for name in table.header if name]
    form = FORMS[Part.ASSIGNMENT if "employee" in names else Part.POSITION if "department" in names else Part.DEPARTMENT]
    allowed = tuple(field.name for field in form.fields)
    known = [name for name in allowed if name in names]
    problems = [
        Problem(table.where, table.header_row, name, "", "is no column of a snapshot.", suggestion(name, allowed))
        for name in names
        if name not in allowed
    ]
    problems += check_columns(table, tuple(dict.fromkeys((*form.required, *known))))
    gathering.problems += problems
    if not problems:
        gathering.read(form.part, _by_name(table, form, known), table, {})


def _by_name(table: Table, form: PartForm, columns: list[str]) -> FileMapping:
    rules = {name: FieldRule(column=name) for name in columns}
    return FileMapping(Path(table.where), "snapshot", form.part, fields=rules)


def _tables(path: Path, limits: Limits) -> Iterator[Table]:
    if _opener(path) is CsvTable:
        yield CsvTable(path, FileForm(), limits)
        return
    sheets = [sheet for sheet in SHEETS if sheet in sheets_of(path, limits)]
    for sheet in sheets or [""]:
        yield ExcelTable(path, FileForm(sheet=sheet), limits)


def _opener(path: Path) -> type[CsvTable] | type[ExcelTable]:
    return ExcelTable if path.suffix.lower() == ".xlsx" else CsvTable


def _days_of(mapping: SnapshotMapping, folder: Path) -> set[date]:
    dated = [rule for rule in mapping.records if DATE in rule.mapping.file.name]
    if not dated:
        raise InvalidValue("connectors.no_date", f"no file of {mapping.path} has a date in its name.", f"Give the date: {mapping.path}#2026-07-01.")
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return {day for rule in dated for name in names if (day := rule.dated(name, mapping.date_format))}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(_ENDINGS))


def _stem(path: Path) -> str:
    ending = next((each for each in _ENDINGS if path.name.lower().endswith(each)), path.suffix)
    return path.name[: len(path.name) - len(ending)]


def _day_of(path: Path) -> date | None:
    match = _NAME.fullmatch(_stem(path))
    return _day(match[1]) if match else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
