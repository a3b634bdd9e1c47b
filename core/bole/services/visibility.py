"""Whom an actor may see: a permission's scope as a query over employees, and as a condition on rows about them.

One query serves every reader: the GraphQL API compiles it into its statements, services
add it to theirs. Scopes below the company start at the employee that the actor is. What is plain of an
employee (profile, place, terms) is judged by the structure of today, on the day it is where the company is;
what is about an employee and a day or a period (facts, results, payouts) by the structure of that day, as it is
known now: who led a team in April sees April's results, and who leads it since May those since May.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, BigInteger, ColumnElement, CompoundSelect, Date, Engine, Select, bindparam, select

from bole.access import Scope, Work
from bole.clock import today
from bole.errors import Forbidden, InvalidValue
from bole.models import Assignment, DepartmentInterval, Employee, LegalEntity
from bole.models.types import Moment
from bole.services.intervals import among
from bole.services.spans import Joined, Sight, at_end, holds, on_day, under
from bole.values import AS_KNOWN_NOW, FOREVER, DateInterval

ACTOR, DAY, TOMORROW, KNOWN_AT = "actor_employee", "actor_day", "actor_tomorrow", "actor_known_at"
"""Names of the parameters of scopes; `scope_values` gives the values of those of `scope_query`."""

Ids = Select[tuple[int]] | CompoundSelect[tuple[int]]
Spans = Mapping[int, Sequence[DateInterval]]
"""Employee id to the days on which the employee is within a scope."""
_ZONE = "company_zone"
_ENTITY = LegalEntity.table.c


def company_day(work: Work, moment: datetime | None = None) -> date:
    """
    Return the date that it is where the company is: by the time zone of its first legal entity (UTC while there is none).

    The zone is remembered for as long as the process lives.

    Args:
        moment: when; now, where not given.
    """
    memory = work.host.memory.setdefault(cast(Engine, work.session.get_bind()), {})
    if (zone := memory.get(_ZONE)) is None:
        name = work.session.scalar(select(_ENTITY.time_zone).order_by(_ENTITY.id).limit(1))
        zone = ZoneInfo(name or "UTC")
        if name:
            memory[_ZONE] = zone
    return today(work.clock, zone) if moment is None else moment.astimezone(zone).date()


def last_day(work: Work, end: date, known_at: datetime | None = None) -> date:
    """
    Return the day by whose structure a period is judged: its last one, or today while the period is not over.

    Args:
        end: the first day after the period.
        known_at: as it was at this moment: the day it was then counts as today.
    """
    return min(end - timedelta(days=1), company_day(work, known_at))


def units_headed_by(head: ColumnElement[Any], day: ColumnElement[Any], known_at: ColumnElement[Any]) -> CTE:
    """Return the ids of the departments that an employee heads on a day, and of all below them."""
    interval = DepartmentInterval.table
    top = select(interval.c.department_id.label("id")).where(interval.c.head_id == head, holds(interval, day, known_at))
    tree = top.cte(recursive=True)
    below = interval.alias()
    return tree.union(select(below.c.department_id).select_from(tree).where(under(below.c.parent_id, tree.c.id), holds(below, day, known_at)))


def scope_query(scope: Scope) -> Ids | None:
    """
    Return the ids of the employees within a scope, or nothing where it is the whole company.

    The query has the parameters `ACTOR`, `DAY` and `KNOWN_AT`; its text depends on the scope alone.
    """
    if scope is Scope.COMPANY:
        return None
    me, day, known_at = bindparam(ACTOR, type_=BigInteger), bindparam(DAY, type_=Date), bindparam(KNOWN_AT, type_=Moment)
    own = select(Employee.table.c.id).where(Employee.table.c.id == me)
    if scope is Scope.SELF:
        return own
    assigned = Assignment.table
    parts = [own, select(assigned.c.employee_id).where(assigned.c.manager_id == me, holds(assigned, day, known_at))]
    if scope is Scope.UNIT:
        units = units_headed_by(me, day, known_at)
        placed = assigned.alias()
        parts.append(select(placed.c.employee_id).where(placed.c.department_id.in_(select(units.c.id)), holds(placed, day, known_at)))
    return parts[0].union(*parts[1:])


def scope_sight(scope: Scope) -> Sight | None:
    """
    Return whom an actor sees on which days within a scope; nothing where it is oneself, or the whole company, on every day.

    The queries have the parameters `ACTOR` and `KNOWN_AT`.
    """
    if scope in (Scope.SELF, Scope.COMPANY):
        return None
    return Sight(scope, bindparam(ACTOR, type_=BigInteger), bindparam(KNOWN_AT, type_=Moment))


def scope_values(work: Work, on: date | None = None) -> dict[str, Any]:
    """
    Return the values of the parameters of `scope_query` for an actor.

    Args:
        on: the day whose structure is asked; today, where not given.
    """
    return {ACTOR: work.actor.employee_id, DAY: on or company_day(work), KNOWN_AT: AS_KNOWN_NOW}


def visible_employees(work: Work, permission: str, on: date | None = None) -> Ids | None:
    """
    Return the ids of the employees for whom the actor holds a permission, or nothing where it is the whole company.

    Args:
        on: by the structure of this day, as known now; by that of today, where not given.

    Raises:
        Forbidden: the actor does not hold it for anybody.
    """
    query = scope_query(work.actor.demand(permission))
    return None if query is None else query.params(scope_values(work, on))


def visible_rows(
    work: Work,
    permission: str,
    employee: Any,
    *,
    day: ColumnElement[Any] | None = None,
    end: Any = None,
    through: Sequence[Joined] = (),
) -> ColumnElement[bool] | None:
    """
    Return the condition that rows are about employees for whom the actor holds a permission, each by the structure of its own day.

    Args:
        employee: the column with the employee's id.
        day: the column with the row's day; or
        end: the column with the first day after the row's period: its last day counts, and today while it is not over.
        through: where the day is another table's, that table (an alias) and the condition by which it belongs to the row.

    Returns:
        A condition; nothing where the actor holds the permission for the whole company.

    Raises:
        Forbidden: the actor does not hold it for anybody.
    """
    if (day is None) == (end is None):
        raise InvalidValue("core.row_day", f"rows of {permission!r} are asked for with day={day} and end={end}.", "Give exactly one of them.")
    scope = work.actor.demand(permission)
    if scope is Scope.COMPANY:
        return None
    me = bindparam(None, work.actor.employee_id, type_=BigInteger)
    if scope is Scope.SELF:
        own: ColumnElement[bool] = employee == me
        return own
    tomorrow = bindparam(None, company_day(work) + timedelta(days=1), type_=Date)
    covers = at_end(end, tomorrow) if day is None else on_day(day)
    return _sight(work, scope).row(employee, covers, through)


def seen_days(work: Work, permission: str, employees: Collection[int] | None = None) -> Spans | None:
    """
    Return on which days the actor holds a permission for whom, or nothing where it is for the whole company.

    Args:
        employees: ids; everybody, where not given.

    Returns:
        Employee id to days; who is never within the scope is missing. Days of one employee may overlap.

    Raises:
        Forbidden: the actor does not hold it for anybody.
    """
    scope, me = work.actor.demand(permission), work.actor.employee_id
    if scope is Scope.COMPANY:
        return None
    if scope is Scope.SELF:
        return {} if me is None or (employees is not None and me not in employees) else {me: (DateInterval(date.min, FOREVER),)}
    found: dict[int, list[DateInterval]] = defaultdict(list)
    spans = _sight(work, scope).spans
    query = select(spans.c.employee_id, spans.c.since, spans.c.until)
    if employees is not None:
        query = query.where(among(work.session, spans.c.employee_id, employees))
    for employee, since, until in work.session.execute(query):
        found[employee].append(DateInterval(since, until))
    return found


def _sight(work: Work, scope: Scope) -> Sight:
    me, now = bindparam(None, work.actor.employee_id, type_=BigInteger), bindparam(None, AS_KNOWN_NOW, type_=Moment)
    return Sight(scope, me, now)


def demand_sight_of(work: Work, permission: str, about: Collection[tuple[int, date]]) -> None:
    """
    Let pass only an actor who holds a permission for every one of some rows about employees and periods.

    Args:
        about: employee id, and the first day after the period that the row is about; none are within anybody's scope.

    Raises:
        Forbidden: one of them is outside the scope, or the permission was not granted at all.
    """
    by_day: dict[date, set[int]] = defaultdict(set)
    for employee, end in about:
        by_day[end].add(employee)
    for end, employees in sorted(by_day.items()):
        _demand(work, permission, employees, last_day(work, end))


def demand_sight(work: Work, permission: str, employee_id: int, on: date | None = None) -> None:
    """
    Let pass only an actor who holds a permission for one employee.

    Args:
        on: by the structure of this day, as known now; by that of today, where not given.

    Raises:
        Forbidden: the employee is outside the scope, or the permission was not granted at all.
    """
    _demand(work, permission, {employee_id}, on)


def _demand(work: Work, permission: str, employees: Collection[int], on: date | None) -> None:
    visible = visible_employees(work, permission, on)
    if visible is None:
        return
    found = visible.subquery()
    seen = set(work.session.scalars(select(found.c[0]).where(among(work.session, found.c[0], employees))))
    if outside := sorted(set(employees) - seen):
        when = "" if on is None else f" on {on}"
        raise Forbidden(
            "core.outside_scope",
            f"{work.actor.name} holds {permission!r}, but not for employee {outside[0]}{when}.",
            "Ask somebody whose scope reaches further, or an administrator.",
        )
