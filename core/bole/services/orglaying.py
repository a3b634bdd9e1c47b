"""Laying changes over the organisation: codes of several parts, in the order in which they hold together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bole.access import Work
from bole.db import bulk_insert, unit_of_work
from bole.errors import Problem, refuse_if_any
from bole.models import Department, Employee
from bole.org import FIELDS, LINE, Change, Facts, Part
from bole.services.dated import Kind, counted, record
from bole.services.entries import DatedEntry
from bole.services.intervals import MEMBERSHIPS, among
from bole.services.people import ASSIGNMENT, check_employment
from bole.services.structure import DEPARTMENT, POSITION
from bole.values import FOREVER

MEMBERSHIP = Kind(
    "membership",
    MEMBERSHIPS,
    {"employee": Employee.table.c.number, "department": Department.table.c.code},
    {"role": "role", "share": "share"},
    convert={"share": counted},
)
KINDS: Mapping[Part, Kind] = {Part.DEPARTMENT: DEPARTMENT, Part.POSITION: POSITION, Part.ASSIGNMENT: ASSIGNMENT, Part.MEMBERSHIP: MEMBERSHIP}
PEOPLE = frozenset({Part.ASSIGNMENT, Part.MEMBERSHIP})
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
        steps = [*(step for step in begun if step[0] not in PEOPLE), *(step for step in ended if step[0] in PEOPLE)]
        steps += [*(step for step in begun if step[0] in PEOPLE), *(step for step in ended if step[0] not in PEOPLE)]
        for part, some in steps:
            problems += _record(work, part, some, version, where or {}, bad)
        refuse_if_any(problems, code="core.structure_refused", message=f"{len(problems)} problem(s) with the organisation; nothing was recorded.")


def _record(work: Work, part: Part, some: Sequence[Dated], version: int, where: Where, bad: set[tuple[Part, str]]) -> Iterable[Problem]:
    """Record the changes of one part and return the problems; what names a record that was refused is left out without a word."""
    good = [each for each in some if not _names_bad(each.change, bad)]
    entries = [_entry(each, where) for each in good]
    told = []
    # Rows are those of a file where there is one, else places from 1.
    codes = {(entry.where, entry.row): each.change.code for entry, each in zip(entries, good, strict=True) if entry.row}
    for problem in _lay_part(work, part, entries, version):
        code = codes.get((problem.where, problem.row))
        if code is None:
            code = good[problem.row - 1].change.code
            problem = replace(problem, where=f"{part} {code!r}", row=0)
        bad.add((part, code))
        told.append(problem)
    return told


def _lay_part(work: Work, part: Part, entries: Sequence[DatedEntry], version: int) -> Iterable[Problem]:
    if part not in PEOPLE:
        return record(work, KINDS[part], entries, version=version, good_only=True).problems
    findings, closing = check_employment(work, entries)
    if part is Part.MEMBERSHIP:
        findings.noun, closing = "membership", []
    return record(work, KINDS[part], entries, version=version, good_only=True, findings=findings, closing=closing).problems


def departures(session: Session, changes: Iterable[Change]) -> dict[str, date]:
    """Return when those left, or will leave, of whom changes speak: as employees, heads or managers; by number."""
    numbers = {number for change in changes for number in _people_in(change)}
    own = Employee.table.c
    query = select(own.number, own.left_on).where(among(session, own.number, sorted(numbers)), own.left_on.is_not(None))
    return {row.number: row.left_on for row in session.execute(query)} if numbers else {}


def hired_after(session: Session, changes: Iterable[Change], day: date) -> set[str]:
    """Return the numbers of those of whose places changes speak and who were hired after a day."""
    numbers, own = sorted(change.code for change in changes if change.part is Part.ASSIGNMENT), Employee.table.c
    return set(session.scalars(select(own.number).where(among(session, own.number, numbers), own.hired_on > day))) if numbers else set()


def staying(change: Change, left: Mapping[str, date], on: date) -> Change | None:
    """
    Return a change without those who have left by a day: nobody comes back to work, or to head a department, by a structure that comes back.

    Nothing is returned where it is about somebody who has left.
    """
    if change.after is None:
        return change
    if change.part in PEOPLE and left.get(_employee_of(change), FOREVER) <= on:
        return None
    gone = {name for name in ("head", "manager") if left.get(change.after.get(name) or "", FOREVER) <= on}
    return replace(change, after={**change.after, **dict.fromkeys(gone)}) if gone else change


def until_left(dated: Dated, left: Mapping[str, date]) -> Dated:
    """Return a dated change that ends when its employee leaves, where it would end later on a day."""
    if dated.change.part not in PEOPLE or dated.valid_to is None or dated.valid_to == FOREVER:
        return dated
    return replace(dated, valid_to=min(dated.valid_to, left.get(_employee_of(dated.change), FOREVER)))


def _people_in(change: Change) -> Iterator[str]:
    for facts in (change.before, change.after):
        if facts is not None:
            yield from (facts[name] for name in ("head", "manager") if facts.get(name))
    if change.part in PEOPLE:
        yield _employee_of(change)


def _employee_of(change: Change) -> str:
    return str((change.after or change.before or {})["employee"]) if change.part is Part.MEMBERSHIP else change.code


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
