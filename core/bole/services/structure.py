"""The structure: departments and positions as of any day, and their changes and revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, func, literal, literal_column, select
from sqlalchemy.orm import Session

from bole.access import Work, requires
from bole.contracts.extension import ImportOutcome
from bole.db import is_postgresql
from bole.models import Assignment, Department, DepartmentInterval, Employee, LegalEntity, Membership, Position
from bole.org import LINE
from bole.services.dated import Kind, counted, record
from bole.services.entries import DatedEntry
from bole.services.intervals import DEPARTMENTS, POSITIONS, as_of
from bole.services.reach import demand_company

DEPARTMENT = Kind(
    "department",
    DEPARTMENTS,
    {"code": Department.table.c.code},
    {"name_zh": "name_zh", "name_en": "name_en", "parent": "parent_id", "head": "head_id", "legal_entity": "legal_entity_id"},
    {"parent": Department.table.c.code, "head": Employee.table.c.number, "legal_entity": LegalEntity.table.c.code},
    creates=Department.table,
)
POSITION = Kind(
    "position",
    POSITIONS,
    {"code": Position.table.c.code},
    {name: name for name in ("title_zh", "title_en", "grade", "fte")} | {"department": "department_id", "reports_to": "reports_to_id"},
    {"department": Department.table.c.code, "reports_to": Position.table.c.code},
    convert={"fte": counted},
    creates=Position.table,
)


@dataclass(frozen=True, slots=True)
class DepartmentNode:
    """A department as of a day; `depth` is 0 for one without parent."""

    id: int
    code: str
    name_zh: str
    name_en: str
    parent_id: int | None
    head_id: int | None
    legal_entity_id: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many employees work in a department, and in it and all below it."""

    department_id: int
    own: int
    total: int


@requires("core.org.write")
def change_departments(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Record that from a day on departments are so; a department with a new code begins to exist.

    Args:
        entries: by code; fields ``name_zh``, ``name_en``, ``parent`` (code), ``head`` (employee number), ``legal_entity`` (code).
        version: the org version that brings it, the newest one; one is made where none is given and anything changes.
        reason: why, kept with the version that is made; at most 400 characters.
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: unknown codes, a parent that does not exist on some day, a ring of parents, a department that is still needed.
    """
    demand_company(work, "core.org.write")
    return record(work, DEPARTMENT, entries, version=version, reason=reason, good_only=good_only)


@requires("core.org.write")
def revise_departments(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Correct what was wrongly held of departments.

    Args:
        entries, version, reason, good_only: as for `change_departments`.
    """
    demand_company(work, "core.org.write")
    return record(work, DEPARTMENT, entries, revising=True, version=version, reason=reason, good_only=good_only)


@requires("core.org.write")
def move_department(work: Work, code: str, parent: str | None, valid_from: date, *, version: int | None = None, reason: str = "") -> ImportOutcome:
    """
    Put a department, with all below it, under another parent from a day on. One row, whatever hangs below it.

    Raises:
        ProblemsFound: a code is unknown, or the department would stand above itself; the way is named.
    """
    demand_company(work, "core.org.write")
    return record(work, DEPARTMENT, [DatedEntry(code, valid_from, {"parent": parent})], version=version, reason=reason)


@requires("core.org.write")
def change_positions(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Record that from a day on positions are so; a position with a new code begins to exist.

    Args:
        entries: by code; fields ``department`` (code), ``reports_to`` (code of a position), ``title_zh``, ``title_en``, ``grade``,
            ``fte`` (for how many people it is meant: full-time equivalents, Decimal).
        version, reason, good_only: as for `change_departments`.
    """
    demand_company(work, "core.org.write")
    return record(work, POSITION, entries, version=version, reason=reason, good_only=good_only)


@requires("core.org.write")
def revise_positions(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Correct what was wrongly held of positions.

    Args:
        entries, version, reason, good_only: as for `change_positions`.
    """
    demand_company(work, "core.org.write")
    return record(work, POSITION, entries, revising=True, version=version, reason=reason, good_only=good_only)


@requires("core.org.read")
def department_tree(work: Work, on: date, known_at: datetime | None = None, *, line: str = LINE) -> tuple[DepartmentNode, ...]:
    """
    Return the departments of a day, every parent before its children, siblings in order of code.

    Args:
        known_at: as known at this moment; now, where not given.
        line: which organisation: the line, or one beside it.
    """
    interval, identity = DepartmentInterval.table, Department.table
    names = ("name_zh", "name_en", "parent_id", "head_id", "legal_entity_id")
    query = select(identity.c.id, identity.c.code, *(interval.c[name] for name in names)).join(interval, interval.c.department_id == identity.c.id)
    query = query.where(identity.c.line == line)
    below: dict[int | None, list[tuple[Any, ...]]] = defaultdict(list)
    for row in work.session.execute(query.where(as_of(interval, on, known_at)).order_by(identity.c.code.desc())):
        below[row.parent_id].append(tuple(row))
    nodes: list[DepartmentNode] = []
    waiting: list[tuple[tuple[Any, ...], int]] = [(top, 0) for top in below[None]]
    while waiting:
        values, depth = waiting.pop()
        nodes.append(DepartmentNode(*(*values, depth)))
        waiting += [(child, depth + 1) for child in below[nodes[-1].id]]
    return tuple(nodes)


@requires("core.org.read")
def subtree_ids(work: Work, department_id: int, on: date, known_at: datetime | None = None) -> tuple[int, ...]:
    """
    Return the ids of a department and all below it on a day, in ascending order.

    Args:
        known_at: as known at this moment; now, where not given.
    """
    tree = subtree(work.session, literal(department_id, BigInteger), on, known_at)
    return tuple(work.session.scalars(select(tree.c.id).order_by(tree.c.id)))


@requires("core.org.read")
def headcount(work: Work, department_id: int, on: date, known_at: datetime | None = None) -> int:
    """
    Return how many employees work in a department and all below it on a day.

    Args:
        known_at: as known at this moment; now, where not given.
    """
    tree, placed = subtree(work.session, literal(department_id, BigInteger), on, known_at), Assignment.table
    query = select(func.count()).select_from(placed).where(placed.c.department_id.in_(select(tree.c.id)), as_of(placed, on, known_at))
    return int(work.session.scalar(query) or 0)


@requires("core.org.read")
def headcounts(work: Work, on: date, known_at: datetime | None = None, *, line: str = LINE) -> tuple[Headcount, ...]:
    """
    Return the headcount of every department of a day, in the order of `department_tree`.

    Beside the line the memberships are counted.

    Args:
        known_at, line: as for `department_tree`.
    """
    placed = Assignment.table if line == LINE else Membership.table
    query = select(placed.c.department_id, func.count()).where(as_of(placed, on, known_at)).group_by(placed.c.department_id)
    own = {row[0]: int(row[1]) for row in work.session.execute(query)}
    nodes = department_tree(work, on, known_at, line=line)
    total = {node.id: own.get(node.id, 0) for node in nodes}
    for node in reversed(nodes):
        if node.parent_id is not None:
            total[node.parent_id] += total[node.id]
    return tuple(Headcount(node.id, own.get(node.id, 0), total[node.id]) for node in nodes)


def subtree(session: Session, top: ColumnElement[int], on: date, known_at: datetime | None = None) -> CTE:
    """Return the recursive query of the ids of a department and all below it on a day."""
    tree = select(top.label("id")).cte("subtree", recursive=True)
    child = DepartmentInterval.table.alias("child")
    return tree.union_all(select(child.c.department_id).select_from(tree.join(child, _below(session, child))).where(as_of(child, on, known_at)))


def _below(session: Session, child: FromClause) -> ColumnElement[bool]:
    if is_postgresql(session.connection()):
        return child.c.parent_id == literal_column("subtree.id", BigInteger)
    # As a plain join SQLite builds a filter over the whole table on each call: 14 ms against 0.09.
    return child.c.parent_id.in_(select(literal_column("subtree.id", BigInteger)))
