"""Compiling the root fields: connections, lookups, and `node`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql import FieldNode
from sqlalchemy import BigInteger, ColumnElement, bindparam, func, select, tuple_, type_coerce

from bole.contracts.schema import Connection, Lookup
from bole.errors import InvalidValue
from bole.graphql.building import Builder
from bole.graphql.compiling import Compiler
from bole.graphql.level import Level, Place
from bole.graphql.merging import MappedType
from bole.graphql.plan import CAP, USUAL_PAGE, Listing, Run, Statement, page_size
from bole.graphql.selections import Getter
from bole.graphql.values import read_cursor, read_id, write_cursor
from bole.models.types import Moment


@dataclass(frozen=True)
class Turn:
    """One page as it was read: its rows, whether more follow, how many there are in all."""

    rows: Sequence[tuple[Any, ...]]
    more: bool
    total: int | None
    lists: dict[str, Any]


Show = Callable[[Turn], Any]


@dataclass(frozen=True)
class ConnectionPlan:
    """
    A connection field, compiled.

    Args:
        count: asks how many there are in all; nothing where nobody wants to know.
        frame: response key to what is shown of the page.
    """

    listing: Listing
    count: Statement | None
    first: Getter | None
    frame: dict[str, Show]

    def __call__(self, run: Run) -> dict[str, Any]:
        """Return the connection as the answer shows it."""
        size = USUAL_PAGE if self.first is None else page_size(self.first(run.variables))
        rows = self.listing.rows(run, {CAP: size + 1})
        total = run.rows(self.count, {})[0][0] if self.count else None
        page = rows[:size]
        turn = Turn(page, len(rows) > size, total, self.listing.made_of(page, run))
        return {key: show(turn) for key, show in self.frame.items()}


class ConnectionCompiler:
    """
    Compiles one connection field.

    Args:
        nodes: the field, as often as it is selected under one response key.
    """

    def __init__(self, compiler: Compiler, connection: Connection, nodes: list[FieldNode]) -> None:
        self._compiler, self._connection = compiler, connection
        self._mapped = compiler.merged.types[connection.type]
        self._arguments = compiler.selection.arguments("Query", nodes[0])
        self._selected = compiler.selection.fields(f"{connection.type}Connection", nodes)

    def plan(self) -> ConnectionPlan:
        """
        Return the plan.

        Raises:
            Forbidden: the actor may not see the type, or something selected below it, of anybody.
        """
        level, place = self._start()
        builder = Builder(self._compiler, level)
        keys = [place.column(column) for column in _order(self._mapped)]
        sorted_by = [level.put(key) for key in keys]
        lists, frame = {}, {}
        for key, nodes in self._selected.items():
            match nodes[0].name.value:
                case "nodes":
                    lists[key] = builder.object(place, nodes)
                case "edges":
                    lists[key] = self._edge(builder, place, nodes, sorted_by)
            frame[key] = self._show(key, nodes, sorted_by)
        names = {nodes[0].name.value for nodes in self._selected.values()}
        statement = self._page(level, keys) if names & {"nodes", "edges", "pageInfo"} else None
        return ConnectionPlan(
            builder.together(statement, lists), self._count() if "totalCount" in names else None, self._arguments.get("first"), frame
        )

    def _start(self) -> tuple[Level, Place]:
        declared, compiler = self._mapped.declared, self._compiler
        base = declared.table.alias()
        level = Level(base)
        place = Place.start(level, self._mapped, base, compiler.when(self._arguments, None), compiler.scope(declared.permission))
        compiler.filter(place, self._connection.filters, self._arguments)
        return level, place

    def _page(self, level: Level, keys: list[ColumnElement[Any]]) -> Statement:
        descending = self._mapped.declared.descending
        if (after := self._arguments.get("after")) is not None:
            level.where.append(self._beyond(after, keys, descending))
        query = level.select().order_by(*([key.desc() for key in keys] if descending else keys))
        return self._compiler.statement(query.limit(bindparam(CAP, type_=BigInteger)))

    def _beyond(self, after: Getter, keys: list[ColumnElement[Any]], descending: bool) -> ColumnElement[bool]:
        plain = [type_coerce(key, BigInteger) if isinstance(key.type, Moment) else key for key in keys]
        types = [date if key.type.python_type is date else str if key.type.python_type is str else int for key in plain]

        def value(place: int) -> Callable[[Run], Any]:
            return lambda run: read_cursor(after(run.variables), types)[place]

        values = [bindparam(self._compiler.parameter(value(place)), type_=key.type) for place, key in enumerate(plain)]
        here, there = (plain[0], values[0]) if len(plain) == 1 else (tuple_(*plain), tuple_(*values))
        return here < there if descending else here > there

    def _count(self) -> Statement:
        level, _ = self._start()
        return self._compiler.statement(select(func.count()).select_from(level.source).where(*level.where))

    def _edge(self, builder: Builder, place: Place, nodes: list[FieldNode], sorted_by: list[int]) -> str:
        parts = []
        for key, found in self._compiler.selection.fields(f"{self._mapped.name}Edge", nodes).items():
            match found[0].name.value:
                case "node":
                    shown = builder.object(place, found)
                case "cursor":
                    shown = f"{builder.named(write_cursor)}(({''.join(f'v{column}, ' for column in sorted_by)}))"
                case _:
                    shown = f"'{self._mapped.name}Edge'"
            parts.append(f"'{key}': {shown}")
        return "{" + ", ".join(parts) + "}"

    def _show(self, key: str, nodes: list[FieldNode], sorted_by: list[int]) -> Show:
        match nodes[0].name.value:
            case "nodes" | "edges":
                return lambda turn: turn.lists[key]
            case "totalCount":
                return lambda turn: turn.total
            case "pageInfo":
                return self._page_info(nodes, sorted_by)
        name = f"{self._mapped.name}Connection"
        return lambda turn: name

    def _page_info(self, nodes: list[FieldNode], sorted_by: list[int]) -> Show:
        def cursor(place: int) -> Show:
            return lambda turn: write_cursor([turn.rows[place][column] for column in sorted_by]) if turn.rows else None

        after = "after" in self._arguments
        known: dict[str, Show] = {
            "hasNextPage": lambda turn: turn.more,
            "hasPreviousPage": lambda turn: after,
            "startCursor": cursor(0),
            "endCursor": cursor(-1),
            "__typename": lambda turn: "PageInfo",
        }
        shown = {key: known[found[0].name.value] for key, found in self._compiler.selection.fields("PageInfo", nodes).items()}
        return lambda turn: {key: show(turn) for key, show in shown.items()}


def _order(mapped: MappedType) -> list[Any]:
    """Return the columns by which a connection is sorted: the declared ones, and the key, so that no two rows are equal."""
    declared = mapped.declared
    return [*declared.order, *(column for column in declared.key if column not in set(declared.order))]


@dataclass(frozen=True)
class NodePlan:
    """The field `node`; each type is compiled when an id of it is first asked for."""

    compiler: Compiler
    nodes: list[FieldNode]
    identifier: Getter
    _compiled: dict[str, Listing] = field(default_factory=dict)

    def __call__(self, run: Run) -> Any:
        """Return the object; nothing when there is none, or the actor may not see it."""
        return self.typed(run)[1]

    def typed(self, run: Run) -> tuple[str, Any]:
        """
        Return the name of the object's type, and the object.

        Raises:
            InvalidValue: the id is none of this schema.
            Forbidden: the actor may see no object of the type.
        """
        identifier = self.identifier(run.variables)
        name, key = read_id(identifier)
        mapped = self.compiler.merged.types.get(name)
        if mapped is None or len(key) != len(mapped.declared.key):
            raise InvalidValue("core.not_an_id", f"{identifier!r} is not a global id.", "Use an id that this API gave.")
        if name not in self._compiled:
            self._compiled[name] = self._compile(mapped)
        listing = self._compiled[name]
        made = listing.made_of(listing.rows(run, {_part(place): value for place, value in enumerate(key)}), run)["node"]
        return name, made[0] if made else None

    def _compile(self, mapped: MappedType) -> Listing:
        compiler, declared = self.compiler, mapped.declared
        base = declared.table.alias()
        level = Level(base)
        place = Place.start(level, mapped, base, compiler.when({}, None), compiler.scope(declared.permission))
        level.where += [place.column(column) == bindparam(_part(number), type_=BigInteger) for number, column in enumerate(declared.key)]
        builder = Builder(compiler, level)
        built = builder.object(place, self.nodes)
        return builder.together(compiler.statement(level.select()), {"node": built})


def _part(number: int) -> str:
    return f"bole_key_{number}"


@dataclass(frozen=True)
class LookupPlan:
    """A field that shows one object, compiled."""

    listing: Listing

    def __call__(self, run: Run) -> Any:
        """Return the object; nothing when there is none, or the actor may not see it."""
        made = self.listing.made_of(self.listing.rows(run, {}), run)["node"]
        return made[0] if made else None


def _lookup(compiler: Compiler, lookup: Lookup, nodes: list[FieldNode]) -> LookupPlan:
    mapped = compiler.merged.types[lookup.type]
    arguments = compiler.selection.arguments("Query", nodes[0])
    base = mapped.declared.table.alias()
    level = Level(base)
    place = Place.start(level, mapped, base, compiler.when(arguments, None), compiler.scope(mapped.declared.permission))
    compiler.filter(place, (lookup.by,), arguments)
    builder = Builder(compiler, level)
    built = builder.object(place, nodes)
    return LookupPlan(builder.together(compiler.statement(level.select()), {"node": built}))


Plan = ConnectionPlan | LookupPlan | NodePlan


def compile_field(compiler: Compiler, declared: Connection | Lookup | None, nodes: list[FieldNode]) -> Plan:
    """
    Return the plan of a root field: of a connection, of a lookup, or of `node` where none is declared.

    Raises:
        Forbidden: the actor may not see what is selected.
    """
    if isinstance(declared, Lookup):
        return _lookup(compiler, declared, nodes)
    if declared is not None:
        return ConnectionCompiler(compiler, declared, nodes).plan()
    return NodePlan(compiler, nodes, compiler.selection.arguments("Query", nodes[0])["id"])
