"""Salary components: formulas over terms and facts, dated and versioned."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.label import Label
from bole.errors import Forbidden, InvalidValue, ProblemsFound
from bole.formula import FormulaError
from bole_payroll.services.components import write_component
from bole_payroll.services.runs import run_payroll
from tests.plugins.payroll.paying import earn, hire, slips

LABEL = Label("餐补", "Meals")
BEGIN = date(2026, 1, 1)


def component(work: Work, formula: str, code: str = "meals", **options: object) -> int:
    """Write a component."""
    return write_component(work, code, label=LABEL, formula=formula, **{"valid_from": BEGIN, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("formula", "amount"),
    [
        ("days_worked * 15", 46_500),
        ("base * 10%", 100_000),
        ("payouts / 3", 16_667),
        ('IF(job_title = "driver", 300, 0)', 30_000),
        ("meal_rate * days_worked / days_in_month", 20_000),
        ("base_salary * 2%", 20_000),
        ("nobody_has_this * 5", 0),
        ("-100", -10_000),
    ],
    ids=["days", "base", "payouts", "title", "term", "salary", "missing-term", "deduction"],
)
def test_a_formula_gives_an_amount_in_major_units(payroll: Work, formula: str, amount: int) -> None:
    """Rounded half up to the cent; what depends on a term not agreed pays nothing."""
    component(payroll, formula)
    hire(payroll, "E1", title="driver", base_salary=10_000, meal_rate=200)
    earn(payroll, "E1", 50_000, "2026-07")

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "allowances", "gross")["E1"] == (amount, 1_050_000 + amount)


def test_components_are_taxed_unless_they_are_exempt(payroll: Work) -> None:
    """Both are gross pay; the exempt one does not enter what is taxed."""
    component(payroll, "1000", "meals")
    component(payroll, "500", "one_child", taxable=False)
    hire(payroll, "E1", base_salary=10_000)

    run_payroll(payroll, "2026-07")

    columns = ("gross", "exempt", "exempt_cumulative", "taxable_cumulative", "tax")
    assert slips(payroll, "2026-07", *columns)["E1"] == (1_150_000, 50_000, 50_000, 600_000, 18_000)


def test_a_component_holds_by_the_last_day_of_the_month(payroll: Work) -> None:
    """The next version takes over in the month on whose last day it holds; what has ended pays nothing."""
    component(payroll, "100")
    component(payroll, "200", valid_from=date(2026, 7, 20))
    component(payroll, "7", "gone", valid_to=date(2026, 7, 31))
    component(payroll, "3", "last", valid_to=date(2026, 8, 1))
    hire(payroll, "E1", "us", base_salary=10_000)

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "allowances")["E1"] == 20_300
    versions = payroll.session.execute(
        text("select number, cast(valid_to as varchar(10)) from payroll_component where code = 'meals' order by number")
    ).all()
    assert [tuple(row) for row in versions] == [(1, "2026-07-20"), (2, "9999-12-31")]


def test_the_payslip_says_what_each_component_came_to(payroll: Work) -> None:
    """By the number of the component's version; those that came to nothing are left out."""
    meals = component(payroll, "days_worked * 15")
    component(payroll, "0", "nothing")
    phone = component(payroll, "50", "phone")
    hire(payroll, "E1", base_salary=10_000)

    run_payroll(payroll, "2026-07")

    stored = payroll.session.scalar(text("select cast(components as text) from payroll_payslip"))
    assert str(stored).replace(" ", "") == f'{{"{meals}":46500,"{phone}":5000}}'


def test_who_is_not_employed_any_more_gets_no_components(payroll: Work) -> None:
    """A payout after leaving comes alone."""
    component(payroll, "300")
    hire(payroll, "E1", left=date(2026, 7, 1), base_salary=10_000)
    earn(payroll, "E1", 100, "2026-07")

    run_payroll(payroll, "2026-07")

    assert slips(payroll, "2026-07", "allowances", "gross")["E1"] == (0, 100)


def test_components_that_eat_the_salary_are_refused(payroll: Work) -> None:
    """The employee is named."""
    component(payroll, "-200")
    hire(payroll, "E1", base_salary=100)

    with pytest.raises(ProblemsFound) as refusal:
        run_payroll(payroll, "2026-07")

    assert [(problem.where, problem.column, problem.value) for problem in refusal.value.problems] == [("employee E1", "pay", "-10000")]


def test_a_component_is_checked_before_it_is_written(payroll: Work) -> None:
    """A formula that cannot be read or gives no number, a wrong code and dates in the wrong order are refused; nothing is stored."""
    with pytest.raises(FormulaError):
        component(payroll, "days_worked * (")
    with pytest.raises(FormulaError):
        component(payroll, '"text"')
    with pytest.raises(InvalidValue, match="'base' cannot be the code of a component"):
        component(payroll, "1", "base")
    with pytest.raises(InvalidValue, match="would end on 2025-01-01, before it begins"):
        component(payroll, "1", valid_to=date(2025, 1, 1))

    assert payroll.session.scalar(text("select count(*) from payroll_component")) == 0


def test_writing_components_wants_its_permission(payroll: Work) -> None:
    """For the whole company; nothing is stored without it."""
    for grants in ({}, {"payroll.salary.write": Scope.UNIT}):
        with pytest.raises(Forbidden):
            component(payroll.acting_as(Actor("eve", employee_id=1, grants=grants)), "1")

    assert payroll.session.scalar(text("select count(*) from payroll_component")) == 0
