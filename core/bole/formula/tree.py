"""The typed tree of a formula, and which types go together."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from bole.errors import InvalidValue
from bole.formula.errors import FormulaError, refusal
from bole.formula.types import DATE, HOURS, MAX_PLACES, NUMBER, QUANTITIES, RATIO, Kind, Plain, Type
from bole.values import Money

if TYPE_CHECKING:
    from bole.formula.functions import FormulaFunction

MAX_KEYS, MAX_BOUNDS = 1_000, 100


@dataclass(frozen=True, slots=True)
class Table:
    """
    A declared table for LOOKUP.

    Args:
        key: text for exact keys; number, ratio, money, hours, date or moment for lower bounds.
        result: number, ratio, money or hours.
        rows: key and result as people hold them (Decimal, Money, date); up to 1,000 distinct texts, or 100 strictly ascending bounds.

    Raises:
        InvalidValue: a row does not fit the types, or the bounds do not rise.
    """

    key: Type
    result: Type
    rows: tuple[tuple[Plain, Decimal | Money], ...]

    def __post_init__(self) -> None:
        most = MAX_KEYS if self.key.kind is Kind.TEXT else MAX_BOUNDS
        if self.result.kind not in QUANTITIES or self.key.kind is Kind.TRUTH or not 0 < len(self.rows) <= most:
            raise InvalidValue("formula.bad_table", f"a table cannot lead from {self.key} to {self.result} in {len(self.rows)} rows.", "See Table.")
        keys = self.keys
        if None in keys or None in self.results:
            raise InvalidValue("formula.bad_table", "a row of a table lacks its key or its result.", "Fill it in or leave the row out.")
        rising = len(set(keys)) == len(keys) if self.key.kind is Kind.TEXT else all(a < b for a, b in itertools.pairwise(keys))
        if not rising:
            raise InvalidValue("formula.bad_table", "a table's keys repeat, or its bounds do not rise.", "Sort the rows from the lowest bound up.")

    @property
    def keys(self) -> list[int]:
        """The keys as a column holds them (strings when the key is text)."""
        return [self.key.store(key) for key, _ in self.rows]  # type: ignore[misc]  # the types leave int or str

    @property
    def results(self) -> list[int]:
        """The results as a column holds them."""
        return [self.result.store(result) for _, result in self.rows]  # type: ignore[misc]  # quantities are stored as int


Value: TypeAlias = Plain | int | Table


@dataclass(frozen=True, slots=True)
class Node:
    """
    One part of a formula with its type.

    ``operation`` is literal, name, as (another unit for written figures), negate, add, subtract, multiply, divide,
    power, compare or call. ``value`` is a literal's value, a name, an exponent, a comparison's sign or a table.
    ``place`` is in the text as typed, ``span`` in the saved spelling, ``size`` the steps it takes when worked out in full.
    """

    operation: str
    type: Type
    place: tuple[int, int]
    span: tuple[int, int]
    arguments: tuple[Node, ...] = ()
    value: Value = None
    function: FormulaFunction | None = None
    size: int = 1

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, each before its arguments."""
        yield self
        for argument in self.arguments:
            yield from argument.walk()

    @property
    def names(self) -> dict[str, Type]:
        """The variables used, with their types."""
        return {str(node.value): node.type for node in self.walk() if node.operation == "name"}


@dataclass(frozen=True, slots=True)
class Step:
    """
    One part of a formula with its value for one row, and the parts it came from.

    ``text`` is the part's saved spelling; ``value`` is as people hold it, ``None`` when missing.
    """

    text: str
    value: Plain
    type: Type
    steps: tuple[Step, ...] = ()
    explanation: str = ""

    def lines(self, indent: int = 0) -> Iterator[str]:
        """Yield the tree as text, one step a line, the result first."""
        yield f"{'  ' * indent}{self.text} = {'missing' if self.value is None else self.value}"
        for step in self.steps:
            yield from step.lines(indent + 1)


def adapt(node: Node, wanted: Type) -> Node | None:
    """
    Return the node as a value of the wanted type, or nothing when it cannot be one.

    Written figures take any unit (money in major units); a written text becomes a date.

    Raises:
        FormulaError: the text is not a date.
    """
    if node.type == wanted:
        return node
    if node.operation == "literal" and node.type.kind is Kind.TEXT and wanted.kind is Kind.DATE:
        try:
            return dataclasses.replace(node, type=DATE, value=datetime.date.fromisoformat(str(node.value)))
        except ValueError as error:
            raise refusal("formula.bad_date", node.place, shown=node.value) from error
    if not node.type.written or wanted.kind not in QUANTITIES:
        return None
    unit = wanted.at(max(0, node.type.places - wanted.shift))
    if node.operation == "literal":
        assert isinstance(node.value, Decimal)
        return dataclasses.replace(node, type=unit, value=Money(node.value, unit.currency) if unit.currency else node.value)
    return Node("as", unit, node.place, node.span, (node,), size=node.size + 1)


def unify(nodes: Sequence[Node], operation: str) -> tuple[list[Node], Type]:
    """
    Return the nodes as values of one type, and that type with the most places any of them has.

    Raises:
        FormulaError: two of them cannot be of one type; the place is that of the first which differs.
    """
    firm = [node for node in nodes if not node.type.written]
    dates = [node for node in firm if node.type.kind is Kind.DATE]
    wanted = (dates or firm or nodes)[0].type
    adapted = []
    for node in nodes:
        fitting = adapt(node, wanted)
        if fitting is None:
            raise mismatch(operation, (nodes[0].place[0], node.place[1]), wanted, node.type)
        adapted.append(fitting)
    places = max(node.type.places for node in adapted)
    return adapted, dataclasses.replace(wanted, places=places, written=not firm)


def mismatch(operation: str, place: tuple[int, int], left: Type, right: Type) -> FormulaError:
    """Return the error for two types that an operation cannot take together."""
    code = "formula.currency_mixed" if left.kind is right.kind is Kind.MONEY and left != right else "formula.type_mismatch"
    return refusal(code, place, operation=operation, left=left, right=right)


def product_type(left: Type, right: Type) -> Type | None:
    """Return the type of a product (money × ratio is money, money × hours is money), or nothing when it has none."""
    places = min(MAX_PLACES, left.places + right.places)
    if left.kind not in QUANTITIES or right.kind not in QUANTITIES:
        return None
    if left.written or right.written:
        return dataclasses.replace(right if left.written else left, places=places)
    for factor in (Kind.RATIO, Kind.NUMBER):
        if factor in (left.kind, right.kind):
            return (right if left.kind is factor else left).at(places)
    if left.kind is right.kind:
        return None
    return (left if left.kind is Kind.MONEY else right).at(places)


def quotient_type(left: Type, right: Type) -> Type | None:
    """Return the type of a quotient (money ÷ money is a ratio, money ÷ hours is money), or nothing when it has none."""
    if left.kind not in QUANTITIES or right.kind not in QUANTITIES:
        return None
    if right.written:
        return dataclasses.replace(left, places=MAX_PLACES)
    if left.written:
        return right.at(MAX_PLACES) if right.kind in (Kind.NUMBER, Kind.RATIO) else None
    if left == right:
        return RATIO.at(MAX_PLACES)
    if right.kind in (Kind.NUMBER, Kind.RATIO) or (right.kind is Kind.HOURS and left.kind in (Kind.MONEY, Kind.NUMBER)):
        return left.at(MAX_PLACES)
    return None


def difference_type(left: Type, right: Type) -> Type | None:
    """Return the type of a difference of dates (a number of days) or moments (hours), or nothing for other types."""
    if left.kind is right.kind is Kind.DATE:
        return NUMBER.at(0)
    return HOURS.at(MAX_PLACES) if left.kind is right.kind is Kind.MOMENT else None
