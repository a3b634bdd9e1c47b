"""Diffs of the organisation in words: with the names of all they speak of, and how much moves along with a department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, func, literal, select

from bole.access import Work, requires
from bole.contracts.label import Label
from bole.errors import InvalidValue
from bole.models import Department, DepartmentInterval, Employee, OrgVersion, PositionInterval
from bole.models import Position as PositionIdentity
from bole.org import DiffLine, OrgDiff, Part, explain, names_of, sentence
from bole.services.history import version_instant
from bole.services.intervals import among, as_of
from bole.services.orgstates import ALL, Instant, diff_between
from bole.services.structure import subtree
from bole.services.versions import is_plain
from bole.services.visibility import visible_employees

FEW = 40
"""Up to so many moved departments are counted below one by one; for more, the whole tree is read once."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of a diff, and the same in one sentence."""

    line: DiffLine
    sentence: Label


@requires("core.org.read")
def explain_between(work: Work, before: Instant, after: Instant, *, parts: Collection[Part] = ALL) -> tuple[Explained, ...]:
    """
    Return in words what is different between two points.

    Raises:
        Forbidden: the actor may not see where everybody works, and people were asked for.
    """
    return explained(work, diff_between(work, before, after, parts=parts), after)


@requires("core.org.read")
def explained(work: Work, diff: OrgDiff, at: Instant) -> tuple[Explained, ...]:
    """
    Return a diff in words.

    Args:
        at: the point at which names are taken, and at which it is counted what moves along; a draft's are those of its base.
    """
    moved = [
        change.code for change in diff.of(Part.DEPARTMENT) if change.before and change.after and change.before["parent"] != change.after["parent"]
    ]
    lines = explain(diff, subtree=_below(work, moved, at))
    names = {**_names(work, lines, at), **names_of(diff)}
    return tuple(Explained(line, sentence(line, names)) for line in lines)


@requires("core.org.read")
def org_point(work: Work, text: str) -> Instant:
    """
    Return the point on both time axes that a text names: the code of a version, or a day as known now.

    Raises:
        InvalidValue: it is neither.
        NotFound: no version has this code.
    """
    if is_plain(text) and work.session.scalar(select(OrgVersion.id).where(OrgVersion.code == text)):
        return version_instant(work, text)
    try:
        return Instant(date.fromisoformat(text))
    except ValueError:
        pass
    if not text:
        raise InvalidValue("core.no_point", "neither a version nor a day is named.", "Give a version's code, or a day as 2026-07-01.")
    return version_instant(work, text)


def _below(work: Work, codes: Collection[str], at: Instant) -> dict[str, int]:
    """Return how many departments are below each of some."""
    table = Department.table.c
    ids = {row.id: row.code for row in work.session.execute(select(table.id, table.code).where(among(work.session, table.code, list(codes))))}
    if len(ids) <= FEW:
        found = {}
        for number, code in ids.items():
            tree = subtree(work.session, literal(number, BigInteger), at.on, at.known_at)
            found[code] = int(work.session.scalar(select(func.count()).select_from(tree)) or 1) - 1
        return found
    interval = DepartmentInterval.table
    rows = work.session.execute(select(interval.c.department_id, interval.c.parent_id).where(as_of(interval, at.on, at.known_at)))
    sizes = _sizes({row.department_id: row.parent_id for row in rows})
    return {code: sizes[number] for number, code in ids.items()}


def _sizes(parents: Mapping[int, int | None]) -> Counter[int]:
    """Return how many are below each: whoever has nothing open below is counted into the one above."""
    waiting = Counter(parent for parent in parents.values() if parent is not None)
    ready = [number for number in parents if not waiting[number]]
    below: Counter[int] = Counter()
    while ready:
        number = ready.pop()
        parent = parents[number]
        if parent is None:
            continue
        below[parent] += below[number] + 1
        waiting[parent] -= 1
        if not waiting[parent] and parent in parents:
            ready.append(parent)
    return below


def _names(work: Work, lines: Collection[DiffLine], at: Instant) -> dict[str, Label]:
    """Return what the departments, posts and people that lines speak of are called; people as far as the actor may see them."""
    codes: dict[Any, set[str]] = {Department: set(), PositionIdentity: set(), Employee: set()}
    for line in lines:
        codes[Department].update(line.others)
        if line.part is Part.ASSIGNMENT:
            codes[Employee].add(line.code)
        for name, *values in line.fields:
            named = {"parent": Department, "department": Department, "position": PositionIdentity, "reports_to": PositionIdentity}.get(name)
            named = named or (Employee if name in ("head", "manager", "employee") else None)
            if named is not None:
                codes[named].update(value for value in values if value)
    return {
        **_people(work, codes[Employee]),
        **_called(work, PositionIdentity, PositionInterval, "title", codes[PositionIdentity], at),
        **_called(work, Department, DepartmentInterval, "name", codes[Department], at),
    }


def _called(work: Work, identity: Any, interval: Any, stem: str, codes: Collection[str], at: Instant) -> dict[str, Label]:
    own, table = identity.table.c, interval.table
    number = table.c["department_id" if identity is Department else "position_id"]
    query = select(own.code, table.c[f"{stem}_zh"], table.c[f"{stem}_en"]).join(table, number == own.id)
    rows = work.session.execute(query.where(among(work.session, own.code, codes), as_of(table, at.on, at.known_at))) if codes else ()
    return {code: Label(zh or en or code, en or zh or code) for code, zh, en in rows}


def _people(work: Work, numbers: Collection[str]) -> dict[str, Label]:
    if not numbers or work.actor.scope("core.employee.read") is None:
        return {}
    own = Employee.table.c
    query = select(own.number, own.name_zh, own.name_en).where(among(work.session, own.number, numbers))
    visible = visible_employees(work, "core.employee.read")
    rows = work.session.execute(query if visible is None else query.where(own.id.in_(visible)))
    return {number: Label(zh or en or number, en or zh or number) for number, zh, en in rows}
