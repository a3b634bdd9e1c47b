"""The parts of all plugins put together; every conflict names both plugins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bole.contracts.schema import Call, Column, Connection, Extension, Filter, GraphQLPart, Lookup, Many, One, Type
from bole.errors import StartRefused
from bole.host import Host

N = TypeVar("N", bound="Column | One | Many | Connection | Lookup | Call")

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
RESERVED = frozenset(
    "Boolean Connection Count Date DateTime Decimal Edge Error Float ID Int JSON Money Mutation Node PageInfo Problem Query String".split()
)


@dataclass(frozen=True)
class MappedType:
    """A type with the fields that its own plugin and others gave it."""

    declared: Type
    columns: dict[str, Column] = field(default_factory=dict)
    ones: dict[str, One] = field(default_factory=dict)
    manys: dict[str, Many] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The type's name."""
        return self.declared.name


@dataclass(frozen=True)
class Merged:
    """Everything that the schema consists of, by name."""

    types: Mapping[str, MappedType]
    query: Mapping[str, Connection | Lookup | Call]
    mutation: Mapping[str, Call]


def parts_of(host: Host) -> list[tuple[str, GraphQLPart]]:
    """Return the part of every plugin that has one, in call order."""
    return [(name, part) for name, declare in host.per_plugin("bole_graphql") if (part := declare()) is not None]


def merge(parts: Iterable[tuple[str, GraphQLPart]]) -> Merged:
    """
    Return all parts as one.

    Raises:
        StartRefused: two plugins declare the same name, or something declared does not fit; every problem is in the message.
    """
    merging = _Merging()
    given = list(parts)
    for plugin, part in given:
        merging.add_types(plugin, part.types)
        merging.add_fields("Query", merging.query, plugin, part.query)
        merging.add_fields("Mutation", merging.mutation, plugin, part.mutation)
    for plugin, part in given:
        merging.extend(plugin, part.extends)
    merging.problems += check(merging.types, merging.query)
    if merging.problems:
        lines = "\n".join(f"  - {problem}" for problem in merging.problems)
        raise StartRefused("core.schema_refused", f"the GraphQL schema does not fit together:\n{lines}", "Mend or take out one of the plugins named.")
    return Merged(merging.types, merging.query, merging.mutation)


class _Merging:
    def __init__(self) -> None:
        self.types: dict[str, MappedType] = {}
        self.query: dict[str, Connection | Lookup | Call] = {}
        self.mutation: dict[str, Call] = {}
        self.owners: dict[tuple[str, str], str] = {("Query", "node"): "core", **{("", name): "core" for name in RESERVED}}
        self.problems: list[str] = []

    def _claim(self, of: str, name: str, plugin: str) -> bool:
        what = f"the field {of}.{name}" if of else f"the type {name}"
        if not NAME.fullmatch(name):
            self.problems.append(f"plugin {plugin!r} names {what} by other than Latin letters and digits.")
            return False
        if (owner := self.owners.get((of, name))) is not None:
            self.problems.append(f"{what} is declared by both {owner!r} and {plugin!r}.")
            return False
        self.owners[of, name] = plugin
        return True

    def add_types(self, plugin: str, types: Iterable[Type]) -> None:
        for declared in types:
            names = declared.name, f"{declared.name}Connection", f"{declared.name}Edge"
            if all(self._claim("", name, plugin) for name in names):
                self.types[declared.name] = MappedType(declared)
                self.owners[declared.name, "id"] = plugin
                self._add(declared.name, plugin, declared)

    def extend(self, plugin: str, extensions: Iterable[Extension]) -> None:
        for extension in extensions:
            if extension.type in self.types:
                self._add(extension.type, plugin, extension)
            else:
                self.problems.append(f"plugin {plugin!r} extends the type {extension.type!r}, which no enabled plugin declares.")

    def _add(self, name: str, plugin: str, fields: Type | Extension) -> None:
        self.add_fields(name, self.types[name].columns, plugin, fields.columns)
        self.add_fields(name, self.types[name].ones, plugin, fields.ones)
        self.add_fields(name, self.types[name].manys, plugin, fields.manys)

    def add_fields(self, of: str, into: dict[str, N], plugin: str, fields: Iterable[N]) -> None:
        for each in fields:
            if self._claim(of, each.name, plugin):
                into[each.name] = each


def check(types: Mapping[str, MappedType], query: Mapping[str, Connection | Lookup | Call]) -> Iterator[str]:
    """Yield what is wrong between declarations: relations to types that nobody declares, filters through fields that are none."""
    for name, mapped in types.items():
        if mapped.declared.judged is not None and mapped.declared.employee is None:
            yield f"the type {name} says by which day its rows are judged, but not whom they are about."
        relations: list[One | Many] = [*mapped.ones.values(), *mapped.manys.values()]
        for relation in relations:
            target = types.get(relation.type)
            if target is None:
                yield f"the field {name}.{relation.name} leads to the type {relation.type!r}, which no enabled plugin declares."
            elif relation.path[-1].table is not target.declared.table:
                yield f"the field {name}.{relation.name} leads to the table {str(relation.path[-1].table)!r}, which is not that of {relation.type}."
            elif isinstance(relation, Many):
                yield from _check_filters(types, target, f"{name}.{relation.name}", relation.filters)
            elif not relation.nullable and (target.declared.employee is not None or target.declared.sides or relation.permission):
                yield f"the field {name}.{relation.name} is said never to be empty, but not everybody sees every {relation.type}."
    for field_name, connection in query.items():
        if isinstance(connection, Call):
            continue
        target = types.get(connection.type)
        if target is None:
            yield f"the field Query.{field_name} lists the type {connection.type!r}, which no enabled plugin declares."
        else:
            filters = (connection.by,) if isinstance(connection, Lookup) else connection.filters
            yield from _check_filters(types, target, f"Query.{field_name}", filters)


def _check_filters(types: Mapping[str, MappedType], target: MappedType, where: str, filters: Iterable[Filter]) -> Iterator[str]:
    for each in filters:
        at: MappedType | None = target
        for step in each.through:
            at = types.get(at.ones[step].type) if at and step in at.ones else None
        if at is None or not NAME.fullmatch(each.name):
            yield f"the filter {each.name!r} of {where} goes through {'.'.join(each.through)!r}, which leads nowhere from {target.name}."
