"""Payroll rules three ways: the plugin's frames, hand-written NumPy, and a Decimal loop; they must agree to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import polars as pl

from benchmarks._harness import Report, interleave
from bole import Period
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.parameters import SCHEMES, Parameters
from bole_payroll.statutory.social_insurance import city_type
from bole_payroll.statutory.withholding import withhold

MONTH = Period.parse("2026-07")
CITIES = ("beijing", "kunming", "shanghai")
RESULTS = ("pension", "medical", "unemployment", "housing_fund", "taxable_cumulative", "tax", "net")


def people(count: int, parameters: Parameters) -> pl.DataFrame:
    """Return the input of July for people of three cities, with six months behind them."""
    draw = np.random.default_rng(1)
    base = draw.integers(3_000_00, 90_000_00, count)
    months = draw.integers(0, 7, count)
    taxable = (base * 8 // 10 - 500_000).clip(0) * months
    return pl.DataFrame(
        {
            "base": base,
            "payouts": draw.integers(-100_000, 3_000_000, count),
            "insurance_base": base,
            "housing_fund_rate": draw.choice([500, 600, 700], count),
            "special_additional": draw.choice([0, 100_000, 350_000], count),
            "income_before": base * months,
            "special_before": base * months * 2 // 10,
            "additional_before": np.zeros(count, np.int64),
            "tax_before": taxable * 3 // 100,
            "months_before": months,
            "city": pl.Series(draw.choice(CITIES, count)).cast(city_type(parameters)),
        }
    )


def by_hand(columns: dict[str, np.ndarray], parameters: Parameters) -> dict[str, np.ndarray]:
    """Return the same results as whoever knows NumPy would write them: Int64 arrays, one expression after the other."""
    city, figures = columns["city"], [parameters.cities[code] for code in CITIES]
    found: dict[str, np.ndarray] = {}
    for scheme in SCHEMES:
        floors, caps = (np.array([getattr(one.bounds[scheme], bound) for one in figures])[city] for bound in ("floor", "cap"))
        rates, fixed = (np.array([getattr(one.rates[scheme], name) for one in figures])[city] for name in ("employee", "fixed"))
        found[scheme] = (np.clip(columns["insurance_base"], floors, caps) * rates + 5_000) // 10_000 + fixed
    floors, caps = (np.array([getattr(one.fund_bounds, bound) for one in figures])[city] for bound in ("floor", "cap"))
    steps = np.array([one.fund.step for one in figures])[city]
    whole = 10_000 * steps
    found["housing_fund"] = (np.clip(columns["insurance_base"], floors, caps) * columns["housing_fund_rate"] + whole // 2) // whole * steps
    shares = sum(found[name] for name in (*SCHEMES, "housing_fund"))
    gross = columns["base"] + columns["payouts"]
    deduction = parameters.deduction.month * np.minimum(columns["months_before"] + 1, 12)
    taken = deduction + columns["special_before"] + shares + columns["additional_before"] + columns["special_additional"]
    taxable = np.maximum(columns["income_before"] + gross - taken, 0)
    brackets = parameters.annual.brackets
    step = np.searchsorted(np.array([one.above for one in brackets[1:]]), taxable, side="left")
    rate, quick = (np.array([getattr(one, name) for one in brackets])[step] for name in ("rate", "quick"))
    found["taxable_cumulative"] = taxable
    found["tax"] = np.maximum((taxable * rate + 5_000) // 10_000 - quick - columns["tax_before"], 0)
    found["net"] = gross - shares - found["tax"]
    return found


def by_decimal(rows: Sequence[dict[str, Any]], parameters: Parameters) -> list[dict[str, Decimal]]:
    """Return the same results row by row in Decimal yuan, as payroll programs are usually written."""
    cent, share = Decimal("0.01"), Decimal("0.0001")
    yuan = {
        code: {
            scheme: [Decimal(value).scaleb(-2) for value in (one.bounds[scheme].floor, one.bounds[scheme].cap, one.rates[scheme].fixed)]
            for scheme in SCHEMES
        }
        for code, one in parameters.cities.items()
    }
    brackets = [(Decimal(one.above).scaleb(-2), one.rate * share, Decimal(one.quick).scaleb(-2)) for one in parameters.annual.brackets]
    found = []
    for row in rows:
        city, wage = parameters.cities[row["city"]], row["insurance_base"]
        slip: dict[str, Decimal] = {}
        for scheme in SCHEMES:
            floor, cap, fixed = yuan[row["city"]][scheme]
            slip[scheme] = (min(max(wage, floor), cap) * (city.rates[scheme].employee * share)).quantize(cent, ROUND_HALF_UP) + fixed
        step = Decimal(city.fund.step).scaleb(-2)
        held = min(max(wage, Decimal(city.fund_bounds.floor).scaleb(-2)), Decimal(city.fund_bounds.cap).scaleb(-2))
        slip["housing_fund"] = (held * row["housing_fund_rate"] * share / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        shares, gross = sum(slip.values()), row["base"] + row["payouts"]
        minus = 5_000 * min(row["months_before"] + 1, 12) + row["special_before"] + shares + row["additional_before"] + row["special_additional"]
        slip["taxable_cumulative"] = taxable = max(row["income_before"] + gross - minus, Decimal(0))
        _, rate, quick = next(one for one in reversed(brackets) if taxable > one[0] or not one[0])
        slip["tax"] = max((taxable * rate).quantize(cent, ROUND_HALF_UP) - quick - row["tax_before"], Decimal(0))
        slip["net"] = gross - shares - slip["tax"]
        found.append(slip)
    return found


def rules(report: Report, count: int, rounds: int) -> None:
    """Time the rules alone; the contenders must agree to the fen first."""
    parameters = parameters_on(MONTH.start)
    frame = people(count, parameters)
    columns = {name: (frame[name].to_physical() if name == "city" else frame[name]).cast(pl.Int64).to_numpy() for name in frame.columns}
    few = count // 50
    amounts = [name for name in frame.columns if name not in ("city", "housing_fund_rate", "months_before")]
    rows = [{**row, **{name: Decimal(row[name]).scaleb(-2) for name in amounts}} for row in frame.head(few).to_dicts()]
    ours, theirs, slow = withhold(frame, parameters, MONTH), by_hand(columns, parameters), by_decimal(rows, parameters)
    assert all((ours[name].to_numpy() == theirs[name]).all() for name in RESULTS)
    assert all([int(slip[name].scaleb(2)) for slip in slow] == ours[name].head(few).to_list() for name in RESULTS)
    seconds = interleave({"bole": lambda: withhold(frame, parameters, MONTH), "numpy": lambda: by_hand(columns, parameters)}, rounds)
    report.add("rules, computing only", seconds, contender="bole", baseline="numpy", goal=2)
    loop = interleave({"decimal": lambda: by_decimal(rows, parameters)}, rounds)
    seconds["decimal"] = [each * (count / few) for each in loop["decimal"]]
    report.add("rules, times faster than a Decimal loop", seconds, contender="decimal", baseline="bole", goal=40, at_least=True)
