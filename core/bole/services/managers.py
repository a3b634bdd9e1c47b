"""Who is whose manager, as of any day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bole.access import Work, requires
from bole.errors import NotFound
from bole.models import Assignment, DepartmentInterval, Employee
from bole.services.intervals import as_of
from bole.services.visibility import demand_sight, visible_employees

Heads = Mapping[int, tuple[int | None, int | None]]
"""Department to its nearest head, at it or above it, and the nearest other one above that."""


@requires("core.employee.read")
def manager_of(work: Work, employee_id: int, on: date, known_at: datetime | None = None) -> int | None:
    """
    Return the id of an employee's manager on a day; nothing for who has none, or works nowhere that day.

    The manager is the one whom the assignment names; where it names none, the head of the department, or of the
    nearest one above that has another head than the employee. Who has left by then manages nobody.

    Args:
        known_at: as known at this moment; now, where not given.

    Raises:
        NotFound: no employee has this id.
        Forbidden: the employee is outside the actor's scope.
    """
    demand_sight(work, "core.employee.read", employee_id)
    session, placed = work.session, Assignment.table
    if session.get(Employee, employee_id) is None:
        raise NotFound("core.unknown_employee", f"no employee has the id {employee_id}.")
    query = select(placed.c.manager_id, placed.c.department_id).where(placed.c.employee_id == employee_id, as_of(placed, on, known_at))
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    for candidate in _candidates(session, row.manager_id, row.department_id, on, known_at):
        if candidate != employee_id and not _have_left(session, on, candidate):
            return candidate
    return None


@requires("core.employee.read")
def managers_on(work: Work, on: date, known_at: datetime | None = None) -> dict[int, int]:
    """
    Return the manager of every employee who has one on a day, and whom the actor may see; see `manager_of`.

    Args:
        known_at: as known at this moment; now, where not given.
    """
    session, placed = work.session, Assignment.table
    gone = _have_left(session, on)
    heads = _nearest_heads(_departments(session, on, known_at), gone)
    query = select(placed.c.employee_id, placed.c.manager_id, placed.c.department_id).where(as_of(placed, on, known_at))
    visible = visible_employees(work, "core.employee.read")
    rows = session.execute(query if visible is None else query.where(placed.c.employee_id.in_(visible))).all()
    found = ((who, _manager(who, named, heads.get(department, (None, None)), gone)) for who, named, department in rows)
    return {who: manager for who, manager in found if manager is not None}


def _manager(employee: int, named: int | None, heads: tuple[int | None, int | None], gone: set[int]) -> int | None:
    if named is not None and named != employee and named not in gone:
        return named
    return heads[0] if heads[0] != employee else heads[1]


def _nearest_heads(departments: Mapping[int, tuple[int | None, int | None]], gone: set[int]) -> Heads:
    """Return the heads of every department, given its parent and its own head."""
    found: dict[int, tuple[int | None, int | None]] = {}
    for department in departments:
        way: list[int] = []
        up: int | None = department
        while up is not None and up in departments and up not in found:
            way.append(up)
            up = departments[up][0]
        above = found.get(up, (None, None)) if up is not None else (None, None)
        for each in reversed(way):
            own = departments[each][1]
            if own is not None and own not in gone:
                above = (own, above[0] if above[0] != own else above[1])
            found[each] = above
    return found


def _departments(session: Session, on: date, known_at: datetime | None) -> dict[int, tuple[int | None, int | None]]:
    interval = DepartmentInterval.table
    query = select(interval.c.department_id, interval.c.parent_id, interval.c.head_id).where(as_of(interval, on, known_at))
    return {row.department_id: (row.parent_id, row.head_id) for row in session.execute(query)}


def _candidates(session: Session, named: int | None, department: int | None, on: date, known_at: datetime | None) -> Iterator[int]:
    """Yield whom an assignment names, then the heads of the department and those above it."""
    if named is not None:
        yield named
    interval = DepartmentInterval.table
    while department is not None:
        query = select(interval.c.head_id, interval.c.parent_id).where(interval.c.department_id == department, as_of(interval, on, known_at))
        row = session.execute(query).one_or_none()
        if row is not None and row.head_id is not None:
            yield row.head_id
        department = None if row is None else row.parent_id


def _have_left(session: Session, on: date, employee: int | None = None) -> set[int]:
    """Return who has left by a day; only this employee, where one is given."""
    columns = Employee.table.c
    query = select(columns.id).where(columns.left_on <= on)
    return set(session.scalars(query if employee is None else query.where(columns.id == employee)))
