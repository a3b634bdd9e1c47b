"""Indicators that are formulas over other indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl

from bole.contracts.indicator import Indicator, Unit
from bole.engine.measure import MEASUREMENT
from bole.errors import BoleError
from bole.formula import HOURS, NUMBER, RATIO, Formula, Type, money
from bole.models import MILLION
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
def _parse(text: str, variables: tuple[tuple[str, Type], ...], result: Type) -> Formula:
    return Formula.parse(text, dict(variables), result=result)


def parse_indicator(indicator: Indicator, indicators: Mapping[str, Indicator], currency: str) -> Formula:
    """
    Return an indicator's formula, typed for a currency.

    Raises:
        FormulaError: it cannot be read, names an unknown indicator, or gives another unit.
    """
    variables = tuple((variable(code), type_of(other.unit, currency)) for code, other in indicators.items() if code != indicator.code)
    return _parse(indicator.formula, variables, type_of(indicator.unit, currency))


def in_order(indicators: Mapping[str, Indicator]) -> list[str]:
    """
    Return the codes of formula indicators, each after those it uses.

    Raises:
        BoleError: some of them use each other in a circle, or a formula is wrong.
    """
    waiting = {
        code: {other for other in indicators if variable(other) in parse_indicator(each, indicators, "CNY").names}
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


def add_derived(
    measurements: pl.DataFrame, people: pl.DataFrame, indicators: Mapping[str, Indicator], ids: Mapping[str, int], codes: Sequence[str]
) -> pl.DataFrame:
    """
    Return the measurements with those of formula indicators added.

    Args:
        measurements: frame of `MEASUREMENT`.
        people: ``employee_id, currency``.
        ids: indicator code to id.
        codes: formula indicators, each after those it uses.
    """
    if not codes:
        return measurements
    names = pl.DataFrame({"indicator_id": list(ids.values()), "name": [variable(code) for code in ids]}, schema={"indicator_id": pl.Int64, "name": pl.String})
    named = measurements.join(names, on="indicator_id")
    values = named.pivot("name", index="employee_id", values="value")
    samples = named.pivot("name", index="employee_id", values="sample")
    for currency in people["currency"].unique().sort():
        crowd = people.filter(pl.col("currency") == currency).select("employee_id")
        known, counts = crowd.join(values, on="employee_id"), crowd.join(samples, on="employee_id")
        for code in codes:
            formula = parse_indicator(indicators[code], indicators, currency)
            places = PLACES - minor_digits(currency) if indicators[code].unit is Unit.MONEY else PLACES
            known = known.with_columns(formula.compute(known, places).alias(variable(code)))
            counts = counts.with_columns(pl.min_horizontal(*sorted(formula.names)).alias(variable(code)) if formula.names else pl.lit(0).alias(variable(code)))
            part = known.select(
                "employee_id",
                indicator_id=pl.lit(ids[code], dtype=pl.Int64),
                numerator=pl.col(variable(code)).fill_null(0),
                denominator=pl.when(pl.col(variable(code)).is_null()).then(pl.lit(0)).otherwise(pl.lit(MILLION)).cast(pl.Int64),
                value=pl.col(variable(code)),
                sample=counts[variable(code)].cast(pl.Int64),
            )
            measurements = pl.concat([measurements, part.select(list(MEASUREMENT))])
    return measurements.sort("employee_id", "indicator_id")
