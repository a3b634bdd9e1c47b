"""Laying changes over the organisation: codes of several parts, in the order in which they hold together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from bole.access import Work
from bole.db import bulk_insert, unit_of_work
from bole.errors import Problem, refuse_if_any
from bole.models import Department, Employee
from bole.org import FIELDS, LINE, Change, Facts, Part
from bole.services.dated import Kind, counted, record
from bole.services.entries import DatedEntry
from bole.services.intervals import MEMBERSHIPS, among
from bole.services.people import ASSIGNMENT
from bole.services.structure import DEPARTMENT, POSITION

MEMBERSHIP = Kind(
    "membership",
    MEMBERSHIPS,
    {"employee": Employee.table.c.number, "department": Department.table.c.code},
    {"role": "role", "share": "share"},
    convert={"share": counted},
)
KINDS: Mapping[Part, Kind] = {Part.DEPARTMENT: DEPARTMENT, Part.POSITION: POSITION, Part.ASSIGNMENT: ASSIGNMENT, Part.MEMBERSHIP: MEMBERSHIP}
Where = Mapping[tuple[Part, str], tuple[str, int]]
"""Part and code to file and row, for the words of problems."""

_NAMED = {"parent": Part.DEPARTMENT, "department": Part.DEPARTMENT, "reports_to": Part.POSITION, "position": Part.POSITION}


@dataclass(frozen=True, slots=True)
class Dated:
    """
    A change from a day on.

    Args:
        valid_to: first day on which it holds no longer; where it is not given, it holds until the next day from which something
            else is known of the same field.
    """

    change: Change
    valid_from: date
    valid_to: date | None = None


def lay(work: Work, changes: Sequence[Dated], version: int, *, line: str = LINE, where: Where | None = None) -> None:
    """
    Record changes under an org version, all or none.

    What comes into being is laid from the departments down to the people, what ceases to be from the people up, so that
    nothing is ever named that does not exist.

    Raises:
        ProblemsFound: something cannot be so; every record at fault is named.
    """
    problems: list[Problem] = []
    bad: set[tuple[Part, str]] = set()
    with unit_of_work(work.session):
        _enter_departments(work, changes, line)
        begun = [(part, [each for each in changes if each.change.part is part and each.change.after is not None]) for part in Part]
        ended = [(part, [each for each in changes if each.change.part is part and each.change.after is None]) for part in reversed(Part)]
        people = {Part.ASSIGNMENT, Part.MEMBERSHIP}
        for part, some in [*(step for step in begun if step[0] not in people), *(step for step in ended if step[0] in people)]:
            problems += _record(work, part, some, version, where or {}, bad)
        for part, some in [*(step for step in begun if step[0] in people), *(step for step in ended if step[0] not in people)]:
            problems += _record(work, part, some, version, where or {}, bad)
        refuse_if_any(problems, code="core.structure_refused", message=f"{len(problems)} problem(s) with the organisation; nothing was recorded.")


def _record(work: Work, part: Part, some: Sequence[Dated], version: int, where: Where, bad: set[tuple[Part, str]]) -> Iterable[Problem]:
    """Record the changes of one part and return the problems; what names a record that was refused is left out without a word."""
    good = [each for each in some if not _names_bad(each.change, bad)]
    entries = [_entry(each, where) for each in good]
    told = []
    # Rows are those of a file where there is one, else places from 1.
    codes = {(entry.where, entry.row): each.change.code for entry, each in zip(entries, good, strict=True) if entry.row}
    for problem in record(work, KINDS[part], entries, version=version, good_only=True).problems:
        code = codes.get((problem.where, problem.row))
        if code is None:
            code = good[problem.row - 1].change.code
            problem = replace(problem, where=f"{part} {code!r}", row=0)
        bad.add((part, code))
        told.append(problem)
    return told


def _names_bad(change: Change, bad: set[tuple[Part, str]]) -> bool:
    return bool(bad) and any((part, (change.after or {}).get(name)) in bad for name, part in _NAMED.items())


def _entry(dated: Dated, where: Where) -> DatedEntry:
    change = dated.change
    facts = change.after or change.before or {}
    key = (facts["employee"], facts["department"]) if change.part is Part.MEMBERSHIP else change.code
    file, row = where.get((change.part, change.code), ("", 0))
    return DatedEntry(key, dated.valid_from, _values(change), dated.valid_to, where=file, row=row)


def _values(change: Change) -> dict[str, Any] | None:
    if change.after is None:
        return None
    names = change.fields if change.before is not None else FIELDS[change.part]
    own = names if change.part is not Part.MEMBERSHIP else [name for name in names if name in MEMBERSHIP.fields]
    facts: Facts = change.after
    return {name: facts[name] for name in own}


def _enter_departments(work: Work, changes: Sequence[Dated], line: str) -> None:
    """Enter the codes of new departments that stand beside the line; those of the line are entered as they come."""
    codes = {each.change.code for each in changes if each.change.part is Part.DEPARTMENT and each.change.after is not None}
    if line == LINE or not codes:
        return
    table = Department.table
    known = set(work.session.scalars(select(table.c.code).where(among(work.session, table.c.code, sorted(codes)))))
    bulk_insert(work.session, table, ("code", "line"), ((code, line) for code in sorted(codes - known)))
