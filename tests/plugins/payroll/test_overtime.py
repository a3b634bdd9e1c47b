"""Overtime pay and the daily wage."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole import ProblemsFound
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.overtime import daily_wage, overtime_pay
from tests.plugins.payroll.oracle import Oracle

DAY = date(2026, 7, 1)
PARAMETERS = parameters_on(DAY)
ORACLE = Oracle(DAY)
KINDS = ("workday", "restday", "holiday")


def paid(wage: int, *minutes: int) -> dict[str, int]:
    """Return the overtime pay of one person for workday, restday and holiday minutes."""
    given = pl.DataFrame({"monthly_wage": [wage], **{f"{kind}_minutes": [one] for kind, one in zip(KINDS, minutes, strict=True)}})
    return overtime_pay(given, PARAMETERS).row(0, named=True)


def test_published_overtime(shared_data: Path) -> None:
    """The published example comes out to the fen, rounded half up (some print it truncated)."""
    example = json.loads((shared_data / "payroll/cn/overtime_example.json").read_text("utf-8"))
    wage = example["monthly"] * 100

    result = paid(wage, 120, 120, 480)
    day = daily_wage(pl.DataFrame({"monthly_wage": [wage]}), PARAMETERS)["daily_wage"][0]

    assert [Decimal(result[f"{kind}_overtime"]).scaleb(-2) for kind in KINDS] == [
        Decimal(example[key]) for key in ("weekday_2h", "restday_2h", "holiday_1day")
    ]
    assert Decimal(day).scaleb(-2) == Decimal(example["daily"])


def test_a_wage_of_174_hours_is_easy_to_check() -> None:
    """With 17,400 a month an hour is 100: 150 on a workday, 200 on a rest day, 300 on a holiday."""
    result = paid(1_740_000, 60, 60, 60)

    assert [result[f"{kind}_overtime"] for kind in KINDS] == [15_000, 20_000, 30_000]
    assert result["overtime"] == 65_000


def test_overtime_taken_back_is_the_same_amount() -> None:
    """Minutes below 0 take back to the fen what the same minutes paid."""
    assert paid(500_000, -120, -120, -480)["overtime"] == -paid(500_000, 120, 120, 480)["overtime"]


def test_the_paid_time_was_the_same_before_2025() -> None:
    """劳社部发〔2008〕3号 and 人社部发〔2025〕2号 both say 21.75 days, 174 hours."""
    assert parameters_on(date(2024, 12, 31)).pay_time.minutes == parameters_on(date(2025, 1, 1)).pay_time.minutes == 174 * 60


@given(st.integers(0, 10**13), st.tuples(*[st.integers(-44_640, 44_640)] * 3))
def test_overtime_equals_the_oracle(wage: int, minutes: tuple[int, int, int]) -> None:
    """Each kind equals the Decimal oracle, up to the greatest wage allowed, and the sum is theirs."""
    result = paid(wage, *minutes)

    expected = [int(ORACLE.overtime(Decimal(wage).scaleb(-2), one, kind) * 100) for kind, one in zip(KINDS, minutes, strict=True)]
    assert [result[f"{kind}_overtime"] for kind in KINDS] == expected
    assert result["overtime"] == sum(expected)


def test_impossible_overtime_is_refused_whole() -> None:
    """A missing column and one that holds no integers are named together."""
    given = pl.DataFrame({"monthly_wage": [5000.0], "workday_minutes": [1], "restday_minutes": [1]})

    with pytest.raises(ProblemsFound) as refused:
        overtime_pay(given, PARAMETERS)

    assert [(problem.column, problem.reason) for problem in refused.value.problems] == [
        ("holiday_minutes", "is missing."),
        ("monthly_wage", "has type Float64, which is no integer."),
    ]


def test_more_minutes_than_a_month_has_are_refused() -> None:
    """44,641 minutes are more than 31 days."""
    with pytest.raises(ProblemsFound, match=r"44641.*is not between -44,640 and 44,640"):
        paid(500_000, 0, 44_641, 0)
