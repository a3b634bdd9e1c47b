"""A month's payroll of residents: the official examples, the oracle, and what the law says at the edges."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole import InvalidValue, Period
from bole_payroll.statutory.columns import AMOUNTS, CARRIED, RESULTS
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.social_insurance import city_type
from bole_payroll.statutory.withholding import withhold
from tests.plugins.payroll.oracle import Oracle

AMOUNT_NAMES = frozenset(column.name for column in (*AMOUNTS, *RESULTS)) - {"months_cumulative"}
EDGES = (0, 1, 3_600_000, 3_600_001, 14_400_000, 14_400_001, 96_000_000, 96_000_001)
OPTIONAL = ("overtime", "housing_fund_base", "exempt_income", "exempt_before", "other_deductions", "other_before", "tax_relief", "relief_before")


def row(**figures: Any) -> dict[str, Any]:
    """Return one person's input of a first month without insurance; amounts in fen."""
    empty = dict.fromkeys(("base", "payouts", "insurance_base", "housing_fund_rate", "special_additional"), 0)
    before = dict.fromkeys(("income_before", "special_before", "additional_before", "tax_before", "months_before"), 0)
    return {**empty, **before, "city": None, **figures}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return the frame of these inputs."""
    return pl.DataFrame(list(rows), schema_overrides={"city": pl.String})


def month(code: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Return the payroll of these rows in a month."""
    period = Period.parse(code)
    return withhold(frame(*rows), parameters_on(period.start), period)


def carried(result: dict[str, Any]) -> dict[str, Any]:
    """Return what the next month takes from a result."""
    return {before: result[now] for before, now in CARRIED.items() if now in result}


def yuan(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its amounts in Decimal yuan, as the oracle counts."""
    return {name: Decimal(value).scaleb(-2) if name in AMOUNT_NAMES else value for name, value in values.items()}


def year_of_tax(*, income: int, contributions: int, additional: int) -> list[int]:
    """Return the tax of twelve equal months, fen; the contributions enter as other deductions, as the examples state them."""
    figures = {"base": income, "other_deductions": contributions, "special_additional": additional}
    withheld, before = [], {"other_before": 0}
    for number in range(1, 13):
        result = month(f"2026-{number:02}", row(**figures, **before)).row(0, named=True)
        withheld.append(result["tax"])
        before = carried(result)
    return withheld


@pytest.fixture
def examples(shared_data: Path) -> dict[str, Any]:
    """The tax administration's worked examples by their id."""
    listed = json.loads((shared_data / "payroll/cn/official_worked_examples.json").read_text("utf-8"))
    return {example["id"]: example for example in listed}


@pytest.mark.parametrize("number", ["CN-STA-1", "CN-STA-2"])
def test_official_wage_example(examples: dict[str, Any], number: str) -> None:
    """The first three months of the official wage examples come out to the fen."""
    example = examples[number]
    given = example["input"]

    withheld = year_of_tax(income=given["monthly_income"] * 100, contributions=given["si_hf"] * 100, additional=given["special_additional"] * 100)

    assert withheld[:3] == [amount * 100 for amount in example["expected"]]


def test_official_wage_example_through_the_year(examples: dict[str, Any]) -> None:
    """All twelve months of the first official example come out to the fen."""
    expected = [int(Decimal(amount) * 100) for amount in examples["CN-STA-1"]["full_year"]]

    assert year_of_tax(income=3_000_000, contributions=450_000, additional=200_000) == expected


def test_a_month_in_shanghai() -> None:
    """20,000 in Shanghai in July 2026, fund 7 %: 1,600 + 400 + 100 + 1,400 of contributions, 345 of tax, 16,155 net."""
    result = month("2026-07", row(base=2_000_000, city="shanghai", insurance_base=2_000_000, housing_fund_rate=700)).row(0, named=True)

    assert [result[name] for name in ("pension", "medical", "unemployment", "housing_fund")] == [160_000, 40_000, 10_000, 140_000]
    assert (result["taxable_cumulative"], result["tax"], result["net"]) == (1_150_000, 34_500, 1_615_500)


@pytest.mark.parametrize(
    ("city", "wage", "rate", "expected"),
    [
        ("shanghai", 500_000, 700, [60_368, 15_092, 3_773, 35_000]),
        ("shanghai", 9_000_000, 700, [301_848, 75_462, 18_866, 264_100]),
        ("beijing", 100_000, 500, [58_160, 14_840, 3_635, 12_700]),
        ("beijing", 9_000_000, 1200, [290_784, 72_996, 18_174, 436_176]),
        ("kunming", 400_000, 1200, [35_224, 8_714, 1_321, 48_000]),
        ("kunming", 9_000_000, 1200, [176_136, 43_578, 6_605, 390_500]),
    ],
    ids=["shanghai-floor", "shanghai-cap", "beijing-floor", "beijing-cap", "kunming-floor", "kunming-cap"],
)
def test_bounds_of_a_city(city: str, wage: int, rate: int, expected: list[int]) -> None:
    """A base below the floor is lifted, one above the cap is cut, each scheme by its own bounds; the fund rounds to the city's step."""
    result = month("2026-08", row(base=wage, city=city, insurance_base=wage, housing_fund_rate=rate)).row(0, named=True)

    assert [result[name] for name in ("pension", "medical", "unemployment", "housing_fund")] == expected


def test_bounds_that_change_within_the_year() -> None:
    """Kunming's medical insurance has the bounds of 2025 until August 2026 and those of 2026 from September."""
    person = row(base=9_000_000, city="kunming", insurance_base=9_000_000, housing_fund_rate=500)

    assert [month(code, person)["medical"][0] for code in ("2026-08", "2026-09")] == [43_578, 44_034]


def test_a_fund_base_of_its_own() -> None:
    """The housing fund follows its own base where one is given."""
    person = row(base=2_000_000, city="shanghai", insurance_base=2_000_000, housing_fund_base=1_000_000, housing_fund_rate=500)

    result = month("2026-07", person)

    assert (result["pension"][0], result["housing_fund"][0]) == (160_000, 50_000)


@pytest.mark.parametrize(
    ("taxable", "due"),
    [
        (3_600_000, 108_000),
        (3_600_001, 108_000),
        (3_600_005, 108_001),
        (14_400_000, 1_188_000),
        (30_000_000, 4_308_000),
        (96_000_000, 25_008_000),
        (96_000_003, 25_008_001),
    ],
)
def test_bounds_of_the_brackets(taxable: int, due: int) -> None:
    """A bound belongs to the lower step, and a fen above it is taxed at the higher rate, half up."""
    result = month("2026-01", row(base=taxable + 500_000))

    assert (result["taxable_cumulative"][0], result["tax"][0]) == (taxable, due)


def test_nothing_is_refunded_within_the_year() -> None:
    """Where more was withheld than is due the month withholds nothing, and what was withheld stays on record."""
    result = month("2026-05", row(base=100_000, income_before=4_000_000, tax_before=90_000, months_before=4)).row(0, named=True)

    assert (result["tax"], result["tax_cumulative"], result["net"]) == (0, 90_000, 100_000)


def test_an_overpaid_tax_is_used_up_later() -> None:
    """What was withheld too much lowers the tax of later months."""
    low = month("2026-02", row(base=0, income_before=3_000_000, tax_before=75_000, months_before=1)).row(0, named=True)

    high = month("2026-03", row(base=3_000_000, **carried(low))).row(0, named=True)

    assert (low["tax"], high["taxable_cumulative"], high["tax"]) == (0, 4_500_000, 198_000 - 75_000)


def test_income_below_the_deductions() -> None:
    """Without taxable income the taxable sum is 0, not below."""
    result = month("2026-01", row(base=300_000, special_additional=200_000)).row(0, named=True)

    assert (result["taxable_cumulative"], result["tax"], result["net"]) == (0, 0, 300_000)


def test_the_deduction_of_a_whole_year_at_once() -> None:
    """Who earned at most 60,000 last year deducts it from January on (2020年第19号): eleven months counted as used, and never more than twelve."""
    january = month("2026-01", row(base=5_000_000, months_before=11)).row(0, named=True)

    february = month("2026-02", row(base=2_000_000, **carried(january))).row(0, named=True)

    assert (january["months_cumulative"], january["tax"]) == (12, 0)
    assert (february["months_cumulative"], february["taxable_cumulative"]) == (12, 1_000_000)


def test_tax_relief_and_exempt_income() -> None:
    """Exempt income is not taxed, relief lowers the tax itself, and both are carried on."""
    person = row(base=2_500_000, exempt_income=500_000, exempt_before=0, tax_relief=10_000, relief_before=0)

    result = month("2026-01", person).row(0, named=True)

    assert (result["taxable_cumulative"], result["tax"], result["net"]) == (1_500_000, 35_000, 2_465_000)
    assert (result["exempt_cumulative"], result["relief_cumulative"]) == (500_000, 10_000)


def test_a_reversal_can_exceed_the_pay() -> None:
    """A payout taken back beyond the month's pay leaves a negative gross and net, and lowers the year's income."""
    result = month("2026-03", row(base=100_000, payouts=-300_000, income_before=1_000_000, months_before=2)).row(0, named=True)

    assert (result["gross"], result["income_cumulative"], result["tax"], result["net"]) == (-200_000, 800_000, 0, -200_000)


def test_a_year_before_any_city_is_known() -> None:
    """Wage tax of 2019 is computed for people without insurance; the city column may be all null."""
    result = withhold(frame(row(base=1_000_000)).with_columns(city=None), parameters_on(date(2019, 3, 1)), Period.parse("2019-03"))

    assert result["tax"][0] == 15_000


def test_results_stand_beside_the_input_in_its_order() -> None:
    """Rows keep their order, further columns pass through, and the results follow in their documented order."""
    given = frame(row(base=3), row(base=1), row(base=2)).with_columns(employee=pl.Series(["c", "a", "b"]))

    result = withhold(given, parameters_on(date(2026, 7, 1)), Period.parse("2026-07"))

    assert result.columns == [*given.columns, *(column.name for column in RESULTS if not column.optional)]
    assert result["employee"].to_list() == ["c", "a", "b"]
    assert result["gross"].to_list() == [3, 1, 2]


def test_results_are_integers() -> None:
    """Every result is Int64, whatever integer types the input has."""
    given = frame(row(base=2_000_000, city="beijing", insurance_base=2_000_000, housing_fund_rate=700))
    narrow = given.with_columns(pl.col("housing_fund_rate").cast(pl.Int16), pl.col("months_before").cast(pl.UInt8), pl.col("base").cast(pl.Int32))

    results = withhold(narrow, parameters_on(date(2026, 7, 1)), Period.parse("2026-07"))[[column.name for column in RESULTS if not column.optional]]

    assert set(results.dtypes) == {pl.Int64}
    assert results.equals(withhold(given, parameters_on(date(2026, 7, 1)), Period.parse("2026-07"))[results.columns])


@pytest.mark.parametrize("kind", ["text", "categorical", "enum"])
def test_the_city_may_be_text_or_an_enum(kind: str) -> None:
    """The city's code gives the same result as text, as a categorical and as the parameters' own enum."""
    parameters = parameters_on(date(2026, 7, 1))
    types = {"text": pl.String(), "categorical": pl.Categorical(), "enum": city_type(parameters)}
    people = [row(city=city, insurance_base=1_000_000) for city in ("shanghai", None, "beijing", "kunming")]

    result = withhold(frame(*people).with_columns(pl.col("city").cast(types[kind])), parameters, Period.parse("2026-07"))

    assert result["unemployment"].to_list() == [5_000, 0, 5_000, 3_000]


def test_a_lazy_frame_stays_lazy() -> None:
    """A lazy frame gives a lazy frame with the same rows as an eager one."""
    given = frame(row(base=2_000_000, city="beijing", insurance_base=2_000_000, housing_fund_rate=700), row(base=700_000))
    parameters, period = parameters_on(date(2026, 7, 1)), Period.parse("2026-07")

    lazy = withhold(given.lazy(), parameters, period)

    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(withhold(given, parameters, period))


@pytest.mark.parametrize("column", ["base", "insurance_base", "months_before", "tax_before", "housing_fund_rate"])
def test_a_null_in_a_lazy_frame_gives_no_net_pay(column: str) -> None:
    """A lazy frame is not checked, but a missing figure never passes for a known one: the net pay is null."""
    given = frame(row(base=2_000_000, city="beijing", insurance_base=2_000_000, housing_fund_rate=700)).lazy()

    result = withhold(given.with_columns(pl.lit(None, dtype=pl.Int64).alias(column)), parameters_on(date(2026, 7, 1)), Period.parse("2026-07"))

    assert result.collect()["net"][0] is None


@pytest.mark.parametrize(("code", "error"), [("2026Q3", "payroll.not_a_month"), ("2026-08", "payroll.wrong_parameters")])
def test_month_and_parameters_belong_together(code: str, error: str) -> None:
    """A quarter, or parameters of another month, are refused."""
    with pytest.raises(InvalidValue) as refused:
        withhold(frame(row()), parameters_on(date(2026, 7, 1)), Period.parse(code))

    assert refused.value.code == error


def random_row(dice: random.Random, optional: tuple[str, ...]) -> dict[str, Any]:
    """Return a person with plausible figures and some at the edges; amounts in fen."""

    def amount(most: int) -> int:
        return dice.choice((0, dice.randrange(most), dice.choice(EDGES), dice.randrange(most * 40)))

    city = dice.choice((None, "beijing", "kunming", "shanghai"))
    rates = {None: (0,), "shanghai": (0, 500, 600, 700)}.get(city, (0, 500, 700, 850, 1200))
    months = dice.randrange(13)
    before = {name: amount(3_000_000) * months for name in ("income_before", "special_before", "additional_before", "tax_before")}
    now = {"base": amount(5_000_000), "payouts": amount(4_000_000) - amount(2_000_000), "special_additional": amount(600_000)}
    insured = {"city": city, "insurance_base": amount(5_000_000), "housing_fund_rate": dice.choice(rates)}
    return {**before, **now, **insured, "months_before": months, **{name: amount(200_000) for name in optional}}


@pytest.mark.parametrize("code", ["2026-07", "2026-09", "2026-12"])
@pytest.mark.parametrize("optional", [(), OPTIONAL], ids=["plain", "every-column"])
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_the_frame_equals_the_oracle(code: str, optional: tuple[str, ...], seed: int) -> None:
    """Every result of 300 random rows is what a Decimal computation, one person at a time, gives."""
    dice = random.Random(seed)
    period = Period.parse(code)
    rows = [random_row(dice, optional) for _ in range(300)]
    oracle = Oracle(period.start)

    computed = withhold(frame(*rows), parameters_on(period.start), period)

    names = [column.name for column in RESULTS if column.name in computed.columns]
    for given_row, result in zip(rows, computed.iter_rows(named=True), strict=True):
        expected = oracle.slip(yuan(given_row))
        assert yuan({name: result[name] for name in names}) == {name: expected[name] for name in names}, given_row
