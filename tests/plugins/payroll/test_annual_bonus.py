"""The annual bonus taxed apart, and the zones in which more leaves less."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole import InvalidValue, ProblemsFound
from bole_payroll.statutory.annual_bonus import blind_zones, tax_annual_bonus, tax_of_bonus
from bole_payroll.statutory.loading import load_statute, parameters_on
from tests.plugins.payroll.oracle import Oracle

DAY = date(2026, 1, 31)
PARAMETERS = parameters_on(DAY)
ORACLE = Oracle(DAY)


def fen(amount: str) -> int:
    """Return an amount in yuan as fen."""
    return int(Decimal(amount) * 100)


def taxed(*bonuses: int, day: date = DAY) -> pl.DataFrame:
    """Return bonuses with tax and net."""
    return tax_annual_bonus(pl.DataFrame({"bonus": bonuses}, schema={"bonus": pl.Int64}), PARAMETERS if day == DAY else parameters_on(day))


def test_published_bonuses(shared_data: Path) -> None:
    """Tax and net of every published case come out to the fen."""
    cases = json.loads((shared_data / "payroll/cn/annual_bonus.json").read_text("utf-8"))["cases"]

    result = taxed(*(fen(case["bonus"]) for case in cases))

    assert result["bonus_tax"].to_list() == [fen(case["tax"]) for case in cases]
    assert result["bonus_net"].to_list() == [fen(case["net"]) for case in cases]


def test_published_blind_zones(shared_data: Path) -> None:
    """The six zones are those published, to the fen."""
    zones = json.loads((shared_data / "payroll/cn/annual_bonus.json").read_text("utf-8"))["blind_zones"]

    assert [(zone.above, zone.until) for zone in blind_zones(PARAMETERS)] == [(fen(above), fen(until)) for above, until in zones]


@pytest.mark.parametrize("index", range(6))
def test_a_blind_zone_is_exact(index: int) -> None:
    """Just above the bound and just below the end less is left than at the bound; at the end as much."""
    zone = blind_zones(PARAMETERS)[index]

    at_bound, above, below_end, at_end = taxed(zone.above, zone.above + 1, zone.until - 1, zone.until)["bonus_net"].to_list()

    assert above < at_bound
    assert below_end < at_bound
    assert at_end >= at_bound


def test_a_fen_more_can_cost_two_thousand_yuan() -> None:
    """36,000.00 pays 1,080.00 of tax; 36,000.01 pays 3,390.00."""
    assert taxed(3_600_000, 3_600_001)["bonus_tax"].to_list() == [108_000, 339_000]


@given(st.lists(st.one_of(st.integers(0, 200_000_000), st.sampled_from([3_600_000, 14_400_000, 96_000_000])), min_size=1, max_size=50))
def test_bonuses_equal_the_oracle(bonuses: list[int]) -> None:
    """Column, single function and Decimal oracle agree."""
    expected = [int(ORACLE.bonus_tax(Decimal(bonus).scaleb(-2)) * 100) for bonus in bonuses]

    assert taxed(*bonuses)["bonus_tax"].to_list() == expected
    assert [tax_of_bonus(bonus, PARAMETERS) for bonus in bonuses] == expected


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2022, 1, 1), date(2024, 1, 1), date(2027, 12, 31)])
def test_every_window_of_the_policy(day: date) -> None:
    """The policy holds without a gap from 2019 to the end of 2027."""
    assert taxed(3_600_000, day=day)["bonus_tax"].to_list() == [108_000]


def test_after_the_policy_a_bonus_is_not_taxed_apart() -> None:
    """From 2028 on it is refused, the known windows are named, and wages can still be computed."""
    parameters = load_statute().on(date(2028, 1, 1))

    with pytest.raises(InvalidValue) as refused:
        tax_annual_bonus(pl.DataFrame({"bonus": [1]}), parameters)

    assert refused.value.code == "payroll.bonus_not_apart"
    assert refused.value.message == (
        "no policy taxes an annual bonus apart on 2028-01-01; known windows: "
        "2019-01-01 to 2021-12-31, 2022-01-01 to 2023-12-31, 2024-01-01 to 2027-12-31."
    )
    assert parameters.deduction.month == 500_000


def test_a_negative_bonus_is_refused() -> None:
    """A bonus below 0 is named with its row."""
    with pytest.raises(ProblemsFound) as refused:
        taxed(1, -1)

    assert [(problem.row, problem.column, problem.value) for problem in refused.value.problems] == [(2, "bonus", "-1")]


def test_a_lazy_frame_of_bonuses_stays_lazy() -> None:
    """A lazy frame is not run."""
    result = tax_annual_bonus(pl.LazyFrame({"bonus": [3_600_000]}), PARAMETERS)

    assert result.collect()["bonus_net"].to_list() == [3_492_000]
