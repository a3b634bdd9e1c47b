"""Integer division half up, and progressive tables, on whole columns."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole import Rounding
from bole_payroll.statutory.exact import LIMIT, bracket_tax, half_up
from bole_payroll.statutory.parameters import Bracket

TABLE = (Bracket(0, 300, 0), Bracket(1_000, 1_000, 70), Bracket(5_000, 4_500, 1_820))


def divided(numerators: list[int], denominator: int, *, signed: bool = True) -> list[int]:
    """Return the quotients, half up."""
    return pl.select(half_up(pl.lit(pl.Series(numerators, dtype=pl.Int64)), denominator, signed=signed)).to_series().to_list()


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [
        (5, 10, 1),
        (-5, 10, -1),
        (4, 10, 0),
        (-4, 10, 0),
        (15, 10, 2),
        (-15, 10, -2),
        (-16, 10, -2),
        (1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (-1, 3, 0),
        (-7, 1, -7),
    ],
)
def test_ties_go_away_from_zero(numerator: int, denominator: int, quotient: int) -> None:
    """A tie goes away from zero, above and below it; everything else to the nearest whole."""
    assert divided([numerator], denominator) == [quotient]


@given(st.lists(st.integers(-(10**17), 10**17), min_size=1), st.integers(1, 10**8))
def test_division_is_the_named_rule(numerators: list[int], denominator: int) -> None:
    """The column's division is `Rounding.HALF_UP`, for any sign and any denominator, odd or even."""
    assert divided(numerators, denominator) == [Rounding.HALF_UP.divide(one, denominator) for one in numerators]


@given(st.lists(st.integers(0, 10**17), min_size=1), st.integers(1, 10**8))
def test_division_without_sign_is_the_same(numerators: list[int], denominator: int) -> None:
    """Where nothing is below 0, leaving out the sign changes nothing."""
    assert divided(numerators, denominator, signed=False) == divided(numerators, denominator)


@pytest.mark.parametrize(
    ("amount", "tax"), [(0, 0), (16, 0), (17, 1), (1_000, 30), (1_001, 30), (1_005, 31), (5_000, 430), (5_001, 430), (5_002, 431)]
)
def test_a_bound_belongs_to_the_lower_step(amount: int, tax: int) -> None:
    """The tax of an amount on a bound is that of the lower step; it never jumps."""
    assert pl.select(bracket_tax(pl.lit(amount), TABLE)).item() == tax


def test_parts_of_a_fen_are_not_rounded_before_the_tax() -> None:
    """16.9 fen at 3 % are 0.507 fen, which is 1 fen; 16 and 17 fen would have been 0 and 1."""
    assert pl.select(bracket_tax(pl.lit(169), TABLE, parts=10)).item() == 1


def test_the_greatest_amount_does_not_overflow() -> None:
    """Twenty times the greatest amount, in fiftieths of a fen, is taxed exactly."""
    amount = 20 * LIMIT

    assert pl.select(bracket_tax(pl.lit(amount), TABLE)).item() == amount * 45 // 100 - 1_820
    assert pl.select(bracket_tax(pl.lit(amount * 50), TABLE, parts=50)).item() == amount * 45 // 100 - 1_820
