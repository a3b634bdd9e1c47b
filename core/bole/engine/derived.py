"""Indicators that are formulas over other indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from bole.contracts.indicator import Indicator, Unit
from bole.engine.formulas import PLACES, parse_indicator, variable
from bole.engine.measure import MEASUREMENT
from bole.formula import BUILT_IN, Functions
from bole.models import MILLION
from bole.values import minor_digits


def add_derived(
    measurements: pl.DataFrame,
    people: pl.DataFrame,
    indicators: Mapping[str, Indicator],
    ids: Mapping[str, int],
    codes: Sequence[str],
    functions: Functions = BUILT_IN,
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
    names = pl.DataFrame(
        {"indicator_id": list(ids.values()), "name": [variable(code) for code in ids]}, schema={"indicator_id": pl.Int64, "name": pl.String}
    )
    named = measurements.join(names, on="indicator_id")
    values = named.pivot("name", index="employee_id", values="value")
    samples = named.pivot("name", index="employee_id", values="sample")
    for currency in people["currency"].unique().sort():
        crowd = people.filter(pl.col("currency") == currency).select("employee_id")
        known, counts = crowd.join(values, on="employee_id"), crowd.join(samples, on="employee_id")
        for code in codes:
            formula = parse_indicator(indicators[code], indicators, currency, functions)
            places = PLACES - minor_digits(currency) if indicators[code].unit is Unit.MONEY else PLACES
            known = known.with_columns(formula.compute(known, places).alias(variable(code)))
            counts = counts.with_columns(
                pl.min_horizontal(*sorted(formula.names)).alias(variable(code)) if formula.names else pl.lit(0).alias(variable(code))
            )
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
