"""What a validated document selects: fields with fragments and directives resolved, and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    value_from_ast,
)

INTERFACE = "Node"
"""The interface that every mapped type has."""

Variables = Mapping[str, Any]
Getter = Callable[[Variables], Any]
Selected = dict[str, list[FieldNode]]


def shape_of(variables: Variables) -> tuple[tuple[str, Any], ...]:
    """Return what of the variables decides the form of the statements: which are there, which are null, and what the truths are."""
    return tuple((name, value if value is None or isinstance(value, bool) else ...) for name, value in variables.items())


def response_key(node: FieldNode) -> str:
    """Return the name under which a field stands in the answer."""
    return node.alias.value if node.alias else node.name.value


@dataclass(frozen=True)
class Selection:
    """
    Reads selections of one document, for variables of one shape.

    Args:
        variables: any that have the shape; only what the shape says of them is looked at, except by getters.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Variables

    def fields(self, of: str, nodes: Iterable[FieldNode]) -> Selected:
        """Return the fields selected below some fields, on a type: response key to every node that asks for it."""
        found: Selected = {}
        for node in nodes:
            if node.selection_set:
                self._collect(of, node.selection_set, found)
        return found

    def root(self, of: str, selections: SelectionSetNode) -> Selected:
        """Return the fields that an operation selects."""
        found: Selected = {}
        self._collect(of, selections, found)
        return found

    def _collect(self, of: str, selections: SelectionSetNode, found: Selected) -> None:
        for each in selections.selections:
            if not self._included(each):
                continue
            if isinstance(each, FieldNode):
                found.setdefault(response_key(each), []).append(each)
                continue
            fragment = self.fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else cast(InlineFragmentNode, each)
            condition: Any = fragment.type_condition
            if condition is None or condition.name.value in (of, INTERFACE):
                self._collect(of, fragment.selection_set, found)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives:
            if directive.name.value in ("include", "skip"):
                given = directive.arguments[0].value
                value = self.variables.get(given.name.value) if isinstance(given, VariableNode) else cast(Any, given).value
                if bool(value) is (directive.name.value == "skip"):
                    return False
        return True

    def arguments(self, of: str, node: FieldNode) -> dict[str, Getter]:
        """Return how to get the value of each argument that is given and not null."""
        field = cast(GraphQLObjectType, self.schema.type_map[of]).fields[node.name.value]
        given = {argument.name.value: argument.value for argument in node.arguments}
        found = {name: self._getter(argument, given.get(name)) for name, argument in field.args.items()}
        return {name: getter for name, getter in found.items() if getter is not None}

    def _getter(self, argument: GraphQLArgument, node: Any) -> Getter | None:
        if isinstance(node, VariableNode):
            name = node.name.value
            if name in self.variables:
                return None if self.variables[name] is None else lambda variables: variables[name]
            node = None
        if node is None:
            default = argument.default_value
            return None if default is Undefined or default is None else lambda variables: default
        if isinstance(node, NullValueNode):
            return None
        if isinstance(node, ListValueNode | ObjectValueNode):
            return lambda variables: value_from_ast(node, argument.type, dict(variables))
        constant = value_from_ast(node, argument.type)
        return lambda variables: constant
