"""The formulas of indicators: read, typed for a currency, put in order; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bole.contracts.indicator import Indicator, Unit
from bole.errors import BoleError
from bole.formula import BUILT_IN, HOURS, NUMBER, RATIO, Formula, Functions, Type, money
from bole.values import minor_digits

PLACES = 6
_PLAIN = {Unit.COUNT: NUMBER, Unit.NUMBER: NUMBER, Unit.RATIO: RATIO, Unit.HOURS: HOURS}


def variable(code: str) -> str:
    """Return how a formula writes an indicator's code (``sales.amount`` is ``sales_amount``)."""
    return code.replace(".", "_")


def type_of(unit: Unit, currency: str) -> Type:
    """Return the formula type of an indicator's value, which is stored in millionths of the major unit."""
    if unit is Unit.MONEY:
        return money(currency).at(PLACES - minor_digits(currency))
    return _PLAIN[unit].at(PLACES)


@lru_cache(maxsize=256)
def _parse(text: str, variables: tuple[tuple[str, Type], ...], result: Type, functions: Functions) -> Formula:
    return Formula.parse(text, dict(variables), result=result, functions=functions)


def parse_indicator(indicator: Indicator, indicators: Mapping[str, Indicator], currency: str, functions: Functions = BUILT_IN) -> Formula:
    """
    Return an indicator's formula, typed for a currency.

    Raises:
        FormulaError: it cannot be read, names an unknown indicator, or gives another unit.
    """
    variables = tuple((variable(code), type_of(other.unit, currency)) for code, other in indicators.items() if code != indicator.code)
    return _parse(indicator.formula, variables, type_of(indicator.unit, currency), functions)


def in_order(indicators: Mapping[str, Indicator], functions: Functions = BUILT_IN) -> list[str]:
    """
    Return the codes of formula indicators, each after those it uses.

    Raises:
        BoleError: some of them use each other in a circle, or a formula is wrong.
    """
    waiting = {
        code: {other for other in indicators if variable(other) in parse_indicator(each, indicators, "CNY", functions).names}
        for code, each in indicators.items()
        if each.formula
    }
    ordered: list[str] = []
    while waiting:
        ready = [code for code, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            raise BoleError("core.formula_circle", f"the indicators {', '.join(sorted(waiting))} use each other in a circle.", "Break the circle.")
        ordered += ready
        for code in ready:
            del waiting[code]
    return ordered
