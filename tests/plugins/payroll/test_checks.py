"""Frames that are refused: everything wrong is named at once, with row, value and next step."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from bole import Period, Problem, ProblemsFound
from bole_payroll.statutory.checks import SHOWN
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.withholding import withhold


def sound(rows: int = 2, **columns: Any) -> pl.DataFrame:
    """Return a sound frame of a month, with these columns replaced or added."""
    zero = "base payouts insurance_base housing_fund_rate special_additional income_before special_before additional_before tax_before months_before"
    frame = pl.DataFrame({name: pl.zeros(rows, dtype=pl.Int64, eager=True) for name in zero.split()}).with_columns(city=pl.lit("shanghai"))
    return frame.with_columns(**{name: pl.Series(name, value) if isinstance(value, list) else value for name, value in columns.items()})


def problems(frame: pl.DataFrame | pl.LazyFrame, code: str = "2026-07") -> tuple[Problem, ...]:
    """Return the problems for which the frame is refused in a month."""
    period = Period.parse(code)
    with pytest.raises(ProblemsFound) as refused:
        withhold(frame, parameters_on(period.start), period)
    return refused.value.problems


def test_all_wrong_columns_are_named_together() -> None:
    """A missing column, a float, a half pair, a result and a wrong city type come in one refusal."""
    frame = sound().drop("payouts").with_columns(base=pl.lit(1.5), tax_relief=pl.lit(1), net=pl.lit(1), city=pl.lit(7))

    found = problems(frame)

    assert [(problem.column, problem.reason) for problem in found] == [
        ("payouts", "is missing."),
        ("relief_before", "is missing, although 'tax_relief' is given."),
        ("base", "has type Float64, which is no integer."),
        ("city", "has type Int32, not text."),
        ("net", "is a column that the computation makes."),
    ]


def test_a_lazy_frame_with_wrong_columns_is_refused_without_running() -> None:
    """Columns are checked from the schema alone."""
    assert [problem.column for problem in problems(sound().drop("tax_before").lazy())] == ["tax_before"]


def test_all_wrong_values_are_named_together() -> None:
    """Nulls, negative amounts, an unknown city and a rate out of range come in one refusal, each with its row."""
    frame = sound(
        base=[None, -1], tax_before=[0, 10**13 + 1], months_before=[13, 0], city=["shanghai", "paris"], housing_fund_rate=[7, 700], payouts=[-5, -6]
    )

    found = problems(frame)

    assert [(problem.row, problem.column, problem.value) for problem in found] == [
        (1, "base", "null"),
        (2, "base", "-1"),
        (2, "tax_before", "10000000000001"),
        (1, "months_before", "13"),
        (2, "city", "paris"),
        (1, "housing_fund_rate", "7"),
    ]


def test_the_reason_names_what_is_allowed() -> None:
    """A rate given as 7 instead of 700 is refused with the ranges of every city."""
    problem = problems(sound(housing_fund_rate=[7, 0]))[0]

    assert str(problem) == (
        "payroll input, row 1, column 'housing_fund_rate': '7': is not a rate that the city allows. "
        "Give basis points: 0; beijing 500 to 1200; kunming 500 to 1200; shanghai 500 to 700; without a city only 0."
    )


@pytest.mark.parametrize(("city", "rate"), [("shanghai", 701), ("beijing", 1201), ("beijing", 499), (None, 500)])
def test_the_fund_rate_follows_the_city(city: str | None, rate: int) -> None:
    """7 % is the most in Shanghai, 12 % in Beijing; who has no city has no fund."""
    assert [problem.column for problem in problems(sound(1, city=pl.lit(city, dtype=pl.String), housing_fund_rate=[rate]))] == ["housing_fund_rate"]


def test_a_city_whose_figures_have_lapsed() -> None:
    """A city without figures in the month is refused with its last known windows."""
    problem = problems(sound(1, city=pl.lit("kunming")), "2027-01")[0]

    assert problem.reason == (
        "no figures are in force on 2027-01-01 for bounds.pension, bounds.unemployment, bounds.housing_fund "
        "(last known window: 2026-01-01 to 2026-12-31); bounds.medical (last known window: 2026-09-01 to 2026-12-31)."
    )
    assert problem.hint == "Enter its figures in a parameter file (docs/payroll-cn.md, section Cities)."


def test_january_begins_a_tax_year() -> None:
    """Figures of earlier months are refused in January, apart from the months of a deduction taken at once."""
    found = problems(sound(1, income_before=[1], tax_before=[2], months_before=[11]), "2026-01")

    assert [(problem.column, problem.reason) for problem in found] == [("income_before", "is not 0."), ("tax_before", "is not 0.")]
    assert found[0].hint == "The tax year begins in January: what was before belongs to last year."


def test_many_wrong_rows_are_counted() -> None:
    """The first twenty rows are named, the others counted."""
    found = problems(sound(SHOWN + 3, base=[-1] * (SHOWN + 3)))

    assert [problem.row for problem in found] == [*range(1, SHOWN + 1), 0]
    assert found[-1].reason == "3 more rows: is not between 0 and 10,000,000,000,000."


def test_an_empty_frame_passes() -> None:
    """No rows give no rows."""
    assert withhold(sound(0), parameters_on(date(2026, 7, 1)), Period.parse("2026-07")).height == 0
