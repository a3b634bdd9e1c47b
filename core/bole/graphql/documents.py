"""Documents: parsed and validated once, within limits, and remembered with what was compiled of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from bole.errors import InvalidValue

LONGEST = 100_000
MOST_TOKENS = 10_000
DEEPEST = 15
MOST_FIELDS = 1_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last, by key; never more than `size`."""

    def __init__(self, size: int) -> None:
        self._size, self._values, self._lock = size, OrderedDict[K, V](), Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, made where it is not remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return made


class Document:
    """
    A valid document.

    Args:
        node: parsed, within the limits, and validated.
    """

    def __init__(self, node: DocumentNode) -> None:
        self.node = node
        self.fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        self.operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        self.plans: Recent[Any, Any] = Recent(64)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of a name, or the only one where no name is given; nothing when that does not tell."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        return next((each for each in self.operations if each.name and each.name.value == name), None)


def read_document(schema: GraphQLSchema, text: str) -> Document:
    """
    Return the document that a text is.

    Raises:
        GraphQLError: it cannot be parsed; the first error where it is not valid (all of them as `errors`).
        InvalidValue: it is longer, deeper or larger than a document may be.
    """
    if len(text) > LONGEST:
        raise InvalidValue("core.query_too_long", f"the document has {len(text):,} characters; {LONGEST:,} are taken.", "Use variables for values.")
    node = parse(text, max_tokens=MOST_TOKENS, no_location=False)
    _limit(node)
    if errors := validate(schema, node, max_errors=20):
        raise InvalidDocument(errors)
    return Document(node)


class InvalidDocument(Exception):
    """A document that does not fit the schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


def _limit(node: DocumentNode) -> None:
    """Refuse a document that goes too deep or selects too much; measured before validation, whose cost grows faster than the document."""
    fragments = {each.name.value: each.selection_set for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
    measured: dict[str, tuple[int, int]] = {}
    for definition in node.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            deep, wide = _measure(definition.selection_set, fragments, measured, ())
            if deep > DEEPEST:
                raise InvalidValue("core.query_too_deep", f"the document goes {deep} fields deep; {DEEPEST} are taken.", "Ask in several documents.")
            if wide > MOST_FIELDS:
                raise InvalidValue(
                    "core.query_too_large", f"the document selects {wide:,} fields; {MOST_FIELDS:,} are taken.", "Ask in several documents."
                )


def _measure(
    selections: SelectionSetNode, fragments: dict[str, SelectionSetNode], measured: dict[str, tuple[int, int]], inside: tuple[str, ...]
) -> tuple[int, int]:
    """Return how deep a selection goes, and how many fields it has with its fragments written out."""
    deep = wide = 0
    for each in selections.selections:
        if isinstance(each, FragmentSpreadNode):
            name = each.name.value
            if name in inside or name not in fragments:
                continue  # validation refuses both
            if name not in measured:
                measured[name] = _measure(fragments[name], fragments, measured, (*inside, name))
            below = measured[name]
        else:
            nested = getattr(each, "selection_set", None)
            below = _measure(nested, fragments, measured, inside) if nested else (0, 0)
            if isinstance(each, FieldNode):
                below = below[0] + 1, below[1] + 1
        deep, wide = max(deep, below[0]), wide + below[1]
    return deep, wide
