"""From what is agreed, due and carried to payslips, under each scheme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from bole import Problem, ProblemsFound, Raw, refuse_if_any
from bole_payroll.computing.agreed import FUND_BASE, FUND_RATE, OTHER, SOCIAL_BASE, SPECIAL, money_of
from bole_payroll.computing.components import Allowance
from bole_payroll.computing.order import RunOrder
from bole_payroll.computing.people import numbers_of
from bole_payroll.models import Payslip
from bole_payroll.statutory.exact import LIMIT
from bole_payroll.statutory.parameters import Parameters
from bole_payroll.statutory.social_insurance import city_type
from bole_payroll.statutory.withholding import withhold

SHARES = ("pension", "medical", "unemployment", "housing_fund")
COLUMNS = tuple(column.name for column in Payslip.table.columns if column.name != "id")
"""The columns of a payslip in the order in which they are stored."""
_INPUT = {
    "city": "city",
    "base": "pay",
    "payouts": "payouts",
    "insurance_base": "social_base",
    "housing_fund_base": "fund_base",
    "housing_fund_rate": "fund_rate",
    "special_additional": "special_deduction",
    "exempt_income": "exempt",
    "other_deductions": "other_deduction",
    **{
        name: name
        for name in ("income_before", "special_before", "additional_before", "exempt_before", "other_before", "tax_before", "months_before")
    },
}
"""Columns of the statutory frame, and the columns here that they are taken from."""
_CARRIED = ("income_cumulative", "special_cumulative", "additional_cumulative", "other_cumulative", "exempt_cumulative", "months_cumulative")
_RESULTS = ("gross", *SHARES, *_CARRIED, "taxable_cumulative", "tax", "tax_cumulative", "net")
_NOTHING = (
    *("social_base", "fund_base", "fund_rate", *SHARES, "special_deduction", "other_deduction"),
    *("special_cumulative", "additional_cumulative", "other_cumulative", "taxable_cumulative", "tax", "tax_cumulative"),
)
"""What is 0 where nothing is deducted."""
_SHOWN = 20


def make_slips(raw: Raw, order: RunOrder, people: pl.DataFrame, components: Sequence[Allowance], parameters: Parameters | None) -> pl.DataFrame:
    """
    Return one payslip an employee in the columns `COLUMNS`; whoever has neither salary, payout nor component gets none.

    Args:
        people: with everything that `agreed`, `payouts`, `components` and `earlier` add.
        parameters: the statutory figures of the month; nothing under the scheme ``gross``.

    Raises:
        ProblemsFound: somebody's figures cannot be paid; every such person is named by number.
    """
    people = people.filter(pl.col("paid_out") | pl.col("term_base_salary").is_not_null() | (pl.col("allowances") != 0) | (pl.col("exempt") != 0))
    people = people.with_columns(pay=pl.col("base") + pl.col("allowances"))
    refuse_if_any(
        _unpayable(raw, people),
        code="payroll.unpayable",
        message=f"the payroll of {order.month} is refused; nothing was computed.",
        hint="Mend the terms or components.",
    )
    paid = _cn(raw, order, people, parameters) if parameters is not None else _gross(people)
    return paid.with_columns(_documents(components), *_constants(order)).select(COLUMNS)


def _cn(raw: Raw, order: RunOrder, people: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return the people with contributions and cumulative withholding; who is not employed any more pays tax only."""
    employed = pl.col("employed")
    social = pl.coalesce(money_of(order, SOCIAL_BASE), money_of(order, "base_salary"), pl.lit(0))
    people = people.with_columns(
        social_base=pl.when(employed).then(social).otherwise(0),
        special_deduction=pl.when(employed).then(money_of(order, SPECIAL)).fill_null(0),
        other_deduction=pl.when(employed).then(money_of(order, OTHER)).fill_null(0),
        # Millionths of one become basis points; what is finer is refused before.
        fund_rate=pl.when(employed).then(pl.col(f"term_{FUND_RATE}") // 100).fill_null(0),
        # A month without employment does not add a standard deduction.
        months_before=pl.when(employed).then(pl.col("months_before")).otherwise((pl.col("months_before") - 1).clip(lower_bound=0)),
    )
    people = people.with_columns(
        fund_base=pl.when(employed).then(pl.coalesce(money_of(order, FUND_BASE), "social_base")).otherwise(0),
        city=pl.when(employed & pl.col(f"term_{SOCIAL_BASE}").ne_missing(0)).then(pl.lit(order.city)).cast(city_type(parameters)),
    )
    try:
        results = withhold(people.select(**{name: pl.col(source) for name, source in _INPUT.items()}), parameters, order.period)
    except ProblemsFound as found:
        raise ProblemsFound(
            found.code, f"the payroll of {order.month} is refused; nothing was computed.", _named(raw, people, found), found.hint
        ) from found
    return people.hstack(results.select(_RESULTS))


def _gross(people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with pay that nothing is deducted from."""
    gross = pl.col("pay") + pl.col("payouts")
    return people.with_columns(
        *(pl.lit(0, pl.Int64).alias(name) for name in _NOTHING),
        city=pl.lit(None, pl.String),
        gross=gross,
        net=gross,
        income_cumulative=pl.col("income_before") + gross,
        exempt_cumulative=pl.col("exempt_before") + pl.col("exempt"),
        months_cumulative=(pl.col("months_before") + pl.col("employed").cast(pl.Int64)).clip(upper_bound=12),
    )


def _constants(order: RunOrder) -> list[pl.Expr]:
    values = {
        "run_id": order.id,
        "legal_entity_id": order.entity,
        "month": order.month,
        "currency": order.currency,
        "scheme": order.scheme,
        "status": "draft",
    }
    return [*(pl.lit(value).alias(name) for name, value in values.items()), pl.lit(None, pl.Int64).alias("shown_to")]


def _documents(components: Sequence[Allowance]) -> pl.Expr:
    """Return the components of each row as a JSON document by id, without those that came to nothing; missing where all did."""
    if not components:
        return pl.lit(None, pl.String).alias("components")
    parts = [pl.when(pl.col(one.column) != 0).then(pl.concat_str(pl.lit(f'"{one.id}":'), pl.col(one.column).cast(pl.String))) for one in components]
    listed = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return pl.when(listed != "").then(pl.concat_str(pl.lit("{"), listed, pl.lit("}"))).alias("components")


def _unpayable(raw: Raw, people: pl.DataFrame) -> Iterator[Problem]:
    """Yield whose salary and components come to less than nothing or are too large, and whose fund rate is finer than a basis point."""
    faults = [
        ("pay", ~pl.col("pay").is_between(0, LIMIT), "salary and components, in minor units, come to less than nothing or to too much."),
        ("payouts", pl.col("payouts").abs() > LIMIT, "payouts, in minor units, are too large."),
        ("exempt", pl.col("exempt") < 0, "components that are not taxed, in minor units, come to less than nothing."),
    ]
    if f"term_{FUND_RATE}" in people.columns:
        faults.append(
            (f"term_{FUND_RATE}", pl.col(f"term_{FUND_RATE}") % 100 != 0, "a fund rate, in millionths, is finer than a hundredth of a percent.")
        )
    for column, wrong, reason in faults:
        found = people.filter(wrong)
        shown = found.select("employee_id", column).head(_SHOWN)
        numbers = numbers_of(raw, shown["employee_id"].to_list())
        for employee, value in shown.iter_rows():
            yield Problem(f"employee {numbers[employee]}", 0, column.removeprefix("term_"), str(value), reason)
        if found.height > _SHOWN:
            yield Problem("employees", 0, column, "", f"{found.height - _SHOWN:,} more: {reason}")


def _named(raw: Raw, people: pl.DataFrame, found: ProblemsFound) -> list[Problem]:
    """Return the statutory part's problems by employee number and by the names that terms have."""
    rows = {problem.row: int(people["employee_id"][problem.row - 1]) for problem in found.problems if problem.row}
    numbers = numbers_of(raw, sorted(rows.values()))
    names = {**_INPUT, "base": "base_salary"}
    return [
        replace(
            problem,
            where=f"employee {numbers[rows[problem.row]]}" if problem.row else problem.where,
            row=0,
            column=names.get(problem.column, problem.column),
        )
        for problem in found.problems
    ]
