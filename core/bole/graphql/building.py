"""Writing the function that turns rows into objects.

Its source is made of variable names, places and response keys alone. Response keys are GraphQL
names, which the parser admits as letters, digits and underscores only; everything else that the
function needs is handed to it by name. Plain source is two to three times as fast as closures.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from graphql import FieldNode
from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, func, select

from bole.contracts.schema import Column, Kind, Many
from bole.graphql.compiling import Compiler
from bole.graphql.level import Level, Place, listed
from bole.graphql.plan import CAP, FIRST, PARENTS, Listing, Statement
from bole.graphql.selections import Getter
from bole.graphql.values import POSTGRESQL, SQLITE, id_form, id_writer

_MONEY = (Kind.MONEY, Kind.FINE_MONEY)
_NOTHING: tuple[Any, ...] = ()


def need(value: Any) -> Any:
    """Return a value that was declared as never empty; raises `LookupError` when it is, and the executor tells the reader."""
    if value is None:
        raise LookupError("a column declared as never empty is empty")
    return value


class Builder:
    """
    Collects the columns of a statement, and writes the expression of one object.

    Args:
        level: the statement whose rows are read.
    """

    def __init__(self, compiler: Compiler, level: Level) -> None:
        self.compiler, self.level = compiler, level
        self.memos: list[Callable[[Any], Any]] = []
        self.below: list[tuple[int, Listing]] = []
        self._names: dict[str, Any] = {"need": need, "nothing": _NOTHING}
        self._writers = POSTGRESQL if compiler.postgresql else SQLITE

    def object(self, place: Place, nodes: Iterable[FieldNode]) -> str:
        """Return the expression of an object of the type at a place, with the fields selected."""
        fields = self.compiler.selection.fields(place.mapped.name, nodes)
        return "{" + ", ".join(f"{_quoted(key)}: {self._field(place, found)}" for key, found in fields.items()) + "}"

    def variable(self, column: ColumnElement[Any]) -> str:
        """Return the variable that holds a column's value."""
        return f"v{self.level.put(column)}"

    def _field(self, place: Place, nodes: list[FieldNode]) -> str:
        name, mapped = nodes[0].name.value, place.mapped
        if name == "__typename":
            return _quoted(mapped.name)
        if name == "id":
            return self._id(place)
        if name in mapped.columns:
            return self._column(place, mapped.columns[name], nodes)
        arguments = self.compiler.selection.arguments(mapped.name, nodes[0])
        when = self.compiler.when(arguments, place.when)
        if name in mapped.ones:
            there = self.compiler.lead(place, mapped.ones[name], when)
            presence = self.variable(cast(ColumnElement[Any], there.presence))
            nothing = "None" if mapped.ones[name].nullable else "need(None)"
            return f"({nothing} if {presence} is None else {self.object(there, nodes)})"
        return self._list(place, mapped.manys[name], nodes)

    def _id(self, place: Place) -> str:
        key = [self.variable(place.column(column)) for column in place.mapped.declared.key]
        if place.outer and len(key) == 1:
            return f"{self._memo(id_writer(place.mapped.name, 1))}[{key[0]}]"
        # Written out: a call for each row would take a tenth of the time that the row takes.
        return f"{self.named(b2a_base64)}({id_form(place.mapped.name, len(key))!r} % ({', '.join(key)},), newline=False).decode()"

    def _column(self, place: Place, declared: Column, nodes: list[FieldNode]) -> str:
        column = place.column(declared.column, declared.path)
        if declared.permission:
            column = place.guarded(column, self.compiler.scope(declared.permission))
        value = self.variable(column)
        write = self._writers.get(declared.kind)
        if declared.kind in _MONEY:
            return self._money(value, self.variable(place.column(cast(ColumnElement[Any], declared.currency))), write, nodes)
        if declared.nullable is False and not declared.permission:
            value = f"need({value})"
        return value if write is None else f"{self._memo(write)}[{value}]"

    def _money(self, value: str, currency: str, write: Any, nodes: list[FieldNode]) -> str:
        shown = {"amount": f"{self.named(write)}({value}, {currency})", "currency": currency, "__typename": _quoted("Money")}
        fields = self.compiler.selection.fields("Money", nodes)
        parts = ", ".join(f"{_quoted(key)}: {shown[found[0].name.value]}" for key, found in fields.items())
        return f"(None if {value} is None or {currency} is None else {{{parts}}})"

    def _list(self, place: Place, many: Many, nodes: list[FieldNode]) -> str:
        listing = self._listing(place, many, nodes)
        parent = place.column(many.path[0].on[0][0])
        self.below.append((self.level.put(parent), listing))
        return f"k{len(self.below) - 1}.get({self.variable(parent)}, nothing)"

    def _listing(self, place: Place, many: Many, nodes: list[FieldNode]) -> Listing:
        compiler, mapped = self.compiler, self.compiler.merged.types[many.type]
        scope = compiler.scope(mapped.declared.permission, many.permission)
        arguments = compiler.selection.arguments(place.mapped.name, nodes[0])
        when = compiler.when(arguments, place.when)
        level, base, parent = listed(many.path, when)
        there = Place.start(level, mapped, base, when, scope)
        level.where.append(compiler.among(parent, PARENTS))
        compiler.filter(there, many.filters, arguments)
        inner = Builder(compiler, level)
        key = inner.variable(parent)
        built = inner.object(there, nodes)
        order = [there.column(column) for column in many.order or mapped.declared.order or mapped.declared.key]
        sorted_by = [column.desc() for column in order] if mapped.declared.descending and not many.order else order
        query = level.select()
        first = arguments.get("first")
        if first is None:
            query = query.order_by(*sorted_by)
        else:
            ranked = query.add_columns(func.row_number().over(partition_by=parent, order_by=sorted_by).label("bole_rank")).subquery()
            columns = list(ranked.c)
            query = select(*columns[:-1]).where(columns[-1] <= bindparam(FIRST, type_=Integer)).order_by(columns[-1])
        return inner.grouped(compiler.statement(query.limit(bindparam(CAP, type_=BigInteger))), built, key, first)

    def grouped(self, statement: Statement, built: str, by: str, first: Getter | None) -> Listing:
        """Return a statement with the function that makes its objects and groups them by a variable."""
        row = self._row()
        body = ["found = {}", f"for {row}in rows:", f"    made = {built}"]
        body += [f"    if {by} in found:", f"        found[{by}].append(made)", "    else:", f"        found[{by}] = [made]", "return found"]
        return self._listing_of(statement, body, first)

    def together(self, statement: Statement | None, built: Mapping[str, str]) -> Listing:
        """Return a statement with the function that makes several lists of its rows: response key to the expression of one object."""
        row = self._row()
        return self._listing_of(
            statement, ["return {" + ", ".join(f"{_quoted(key)}: [{each} for {row}in rows]" for key, each in built.items()) + "}"], None
        )

    def _row(self) -> str:
        return "".join(f"v{number}, " for number in range(max(len(self.level.columns), 1)))

    def _listing_of(self, statement: Statement | None, body: list[str], first: Getter | None) -> Listing:
        lines = ["def build(rows, lists, memos):"]
        lines += [f"    {''.join(f'k{number}, ' for number in range(len(self.below)))}= lists"] if self.below else []
        lines += [f"    {''.join(f'm{number}, ' for number in range(len(self.memos)))}= memos"] if self.memos else []
        lines += [f"    {line}" for line in body]
        made: dict[str, Any] = dict(self._names)
        exec(compile("\n".join(lines), "<rows>", "exec"), made)
        return Listing(statement, made["build"], tuple(self.memos), tuple(self.below), first)

    def _memo(self, write: Callable[[Any], Any]) -> str:
        if write not in self.memos:
            self.memos.append(write)
        return f"m{self.memos.index(write)}"

    def named(self, thing: Any) -> str:
        """Return the name by which the function reaches something."""
        name = f"f{len(self._names)}"
        self._names[name] = thing
        return name


def _quoted(name: str) -> str:
    if not name.isidentifier() or not name.isascii():
        raise LookupError(f"{name!r} is no name")
    return f"'{name}'"
