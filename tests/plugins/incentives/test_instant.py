"""The instant bonus, computed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole_incentives.instant import compute
from tests.plugins.incentives.frames import bonus_input, people

CENT = 10**6
FIXED = {"above": "100000", "amount": "2000"}


def paid(parameters: dict[str, Any], *facts: tuple[int, str, int, bool], **options: Any) -> list[tuple[int, str, int]]:
    """Employee, key and entitlement of every row, in whole minor units."""
    frame = compute(bonus_input(parameters, facts, **options))
    return [(employee, key, entitled // CENT) for employee, key, entitled in frame.select("employee_id", "key", "entitled").iter_rows()]


@pytest.mark.parametrize(("amount", "due"), [(10_000_000, []), (10_000_001, [(1, "D1", 200_000)])], ids=["exactly 100,000", "a cent above"])
def test_a_deal_pays_only_above_the_bound(amount: int, due: list[tuple[int, str, int]]) -> None:
    """A deal of exactly 100,000 pays nothing, one a cent above pays 2,000."""
    assert paid(FIXED, (1, "D1", amount, True)) == due


@pytest.mark.parametrize(
    ("parameters", "due"),
    [
        pytest.param({"above": "100000", "rate": "1%"}, 250_000, id="a rate of the deal"),
        pytest.param({"above": "100000", "rate": "1%", "cap": "2000"}, 200_000, id="a rate, capped"),
        pytest.param({"above": "10万", "amount": "bonus"}, 150_000, id="an amount agreed with the employee"),
        pytest.param({"above": "deal_floor", "amount": "7.5"}, 750, id="a bound agreed with the employee"),
    ],
)
def test_a_bonus_is_an_amount_or_a_rate(parameters: dict[str, str], due: int) -> None:
    """A deal of 250,000 pays what the rule says, figures or formulas."""
    employees = people(term_bonus=[1_500_000_000], term_deal_floor=[200_000_000_000])

    assert paid(parameters, (1, "D1", 25_000_000, True), employees=employees) == [(1, "D1", due)]


def test_a_condition_on_a_dimension_leaves_others_out() -> None:
    """With ``where = {new_customer = true}`` only deals with new customers pay."""
    rule = {**FIXED, "where": {"new_customer": True}}

    assert paid(rule, (1, "D1", 20_000_000, True), (1, "D2", 20_000_000, False), (2, "D3", 20_000_000, True)) == [
        (1, "D1", 200_000),
        (2, "D3", 200_000),
    ]


@pytest.mark.parametrize(
    ("where", "words"), [({"chanel": "web"}, "'chanel', which is no dimension"), ({"new_customer": "yes"}, "new_customer = 'yes'")]
)
def test_a_condition_that_cannot_hold_is_refused(where: dict[str, Any], words: str) -> None:
    """A misspelt dimension, or a value of another type, stops the run instead of paying nobody."""
    with pytest.raises(InvalidValue, match=words):
        paid({**FIXED, "where": where}, (1, "D1", 20_000_000, True))


def test_equal_keys_of_two_sources_share_one_row() -> None:
    """Two deals that two sources call alike add up under the one key an award can have."""
    assert paid(FIXED, (1, "7", 20_000_000, True), (1, "7", 30_000_000, True)) == [(1, "7", 400_000)]


def test_the_trace_tells_deal_and_bound() -> None:
    """The award's trace has the deal's amount, the bound, the rate and the cap, in the units of traces."""
    trace = compute(bonus_input({"above": "100000", "rate": "1.25%", "cap": "5000"}, [(1, "D1", 20_000_000, True)])).row(0, named=True)

    assert trace == {
        "employee_id": 1,
        "key": "D1",
        "entitled": 250_000 * CENT,
        "deal": 20_000_000 * CENT,
        "threshold": 10_000_000 * CENT,
        "rate": 12_500,
        "cap": 500_000 * CENT,
    }


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(-(10**9), 10**9), st.booleans()), max_size=12))
def test_every_deal_above_the_bound_pays_and_no_other(drawn: list[tuple[int, int, bool]]) -> None:
    """For any deals the rows are exactly those above the bound, each once."""
    facts = [(employee, f"D{place}", amount, new) for place, (employee, amount, new) in enumerate(drawn)]

    rows = paid(FIXED, *facts, employees=people(3))

    assert sorted(rows) == sorted((employee, key, 200_000) for employee, key, amount, _ in facts if amount > 10_000_000)


def test_nothing_recorded_pays_nothing() -> None:
    """Without facts there is a frame with the columns of an award and no row."""
    frame = compute(bonus_input(FIXED, []))

    assert frame.schema == {"employee_id": pl.Int64, "key": pl.String, "entitled": pl.Int64, "deal": pl.Int64, "threshold": pl.Int64}
    assert frame.is_empty()
