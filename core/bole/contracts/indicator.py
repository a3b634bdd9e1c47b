"""Indicators: mergeable aggregates over observations, or formulas over other indicators.

Every aggregate is a fraction of two weighted sums of *measures*; a measure is a plain
sum over observations (how many, of what quantity, of what amount, how many within a
deadline). Sums merge over days, people and batches, so one scan serves all indicators of all
plugins, and a daily rollup serves every period. Two more measures, `Distinct` and `Last`,
merge through a key table and by recency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bole.contracts.label import Label
from bole.contracts.observation import AttributeValue
from bole.errors import InvalidValue

Condition = tuple[str, tuple[AttributeValue, ...]]


class IndicatorKind(StrEnum):
    """What an indicator speaks of: the result, the work behind it, or what must not suffer."""

    RESULT = "result"
    PROCESS = "process"
    BALANCE = "balance"


class Unit(StrEnum):
    """The unit of an indicator's value."""

    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    HOURS = "hours"
    NUMBER = "number"


class Direction(StrEnum):
    """Whether more of it is better, or less."""

    HIGHER = "higher"
    LOWER = "lower"


class Of(StrEnum):
    """What a measure adds up."""

    COUNT = "count"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    WITHIN = "within"
    DISTINCT = "distinct"
    LAST = "last"


def where(**conditions: AttributeValue | tuple[AttributeValue, ...]) -> tuple[Condition, ...]:
    """Return conditions on dimensions: ``where(new_customer=True, channel=("shop", "web"))``."""
    return tuple(sorted((code, value if isinstance(value, tuple) else (value,)) for code, value in conditions.items()))


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A sum over the observations of one kind.

    Args:
        kind: code of the observation kind.
        of: what is added up.
        where: conditions on dimensions, all of which must hold.
        within: for `Of.WITHIN`, the deadline counted from the moment answered to (inclusive).
        key: for `Of.DISTINCT`, the attribute whose values are counted.
    """

    kind: str
    of: Of
    where: tuple[Condition, ...] = ()
    within: timedelta | None = None
    key: str = ""

    def __post_init__(self) -> None:
        if (self.of is Of.WITHIN) != (self.within is not None):
            raise InvalidValue(
                "core.measure", f"a measure of {self.of} over {self.kind!r} has within={self.within}.", "Exactly a measure of WITHIN has one."
            )
        if (self.of is Of.DISTINCT) != bool(self.key):
            raise InvalidValue(
                "core.measure", f"a measure of {self.of} over {self.kind!r} has key={self.key!r}.", "Exactly a measure of DISTINCT has one."
            )

    @property
    def fingerprint(self) -> str:
        """A text that equal measures, and only they, share; stored with the rollups."""
        conditions = ";".join(f"{code}={'|'.join(map(repr, values))}" for code, values in self.where)
        seconds = "" if self.within is None else str(int(self.within.total_seconds()))
        return f"{self.kind}:{self.of}:{seconds}{self.key}:{conditions}"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """
    A fraction of weighted sums: ``sum(weight * measure) / sum(weight * measure)``.

    An empty denominator means one. Weights are integers.
    """

    numerator: tuple[tuple[int, Measure], ...]
    denominator: tuple[tuple[int, Measure], ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure it needs, each once."""
        return tuple(dict.fromkeys(measure for _, measure in (*self.numerator, *self.denominator)))


def count(kind: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that counts observations of a kind."""
    return Aggregate(((1, Measure(kind, Of.COUNT, where)),))


def total_amount(kind: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that adds up the money of a kind."""
    return Aggregate(((1, Measure(kind, Of.AMOUNT, where)),))


def total_quantity(kind: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that adds up the quantities of a kind."""
    return Aggregate(((1, Measure(kind, Of.QUANTITY, where)),))


def mean_quantity(kind: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that averages the quantities of a kind (a mean rating)."""
    return Aggregate(((1, Measure(kind, Of.QUANTITY, where)),), ((1, Measure(kind, Of.COUNT, where)),))


def ratio(over: str, under: str, *, over_where: tuple[Condition, ...] = (), under_where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that divides two counts (leads won by leads gained)."""
    return Aggregate(((1, Measure(over, Of.COUNT, over_where)),), ((1, Measure(under, Of.COUNT, under_where)),))


def share_within(kind: str, deadline: timedelta, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the share of observations that came within a deadline of what they answer to."""
    return Aggregate(((1, Measure(kind, Of.WITHIN, where, deadline)),), ((1, Measure(kind, Of.COUNT, where)),))


def distinct(kind: str, key: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that counts the different values of an attribute (customers visited)."""
    return Aggregate(((1, Measure(kind, Of.DISTINCT, where, key=key)),))


def last_quantity(kind: str, *, where: tuple[Condition, ...] = ()) -> Aggregate:
    """Return the aggregate that takes the latest quantity of a kind (stock on hand, a level)."""
    return Aggregate(((1, Measure(kind, Of.LAST, where)),))


def weighted_index(parts: Mapping[Measure, int]) -> Aggregate:
    """Return the weighted mean count of several measures: ``sum(weight * measure) / sum(weight)``."""
    if not parts or sum(parts.values()) == 0:
        raise InvalidValue("core.measure", f"a weighted index over {len(parts)} measures has no weight.", "Give weights that do not add up to 0.")
    return Aggregate(tuple((weight, measure) for measure, weight in parts.items()), ((sum(parts.values()), ONE),))


ONE = Measure("", Of.COUNT)
"""The measure that is one for everybody; lets a denominator be a constant."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    A named measure that a plugin declares.

    Args:
        code: stable identifier, ``owner.thing``.
        aggregate: how it follows from observations; or
        formula: how it follows from other indicators, in the formula language, where the code
            ``sales.amount`` is written ``sales_amount``.
        source: where the facts come from, for people to read.

    Raises:
        InvalidValue: it has both or neither of aggregate and formula.
    """

    code: str
    label: Label
    kind: IndicatorKind
    unit: Unit
    aggregate: Aggregate | None = None
    formula: str = ""
    direction: Direction = Direction.HIGHER
    source: Label = field(default_factory=lambda: Label("", ""))

    def __post_init__(self) -> None:
        if (self.aggregate is None) == (not self.formula):
            raise InvalidValue("core.indicator", f"the indicator {self.code!r} needs an aggregate or a formula, and only one of them.")
