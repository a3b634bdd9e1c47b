"""A compiled field at work: its statements run, their rows made into the answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Dialect, Select

from bole.errors import InvalidValue
from bole.graphql.selections import Getter
from bole.values import micros

LARGEST_PAGE, USUAL_PAGE = 1000, 50
MOST_ROWS = 100_000
"""Rows that the statements of one request may read in all."""
MOST_OBJECTS = 250_000
"""Objects that one answer may hold; a list that several parents share is read once and written for each of them."""
MOST_STATEMENTS = 100
"""Statements that one request may run."""
CAP = "bole_cap"
"""Parameter with the most rows that a statement may give."""
PARENTS, FIRST = "bole_parents", "bole_first"
"""Parameters of a list below: the parents' values, and how many objects each parent may have."""


class Memo(dict[Any, Any]):
    """Remembers, for one answer, how values are written that come again and again; None stays None."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        super().__init__({None: None})
        self._write = write

    def __missing__(self, stored: Any) -> Any:
        written = self[stored] = self._write(stored)
        return written


class Moments(Protocol):
    """Gives the days and moments that questions about history need."""

    def day(self) -> date:
        """Return today's date where the company is."""
        ...

    def now(self) -> datetime:
        """Return the present moment."""
        ...


@dataclass
class Run:
    """
    One execution of a plan.

    Args:
        cursor: the driver's own cursor.
        employee: the employee that the actor is.
        variables: coerced.
        left: how many rows may still be read.
        statements: how many statements may still be run.
    """

    cursor: Any
    postgresql: bool
    employee: int | None
    moments: Moments
    variables: Mapping[str, Any] = field(default_factory=dict)
    left: int = field(default_factory=lambda: MOST_ROWS)
    statements: int = MOST_STATEMENTS
    shared: bool = False

    def bounded(self, answered: Any) -> Any:
        """
        Return what a field is answered with.

        Raises:
            InvalidValue: written out, it would hold more objects than an answer may.
        """
        if self.shared and _objects(answered, {}) > MOST_OBJECTS:
            raise InvalidValue(
                "core.too_many_objects",
                f"the answer would hold more than {MOST_OBJECTS:,} objects.",
                "Leave out a list below an object that many others lead to, or ask for fewer objects (first:).",
            )
        return answered

    def rows(self, statement: Statement, extra: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """
        Return the rows of a statement.

        Raises:
            InvalidValue: the request reads more rows, or runs more statements, than one may.
        """
        self.statements -= 1
        if self.statements < 0:
            raise InvalidValue("core.too_many_statements", f"the query needs more than {MOST_STATEMENTS} statements.", "Ask in several requests.")
        self.cursor.execute(statement.text, statement.values(self, extra))
        found: list[tuple[Any, ...]] = self.cursor.fetchall()
        self.left -= len(found)
        if self.left < 0:
            raise InvalidValue(
                "core.too_many_rows",
                f"the query reads more than {MOST_ROWS:,} rows.",
                "Ask for fewer objects at once (first:), or narrow the lists below them.",
            )
        return found


def _objects(value: Any, known: dict[int, int]) -> int:
    """Return how many objects a value holds when it is written out; what stands in several places counts in each."""
    if not isinstance(value, dict | list):
        return 0
    found = known.get(id(value))
    if found is None:
        parts = value.values() if isinstance(value, dict) else value
        found = known[id(value)] = isinstance(value, dict) + sum(_objects(part, known) for part in parts)
    return found


class Statement:
    """
    A statement's text and how its parameters get their values.

    Args:
        getters: parameter name to function of the run, for all but the parameters given to each execution.
    """

    def __init__(self, select: Select[Any], dialect: Dialect, getters: Mapping[str, Callable[[Run], Any]]) -> None:
        compiled = select.compile(dialect=dialect)
        self.text = compiled.string
        fixed: dict[str, Any] = compiled.params
        self._getters, self._fixed = getters, fixed
        self._names: Sequence[str] = compiled.positiontup if compiled.positional and compiled.positiontup is not None else list(fixed)
        self._positional = compiled.positional
        self._writers = {name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in fixed}

    def values(self, run: Run, extra: Mapping[str, Any]) -> Any:
        """Return the values of the parameters, as the driver takes them."""
        found = []
        for name in self._names:
            if name in extra:
                value = extra[name]
            elif name in self._getters:
                value = self._getters[name](run)
            else:
                value = self._fixed[name]
            if isinstance(value, str):
                refuse_nul(value)
            writer = self._writers[name]
            found.append(writer(value) if writer is not None and value is not None else value)
        return found if self._positional else dict(zip(self._names, found, strict=True))


@dataclass(frozen=True)
class Listing:
    """
    A statement whose rows become objects, with the lists below them.

    Args:
        build: takes the rows, the lists of `below` and the memos; returns what the rows become.
        memos: what each memo writes with.
        below: (place of the parent's value in a row, the list below).
        first: how many objects each parent may have; all where not given.
    """

    statement: Statement | None
    build: Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], Any]
    memos: Sequence[Callable[[Any], Any]]
    below: Sequence[tuple[int, Listing]]
    first: Getter | None = None

    def rows(self, run: Run, extra: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Return the rows; none where nothing is asked of them."""
        return run.rows(self.statement, extra) if self.statement else ()

    def made_of(self, rows: Sequence[tuple[Any, ...]], run: Run) -> Any:
        """Return what rows become, having read the lists below them: one statement for each list."""
        lists = []
        for place, child in self.below:
            parents = {row[place] for row in rows if row[place] is not None}
            run.shared = run.shared or len(parents) < len(rows)
            lists.append(child.by_parent(parents, run))
        return self.build(rows, lists, [Memo(write) for write in self.memos])

    def by_parent(self, parents: Set[Any], run: Run) -> Any:
        """Return the lists of many parents by the parent's value."""
        if not parents:
            return {}
        extra: dict[str, Any] = {PARENTS: listed_values(parents, postgresql=run.postgresql), CAP: run.left + 1}
        if self.first is not None:
            extra[FIRST] = page_size(self.first(run.variables))
        return self.made_of(self.rows(run, extra), run)


def refuse_nul(text: str) -> None:
    """
    Refuse a text that PostgreSQL cannot hold.

    Raises:
        InvalidValue: a NUL character is in it.
    """
    if "\0" in text:
        raise InvalidValue("core.nul_character", f"{text!r} holds a NUL character.", "Leave it out.")


def listed_values(values: Collection[Any], *, postgresql: bool) -> Any:
    """Return values as a list parameter takes them: an array, or JSON where the database has no arrays."""
    for value in values:
        if isinstance(value, str):
            refuse_nul(value)
    if postgresql:
        return list(values)
    return orjson.dumps([micros(value) if isinstance(value, datetime) else value for value in values]).decode()


def page_size(first: int) -> int:
    """
    Return how many objects are wanted.

    Raises:
        InvalidValue: a negative number, or more than a page holds.
    """
    if not 0 <= first <= LARGEST_PAGE:
        raise InvalidValue(
            "core.page_size", f"first: {first} is not between 0 and {LARGEST_PAGE:,}.", "Ask for at most 1,000 and page on with after: endCursor."
        )
    return first
