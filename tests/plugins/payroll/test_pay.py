"""What a month comes to: days of employment, terms that change, insurance, the year so far."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bole.access import Work
from bole.db import Database
from bole.errors import ProblemsFound
from bole.services.entries import Entry
from bole.services.people import register_employees
from bole_payroll.services.runs import run_payroll
from tests.plugins.payroll.oracle import Oracle
from tests.plugins.payroll.paying import agree, earn, hire, pay, paying, paying_host, slips

JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("hired", "left", "base", "days"),
    [
        (date(2026, 7, 17), None, 483_871, 15),
        (date(2024, 1, 1), date(2026, 7, 11), 322_581, 10),
        (date(2026, 7, 10), date(2026, 7, 20), 322_581, 10),
        (date(2026, 7, 31), None, 32_258, 1),
        (date(2026, 7, 1), date(2026, 8, 1), 1_000_000, 31),
    ],
    ids=["joins", "leaves", "joins-and-leaves", "joins-last-day", "whole-month"],
)
def test_a_part_of_a_month_is_paid_by_calendar_days(payroll: Work, hired: date, left: date | None, base: int, days: int) -> None:
    """10,000 times the days employed over 31, half up to the cent once."""
    hire(payroll, "E1", hired=hired, left=left, base_salary=10_000)

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "base", "days")["E1"] == (base, days)


def test_a_raise_within_the_month_is_paid_from_its_day_on(payroll: Work) -> None:
    """15 days at 10,000 and 16 at 12,000 of 31."""
    hire(payroll, "E1", base_salary=10_000)
    agree(payroll, "E1", date(2026, 7, 16), base_salary=12_000)

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "base")["E1"] == 1_103_226


def test_a_raise_of_somebody_who_leaves_before_it_pays_nothing_more(payroll: Work) -> None:
    """Only days employed count, whatever terms say of later ones; a salary that was not agreed for a day is not paid for it."""
    hire(payroll, "E1", left=date(2026, 7, 11), base_salary=10_000)
    agree(payroll, "E1", date(2026, 7, 16), base_salary=90_000)
    hire(payroll, "E2", since=date(2026, 7, 22), base_salary=31_000)

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "base") == {"E1": 322_581, "E2": 1_000_000}


def test_weekdays_count_where_the_settings_say_so(database: Database) -> None:
    """July 2026 has 23 weekdays; from Friday the 17th on there are 11."""
    with paying(database, host=paying_host(proration="weekdays")) as work:
        hire(work, "E1", hired=date(2026, 7, 17), base_salary=23_000)
        hire(work, "E2", base_salary=23_000)

        run_payroll(work, "2026-07")

        assert slips(work, "2026-07", "base", "days") == {"E1": (1_100_000, 11), "E2": (2_300_000, 23)}


def test_a_currency_without_cents(database: Database) -> None:
    """Yen are whole: 15/31 of 300,001 is 145,162."""
    with paying(database, host=paying_host(schemes={"JP": "gross"})) as work:
        hire(work, "E1", "jp", hired=date(2026, 7, 17), base_salary=300_001)

        run_payroll(work, "2026-07")

        assert slips(work, "2026-07", "base", "net")["E1"] == (145_162, 145_162)


def test_the_value_that_holds_last_in_the_month_counts(payroll: Work) -> None:
    """Of terms other than the salary, the last value that holds on a day of the month is taken whole."""
    hire(payroll, "E1", base_salary=20_000, special_deduction=1_000)
    agree(payroll, "E1", date(2026, 7, 20), special_deduction=2_000)

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "special_deduction", "additional_cumulative")["E1"] == (200_000, 200_000)


def test_a_wage_of_its_own_is_insured(payroll: Work) -> None:
    """Insurance rests on social_base, the fund on fund_base, each on the salary of a whole month where they are not agreed."""
    hire(payroll, "E1", "sh", base_salary=20_000, social_base=10_000, fund_base=15_000, fund_rate="0.05")
    hire(payroll, "E2", "sh", hired=date(2026, 7, 17), base_salary=20_000, fund_rate="0.05")

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "pension", "housing_fund") == {"E1": (80_000, 75_000), "E2": (160_000, 100_000)}


def test_an_agreed_wage_of_zero_is_not_insured(payroll: Work) -> None:
    """social_base = 0 says so; who has no salary and no such wage is insured at the floor."""
    hire(payroll, "E1", "sh", base_salary=20_000, social_base=0)
    hire(payroll, "E2", "sh")
    earn(payroll, "E2", 500_000, "2026-07")

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "city", "pension") == {"E1": (None, 0), "E2": ("shanghai", 60_368)}


def test_who_has_neither_salary_nor_payouts_gets_no_payslip(payroll: Work) -> None:
    """He or she is counted; so is nobody who is not employed in the month."""
    hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2")
    hire(payroll, "E3", hired=date(2026, 8, 1), base_salary=10_000)
    hire(payroll, "E4", left=JULY, base_salary=10_000)

    (done,) = run_payroll(payroll, "2026-07")

    assert (done.slips, done.left_out) == (1, 1)
    assert list(slips(payroll, "2026-07", "base")) == ["E1"]


def test_a_payout_after_leaving_is_taxed_without_a_further_month(payroll: Work) -> None:
    """Who left in June and is paid commission in August: no salary, no insurance, no deduction more, and the tax goes on."""
    hire(payroll, "E1", "sh", left=JULY, base_salary=20_000, special_deduction=1_000)
    pay(payroll, "2026-06")
    earn(payroll, "E1", 3_000_000, "2026-08")

    pay(payroll, "2026-08")

    columns = ("base", "payouts", "city", "special_deduction", "months_cumulative", "taxable_cumulative", "tax")
    june = slips(payroll, "2026-06", *columns)["E1"]
    assert june[4:] == (1, 1_190_000, 35_700)
    assert slips(payroll, "2026-08", *columns)["E1"] == (0, 3_000_000, None, 0, 1, 4_190_000, 131_300)


def test_the_year_goes_on_from_the_last_payslip_however_long_ago(payroll: Work) -> None:
    """Two months without a payslip in between change nothing of what is carried."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2026-01")
    register_employees(payroll, [Entry("E1", {"left_on": date(2026, 2, 1)})])
    hire(payroll, "E2", base_salary=10_000)
    pay(payroll, "2026-02")
    pay(payroll, "2026-03")
    register_employees(payroll, [Entry("E1", {"left_on": None})])

    pay(payroll, "2026-04")

    columns = ("income_cumulative", "months_cumulative", "tax_cumulative")
    assert slips(payroll, "2026-04", *columns) == {"E1": (6_000_000, 2, 248_000), "E2": (3_000_000, 3, 45_000)}


def test_a_new_year_begins_at_nothing(payroll: Work) -> None:
    """January carries nothing from December."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2025-12")

    pay(payroll, "2026-01")

    assert slips(payroll, "2026-01", "income_cumulative", "tax")["E1"] == (3_000_000, 75_000)


def test_another_employer_begins_at_nothing(payroll: Work) -> None:
    """The year so far is that with the employer who pays."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2026-01")
    register_employees(payroll, [Entry("E1", {"legal_entity": "sh"})])
    agree(payroll, "E1", date(2026, 1, 1), social_base=0)

    pay(payroll, "2026-02")

    assert slips(payroll, "2026-02", "income_cumulative", "months_cumulative")["E1"] == (3_000_000, 1)


def test_a_negative_salary_is_refused(payroll: Work) -> None:
    """The employee is named."""
    hire(payroll, "E1", base_salary=-1)

    with pytest.raises(ProblemsFound) as refusal:
        run_payroll(payroll, "2026-07")

    assert [(problem.where, problem.column, problem.value) for problem in refusal.value.problems] == [("employee E1", "pay", "-100")]


def test_a_company_agrees_with_the_oracle_month_by_month(payroll: Work) -> None:
    """Thirty people of Shanghai with drawn figures, five months: every amount as a slow Decimal computation has it."""
    draw = random.Random(7)
    people: dict[str, dict[str, Any]] = {}
    for number in range(30):
        terms = {
            "base_salary": draw.randrange(3_000, 90_000),
            "fund_rate": draw.choice(["0.05", "0.06", "0.07"]),
            "special_deduction": draw.choice([0, 1_000, 3_500]),
        }
        if draw.random() < 0.3:
            terms["social_base"] = draw.randrange(1_000, 50_000)
        if draw.random() < 0.2:
            terms["fund_base"] = draw.randrange(1_000, 50_000)
        people[f"E{number}"] = terms
        hire(payroll, f"E{number}", "sh", **terms)
    before = {number: dict.fromkeys(("income", "special", "additional", "tax"), Decimal(0)) | {"months": 0} for number in people}
    for month in range(1, 6):
        bonus = {number: draw.randrange(0, 5_000_000) for number in draw.sample(sorted(people), 8)}
        for number, amount in bonus.items():
            earn(payroll, number, amount, f"2026-{month:02}")
        pay(payroll, f"2026-{month:02}")
        columns = ("gross", "pension", "medical", "unemployment", "housing_fund", "taxable_cumulative", "tax", "net")
        found, oracle = slips(payroll, f"2026-{month:02}", *columns), Oracle(date(2026, month, 1))
        for number, terms in people.items():
            expected = oracle.slip(oracle_row(terms, Decimal(bonus.get(number, 0)).scaleb(-2), before[number]))
            assert found[number] == tuple(int(expected[name].scaleb(2)) for name in columns), (month, number)
            carried = {name: expected[f"{name}_cumulative"] for name in ("income", "special", "additional", "tax")}
            before[number] = carried | {"months": int(expected["months_cumulative"])}


def oracle_row(terms: dict[str, Any], bonus: Decimal, before: dict[str, Any]) -> dict[str, Any]:
    """One person's month as the oracle takes it, in yuan."""
    wage = Decimal(terms.get("social_base", terms["base_salary"]))
    return {
        "base": Decimal(terms["base_salary"]),
        "payouts": bonus,
        "city": "shanghai",
        "insurance_base": wage,
        "housing_fund_base": Decimal(terms.get("fund_base", wage)),
        "housing_fund_rate": int(Decimal(terms["fund_rate"]) * 10_000),
        "special_additional": Decimal(terms["special_deduction"]),
        **{f"{name}_before": value for name, value in before.items()},
    }
