"""How stored values are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole.graphql.values import fine_money, id_writer, millionths, money, read_cursor, read_id, write_cursor
from bole.values import Money, minor_digits

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD", "USD"])
WHOLE = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [(0, "0"), (1, "0.000001"), (400_000, "0.4"), (100_000_000, "100"), (-1_500_000, "-1.5"), (10_000_000, "10"), (-1, "-0.000001")],
)
def test_millionths_are_written_without_needless_zeros(stored: int, shown: str) -> None:
    """Integers of millionths read as the shortest exact decimal."""
    assert millionths(stored) == shown


@given(WHOLE)
def test_millionths_are_exact(stored: int) -> None:
    """The text is the stored value, to the last digit."""
    assert Decimal(millionths(stored)) == Decimal(stored).scaleb(-6)


@given(WHOLE, CURRENCIES)
def test_money_is_exact(stored: int, currency: str) -> None:
    """The text is the amount in major units, with exactly the digits of the minor unit."""
    text = money(stored, currency)

    assert Decimal(text) == Money.of_minor(stored, currency).amount
    assert len(text.partition(".")[2]) == minor_digits(currency)


@given(WHOLE, CURRENCIES)
def test_fine_money_is_exact(stored: int, currency: str) -> None:
    """The text of millionths of minor units is exact and has at least the digits of the minor unit."""
    text = fine_money(stored, currency)

    assert Decimal(text) == Decimal(stored).scaleb(-6 - minor_digits(currency))
    assert len(text.partition(".")[2]) >= minor_digits(currency)


@pytest.mark.parametrize(
    ("stored", "currency", "shown"), [(5, "CNY", "0.05"), (-5, "CNY", "-0.05"), (123456, "JPY", "123456"), (-1, "KWD", "-0.001")]
)
def test_small_money_has_a_zero_in_front(stored: int, currency: str, shown: str) -> None:
    """Amounts under one major unit are written with a leading zero, negative ones too."""
    assert money(stored, currency) == shown


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=4))
def test_an_id_leads_back(key: list[int]) -> None:
    """Reading a global id gives the type and the key it was made of."""
    assert read_id(id_writer("Thing", len(key))(*key)) == ("Thing", tuple(key))


@given(st.integers(-(2**53), 2**53), st.text(max_size=20), st.dates())
def test_a_cursor_leads_back(number: int, text: str, day: object) -> None:
    """Reading a cursor gives the values it was made of, days as days."""
    assert read_cursor(write_cursor([number, text, day]), [int, str, type(day)]) == [number, text, day]
