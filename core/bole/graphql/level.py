"""One statement in the making: the tables it joins, the conditions it sets, the columns it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import BigInteger, Column, ColumnElement, Date, FromClause, Select, and_, bindparam, case, null, select
from sqlalchemy.sql.visitors import replacement_traverse

from bole.access import Scope
from bole.contracts.schema import Step
from bole.graphql.merging import MappedType
from bole.models.types import Moment
from bole.services.visibility import ACTOR, holds, is_known, scope_query


@dataclass(frozen=True)
class When:
    """The names of the parameters with the day, and the moment of knowing, for which dated tables are read."""

    day: str
    known_at: str

    def conditions(self, step: Step, table: FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions under which a row of a joined table counts; none where the table is no interval table."""
        known_at = bindparam(self.known_at, type_=Moment)
        if step.dated:
            return [holds(table, bindparam(self.day, type_=Date), known_at)]
        return [is_known(table, known_at)] if step.known else []


class Level:
    """
    A statement: first the tables and conditions, then the columns.

    Args:
        base: the table it reads from.
    """

    def __init__(self, base: FromClause) -> None:
        self.source: FromClause = base
        self.where: list[ColumnElement[bool]] = []
        self.columns: list[ColumnElement[Any]] = []
        self._places: dict[ColumnElement[Any], int] = {}
        self._scopes: dict[Scope, Any] = {}

    def join(self, table: FromClause, on: ColumnElement[bool], *, outer: bool) -> None:
        """Join a table."""
        self.source = self.source.join(table, on, isouter=outer)

    def put(self, column: ColumnElement[Any]) -> int:
        """Ask for a column, and return its place in the row."""
        if column not in self._places:
            self._places[column] = len(self.columns)
            self.columns.append(column)
        return self._places[column]

    def inside(self, column: ColumnElement[Any], scope: Scope) -> ColumnElement[bool] | None:
        """Return the condition that the employee in a column is within a scope; nothing where that is the whole company."""
        if scope is Scope.SELF:
            return column == bindparam(ACTOR, type_=BigInteger)
        if scope not in self._scopes:
            # One query for each scope, so that its tree of departments is walked once a statement.
            self._scopes[scope] = scope_query(scope)
        query = self._scopes[scope]
        return None if query is None else column.in_(query)

    def select(self) -> Select[Any]:
        """Return the statement, unsorted."""
        return select(*(self.columns or [null()])).select_from(self.source).where(*self.where)


@dataclass
class Place:
    """
    One occurrence of a mapped type's tables in a statement.

    Args:
        aliases: by table, those through which the type's columns are reached.
        outer: whether there may be no object here.
        presence: where there may be none, a column that is empty exactly then.
    """

    level: Level
    mapped: MappedType
    aliases: dict[FromClause, FromClause]
    when: When
    outer: bool = False
    presence: ColumnElement[Any] | None = None
    _led: dict[Any, Place] = field(default_factory=dict)

    @classmethod
    def start(cls, level: Level, mapped: MappedType, base: FromClause, when: When, scope: Scope) -> Place:
        """Return the place of the objects that a statement lists."""
        place = cls(level, mapped, {mapped.declared.table: base}, when)
        place._join_sides()
        if mapped.declared.employee is not None and (within := level.inside(place.column(mapped.declared.employee), scope)) is not None:
            level.where.append(within)
        return place

    def column(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a declared column, or expression, as it is reached from here."""
        if isinstance(column, Column):
            return self._reach(column)
        return cast(ColumnElement[Any], cast(Any, replacement_traverse)(column, {}, self._replace))

    def _replace(self, part: Any, **_: Any) -> Any:
        return self._reach(part) if isinstance(part, Column) else None

    def _reach(self, column: Column[Any]) -> ColumnElement[Any]:
        return self.aliases[column.table].c[column.key]

    def guarded(self, column: ColumnElement[Any], scope: Scope) -> ColumnElement[Any]:
        """Return a column that is empty for whoever is outside a scope."""
        owner = self.mapped.declared.employee
        within = None if owner is None else self.level.inside(self.column(owner), scope)
        return column if within is None else case((within, column), else_=null())

    def led(self, key: object, mapped: MappedType, path: Iterable[Step], when: When, scope: Scope) -> Place:
        """Return the place to which a path of joins leads from here; equal keys share one."""
        if key not in self._led:
            self._led[key] = self._lead(mapped, path, when, scope)
        return self._led[key]

    def _lead(self, mapped: MappedType, path: Iterable[Step], when: When, scope: Scope) -> Place:
        reached, target = dict(self.aliases), self.level.source
        steps = list(path)
        for step in steps:
            target = step.table.alias()
            owner = mapped.declared.employee if step is steps[-1] else None
            within = None if owner is None else self.level.inside(target.c[owner.key], scope)
            self.level.join(target, _condition(step, reached, target, when, within), outer=True)
            reached[step.table] = target
        presence = target.c[steps[-1].on[0][1].key]
        place = Place(self.level, mapped, {mapped.declared.table: target}, when, True, presence)
        place._join_sides()
        return place

    def _join_sides(self) -> None:
        for step in self.mapped.declared.sides:
            table = step.table.alias()
            self.level.join(table, _condition(step, self.aliases, table, self.when), outer=self.outer)
            self.aliases[step.table] = table
            if self.outer:
                own = table.c[step.on[0][1].key]
                self.presence = own if step is self.mapped.declared.sides[0] else case((cast(Any, self.presence).is_not(None), own), else_=null())


def listed(path: tuple[Step, ...], when: When) -> tuple[Level, FromClause, ColumnElement[Any]]:
    """
    Return a statement that follows a path from many parents at once.

    Returns:
        the statement, the table at the path's end, and the column that names the parent of each row.
    """
    first = path[0].table.alias()
    last: FromClause = first
    level, reached = Level(first), {path[0].table: last}
    level.where += when.conditions(path[0], first)
    for step in path[1:]:
        last = step.table.alias()
        level.join(last, _condition(step, reached, last, when), outer=False)
        reached[step.table] = last
    return level, last, first.c[path[0].on[0][1].key]


def _condition(
    step: Step, reached: dict[FromClause, FromClause], target: FromClause, when: When, within: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    pairs = [reached[here.table].c[here.key] == target.c[there.key] for here, there in step.on]
    return and_(*pairs, *when.conditions(step, target), *([] if within is None else [within]))
