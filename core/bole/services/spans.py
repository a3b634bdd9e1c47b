"""On which days an actor sees whom: a scope carried down the tree, each step with the days for which it holds.

A row about an employee and a day (a fact, a result, a payout) is within a scope where the structure
of that day, as it is known now, puts the employee under the actor. Walking the tree for each row's day
would cost a walk for every day. Instead it is walked once: every department comes with the days on which it
was under the actor, every employee with the days in such a department, and the row's day is compared with these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, FromClause, Select, case, exists, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import BinaryExpression
from sqlalchemy.sql.operators import eq

from bole.access import Scope
from bole.models import Assignment, DepartmentInterval, Employee
from bole.values import FOREVER

Covers = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]
"""Tells whether days, given by the first and by the first after them, hold the day of a row."""
Joined = tuple[FromClause, ColumnElement[bool]]
"""A table, and the condition by which it belongs to a row."""

_EVER, _FOREVER = (literal_column(f"'{day}'", Date) for day in ("0001-01-01", FOREVER))


class _Under(BinaryExpression[bool]):
    """``child = parent``, written so that SQLite seeks by it (see `_seek`)."""

    inherit_cache = True


@compiles(_Under, "sqlite")
def _seek(element: _Under, compiler: SQLCompiler, **keywords: Any) -> str:
    # As a plain join SQLite builds a filter over the whole table on each call: 14 ms against 0.09.
    compiler.visit_binary(element, **keywords)  # type: ignore[no-untyped-call]  # tells the compiler, which looks for missing joins, that this is one
    return f"{compiler.process(element.left, **keywords)} IN (SELECT {compiler.process(element.right, **keywords)})"


def under(child: ColumnElement[Any], parent: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition of a recursive step down the tree: the column with the parent names one found before."""
    return _Under(child, parent, eq)


def holds(table: FromClause, day: ColumnElement[Any], known_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a row of an interval table is true on a day, as known at a moment."""
    return (table.c.valid_from <= day) & (table.c.valid_to > day) & is_known(table, known_at)


def is_known(table: FromClause, known_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a row of an interval table was held for true at a moment."""
    return (table.c.known_from <= known_at) & (table.c.known_to > known_at)


def on_day(day: ColumnElement[Any]) -> Covers:
    """Return the comparison with a row's day."""
    return lambda since, until: (since <= day) & (until > day)


def at_end(end: ColumnElement[Any], tomorrow: ColumnElement[Any]) -> Covers:
    """Return the comparison with the last day of a row's period, or with today while the period is not over."""
    stop = case((end > tomorrow, tomorrow), else_=end)
    return lambda since, until: (since < stop) & (until >= stop)


def departments_below(top: Select[Any, Any, Any], known_at: ColumnElement[Any]) -> CTE:
    """
    Return some departments and all below them, each with the days on which it was there.

    Args:
        top: ``id, since, until`` of the departments to begin with; days are half-open.

    Returns:
        ``id, since, until``; a department that moved away and came back is there more than once.
    """
    tree = top.cte(recursive=True)
    below = DepartmentInterval.table.alias()
    since, until, overlap = _shared(below, tree)
    step = select(below.c.department_id, since, until).select_from(tree)
    return tree.union(step.where(under(below.c.parent_id, tree.c.id), overlap, is_known(below, known_at)))


def placed_in(departments: CTE, table: FromClause, known_at: ColumnElement[Any]) -> Select[Any]:
    """
    Return ``employee_id, since, until`` of whoever was in some departments while they were there.

    Args:
        departments: as `departments_below` returns them.
        table: where people are placed: assignments, or memberships beside the line.
    """
    placed = table.alias()
    since, until, overlap = _shared(placed, departments)
    found = select(placed.c.employee_id, since.label("since"), until.label("until"))
    return found.where(placed.c.department_id == departments.c.id, overlap, is_known(placed, known_at))


def _shared(table: FromClause, span: CTE) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[bool]]:
    """Return first day and end of what a row of an interval table shares with a span, and the condition that it is any day."""
    since = case((table.c.valid_from > span.c.since, table.c.valid_from), else_=span.c.since)
    until = case((table.c.valid_to < span.c.until, table.c.valid_to), else_=span.c.until)
    return since, until, (table.c.valid_from < span.c.until) & (table.c.valid_to > span.c.since)


@dataclass(frozen=True, eq=False)
class Sight:
    """
    Whom an actor sees, and on which days, within a scope between self and company.

    Args:
        me: the employee that the actor is.
        known_at: the moment of knowing.
    """

    scope: Scope
    me: ColumnElement[Any]
    known_at: ColumnElement[Any]

    @cached_property
    def spans(self) -> CTE:
        """Everybody within the scope with the days: ``employee_id, since, until``, half-open; oneself for ever. Spans may overlap."""
        own, placed = Employee.table, Assignment.table.alias()
        # A column comes first: SQLite takes from it that the ids are integers, and only then makes an index over them.
        found = select(own.c.id.label("employee_id"), _EVER.label("since"), _FOREVER.label("until")).where(own.c.id == self.me)
        named = select(placed.c.employee_id, placed.c.valid_from, placed.c.valid_to)
        parts = [named.where(placed.c.manager_id == self.me, is_known(placed, self.known_at))]
        if self.scope is Scope.UNIT:
            parts.append(placed_in(self._units, Assignment.table, self.known_at))
        return found.union(*parts).cte()

    @property
    def _units(self) -> CTE:
        table = DepartmentInterval.table
        headed = select(table.c.department_id.label("id"), table.c.valid_from.label("since"), table.c.valid_to.label("until"))
        return departments_below(headed.where(table.c.head_id == self.me, is_known(table, self.known_at)), self.known_at)

    def row(self, employee: ColumnElement[Any], covers: Covers, through: Sequence[Joined] = ()) -> ColumnElement[bool]:
        """
        Return the condition that a row about an employee is within the scope on the row's day.

        Args:
            employee: the row's column with the employee's id.
            covers: the comparison with the row's day.
            through: tables that lead from the row to its day.
        """
        seen = self.spans.c
        tables = [table for table, _ in through]
        found: Select[Any] = select(literal_column("1")).select_from(self.spans, *tables).where(*(condition for _, condition in through))
        found = found.where(seen.employee_id == employee, covers(seen.since, seen.until))
        # The first half says nothing new, but by it the databases find the rows of few people among many.
        return employee.in_(select(seen.employee_id)) & exists(found.correlate_except(self.spans, *tables))
