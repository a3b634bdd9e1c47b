"""Compiling the read path: parameters, days, filters and joins; `building` writes the rows, `fields` the root fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, Dialect, Select, String, bindparam, func, select

from bole.access import Actor, Scope
from bole.contracts.schema import Filter, One
from bole.graphql.level import Place, When
from bole.graphql.merging import Merged
from bole.graphql.plan import Run, Statement, listed_values
from bole.graphql.selections import Getter, Selection
from bole.services import visibility

AS_OF, KNOWN_AT = "asOf", "knownAt"
_ACTOR: Mapping[str, Callable[[Run], Any]] = {
    visibility.ACTOR: lambda run: run.employee,
    visibility.DAY: lambda run: run.moments.day(),
    visibility.TOMORROW: lambda run: run.moments.day() + timedelta(days=1),
    visibility.KNOWN_AT: lambda run: run.moments.now(),
}
"""The parameters of scopes."""


@dataclass
class Compiler:
    """
    Compiles one root field for one actor's scopes and one shape of variables.

    Args:
        merged: the declarations.
        actor: whose scopes are compiled in.
    """

    merged: Merged
    selection: Selection
    actor: Actor
    dialect: Dialect
    _getters: dict[str, Callable[[Run], Any]] = field(default_factory=lambda: dict(_ACTOR))

    @property
    def postgresql(self) -> bool:
        """Tell for which database it compiles."""
        return self.dialect.name == "postgresql"

    def parameter(self, getter: Callable[[Run], Any]) -> str:
        """Return the name of a new parameter."""
        name = f"bole_{len(self._getters)}"
        self._getters[name] = getter
        return name

    def when(self, arguments: Mapping[str, Getter], outer: When | None) -> When:
        """Return the day and moment of knowing that hold for a field: its own arguments', else those around it, else now."""
        as_of, known_at = arguments.get(AS_OF), arguments.get(KNOWN_AT)
        if outer is not None and as_of is None and known_at is None:
            return outer
        day = self.parameter(lambda run: as_of(run.variables) if as_of else run.moments.day()) if as_of or outer is None else outer.day
        known = (
            self.parameter(lambda run: known_at(run.variables) if known_at else run.moments.now()) if known_at or outer is None else outer.known_at
        )
        return When(day, known)

    def statement(self, query: Select[Any]) -> Statement:
        """Return a statement ready to run."""
        return Statement(query, self.dialect, self._getters)

    def filter(self, place: Place, filters: Iterable[Filter], arguments: Mapping[str, Getter]) -> None:
        """Add the conditions that a field's arguments set."""
        for each in filters:
            if (getter := arguments.get(each.name)) is None:
                continue
            at = place
            for name in each.through:
                at = self.lead(at, at.mapped.ones[name], at.when)
            place.level.where.append(self._compare(each, at.column(each.column), getter))

    def _compare(self, each: Filter, column: ColumnElement[Any], getter: Getter) -> ColumnElement[bool]:
        if each.operator == "in":
            return self.among(column, self.parameter(lambda run: listed_values(getter(run.variables), postgresql=run.postgresql)))
        value = bindparam(self.parameter(lambda run: getter(run.variables)), type_=column.type)
        return {"=": column == value, ">=": column >= value, "<": column < value}[each.operator]

    def among(self, column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
        """Return the condition that a column is one of the values of a list parameter."""
        if self.postgresql:
            return column == func.any(bindparam(parameter, type_=ARRAY(cast(Any, column.type))))
        return column.in_(select(func.json_each(bindparam(parameter, type_=String)).table_valued("value").c.value))

    def scope(self, *permissions: str) -> Scope:
        """
        Return how far all of some permissions reach; an empty one reaches everybody.

        Raises:
            Forbidden: the actor lacks one of them.
        """
        return min(self.actor.demand(permission) if permission else Scope.COMPANY for permission in permissions)

    def lead(self, place: Place, one: One, when: When) -> Place:
        """
        Return the place to which a `One` field leads.

        Raises:
            Forbidden: the actor may not see the field, or its type, of anybody.
        """
        target = self.merged.types[one.type]
        return place.led((one.name, when), target, one.path, when, self.scope(target.declared.permission, one.permission))
