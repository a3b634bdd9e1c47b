"""The functions that are built in. Their columns are worked out by `Columns`; nothing here imports Polars."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from bole.formula.functions import Call, FormulaFunction, Functions
from bole.formula.tree import Node, Table, mismatch, product_type
from bole.formula.types import DATE, HOURS, MAX_PLACES, MOMENT, NUMBER, QUANTITIES, TEXT, TRUTH, Kind, Type
from bole.values import Rounding

if TYPE_CHECKING:
    import polars as pl

    from bole.formula.columns import Column, Columns

ORDERED = QUANTITIES | {Kind.DATE, Kind.MOMENT}
ROUND_MOST = 6
"""Most places before or after the decimal point that ROUND goes to."""


def _check_if(call: Call) -> Type:
    call.count(3, 3)
    call.want(0, TRUTH)
    return call.unify([1, 2])


def _check_truths(least: int, most: int | None) -> Callable[[Call], Type]:
    def check(call: Call) -> Type:
        call.count(least, most)
        for index in range(len(call.nodes)):
            call.want(index, TRUTH)
        return TRUTH

    return check


def _check_alike(kinds: frozenset[Kind], places: int | None = None) -> Callable[[Call], Type]:
    def check(call: Call) -> Type:
        call.count(1)
        type_ = call.unify(range(len(call.nodes)))
        call.want_kind(0, kinds)
        return type_ if places is None else dataclasses.replace(type_, places=places)

    return check


def _joined(sign: Callable[[pl.Expr, pl.Expr], pl.Expr], given: Sequence[Column]) -> Column:
    """Return the conditions joined; a missing one counts only where the others do not decide (Kleene's logic)."""
    return dataclasses.replace(given[0], expr=functools.reduce(sign, [column.expr for column in given]))


def _check_abs(call: Call) -> Type:
    call.count(1, 1)
    return call.want_kind(0)


def _whole(node: Node) -> int:
    assert isinstance(node.value, Decimal)
    return int(node.value)


def _round_places(node: Node) -> tuple[int, Rounding]:
    """Return to how many places of the stored unit a checked ROUND goes, and by which rule."""
    type_, written = node.arguments[0].type, [argument.value for argument in node.arguments[1:]]
    places = _whole(node.arguments[1]) if written else type_.shift
    return places - type_.shift, Rounding(str(written[1])) if len(written) > 1 else Rounding.HALF_UP


def _check_round(call: Call) -> Type:
    call.count(1, 3)
    given = call.want_kind(0)
    places = given.shift
    if len(call.nodes) > 1:
        node = call.nodes[1]
        if node.operation != "literal" or node.type.kind is not Kind.NUMBER:
            call.refuse("formula.not_written", 1, wanted=NUMBER)
        if node.value not in range(-ROUND_MOST, ROUND_MOST + 1):
            call.refuse("formula.bad_places", 1, given=given, shown=node.value, least=-ROUND_MOST, most=ROUND_MOST)
        places = _whole(node)
    if len(call.nodes) > 2:
        rule = call.nodes[2]
        if rule.operation != "literal" or rule.type.kind is not Kind.TEXT:
            call.refuse("formula.not_written", 2, wanted=TEXT)
        if rule.value not in list(Rounding):
            call.refuse("formula.bad_rounding", 2, shown=rule.value, known=", ".join(Rounding))
    return dataclasses.replace(given, places=min(given.places, max(0, places - given.shift)))


def _round(columns: Columns, node: Node, arguments: Sequence[Column]) -> Column:
    return columns.round(arguments[0], *_round_places(node))


def _average(columns: Columns, node: Node, arguments: Sequence[Column]) -> Column:
    return columns.divide(columns.sum(arguments), columns.literal(len(arguments)))


def _check_tier(call: Call) -> Type:
    call.count(3, odd=True)
    bounds = list(range(1, len(call.nodes), 2))
    value = call.unify([0, *bounds])
    rate = call.unify([index + 1 for index in bounds])
    type_ = product_type(value, rate)
    if type_ is None:
        raise mismatch("TIER", call.place, value, rate)
    call.want_ascending(bounds)
    return type_


def _tier_parts(columns: Columns, node: Node, arguments: Sequence[Column]) -> list[tuple[Node, Node, Column]]:
    """Return each tier's share: rate × (value held between the tier's bounds − lower bound)."""
    value, *bounds = columns.aligned([arguments[0], *arguments[1::2]])
    parts = []
    for index, (lower, rate) in enumerate(zip(bounds, arguments[2::2], strict=True)):
        upper = bounds[index + 1] if index + 1 < len(bounds) else None
        inside = columns.subtract(columns.clip(value, lower, upper), lower)
        parts.append((node.arguments[2 * index + 1], node.arguments[2 * index + 2], columns.multiply(inside, rate)))
    return parts


def _tier(columns: Columns, node: Node, arguments: Sequence[Column]) -> Column:
    total = columns.sum([part for _, _, part in _tier_parts(columns, node, arguments)])
    return _where_ascending(columns, node, arguments, total)


def _where_ascending(columns: Columns, node: Node, arguments: Sequence[Column], result: Column) -> Column:
    """Return the result where the computed bounds rise, and nothing where they do not or one is missing."""
    pairs = [
        (arguments[index], arguments[index + 2])
        for index in range(1, len(arguments) - 2, 2)
        if not node.arguments[index].operation == node.arguments[index + 2].operation == "literal"
    ]
    for lower, upper in pairs:
        result = columns.where(columns.compare("<=", lower, upper), result)
    return result


def _check_prorate(call: Call) -> Type:
    call.count(3, 3)
    type_ = call.want_kind(0)
    call.unify([1, 2])
    call.want_kind(1, frozenset({Kind.NUMBER, Kind.HOURS}))
    return dataclasses.replace(type_, places=MAX_PLACES)


def _prorate(columns: Columns, node: Node, arguments: Sequence[Column]) -> Column:
    amount, part, whole = arguments
    return columns.divide(columns.multiply(amount, part), whole)


def _check_days(call: Call) -> Type:
    call.count(2, 2)
    call.want(0, DATE)
    call.want(1, DATE)
    return NUMBER.at(0)


def _check_hours(call: Call) -> Type:
    call.count(2, 2)
    call.want(0, MOMENT)
    call.want(1, MOMENT)
    return HOURS.at(MAX_PLACES)


def _check_lookup(call: Call) -> Type:
    call.count(2)
    if len(call.nodes) == 2:
        return _check_table(call)
    call.count(3, odd=True)
    bounds = list(range(1, len(call.nodes), 2))
    call.unify([0, *bounds])
    call.want_kind(0, ORDERED)
    call.want_ascending(bounds)
    return call.unify([index + 1 for index in bounds])


def _check_table(call: Call) -> Type:
    name = call.nodes[1]
    if name.operation != "literal" or name.type.kind is not Kind.TEXT:
        call.refuse("formula.not_written", 1, wanted=TEXT)
    call.table = call.tables.get(str(name.value))
    if call.table is None:
        call.refuse("formula.unknown_table", 1, shown=name.value, known=", ".join(call.tables))
    call.want(0, call.table.key)
    return call.table.result


def _lookup(columns: Columns, node: Node, arguments: Sequence[Column]) -> Column:
    if isinstance(node.value, Table):
        return columns.table(arguments[0], node.value)
    value, *bounds = columns.aligned([arguments[0], *arguments[1::2]])
    return _where_ascending(columns, node, arguments, columns.steps(value, bounds, columns.aligned(arguments[2::2])))


_make = FormulaFunction
BUILT_IN = Functions(
    [
        _make("IF", "如果", "IF(condition, value, otherwise)", "The value where the condition holds, otherwise the other one.",
              _check_if, lambda columns, _, given: columns.choose(*given), copies=(2, 1)),
        _make("AND", "且", "AND(condition, condition, …)", "Whether all conditions hold.",
              _check_truths(2, None), lambda columns, _, given: _joined(operator.and_, given)),
        _make("OR", "或", "OR(condition, condition, …)", "Whether at least one condition holds.",
              _check_truths(2, None), lambda columns, _, given: _joined(operator.or_, given)),
        _make("NOT", "非", "NOT(condition)", "Whether the condition does not hold.",
              _check_truths(1, 1), lambda columns, _, given: dataclasses.replace(given[0], expr=~given[0].expr)),
        _make("MIN", "最小", "MIN(value, value, …)", "The least of the values; for dates and moments the earliest.",
              _check_alike(ORDERED), lambda columns, _, given: columns.extreme(given, least=True), copies=(2,)),
        _make("MAX", "最大", "MAX(value, value, …)", "The greatest of the values; for dates and moments the latest.",
              _check_alike(ORDERED), lambda columns, _, given: columns.extreme(given, least=False), copies=(2,)),
        _make("ABS", "绝对值", "ABS(value)", "The value without its sign.",
              _check_abs, lambda columns, _, given: dataclasses.replace(given[0], expr=given[0].expr.abs())),
        _make("ROUND", "四舍五入", 'ROUND(value, places, "rule")',
              "The value rounded; without places to the currency's minor unit or to a whole number.",
              _check_round, _round, copies=(3,)),
        _make("SUM", "合计", "SUM(value, value, …)", "All values added up.",
              _check_alike(QUANTITIES), lambda columns, _, given: columns.sum(given)),
        _make("AVERAGE", "平均", "AVERAGE(value, value, …)", "The values added up and divided by how many they are.",
              _check_alike(QUANTITIES, MAX_PLACES), _average),
        _make("TIER", "阶梯", "TIER(value, lower bound, rate, lower bound, rate, …)",
              "Each part of the value between two bounds times its own rate, added up.",
              _check_tier, _tier, copies=(0, 5), parts=_tier_parts),
        _make("PRORATE", "按比例", "PRORATE(amount, days worked, days in period)", "The amount × days worked ÷ days in the period.",
              _check_prorate, _prorate),
        _make("DAYS", "天数", "DAYS(start, end)", "Days from the start up to but not including the end.",
              _check_days, lambda columns, _, given: columns.subtract(given[1], given[0])),
        _make("HOURS_BETWEEN", "相隔小时", "HOURS_BETWEEN(start, end)", "Hours from the start to the end.",
              _check_hours, lambda columns, _, given: columns.hours(columns.subtract(given[1], given[0]))),
        _make("LOOKUP", "查表", 'LOOKUP(value, lower bound, result, …) or LOOKUP(key, "table")',
              "The result beside the highest bound reached, or beside the key.",
              _check_lookup, _lookup, copies=(0, 4)),
    ]
)  # fmt: skip
"""The fifteen built-in functions; `Functions.extended` adds a plugin's."""
