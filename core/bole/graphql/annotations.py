"""GraphQL types from the annotations of plain functions, and dataclasses as inputs and outputs."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import graphene

from bole.errors import StartRefused
from bole.graphql.scalars import BY_TYPE
from bole.values import Money


def camel(name: str) -> str:
    """Return a Python name as GraphQL writes it: ``external_key`` is ``externalKey``."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name.rstrip("_"))


class Annotated:
    """
    The GraphQL types of one schema that stand for annotations; each dataclass becomes one type.

    Args:
        money: the schema's type of `Money`.
        taken: names that other types of the schema have.
    """

    def __init__(self, money: Any, taken: Iterable[str]) -> None:
        self._outputs: dict[Any, Any] = {Money: money}
        self._inputs: dict[Any, Any] = {}
        self._owners = dict.fromkeys(taken, "a mapped type or the schema itself")

    def output(self, annotation: Any) -> Any:
        """Return the type of a result, non-null unless the annotation allows None."""
        return self._wrap(annotation, self._output_of)

    def arguments(self, function: Callable[..., Any]) -> dict[str, tuple[str, Any]]:
        """Return the arguments of a function after its first: GraphQL name to Python name and argument."""
        parameters = list(inspect.signature(function).parameters.values())[1:]
        hints = typing.get_type_hints(function)
        found = {}
        for parameter in parameters:
            optional = parameter.default is not inspect.Parameter.empty
            wanted = self._wrap(hints[parameter.name], self._input_of)
            found[camel(parameter.name)] = (
                parameter.name,
                graphene.Argument(wanted.of_type if optional and isinstance(wanted, graphene.NonNull) else wanted),
            )
        return found

    def result_of(self, function: Callable[..., Any]) -> Any:
        """Return the type of what a function returns."""
        return self.output(typing.get_type_hints(function)["return"])

    def _wrap(self, annotation: Any, leaf: Callable[[Any], Any]) -> Any:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:
            inner = self._wrap(next(each for each in arguments if each is not type(None)), leaf)
            return inner.of_type
        if origin in (tuple, list) or (origin is not None and origin is not dict and issubclass(origin, typing.Sequence)):
            return graphene.NonNull(graphene.List(self._wrap(arguments[0], leaf)))
        return graphene.NonNull(leaf(dict if origin is dict or origin is Mapping else annotation))

    def _output_of(self, annotation: Any) -> Any:
        if annotation in BY_TYPE:
            return BY_TYPE[annotation]
        if annotation not in self._outputs:
            fields = {camel(name): graphene.Field(self.output(hint), resolver=_reading(name)) for name, hint in _fields(annotation)}
            self._claim(annotation.__name__, annotation)
            self._outputs[annotation] = type(annotation.__name__, (graphene.ObjectType,), {"__doc__": _summary(annotation), **fields})
        return self._outputs[annotation]

    def _input_of(self, annotation: Any) -> Any:
        if annotation in BY_TYPE:
            return BY_TYPE[annotation]
        if annotation not in self._inputs:
            body = {"__doc__": _summary(annotation), **self._input_fields(annotation)}
            self._claim(f"{annotation.__name__}Input", annotation)
            # graphene would make a dictionary of it; the function wants the dataclass.
            body["Meta"] = type("Meta", (), {"container": _container(annotation)})
            self._inputs[annotation] = type(f"{annotation.__name__}Input", (graphene.InputObjectType,), body)
        return self._inputs[annotation]

    def _claim(self, name: str, annotation: Any) -> None:
        owner = self._owners.setdefault(name, annotation.__module__)
        if owner != annotation.__module__:
            raise StartRefused(
                "core.schema_annotation", f"the GraphQL type {name!r} comes from {owner} and from {annotation.__module__}.", "Rename one."
            )

    def _input_fields(self, annotation: Any) -> dict[str, Any]:
        found = {}
        for name, hint in _fields(annotation):
            declared = next(each for each in dataclasses.fields(annotation) if each.name == name)
            optional = declared.default is not dataclasses.MISSING or declared.default_factory is not dataclasses.MISSING
            wanted = self._wrap(hint, self._input_of)
            found[camel(name)] = graphene.InputField(wanted.of_type if optional and isinstance(wanted, graphene.NonNull) else wanted)
        return found


def _fields(annotation: Any) -> list[tuple[str, Any]]:
    if not dataclasses.is_dataclass(annotation):
        raise StartRefused("core.schema_annotation", f"{annotation!r} cannot be a GraphQL type.", "Use a scalar, a dataclass, or a tuple of these.")
    hints = typing.get_type_hints(annotation)
    return [(each.name, hints[each.name]) for each in dataclasses.fields(annotation)]


def _summary(annotation: Any) -> str:
    return inspect.cleandoc(annotation.__doc__ or "").split("\n")[0]


def _reading(name: str) -> Callable[..., Any]:
    return lambda value, info: getattr(value, name)


def _container(annotation: Any) -> Callable[..., Any]:
    names = {camel(name): name for name, _ in _fields(annotation)}
    return lambda given: annotation(**{names[key]: value for key, value in given.items()})
