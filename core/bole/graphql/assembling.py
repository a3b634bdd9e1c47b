"""The graphene schema of one application, built from the declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import graphene
from graphql import GraphQLResolveInfo, GraphQLSchema

from bole.contracts.schema import Call, Column, Connection, Filter, Kind, Lookup, Many, One
from bole.errors import BoleError, Problem, ProblemsFound
from bole.graphql.annotations import Annotated
from bole.graphql.compiling import AS_OF, KNOWN_AT
from bole.graphql.merging import RESERVED, MappedType, Merged
from bole.graphql.plan import LARGEST_PAGE, USUAL_PAGE
from bole.graphql.scalars import BY_KIND, DATE, DECIMAL, MOMENT
from bole.values import Money

TYPE_KEY = "\0type"
"""Key under which an object of the field `node` tells the executor its type; no response key can be so called."""

Resolver = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as data."""

    error: BoleError

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong in the input, where it was checked whole."""
        return self.error.problems if isinstance(self.error, ProblemsFound) else ()


def chosen(value: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
    """Return what a compiled plan made for the field; it stands under the response key."""
    return value[info.path.key]


def assemble(merged: Merged, resolve: Resolver) -> GraphQLSchema:
    """
    Return the schema.

    Args:
        resolve: resolver of the mapped root fields, which runs their plans.
    """
    return _Assembler(merged, resolve).schema()


class _Assembler:
    def __init__(self, merged: Merged, resolve: Resolver) -> None:
        self.merged, self.resolve = merged, resolve
        self.money = _object("Money", "An exact amount in a currency.", amount=_amount(), currency=_currency())
        taken = (name + suffix for name in merged.types for suffix in ("", "Connection", "Edge"))
        self.annotated = Annotated(self.money, {*taken, *RESERVED} - {Problem.__name__})
        self.page = _object("PageInfo", "Where a page stands in its list.", **_page_fields())
        self.node = type(
            "Node",
            (graphene.Interface,),
            {"__doc__": "An object that can be asked for by its id.", "id": _identifier(), "resolve_type": self._type_of},
        )
        self.types = {name: self._type(mapped) for name, mapped in merged.types.items()}
        self.pages = {name: self._connection(name) for name in merged.types}

    def _type_of(self, value: Any, info: GraphQLResolveInfo) -> Any:
        return self.types[value[TYPE_KEY]]

    def schema(self) -> GraphQLSchema:
        fields = {name: self._query(declared) for name, declared in self.merged.query.items()}
        node = graphene.Field(
            self.node, id=graphene.Argument(graphene.NonNull(graphene.ID)), resolver=self.resolve, description="Any object, by its id."
        )
        query = _object("Query", "Everything that can be asked for.", node=node, **fields)
        changes = {name: self._mutation(call) for name, call in self.merged.mutation.items()}
        mutation = _object("Mutation", "Everything that can be changed.", **changes) if changes else None
        schema = graphene.Schema(query=query, mutation=mutation, types=[*self.types.values()], auto_camelcase=False)
        return cast(GraphQLSchema, schema.graphql_schema)

    def _type(self, mapped: MappedType) -> Any:
        fields: dict[str, Any] = {"id": _identifier()}
        fields |= {name: self._column(column) for name, column in mapped.columns.items()}
        fields |= {name: self._one(one) for name, one in mapped.ones.items()}
        fields |= {name: self._many(many) for name, many in mapped.manys.items()}
        meta = type("Meta", (), {"interfaces": (self.node,)})
        return type(mapped.name, (graphene.ObjectType,), {"__doc__": mapped.declared.description, "Meta": meta, **fields})

    def _column(self, column: Column) -> Any:
        shown = self.money if column.kind in (Kind.MONEY, Kind.FINE_MONEY) else BY_KIND[column.kind]
        return graphene.Field(shown, required=not may_be_empty(column), resolver=chosen, description=column.description or None)

    def _one(self, one: One) -> Any:
        arguments = _dates() if self._is_dated(one) else {}
        return graphene.Field(
            lambda: self.types[one.type], args=arguments, required=not one.nullable, resolver=chosen, description=one.description or None
        )

    def _many(self, many: Many) -> Any:
        arguments = {"first": graphene.Argument(graphene.Int, description=f"At most so many of each, up to {LARGEST_PAGE}; all where not given.")}
        arguments |= {each.name: _filter(each) for each in many.filters} | (_dates() if self._is_dated(many) else {})
        listed = graphene.NonNull(graphene.List(graphene.NonNull(lambda: self.types[many.type])))
        return graphene.Field(listed, args=arguments, resolver=chosen, description=many.description or None)

    def _is_dated(self, relation: One | Many) -> bool:
        # What is dated further below takes its day from here, or from an argument of its own.
        steps = (*relation.path, *self.merged.types[relation.type].declared.sides)
        return any(step.dated or step.known for step in steps)

    def _connection(self, name: str) -> Any:
        one = graphene.NonNull(self.types[name])
        edge = _object(
            f"{name}Edge", "", node=graphene.Field(one, resolver=chosen), cursor=graphene.Field(graphene.String, required=True, resolver=chosen)
        )
        return _object(
            f"{name}Connection",
            f"A page of {name} objects.",
            nodes=graphene.Field(graphene.NonNull(graphene.List(one)), resolver=chosen),
            edges=graphene.Field(graphene.NonNull(graphene.List(graphene.NonNull(edge))), resolver=chosen),
            pageInfo=graphene.Field(self.page, required=True, resolver=chosen),
            totalCount=graphene.Field(graphene.Int, required=True, resolver=chosen),
        )

    def _query(self, declared: Connection | Lookup | Call) -> Any:
        if isinstance(declared, Call):
            return self._call(declared)
        dated = any(step.dated for step in self.merged.types[declared.type].declared.sides)
        if isinstance(declared, Lookup):
            found = self.types[declared.type]
            by = {declared.by.name: _filter(declared.by, required=True)} | (_dates() if dated else {})
            return graphene.Field(found, args=by, resolver=self.resolve, description=declared.description or None)
        arguments = {
            "first": graphene.Argument(graphene.Int, default_value=USUAL_PAGE, description=f"At most {LARGEST_PAGE}."),
            "after": graphene.Argument(graphene.String, description="A cursor; what comes after it is shown."),
            **{each.name: _filter(each) for each in declared.filters},
        }
        if dated:
            arguments |= _dates()
        return graphene.Field(
            graphene.NonNull(self.pages[declared.type]), args=arguments, resolver=self.resolve, description=declared.description or None
        )

    def _call(self, call: Call) -> Any:
        arguments = self.annotated.arguments(call.function)
        given = {name: argument for name, (_, argument) in arguments.items()}
        return graphene.Field(
            self.annotated.result_of(call.function), args=given, resolver=_calling(call, arguments), description=call.description or None
        )

    def _mutation(self, call: Call) -> Any:
        arguments = self.annotated.arguments(call.function)
        result = self.annotated.result_of(call.function)
        result = result.of_type if isinstance(result, graphene.NonNull) else result
        failures = graphene.NonNull(graphene.List(graphene.NonNull(self._failure)))
        name = call.name[0].upper() + call.name[1:]
        payload = _object(
            f"{name}Payload",
            "Either a result, or the errors for which nothing was done.",
            result=graphene.Field(result, resolver=lambda value, info: None if isinstance(value, Failure) else value),
            errors=graphene.Field(failures, resolver=lambda value, info: [value] if isinstance(value, Failure) else []),
        )
        given = {name: argument for name, (_, argument) in arguments.items()}
        resolver = _trying(_calling(call, arguments))
        return graphene.Field(graphene.NonNull(payload), args=given, resolver=resolver, description=call.description or None)

    @property
    def _failure(self) -> Any:
        if "failure" not in self.__dict__:
            text = graphene.NonNull(graphene.String)
            shown = {name: graphene.Field(text, resolver=_of_error(name)) for name in ("code", "message", "hint")}
            problems = self.annotated.output(tuple[Problem, ...])
            self.__dict__["failure"] = _object("Error", "Why something was not done.", **shown, problems=graphene.Field(problems))
        return self.__dict__["failure"]


def may_be_empty(column: Column) -> bool:
    """Tell whether a mapped field may be null: as declared, else as its column is; always where it has a permission of its own."""
    if column.permission or column.nullable is not None:
        return bool(column.permission) or bool(column.nullable)
    return bool(getattr(column.column, "nullable", True))


def _object(name: str, description: str, **fields: Any) -> Any:
    return type(name, (graphene.ObjectType,), {"__doc__": description, **fields})


def _identifier() -> Any:
    return graphene.Field(graphene.NonNull(graphene.ID), resolver=chosen, description="The global identifier.")


def _amount() -> Any:
    return graphene.Field(graphene.NonNull(DECIMAL), resolver=_of_money("amount"), description="In major units: 1234.50.")


def _currency() -> Any:
    return graphene.Field(graphene.NonNull(graphene.String), resolver=_of_money("currency"), description="ISO 4217.")


def _of_money(name: str) -> Resolver:
    return lambda value, info: getattr(value, name) if isinstance(value, Money) else value[info.path.key]


def _of_error(name: str) -> Resolver:
    return lambda value, info: getattr(value.error, name)


def _page_fields() -> dict[str, Any]:
    flag, text = graphene.NonNull(graphene.Boolean), graphene.String
    shown = {"hasNextPage": flag, "hasPreviousPage": flag, "startCursor": text, "endCursor": text}
    return {name: graphene.Field(kind, resolver=chosen) for name, kind in shown.items()}


def _filter(declared: Filter, *, required: bool = False) -> Any:
    kind = BY_KIND[declared.kind]
    wanted = graphene.List(graphene.NonNull(kind)) if declared.operator == "in" else kind
    return graphene.Argument(graphene.NonNull(wanted) if required else wanted, description=declared.description or None)


def _dates() -> dict[str, Any]:
    as_of = graphene.Argument(DATE, description="As it was on that day; today where not given.")
    return {AS_OF: as_of, KNOWN_AT: graphene.Argument(MOMENT, description="As it was known at that moment; now where not given.")}


def _calling(call: Call, arguments: dict[str, tuple[str, Any]]) -> Resolver:
    names = {given: name for given, (name, _) in arguments.items()}
    return lambda root, info, **given: call.function(info.context.work, **{names[key]: value for key, value in given.items()})


def _trying(resolver: Resolver) -> Resolver:
    def resolve(root: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        try:
            return resolver(root, info, **given)
        except BoleError as error:
            return Failure(error)

    return resolve
