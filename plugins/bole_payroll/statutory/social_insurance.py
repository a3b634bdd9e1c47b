"""
The employee's contributions: pension, medical, unemployment insurance and housing fund, by city.

社会保险法 (2010, as amended 2018) articles 12, 23 and 44; 住房公积金管理条例 articles 16 to 18. The base is clamped to the
city's floor and cap, then multiplied by the rate. The law says nothing on rounding: each contribution is rounded half
up to the fen, the housing fund to the city's step (the yuan in Shanghai and Kunming).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole_payroll.statutory.exact import half_up
from bole_payroll.statutory.parameters import SCHEMES, WHOLE, Bounds, Parameters

INDEX = "__city"


def city_type(parameters: Parameters) -> pl.Enum:
    """Return the type that the column ``city`` has best: with it no row's text is looked up."""
    return pl.Enum(sorted(parameters.cities))


def city_index(schema: pl.Schema, parameters: Parameters) -> pl.Expr:
    """Return the position of each row's city among the sorted codes; the position after the last for who is not insured."""
    wanted = city_type(parameters)
    city = pl.col("city") if schema["city"] == wanted else pl.col("city").cast(pl.String).cast(wanted)  # refuses unknown codes
    return city.to_physical().fill_null(len(wanted.categories)).alias(INDEX)


def by_city(figures: Sequence[int]) -> pl.Expr:
    """Return each row's figure, given those of the cities in the order of their codes; 0 for who is not insured."""
    return pl.lit(pl.Series(values=[*figures, 0], dtype=pl.Int64)).gather(pl.col(INDEX))


def with_contributions(frame: pl.LazyFrame, parameters: Parameters, *, fund_base: str) -> pl.LazyFrame:
    """
    Return the frame with ``pension, medical, unemployment, housing_fund`` in fen.

    Args:
        frame: with ``__city`` (see `city_index`), ``insurance_base``, ``housing_fund_rate`` (basis points) and `fund_base`.
        parameters: in force in the month.
        fund_base: the column that the housing fund is based on.
    """
    cities = [parameters.cities[code] for code in sorted(parameters.cities)]
    clamped: dict[str, pl.Expr] = {}
    shares: dict[str, pl.Expr] = {}
    for scheme in SCHEMES:
        base, expression = _clamped("insurance_base", [city.bounds[scheme] for city in cities])
        clamped[base] = expression
        shares[scheme] = half_up(pl.col(base) * by_city([city.rates[scheme].employee for city in cities]), WHOLE, signed=False)
        fixed = [city.rates[scheme].fixed for city in cities]
        if any(fixed):
            shares[scheme] = shares[scheme] + by_city(fixed)
    base, expression = _clamped(fund_base, [city.fund_bounds for city in cities])
    clamped[base] = expression
    shares["housing_fund"] = _fund_share(pl.col(base) * pl.col("housing_fund_rate").cast(pl.Int64), [city.fund.step for city in cities])
    return frame.with_columns(**clamped).with_columns(**shares).drop(list(clamped))


def _clamped(column: str, bounds: Sequence[Bounds]) -> tuple[str, pl.Expr]:
    """Return the clamped base under a name that is the same for the same bounds, so that schemes that share them share it."""
    floors, caps = [one.floor for one in bounds], [one.cap for one in bounds]
    name = f"__{column} {floors} {caps}"
    return name, pl.col(column).cast(pl.Int64).clip(by_city(floors), by_city(caps))


def _fund_share(product: pl.Expr, steps: Sequence[int]) -> pl.Expr:
    """Return base × rate in basis points, rounded half up to each row's step; one division for each step that occurs."""
    kinds = sorted({*steps})
    share = half_up(product, WHOLE * kinds[0], signed=False) * kinds[0] if kinds else pl.lit(0, dtype=pl.Int64)
    for step in kinds[1:]:
        share = pl.when(by_city(steps) == step).then(half_up(product, WHOLE * step, signed=False) * step).otherwise(share)
    return share
