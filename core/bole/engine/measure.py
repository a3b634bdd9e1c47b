"""Measurements for whole frames: sums become exact fractions and values, for all employees at once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole.contracts.indicator import ONE, Indicator, Measure, Of
from bole.engine.catalogue import Catalogue, sample_measures
from bole.engine.exact import QUANTITY_SCALE
from bole.models import MILLION

MEASUREMENT = {
    "employee_id": pl.Int64,
    "indicator_id": pl.Int64,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "value": pl.Int64,
    "sample": pl.Int64,
}


def half_up(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Return the integer quotient rounded half up, ties away from zero; null where the denominator is not positive."""
    top, bottom = numerator.cast(pl.Int128), denominator.cast(pl.Int128)
    quotient = ((2 * top.abs() + bottom) // (2 * bottom)) * top.sign()
    return pl.when(bottom > 0).then(quotient).cast(pl.Int64)


def _side(side: tuple[tuple[int, Measure], ...], measures: Sequence[Measure]) -> pl.Expr:
    total = pl.lit(0, dtype=pl.Int64)
    for weight, measure in side:
        total = total + (pl.lit(weight, dtype=pl.Int64) if measure == ONE else pl.col(f"m{measures.index(measure)}") * weight)
    return total


def _scale(side: tuple[tuple[int, Measure], ...]) -> pl.Expr | int:
    for _, measure in side:
        if measure.of is Of.AMOUNT:
            return pl.col("minor_scale")
        if measure.of in (Of.QUANTITY, Of.LAST):
            return QUANTITY_SCALE
    return 1


def _same_scale(left: pl.Expr | int, right: pl.Expr | int) -> bool:
    return isinstance(left, pl.Expr) == isinstance(right, pl.Expr) and (isinstance(left, pl.Expr) or left == right)


def _one(sums: pl.LazyFrame, number: int, indicator: Indicator, measures: Sequence[Measure]) -> pl.LazyFrame:
    aggregate = indicator.aggregate
    assert aggregate is not None
    top = _side(aggregate.numerator, measures)
    bottom = _side(aggregate.denominator, measures) if aggregate.denominator else pl.lit(1, dtype=pl.Int64)
    over, under = _scale(aggregate.numerator), _scale(aggregate.denominator)
    if not _same_scale(over, under):
        top, bottom = top * under, bottom * over
    sample = _side(tuple((1, measure) for measure in sample_measures(indicator)), measures)
    return sums.select(
        "employee_id",
        indicator_id=pl.lit(number, dtype=pl.Int64),
        numerator=top.cast(pl.Int64),
        denominator=bottom.cast(pl.Int64),
        value=half_up(top.cast(pl.Int128) * MILLION, bottom),
        sample=sample.cast(pl.Int64),
    )


def measure(people: pl.DataFrame, sums: pl.DataFrame, catalogue: Catalogue, codes: Sequence[str], measures: Sequence[Measure]) -> pl.DataFrame:
    """
    Return one row per employee and indicator, also for those who did nothing.

    Args:
        people: ``employee_id, minor_scale``, one row an employee in scope.
        sums: as `bole.engine.scan.read_measures` returns them, in the order of `measures`.
        codes: indicators that are aggregates.

    Returns:
        Frame of `MEASUREMENT`, sorted by employee and indicator.
    """
    columns = [f"m{place}" for place in range(len(measures))]
    joined = (
        people.lazy().select("employee_id", "minor_scale").join(sums.lazy(), on="employee_id", how="left").with_columns(pl.col(columns).fill_null(0))
    )
    joined = joined.collect().lazy()
    parts = [_one(joined, catalogue.indicators[code], catalogue.registry.indicators[code], measures) for code in codes]
    if not parts:
        return pl.DataFrame(schema=MEASUREMENT)
    return pl.concat(parts).collect().sort("employee_id", "indicator_id")
