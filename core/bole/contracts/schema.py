"""A plugin's part of the GraphQL schema: tables mapped to types, and functions as fields.

A mapped field names a column and how its stored value is written. From the mapping follow
both the schema and the statements that answer a query; no resolver is written by hand.
Columns are SQLAlchemy's; relations are paths of joins, each over pairs of columns. A *dated*
join is over an interval table (``valid_from``, ``valid_to``, ``known_from``, ``known_to``), whose
row of the day counts: today, or the field's ``asOf`` and ``knownAt``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bole.errors import InvalidValue

if TYPE_CHECKING:
    from sqlalchemy import Column as Stored
    from sqlalchemy import ColumnElement, FromClause


On = tuple[tuple["Stored[Any]", "Stored[Any]"], ...]


class Kind(StrEnum):
    """How a stored value is written in an answer, and as which GraphQL type."""

    TEXT = "text"
    """String."""
    INTEGER = "integer"
    """Int, 32 bits."""
    COUNT = "count"
    """Count: a whole number of any size."""
    FLAG = "flag"
    """Boolean."""
    DATE = "date"
    """Date, ISO 8601."""
    MOMENT = "moment"
    """DateTime, ISO 8601 in UTC; stored as microseconds since 1970."""
    MILLIONTHS = "millionths"
    """Decimal, as text without needless zeros; stored as an integer of millionths."""
    MONEY = "money"
    """Money (amount, currency); stored as an integer of minor units."""
    FINE_MONEY = "fine_money"
    """Money, not yet rounded; stored as an integer of millionths of a minor unit."""
    DOCUMENT = "document"
    """JSON."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    A field that shows a column, or an expression over columns of the type's tables.

    Args:
        currency: for money, the column that holds the currency.
        permission: what the actor must hold beyond the type's own permission; where it reaches less
            far, the field is empty for the others. Such a field may always be empty.
        nullable: as the column is, where not given.
        path: joins that lead to the column's table, where it is none of the type's; whoever sees the object sees what stands there.
    """

    name: str
    column: ColumnElement[Any]
    kind: Kind = Kind.TEXT
    currency: ColumnElement[Any] | None = None
    permission: str = ""
    nullable: bool | None = None
    description: str = ""
    path: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind in (Kind.MONEY, Kind.FINE_MONEY)) != (self.currency is not None):
            raise InvalidValue("core.schema", f"the field {self.name!r} of kind {self.kind} has currency={self.currency}.", "Exactly money has one.")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One join: to a table, over pairs of (column reached before, column of this table).

    Args:
        dated: it is an interval table, of which the row that is true on the day, as known at the moment, counts.
        known: it is an interval table, of which all rows known at the moment count, whenever they are true.
    """

    table: FromClause
    on: On
    dated: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class One:
    """
    A field that leads to at most one object of a mapped type.

    Args:
        path: joins that lead there; the last one is to the type's own table.
        nullable: false only where a column that cannot be empty leads to a type that everybody may see.
    """

    name: str
    type: str
    path: tuple[Step, ...]
    permission: str = ""
    nullable: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """
    An argument that keeps only the objects whose column equals it.

    Args:
        through: the `One` fields, in order, that lead to the column's type; none for the type's own tables.
        operator: ``=``, ``>=``, ``<`` or ``in`` (the argument is then a list).
    """

    name: str
    column: ColumnElement[Any]
    kind: Kind = Kind.TEXT
    through: tuple[str, ...] = ()
    operator: str = "="
    description: str = ""

    def __post_init__(self) -> None:
        if self.operator not in ("=", ">=", "<", "in"):
            raise InvalidValue("core.schema", f"the filter {self.name!r} has the operator {self.operator!r}.", "Use =, >=, < or in.")


@dataclass(frozen=True, slots=True)
class Many:
    """
    A field that leads to a list of objects of a mapped type.

    Args:
        path: joins that lead there; the first over exactly one pair, the last to the type's own table.
        order: columns of the type's tables; the type's own order where not given.
    """

    name: str
    type: str
    path: tuple[Step, ...]
    order: tuple[ColumnElement[Any], ...] = ()
    filters: tuple[Filter, ...] = ()
    permission: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if not self.path or len(self.path[0].on) != 1:
            raise InvalidValue("core.schema", f"the list {self.name!r} must start with a join over one pair of columns.")


@dataclass(frozen=True, slots=True)
class Dated:
    """
    The day by whose structure a scope is judged for the rows of a type, as that day is known now.

    Args:
        day: the column, or expression, with the day itself; or
        end: with the first day after the period that a row is about: its last day counts, and today while it is not over.
        path: joins that lead there from the type's own table, where it is another table's; they find one row for each row.
    """

    day: ColumnElement[Any] | None = None
    end: ColumnElement[Any] | None = None
    path: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if (self.day is None) == (self.end is None):
            raise InvalidValue("core.schema", f"rows are judged by day={self.day} and end={self.end}.", "Give exactly one of them.")

    @property
    def column(self) -> ColumnElement[Any]:
        """The day, or the end."""
        found = self.end if self.day is None else self.day
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Type:
    """
    A GraphQL type whose objects are the rows of a table.

    Every type has a field ``id``, a global identifier made of its name and `key`.

    Args:
        key: the columns that identify a row; integers.
        permission: what the actor must hold to see any of it; nothing where everybody who is known may.
        employee: the column with the employee whom a row concerns; the permission's scope is judged by it.
            Without one a row concerns nobody in particular, and any scope will do.
        judged: the day by whose structure that is; today where not given, as is right for what is plain of an employee.
        sides: further tables that have exactly one row for each row shown; a row without is not shown.
        order: how lists are sorted where nothing else is said, in columns that cannot be empty; `key` where not given.
        descending: whether the order is from last to first.
    """

    name: str
    table: FromClause
    key: tuple[Stored[Any], ...]
    permission: str
    employee: Stored[Any] | None = None
    judged: Dated | None = None
    sides: tuple[Step, ...] = ()
    columns: tuple[Column, ...] = ()
    ones: tuple[One, ...] = ()
    manys: tuple[Many, ...] = ()
    order: tuple[Stored[Any], ...] = ()
    descending: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """Fields that a plugin adds to a type, its own or another plugin's."""

    type: str
    columns: tuple[Column, ...] = ()
    ones: tuple[One, ...] = ()
    manys: tuple[Many, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """A query field that pages through all objects of a mapped type that the actor may see."""

    name: str
    type: str
    filters: tuple[Filter, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    A query field that shows one object of a mapped type, or nothing where there is none that the actor may see.

    Args:
        by: the filter that names it, over a column without repeats; its argument must be given.
    """

    name: str
    type: str
    by: Filter
    description: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """
    A field answered by a function: a service, or a few lines around one.

    Args:
        function: takes the unit of work and arguments whose annotations are ``str``, ``int``, ``bool``, ``Decimal``,
            ``date``, ``datetime``, `Money`, a dataclass of these, a tuple of these, or one of these or None. Its
            result is annotated alike. Names become camelCase. The service it calls demands the permission.
    """

    name: str
    function: Callable[..., Any]
    description: str = ""


@dataclass(frozen=True, slots=True)
class GraphQLPart:
    """
    What one plugin adds to the schema.

    A mutation's answer is ``{result, errors}``: an error that a service raises is data, with code,
    message, hint and the problems found, and then there is no result.
    """

    types: tuple[Type, ...] = ()
    extends: tuple[Extension, ...] = ()
    query: tuple[Connection | Lookup | Call, ...] = ()
    mutation: tuple[Call, ...] = ()


def step(here: Stored[Any], there: Stored[Any], *, dated: bool = False, known: bool = False) -> Step:
    """Return the join over one pair of columns, to the table of the second."""
    return Step(there.table, ((here, there),), dated, known)
