"""Tiered commission, computed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.formula import FormulaError
from bole_incentives.tiered import compute
from tests.plugins.incentives.frames import commission_input, people
from tests.plugins.incentives.oracle import MILLION, Plan, commission

TEN_FIFTEEN = {"basis": "sales.amount", "tiers": [{"from": "0%", "rate": "10%"}, {"from": "100%", "rate": "15%"}]}
BY_CUSTOMER = {
    "basis": "sales.amount",
    "tiers": [
        {"from": "0%", "rates": {"sales.new_amount": "12%", "sales.repeat_amount": "8%"}},
        {"from": "100%", "rates": {"sales.new_amount": "18%", "sales.repeat_amount": "12%"}},
    ],
}
CENT = MILLION


def entitled(parameters: dict[str, Any], basis: int, target: int | None, **options: Any) -> int:
    """What one employee gets for a basis and target in minor units."""
    return int(compute(commission_input(parameters, [(1, "sales.amount", basis, target)], **options))["entitled"][0])


@pytest.mark.parametrize(
    ("basis", "target", "due"),
    [
        pytest.param(120_000_000, 100_000_000, 13_000_000, id="a fifth above target"),
        pytest.param(100_000_000, 100_000_000, 10_000_000, id="exactly on target"),
        pytest.param(60_000_000, 100_000_000, 6_000_000, id="below target"),
        pytest.param(0, 100_000_000, 0, id="nothing sold"),
        pytest.param(-500_000, 100_000_000, 0, id="returns above sales pay nothing"),
        pytest.param(120_000_000, None, 12_000_000, id="nobody without a target is above it"),
        pytest.param(120_000_000, 0, 12_000_000, id="a target of zero is none"),
    ],
)
def test_ten_percent_up_to_target_and_fifteen_above(basis: int, target: int | None, due: int) -> None:
    """Up to the target the rate is 10 %, and only what lies above it earns 15 %."""
    assert entitled(TEN_FIFTEEN, basis, target) == due * CENT


@pytest.mark.parametrize(
    ("basis", "due"), [(4_999_999, 249_999_950_000), (5_000_000, 250_000_000_000), (15_000_000, 1_050_000_000_000)], ids=["below", "at", "above"]
)
def test_bounds_may_be_amounts(basis: int, due: int) -> None:
    """A bound written without % is an amount in major units; 5 % of the first 50,000 and 8 % of the rest."""
    rule = {"basis": "sales.amount", "tiers": [{"from": "0", "rate": "5%"}, {"from": "50000", "rate": "8%"}]}

    assert entitled(rule, basis, None) == due


def test_parts_of_the_basis_earn_their_own_rates() -> None:
    """A million new and half a million old against a target of a million: both lie two thirds below it and one third above."""
    rows = [(1, "sales.amount", 150_000_000, 100_000_000), (1, "sales.new_amount", 100_000_000, None), (1, "sales.repeat_amount", 50_000_000, None)]

    due = compute(commission_input(BY_CUSTOMER, rows))["entitled"][0]

    # 1,000,000 × (2/3 × 12 % + 1/3 × 18 %) + 500,000 × (2/3 × 8 % + 1/3 × 12 %) = 140,000 + 46,666.66666666…
    assert due == 18_666_666_666_666


@pytest.mark.parametrize(
    ("extra", "basis", "due"),
    [
        pytest.param({"cap": "8000"}, 100_000_000, 800_000, id="capped"),
        pytest.param({"cap": "8000"}, 5_000_000, 500_000, id="under the cap"),
        pytest.param({"floor": "3000"}, 1_000_000, 300_000, id="lifted to the floor"),
        pytest.param({"floor": "3000"}, 0, 300_000, id="the floor for nothing sold"),
        pytest.param({"floor": "3000"}, 5_000_000, 500_000, id="above the floor"),
        pytest.param({"cap": "base_salary * 2"}, 100_000_000, 2_000_000, id="a cap of two salaries"),
    ],
)
def test_cap_and_floor_bound_what_is_paid(extra: dict[str, str], basis: int, due: int) -> None:
    """A cap and a floor in major units, or as formulas over terms, bound the commission."""
    employees = people(term_base_salary=[10_000_000_000])

    assert entitled({**TEN_FIFTEEN, **extra}, basis, 100_000_000, employees=employees) == due * CENT


@pytest.mark.parametrize(
    ("extra", "basis", "due"),
    [
        pytest.param({}, 100_000_000, 5_000_000, id="half of the commission"),
        pytest.param({"gated": False}, 100_000_000, 10_000_000, id="a rule that is not gated"),
        pytest.param({"cap": "8000"}, 100_000_000, 400_000, id="the gate takes from what the cap leaves"),
        pytest.param({"floor": "3000"}, 4_000_000, 300_000, id="the floor stands"),
        pytest.param({"allow_negative": True}, -1_000_000, -100_000, id="what is owed is owed whole"),
    ],
)
def test_a_balance_rule_takes_its_part(extra: dict[str, Any], basis: int, due: int) -> None:
    """A gate of one half (satisfaction under its bound) leaves half of what is earned after the cap, before the floor."""
    assert entitled({**TEN_FIFTEEN, **extra}, basis, 100_000_000, employees=people(gate=[500_000])) == due * CENT


@pytest.mark.parametrize(
    ("nets", "negative", "due"),
    [
        pytest.param(["bonus"], False, 9_800_000, id="the bonus is taken off"),
        pytest.param([], False, 10_000_000, id="nothing is netted unless the rule says so"),
        pytest.param(["bonus", "big"], False, 0, id="never below zero"),
        pytest.param(["bonus", "big"], True, -2_200_000, id="below zero where allowed"),
    ],
)
def test_the_regular_run_nets_what_was_paid_before(nets: list[str], negative: bool, due: int) -> None:
    """Awards of the named rules in the period are subtracted, all of an employee's together."""
    awarded = [(1, "bonus", "D1", 150_000 * CENT), (1, "bonus", "D2", 50_000 * CENT), (1, "big", "", 12_000_000 * CENT), (2, "bonus", "D3", 7)]

    assert entitled({**TEN_FIFTEEN, "nets": nets, "allow_negative": negative}, 100_000_000, 100_000_000, awarded=awarded) == due * CENT


@pytest.mark.parametrize(
    ("rate", "due"),
    [
        pytest.param("commission_pct", 120_000, id="the agreed rate"),
        pytest.param("commission_pct * 1.5", 180_000, id="half as much again"),
        pytest.param("commission_pct / 7", 17_142_860_000, id="billionths are kept"),
        pytest.param("IF(tenure_months < 36, 2%, 3%)", 200_000, id="by tenure"),
        pytest.param('IF(department = "east", 2.5%, 1%)', 250_000, id="by department"),
    ],
)
def test_a_rate_may_be_a_formula(rate: str, due: int) -> None:
    """A rate follows from the terms agreed with the employee and from facts about him or her."""
    rule = {"basis": "sales.amount", "tiers": [{"from": "0", "rate": rate}]}
    expected = due if due > 10**9 else due * CENT

    assert entitled(rule, 10_000_000, None, employees=people(term_commission_pct=[12_000])) == expected


def test_whoever_has_no_rate_agreed_earns_none() -> None:
    """A missing term pays nothing to that employee and changes nothing for the others."""
    rule = {"basis": "sales.amount", "tiers": [{"from": "0", "rate": "commission_pct"}]}
    rows = [(1, "sales.amount", 10_000, None), (2, "sales.amount", 10_000, None)]

    given_ = commission_input(rule, rows, employees=people(2, term_commission_pct=[None, 20_000]))

    assert compute(given_)["entitled"].to_list() == [0, 200 * CENT]


def test_a_term_that_nobody_has_is_refused() -> None:
    """A misspelt term stops the run instead of paying everybody nothing."""
    rule = {"basis": "sales.amount", "tiers": [{"from": "0", "rate": "comission_pct"}]}

    with pytest.raises(FormulaError, match="'comission_pct'"):
        entitled(rule, 10_000, None, employees=people(term_commission_pct=[12_000]))


@pytest.mark.parametrize(
    ("rule", "employees", "code"),
    [
        pytest.param(
            {"basis": "sales.amuont", "tiers": [{"from": "0", "rate": "1%"}]}, people(), "incentives.unknown_indicator", id="unknown indicator"
        ),
        pytest.param({**TEN_FIFTEEN, "cap": "base_salary"}, people(2, term_base_salary=[1, None]), "incentives.no_amount", id="cap without a value"),
        pytest.param(
            {"basis": "sales.amount", "tiers": [{"from": "0", "rate": "pct"}]},
            people(term_pct=[-1]),
            "incentives.rate_out_of_range",
            id="negative rate",
        ),
        pytest.param(
            {"basis": "sales.amount", "tiers": [{"from": "0", "rate": "pct"}]},
            people(term_pct=[10_000_001]),
            "incentives.rate_out_of_range",
            id="rate above 1000 %",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused(rule: dict[str, Any], employees: pl.DataFrame, code: str) -> None:
    """A rule that would pay wrong sums stops the run with its own code, naming rule and employee."""
    with pytest.raises(InvalidValue) as refused:
        entitled(rule, 10_000, 1_000, employees=employees)

    assert refused.value.code == code
    assert "'commission'" in refused.value.message


def test_figures_too_large_to_compute_are_refused() -> None:
    """A basis above 10^14 minor units is named, not silently wrapped."""
    frame = commission_input(TEN_FIFTEEN, [(1, "sales.amount", 100, 100)])
    huge = frame.measurements.with_columns(value=pl.lit(2**63 - 1, dtype=pl.Int64))
    yen = people(currency=["KWD"])

    with pytest.raises(InvalidValue, match="a basis of 9223372036854776 minor units for employee 1"):
        compute(type(frame)(frame.rule, frame.parameters, frame.period, huge, yen, frame.observations, frame.awarded))


def test_the_minor_unit_is_the_currencys() -> None:
    """A hundred thousand yen at 10 % are ten thousand yen, which has no smaller unit."""
    employees = people(2, currency=["JPY", "KWD"], minor_digits=[0, 3])
    rows = [(1, "sales.amount", 10_000_000, 20_000_000), (2, "sales.amount", 10_000_000, 20_000_000)]

    due = compute(commission_input(TEN_FIFTEEN, rows, employees=employees))["entitled"].to_list()

    assert due == [10_000 * MILLION, 10_000_000 * MILLION]


def test_the_trace_tells_how_it_came_about() -> None:
    """Basis, target, what lies in each tier at which rate, the gate and what was netted stand in the award's trace."""
    rule = {**TEN_FIFTEEN, "nets": ["bonus"]}
    frame = commission_input(
        rule, [(1, "sales.amount", 124_800_050, 100_000_000)], employees=people(gate=[500_000]), awarded=[(1, "bonus", "D1", 200_000 * CENT)]
    )

    trace = compute(frame).row(0, named=True)

    assert trace == {
        "employee_id": 1,
        "key": "",
        "entitled": 6_660_003_750_000,
        "basis": 124_800_050 * CENT,
        "target": 100_000_000 * CENT,
        "attainment": 1_248_001,
        "tier_1": "1,000,000.00 × 10%",
        "tier_2": "248,000.50 × 15%",
        "gross": 13_720_007_500_000,
        "gate": 500_000,
        "gated": 6_860_003_750_000,
        "netted": 200_000 * CENT,
    }


def test_the_trace_of_parts_names_each() -> None:
    """With rates by indicator the trace has each part's money, and its rate in each tier."""
    rows = [(1, "sales.amount", 150_000_000, 100_000_000), (1, "sales.new_amount", 100_000_000, None), (1, "sales.repeat_amount", 50_000_000, None)]

    trace = compute(commission_input(BY_CUSTOMER, rows)).row(0, named=True)

    assert {name: trace[name] for name in ("sales.new_amount", "tier_1", "tier_2")} == {
        "sales.new_amount": 100_000_000 * CENT,
        "tier_1": "1,000,000.00 × sales.new_amount 12%, sales.repeat_amount 8%",
        "tier_2": "500,000.00 × sales.new_amount 18%, sales.repeat_amount 12%",
    }


MONEY = st.integers(-10_000_000_00, 100_000_000_00)
RATE = st.integers(0, 500_000_000)


@st.composite
def plans(draw: st.DrawFn, *, parts: bool) -> tuple[Plan, dict[str, Any]]:
    """A plan and the same as a rule's parameters."""
    of_target = draw(st.booleans())
    starts = [0, *sorted(draw(st.sets(st.integers(1, 3_000_000 if of_target else 10**13), max_size=3)))]
    names = ["sales.new_amount", "sales.repeat_amount"] if parts else ["sales.amount"]
    rates = [{name: draw(RATE) for name in names} for _ in starts]
    if parts:
        for name in names:
            for tier, rate in zip(rates, sorted(tier[name] for tier in rates), strict=True):
                tier[name] = rate
    cap, floor = draw(st.none() | st.integers(0, 10**7)), draw(st.none() | st.integers(0, 10**4))
    if cap is not None and floor is not None:
        cap = max(cap, floor)
    negative = draw(st.booleans())

    def tier(start: int, rate: dict[str, int]) -> dict[str, Any]:
        written = {name: f"{figure / 10**9:.9f}" for name, figure in rate.items()}
        bound = f"{start // 10_000}.{start % 10_000:04d}%" if of_target else f"{start // MILLION}.{start % MILLION:06d}"
        return {"from": bound, **({"rates": written} if parts else {"rate": written["sales.amount"]})}

    rule: dict[str, Any] = {
        "basis": "sales.amount",
        "tiers": [tier(start, rate) for start, rate in zip(starts, rates, strict=True)],
        "allow_negative": negative,
    }
    rule |= {} if cap is None else {"cap": str(cap)}
    rule |= {} if floor is None else {"floor": str(floor)}
    scaled = [None if bound is None else bound * 100 * MILLION for bound in (cap, floor)]
    return Plan(starts, of_target, rates, *scaled, negative), rule


def sold(employee: int, new: int, repeat: int, target: int | None) -> list[tuple[int, str, int | None, int | None]]:
    """The measurements of one employee."""
    return [
        (employee, "sales.amount", new + repeat, target),
        (employee, "sales.new_amount", new, None),
        (employee, "sales.repeat_amount", repeat, None),
    ]


@settings(max_examples=150)
@given(
    st.booleans().flatmap(lambda parts: plans(parts=parts)),
    st.lists(st.tuples(MONEY, MONEY, st.none() | MONEY, st.integers(0, MILLION), st.integers(-(10**12), 10**13)), min_size=1, max_size=5),
)
def test_frames_pay_what_paper_pays(drawn: tuple[Plan, dict[str, Any]], crowd: list[tuple[int, int, int | None, int, int]]) -> None:
    """For any plan and people the frame gives what fractions on paper give, to the millionth of a cent."""
    plan, rule = drawn
    rows = [row for place, (new, repeat, target, _, _) in enumerate(crowd, 1) for row in sold(place, new, repeat, target)]
    awarded = [(place, "bonus", "", netted) for place, (*_, netted) in enumerate(crowd, 1)]

    frame = compute(
        commission_input({**rule, "nets": ["bonus"]}, rows, employees=people(len(crowd), gate=[each[3] for each in crowd]), awarded=awarded)
    )

    assert frame["entitled"].to_list() == [
        commission(
            plan,
            "sales.amount",
            {"sales.amount": new + repeat, "sales.new_amount": new, "sales.repeat_amount": repeat},
            target,
            gate=gate,
            netted=netted,
        )
        for new, repeat, target, gate, netted in crowd
    ]


@settings(max_examples=150)
@given(
    st.booleans().flatmap(lambda parts: plans(parts=parts)),
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=2, max_size=8),
    st.none() | st.integers(1, 10**9),
)
def test_pay_never_falls_as_sales_rise(drawn: tuple[Plan, dict[str, Any]], steps: list[tuple[int, int]], target: int | None) -> None:
    """Whatever the plan, whoever sells more to new or to old customers, or to both, earns no less."""
    _, rule = drawn
    totals = [(sum(new for new, _ in steps[:place]), sum(repeat for _, repeat in steps[:place])) for place in range(len(steps) + 1)]
    rows = [row for place, (new, repeat) in enumerate(totals, 1) for row in sold(place, new, repeat, target)]

    paid = compute(commission_input(rule, rows))["entitled"].to_list()

    assert paid == sorted(paid)
