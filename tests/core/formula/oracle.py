"""The slow, row-by-row Decimal interpreter of the formula tree, written from docs/formulas.md and not from the compiler."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal

from bole.formula import Formula, Kind, Node, Table, Type
from bole.values import Rounding, day_number, micros

_CONTEXT = decimal.Context(prec=1000, rounding=ROUND_FLOOR)
_TWELFTH = Decimal("1E-12")
HOPELESS = Decimal(10) ** 40
"""No column holds a value as large as this, nor do the named rules: the compiled formula must refuse it."""
QUANTITIES = {Kind.NUMBER, Kind.RATIO, Kind.MONEY, Kind.HOURS}


def cut(value: Decimal) -> Decimal:
    """Return the value with what lies beyond the twelfth place cut off, towards minus infinity."""
    return value.quantize(_TWELFTH, context=_CONTEXT)


class Oracle:
    """Works one formula out for one row at a time; money in minor units, dates in days, moments in microseconds."""

    def __init__(self, formula: Formula) -> None:
        self.root = formula.root
        self.largest = Decimal(0)

    def value(self, row: Mapping[str, object]):
        """Return the exact value for a row of stored values, or None when it is missing."""
        with decimal.localcontext(_CONTEXT):
            return self._value(self.root, row)

    def stored(self, row: Mapping[str, object]):
        """Return the value as the formula's result column holds it."""
        value = self.value(row)
        if isinstance(value, Decimal):
            with decimal.localcontext(_CONTEXT):
                scaled = value.scaleb(self.root.type.places)
                assert scaled == scaled.to_integral_value(), f"{value} has more than {self.root.type.places} places"
                return int(scaled)
        return value

    def _value(self, node: Node, row):
        value = self._raw(node, row)
        return self._seen(value) if isinstance(value, Decimal) and node.type.kind in QUANTITIES else value

    def _seen(self, value: Decimal) -> Decimal:
        self.largest = max(self.largest, abs(value))
        return value

    def _raw(self, node: Node, row):
        match node.operation:
            case "literal":
                return self._plain(node.value, node.type)
            case "name":
                stored = row[node.value]
                return Decimal(stored).scaleb(-node.type.places) if isinstance(stored, int) and not isinstance(stored, bool) else stored
            case "multiply" | "divide":
                return self._chain(node, row)
            case "call":
                return getattr(self, f"_{node.function.name.lower()}")(node, row)
        values = [self._value(argument, row) for argument in node.arguments]
        if None in values:
            return None
        match node.operation:
            case "as":
                return values[0].scaleb(node.type.shift)
            case "negate":
                return -values[0]
            case "add":
                return values[0] + values[1]
            case "subtract":
                hours = node.arguments[0].type.kind is Kind.MOMENT
                return cut((values[0] - values[1]) / 3_600_000_000) if hours else values[0] - values[1]
            case "power":
                product = values[0]
                for _ in range(node.value - 1):
                    product = cut(product * values[0])
                return product
            case "compare":
                return _COMPARE[node.value](*values)
        raise AssertionError(node.operation)

    @staticmethod
    def _plain(value, type_: Type):
        match type_.kind:
            case Kind.MONEY:
                return value.amount.scaleb(type_.shift)
            case Kind.DATE:
                return Decimal(day_number(value))
            case Kind.MOMENT:
                return Decimal(micros(value))
        return value

    def _chain(self, node: Node, row):
        above, below = [], []
        self._collect(node, above, below)
        numerator = self._product(above, row)
        denominator = self._product(below, row)
        if numerator is None or denominator is None or denominator == 0:
            return None
        return cut(numerator / denominator) if below else numerator

    def _collect(self, node: Node, above: list[Node], below: list[Node]) -> None:
        if node.operation == "multiply":
            for argument in node.arguments:
                self._collect(argument, above, below)
        elif node.operation == "divide":
            self._collect(node.arguments[0], above, below)
            below.append(node.arguments[1])
        else:
            above.append(node)

    def _product(self, nodes, row):
        product = Decimal(1)
        for node in nodes:
            factor = self._value(node, row)
            if factor is None or product is None:
                product = None
                continue
            product = self._seen(cut(product * factor))
        return product

    def _arguments(self, node, row):
        values = [self._value(argument, row) for argument in node.arguments]
        return None if None in values else values

    def _if(self, node, row):
        condition, yes, no = (self._value(argument, row) for argument in node.arguments)
        return None if condition is None else yes if condition else no

    def _and(self, node, row):
        values = [self._value(argument, row) for argument in node.arguments]
        return False if False in values else None if None in values else True

    def _or(self, node, row):
        values = [self._value(argument, row) for argument in node.arguments]
        return True if True in values else None if None in values else False

    def _not(self, node, row):
        value = self._value(node.arguments[0], row)
        return None if value is None else not value

    def _min(self, node, row):
        values = self._arguments(node, row)
        return values and min(values)

    def _max(self, node, row):
        values = self._arguments(node, row)
        return values and max(values)

    def _abs(self, node, row):
        values = self._arguments(node, row)
        return values and abs(values[0])

    def _sum(self, node, row):
        values = self._arguments(node, row)
        return values and sum(values, Decimal(0))

    def _average(self, node, row):
        values = self._arguments(node, row)
        return values and cut(sum(values, Decimal(0)) / len(values))

    def _round(self, node, row):
        values = self._arguments(node, row)
        if values is None:
            return None
        places = int(values[1]) if len(values) > 1 else node.type.shift
        rule = Rounding(values[2]) if len(values) > 2 else Rounding.HALF_UP
        step = Decimal(1).scaleb(node.type.shift - places)
        return rule.quantize(values[0], step) if abs(values[0]) < HOPELESS else values[0].quantize(step)

    def _tier(self, node, row):
        values = [self._value(argument, row) for argument in node.arguments]
        known = [abs(value) for value in values if value is not None]
        self._seen(2 * max(known, default=Decimal(0)) ** 2)
        if None in values or values[1::2] != sorted(values[1::2]):
            return None
        value, lowers, rates = values[0], values[1::2], values[2::2]
        total = Decimal(0)
        for lower, upper, rate in zip(lowers, [*lowers[1:], None], rates, strict=True):
            reached = value if upper is None else min(value, upper)
            total += cut(max(Decimal(0), reached - lower) * rate)
        return total

    def _prorate(self, node, row):
        amount, part, whole = (self._value(argument, row) for argument in node.arguments)
        if amount is None or part is None:
            return None
        product = self._seen(cut(amount * part))
        return cut(product / whole) if whole else None

    def _days(self, node, row):
        values = self._arguments(node, row)
        return values and values[1] - values[0]

    def _hours_between(self, node, row):
        values = self._arguments(node, row)
        return values and cut((values[1] - values[0]) / 3_600_000_000)

    def _lookup(self, node, row):
        if isinstance(node.value, Table):
            return self._table(node.value, self._value(node.arguments[0], row))
        values = [self._value(argument, row) for argument in node.arguments]
        value, bounds, results = values[0], values[1::2], values[2::2]
        if value is None or None in bounds or bounds != sorted(bounds):
            return None
        reached = [result for bound, result in zip(bounds, results, strict=True) if value >= bound]
        return reached[-1] if reached else None

    def _table(self, table: Table, key):
        if key is None:
            return None
        rows = [(self._plain(bound, table.key), self._plain(result, table.result)) for bound, result in table.rows]
        reached = [result for bound, result in rows if (key == bound if table.key.kind is Kind.TEXT else key >= bound)]
        return reached[-1] if reached else None


_COMPARE: Mapping[str, Callable[[object, object], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
