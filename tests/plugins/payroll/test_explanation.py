"""One payslip explained line by line."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from bole import Conflict, Money, Period
from bole_payroll.statutory.explanation import SlipLine, explain_slip, percent, yuan
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.withholding import withhold
from tests.plugins.payroll.test_withholding import OPTIONAL, frame, random_row, row

DAY = date(2026, 7, 1)


def slip(**figures: Any) -> dict[str, Any]:
    """Return the wide row of one person in July 2026."""
    return withhold(frame(row(**figures)), parameters_on(DAY), Period.parse("2026-07")).row(0, named=True)


def lines(**figures: Any) -> dict[str, SlipLine]:
    """Return the explained lines of one person by their codes."""
    return {line.code: line for line in explain_slip(slip(**figures), parameters_on(DAY))}


def test_a_slip_from_base_pay_to_net_pay() -> None:
    """Every line of a slip with its formula in figures, in the order of the computation."""
    person = {"base": 4_000_000, "payouts": 120_050, "city": "beijing", "insurance_base": 4_000_000, "housing_fund_rate": 1200}
    before = {"income_before": 15_000_000, "special_before": 3_000_000, "additional_before": 1_200_000, "tax_before": 100_000, "months_before": 6}

    found = lines(**person, **before, special_additional=200_000)

    assert [(code, line.formula) for code, line in found.items()] == [
        ("base", ""),
        ("payouts", ""),
        ("gross", "40,000.00 + 1,200.50 = 41,200.50"),
        ("pension", "min(40,000.00, 36,348.00) × 8% = 2,907.84"),
        ("medical", "min(40,000.00, 36,348.00) × 2% + 3.00 = 729.96"),
        ("unemployment", "min(40,000.00, 36,348.00) × 0.5% = 181.74"),
        ("housing_fund", "min(40,000.00, 36,348.00) × 12% = 4,361.76"),
        ("income_cumulative", "150,000.00 + 41,200.50 = 191,200.50"),
        ("standard_deduction", "5,000.00 × 7 = 35,000.00"),
        ("special_cumulative", "30,000.00 + 2,907.84 + 729.96 + 181.74 + 4,361.76 = 38,181.30"),
        ("additional_cumulative", "12,000.00 + 2,000.00 = 14,000.00"),
        ("taxable_cumulative", "191,200.50 − 35,000.00 − 38,181.30 − 14,000.00 = 104,019.20"),
        ("tax_due", "104,019.20 × 10% − 2,520.00 = 7,881.92"),
        ("tax", "7,881.92 − 1,000.00 = 6,881.92"),
        ("net", "41,200.50 − 2,907.84 − 729.96 − 181.74 − 4,361.76 − 6,881.92 = 26,137.28"),
    ]


def test_a_line_speaks_both_languages() -> None:
    """A line has a Chinese and an English name and its amount as money."""
    line = lines(base=2_000_000)["net"]

    assert (line.label.zh, line.label.en) == ("实发工资", "Net pay")
    assert line.amount == Money.of_minor(1_955_000, "CNY")


def test_a_line_names_its_documents() -> None:
    """A contribution cites the notice of its bounds and the rule of its rate."""
    line = lines(base=2_000_000, city="shanghai", insurance_base=2_000_000)["pension"]

    assert [str(source).split(" ")[0] for source in line.sources] == ["本市调整2026年度社保缴费基数上下限", "国发〔2005〕38号"]


@pytest.mark.parametrize(
    ("figures", "code", "formula"),
    [
        ({"city": "shanghai", "insurance_base": 100_000}, "pension", "max(1,000.00, 7,546.00) × 8% = 603.68"),
        (
            {"city": "shanghai", "insurance_base": 100_000, "housing_fund_base": 905_000, "housing_fund_rate": 700},
            "housing_fund",
            "round(9,050.00 × 7%, 1.00) = 634.00",
        ),
        ({"city": None}, "pension", ""),
        ({"base": 100_000}, "taxable_cumulative", "max(1,000.00 − 5,000.00 − 0.00 − 0.00, 0.00) = 0.00"),
        ({"base": 100_000, "tax_before": 5_000}, "tax", "max(0.00 − 50.00, 0.00) = 0.00"),
    ],
    ids=["floor", "fund-to-the-yuan", "not-insured", "nothing-taxable", "withheld-too-much"],
)
def test_formulas_at_the_edges(figures: dict[str, Any], code: str, formula: str) -> None:
    """Bounds, rounding steps and zeros show in the formula."""
    assert lines(**figures)[code].formula == formula


def test_an_altered_slip_is_not_explained() -> None:
    """A row whose amount the figures do not give is refused; both amounts are named."""
    altered = slip(base=2_000_000) | {"tax": 1}

    with pytest.raises(Conflict, match=r"tax: the slip says 0\.01, the figures of 2026-07-01 give 450\.00") as refused:
        explain_slip(altered, parameters_on(DAY))

    assert refused.value.code == "payroll.slip_differs"


def test_parameters_of_another_month_are_noticed() -> None:
    """Bounds of the year before give another contribution, and the explanation says so."""
    person = slip(base=9_000_000, city="shanghai", insurance_base=9_000_000)

    with pytest.raises(Conflict, match="pension: the slip says"):
        explain_slip(person, parameters_on(date(2026, 6, 1)))


@pytest.mark.parametrize("optional", [(), OPTIONAL], ids=["plain", "every-column"])
def test_any_slip_can_be_explained(optional: tuple[str, ...]) -> None:
    """The explanation, which counts by itself, agrees with the frame on 500 random slips."""
    dice = random.Random(20260701)
    parameters = parameters_on(DAY)
    computed = withhold(frame(*(random_row(dice, optional) for _ in range(500))), parameters, Period.parse("2026-07"))

    for person in computed.iter_rows(named=True):
        explained = {line.code: line.amount.minor for line in explain_slip(person, parameters)}
        assert explained["net"] == person["net"]
        assert explained["tax"] == person["tax"]


def test_a_stored_row_without_optional_columns() -> None:
    """Nulls where a wide table has no optional figures count as absent."""
    stored = slip(base=2_000_000) | dict.fromkeys((*OPTIONAL, "exempt_cumulative", "other_cumulative", "relief_cumulative"))

    assert explain_slip(stored, parameters_on(DAY))[-1].amount == Money.of_minor(1_955_000, "CNY")


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (-123_456, "-1,234.56"), (100_000_000, "1,000,000.00")])
def test_yuan_as_people_write_it(fen: int, text: str) -> None:
    """Two decimals, thousands apart."""
    assert yuan(fen) == text


@pytest.mark.parametrize(("points", "text"), [(0, "0%"), (50, "0.5%"), (800, "8%"), (1025, "10.25%"), (10_000, "100%")])
def test_percentages_as_people_write_them(points: int, text: str) -> None:
    """No zeros behind the last figure."""
    assert percent(points) == text
