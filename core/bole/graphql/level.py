"""One statement in the making: the tables it joins, the conditions it sets, the columns it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import BigInteger, Column, ColumnElement, Date, FromClause, Select, and_, bindparam, case, null, select
from sqlalchemy.sql.visitors import replacement_traverse

from bole.access import Scope
from bole.contracts.schema import Dated, Step, Type
from bole.graphql.merging import MappedType
from bole.models.types import Moment
from bole.services.spans import Covers, Joined, Sight, at_end, holds, is_known, on_day
from bole.services.visibility import ACTOR, TOMORROW, scope_query, scope_sight

Aliases = Mapping[FromClause, FromClause]
"""Tables, and the aliases through which their columns are reached in a statement."""


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
        self._sights: dict[Scope, Sight | None] = {}

    def join(self, table: FromClause, on: ColumnElement[bool], *, outer: bool) -> None:
        """Join a table."""
        self.source = self.source.join(table, on, isouter=outer)

    def put(self, column: ColumnElement[Any]) -> int:
        """Ask for a column, and return its place in the row."""
        if column not in self._places:
            self._places[column] = len(self.columns)
            self.columns.append(column)
        return self._places[column]

    def sight(self, scope: Scope) -> Sight | None:
        """Return whom the actor sees on which days within a scope; nothing where the day makes no difference."""
        if scope not in self._sights:
            # One for each scope, so that its tree of departments is walked once a statement.
            self._sights[scope] = scope_sight(scope)
        return self._sights[scope]

    def inside(self, column: ColumnElement[Any], scope: Scope) -> ColumnElement[bool] | None:
        """Return the condition that the employee in a column is within a scope today; nothing where that is the whole company."""
        if scope is Scope.SELF:
            return column == bindparam(ACTOR, type_=BigInteger)
        if scope not in self._scopes:
            # As for `sight`.
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
    _paths: dict[tuple[Step, ...], Aliases] = field(default_factory=dict)

    @classmethod
    def start(cls, level: Level, mapped: MappedType, base: FromClause, when: When, scope: Scope) -> Place:
        """Return the place of the objects that a statement lists."""
        place = cls(level, mapped, {mapped.declared.table: base}, when)
        place._join_sides()
        place._join_day(scope)
        if (within := _within(level, mapped.declared, scope, place.aliases, when)) is not None:
            level.where.append(within)
        return place

    def column(self, column: ColumnElement[Any], path: tuple[Step, ...] = ()) -> ColumnElement[Any]:
        """Return a declared column, or expression, as it is reached from here, or from where a path of joins leads."""
        return _reached(column, self._along(path) if path else self.aliases)

    def _along(self, path: tuple[Step, ...]) -> Aliases:
        if path not in self._paths:
            reached = dict(self.aliases)
            for step in path:
                table = step.table.alias()
                self.level.join(table, _condition(step, reached, table, self.when), outer=True)
                reached[step.table] = table
            self._paths[path] = reached
        return self._paths[path]

    def guarded(self, column: ColumnElement[Any], scope: Scope) -> ColumnElement[Any]:
        """Return a column that is empty for whoever is outside a scope."""
        within = _within(self.level, self.mapped.declared, scope, self.aliases, self.when)
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
            within = _within(self.level, mapped.declared, scope, {step.table: target}, when) if step is steps[-1] else None
            self.level.join(target, _condition(step, reached, target, when, within), outer=True)
            reached[step.table] = target
        presence = target.c[steps[-1].on[0][1].key]
        place = Place(self.level, mapped, {mapped.declared.table: target}, when, True, presence)
        place._join_sides()
        return place

    def _join_day(self, scope: Scope) -> None:
        """Join what leads to the day by which rows are judged, where it makes a difference: faster than asking for each row."""
        judged = self.mapped.declared.judged
        if judged is None or self.level.sight(scope) is None:
            return
        for step in judged.path:
            if step.table not in self.aliases:
                table = step.table.alias()
                self.level.join(table, _condition(step, self.aliases, table, self.when), outer=False)
                self.aliases[step.table] = table

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


def _reached(column: ColumnElement[Any], aliases: Aliases) -> ColumnElement[Any]:
    """Return a declared column, or expression, as it is reached through aliases."""

    def replace(part: Any, **_: Any) -> Any:
        return aliases[part.table].c[part.key] if isinstance(part, Column) else None

    if isinstance(column, Column):
        return aliases[column.table].c[column.key]
    return cast(ColumnElement[Any], cast(Any, replacement_traverse)(column, {}, replace))


def _within(level: Level, declared: Type, scope: Scope, aliases: Aliases, when: When) -> ColumnElement[bool] | None:
    """Return the condition that an object of a type is within a scope; nothing where all are."""
    if declared.employee is None:
        return None
    employee = _reached(declared.employee, aliases)
    sight = None if declared.judged is None else level.sight(scope)
    if declared.judged is None or sight is None:
        return level.inside(employee, scope)
    return sight.row(employee, *_day(declared.judged, aliases, when))


def _day(judged: Dated, aliases: Aliases, when: When) -> tuple[Covers, list[Joined]]:
    """Return the comparison with the day by which a row is judged, and the tables that lead there and are not joined."""
    reached, through = dict(aliases), list[Joined]()
    for step in judged.path:
        if step.table not in reached:
            table = step.table.alias()
            through.append((table, _condition(step, reached, table, when)))
            reached[step.table] = table
    column = _reached(judged.column, reached)
    return (on_day(column) if judged.end is None else at_end(column, bindparam(TOMORROW, type_=Date))), through


def _condition(step: Step, reached: Aliases, target: FromClause, when: When, within: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    pairs = [reached[here.table].c[here.key] == target.c[there.key] for here, there in step.on]
    return and_(*pairs, *when.conditions(step, target), *([] if within is None else [within]))
