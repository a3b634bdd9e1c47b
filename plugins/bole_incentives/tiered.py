"""
Commission in tiers, for all employees at once.

Each part of the basis that lies in a tier earns that tier's rate: of 1,200,000 against a target of 1,000,000, ten
percent of the first million and fifteen of the rest. Where the basis consists of parts with rates of their own (new and
old customers), every part lies in the tiers as the whole does. Then the cap, the balance rules, the floor and what was
paid before are applied, in this order. With rates that do not depend on sales, nobody earns less by selling more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from bole import IncentiveInput, InvalidValue
from bole_incentives.exact import MILLION, MOST, amount, cut, half_up, integer, minor, money_text, percent_text, refuse_large, wide, with_scale
from bole_incentives.figures import MOST_RATE, RATE_PLACES, Figure
from bole_incentives.schemas import Tier

_RATE_ONE = 10**RATE_PLACES
_TO_MILLIONTHS = _RATE_ONE // MILLION
_LARGEST = 2**63 - 1


def compute(given: IncentiveInput) -> pl.DataFrame:
    """
    Return what a rule gives each employee: ``employee_id, key, entitled`` and the figures that led there.

    Raises:
        InvalidValue: no plugin declares an indicator that the rule names, or a figure is too large.
        FormulaError: a formula names a term that nobody has.
    """
    tiers: Sequence[Tier] = given.parameters["tiers"]
    parts = list(tiers[0].rates)
    people = _slices(_basis(given, parts), tiers)
    people = _rates(given.rule, people, tiers)
    people = _gross(people, tiers, parts, given.parameters["basis"])
    people = _bounded(given, people)
    return _netted(given, people).select("employee_id", pl.lit("").alias("key"), "entitled", *_trace(given.parameters, tiers, parts))


def _basis(given: IncentiveInput, parts: Sequence[str]) -> pl.DataFrame:
    """Return the people with ``basis`` and ``target`` (null without one) and ``part_N``, in minor units."""
    basis: str = given.parameters["basis"]
    known = set(given.measurements["indicator"].unique())
    missing = sorted({basis, *parts} - known)
    if missing and not given.employees.is_empty():
        raise InvalidValue(
            "incentives.unknown_indicator",
            f"the rule {given.rule!r} pays for {', '.join(missing)}, which no enabled plugin measures.",
            f"Known: {', '.join(sorted(known)) or 'none'}.",
        )
    people = with_scale(given.employees)
    held = given.measurements.filter(pl.col("indicator") == basis).select("employee_id", wide("value").alias("basis"), wide("target"))
    people = people.join(held, on="employee_id", how="left", maintain_order="left").with_columns(
        minor(pl.col("basis").fill_null(0)).alias("basis"), minor(pl.col("target"))
    )
    for place, part in enumerate(parts):
        name = f"part_{place}"
        value = given.measurements.filter(pl.col("indicator") == part).select("employee_id", wide("value").alias(name))
        people = people.join(value, on="employee_id", how="left", maintain_order="left").with_columns(minor(pl.col(name).fill_null(0)).alias(name))
    people = people.with_columns(parts=pl.sum_horizontal(pl.col(f"part_{place}").abs() for place in range(len(parts))))
    for column in ("basis", "target", "parts"):
        refuse_large(given.rule, people, column)
    return people


def _slices(people: pl.DataFrame, tiers: Sequence[Tier]) -> pl.DataFrame:
    """Return the people with ``slice_N``: how much of the basis, in minor units, lies in each tier."""
    starts = [_start(tier) for tier in tiers]
    # Returns above sales make the basis negative; the lowest tier then takes back what it gave.
    lows = [pl.col("basis") if place == 0 else pl.max_horizontal("basis", start) for place, start in enumerate(starts)]
    ends = [*starts[1:], integer(MOST)]
    return people.with_columns(
        (pl.min_horizontal(low, end) - (integer(0) if place == 0 else start)).clip(lower_bound=None if place == 0 else 0).alias(f"slice_{place}")
        for place, (low, start, end) in enumerate(zip(lows, starts, ends, strict=True))
    )


def _start(tier: Tier) -> pl.Expr:
    """Return where a tier begins in minor units, half up; nobody without a target leaves the first of those that count by it."""
    bound = integer(tier.start.millionths)
    if not tier.start.of_target:
        return minor(bound)
    return pl.when(pl.col("target") > 0).then(half_up(pl.col("target") * bound, MILLION)).otherwise(integer(MOST))


def _rates(rule: str, people: pl.DataFrame, tiers: Sequence[Tier]) -> pl.DataFrame:
    """Return the people with ``rate_N_M``, the rate of tier N for part M in billionths; none where a term is missing."""
    columns = [
        _rate(rule, people, figure).alias(f"rate_{place}_{part}")
        for place, tier in enumerate(tiers)
        for part, figure in enumerate(tier.rates.values())
    ]
    return people.with_columns(columns)


def _rate(rule: str, people: pl.DataFrame, figure: Figure) -> pl.Series:
    rates = figure.column(people).fill_null(0)
    wrong = people.filter((rates < 0) | (rates > MOST_RATE * _RATE_ONE))
    if not wrong.is_empty():
        raise InvalidValue(
            "incentives.rate_out_of_range",
            f"the rate {figure.text!r} of the rule {rule!r} is below 0 or above {MOST_RATE:.0%} for employee {wrong['employee_id'][0]}.",
            "Mend the formula or the employee's terms.",
        )
    return rates.cast(pl.Int128)


def _gross(people: pl.DataFrame, tiers: Sequence[Tier], parts: Sequence[str], basis: str) -> pl.DataFrame:
    """Return the people with ``gross``, what the tiers give, in millionths of a minor unit."""
    weighted = [
        pl.sum_horizontal(pl.col(f"rate_{place}_{part}") * pl.col(f"slice_{place}") for place in range(len(tiers))) for part in range(len(parts))
    ]
    if list(parts) == [basis]:
        return people.with_columns(gross=cut(weighted[0], integer(_TO_MILLIONTHS)))
    shared = pl.sum_horizontal(pl.col(f"part_{part}") * weighted[part] for part in range(len(parts)))
    alone = pl.sum_horizontal(pl.col(f"part_{part}") * pl.col(f"rate_0_{part}") for part in range(len(parts)))
    # Polars computes both branches, so the divisor of the one not taken must not be 0.
    whole = pl.when(pl.col("basis") > 0).then(pl.col("basis")).otherwise(integer(1))
    return people.with_columns(
        gross=pl.when(pl.col("basis") > 0).then(cut(shared, whole * _TO_MILLIONTHS)).otherwise(cut(alone, integer(_TO_MILLIONTHS)))
    )


def _bounded(given: IncentiveInput, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with ``cap``, ``gated`` (after cap and balance rules), ``floor`` and ``due``."""
    bounds: dict[str, Figure | None] = {name: given.parameters[name] for name in ("cap", "floor")}
    people = people.with_columns(
        (amount(given.rule, bound, people) if bound else pl.lit(None, dtype=pl.Int128)).alias(name) for name, bound in bounds.items()
    )
    capped = pl.min_horizontal("gross", "cap")
    # A balance rule takes from what is earned; it does not forgive what is owed.
    gated = capped.clip(upper_bound=0) + cut(capped.clip(lower_bound=0) * wide("gate"), integer(MILLION))
    people = people.with_columns(gated=gated if given.parameters["gated"] else capped)
    return people.with_columns(due=pl.max_horizontal("gated", "floor"))


def _netted(given: IncentiveInput, people: pl.DataFrame) -> pl.DataFrame:
    """
    Return the people with ``netted`` and ``entitled``.

    Raises:
        InvalidValue: an entitlement is larger than an award can be.
    """
    before = given.awarded.filter(pl.col("rule").is_in(given.parameters["nets"])).group_by("employee_id").agg(netted=wide("entitled").sum())
    people = people.join(before, on="employee_id", how="left", maintain_order="left").with_columns(pl.col("netted").fill_null(0))
    people = people.with_columns(entitled=pl.col("due") - pl.col("netted"))
    if not given.parameters["allow_negative"]:
        people = people.with_columns(pl.col("entitled").clip(lower_bound=0))
    large = people.filter(pl.col("entitled").abs() > _LARGEST)
    if not large.is_empty():
        raise InvalidValue(
            "incentives.too_large",
            f"the rule {given.rule!r} gives employee {large['employee_id'][0]} more than an award can hold.",
            "Look for a wrong rate or amount.",
        )
    return people.with_columns(pl.col("entitled").cast(pl.Int64))


def _trace(parameters: dict[str, Any], tiers: Sequence[Tier], parts: Sequence[str]) -> list[pl.Expr]:
    """Return the columns of the trace: money in millionths of a minor unit, or as text where several figures belong together."""
    columns = [(pl.col(name) * MILLION).cast(pl.Int64).alias(name) for name in ("basis", "target")]
    # The score's attainment is capped; what is paid depends on the whole.
    attained = half_up(pl.col("basis") * MILLION, pl.col("target"))
    columns.append(pl.when(pl.col("target") > 0).then(attained).cast(pl.Int64, strict=False).alias("attainment"))
    if list(parts) != [parameters["basis"]]:
        columns += [(pl.col(f"part_{place}") * MILLION).cast(pl.Int64).alias(part) for place, part in enumerate(parts)]
    for place in range(len(tiers)):
        rates = [percent_text(pl.col(f"rate_{place}_{part}")) for part in range(len(parts))]
        named = rates if len(parts) == 1 else [pl.concat_str(pl.lit(f"{part} "), rate) for part, rate in zip(parts, rates, strict=True)]
        columns.append(
            pl.concat_str(money_text(pl.col(f"slice_{place}")), pl.lit(" × "), pl.concat_str(named, separator=", ")).alias(f"tier_{place + 1}")
        )
    figures = ["gross", *(name for name in ("cap", "floor") if parameters[name])]
    columns += [pl.col(name).cast(pl.Int64) for name in figures]
    columns += [pl.col("gate"), pl.col("gated").cast(pl.Int64)] if parameters["gated"] else []
    return columns + ([pl.col("netted").cast(pl.Int64)] if parameters["nets"] else [])
