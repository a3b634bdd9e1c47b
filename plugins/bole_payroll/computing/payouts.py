"""The payouts that a month pays: released, due in it or overdue, of the legal entity."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bole import Problem, Raw, refuse_if_any
from bole_payroll.computing.order import DUE, Part, RunOrder, read_frame
from bole_payroll.computing.people import numbers_of

SHOWN = 20


def read_due(raw: Raw, order: RunOrder, part: Part) -> pl.DataFrame:
    """
    Return the payouts that the run pays, one row each: ``payout_id, employee_id, amount`` (minor units).

    Raises:
        ProblemsFound: payouts in another currency than the legal entity's.
    """
    due = read_frame(
        raw,
        f"select p.id, p.employee_id, p.amount, p.currency from core_payout p where p.employee_id >= ? and p.employee_id < ? and {DUE}",
        (part.first, part.end, *order.due),
        {"payout_id": pl.Int64, "employee_id": pl.Int64, "amount": pl.Int64, "currency": pl.String},
    )
    foreign = due.filter(pl.col("currency") != order.currency)
    refuse_if_any(
        _foreign(raw, order, foreign),
        code="payroll.payout_currency",
        message=f"payouts due in {order.month} are in another currency than their legal entity pays in; nothing was computed.",
        hint="Reverse them and release them in the legal entity's currency.",
    )
    return due.drop("currency")


def add_payouts(people: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """Return the people with ``payouts``, the sum of what is due to them, and ``paid_out``, whether anything is."""
    sums = due.group_by("employee_id").agg(payouts=pl.col("amount").sum())
    people = people.join(sums, on="employee_id", how="left", maintain_order="left")
    return people.with_columns(paid_out=pl.col("payouts").is_not_null(), payouts=pl.col("payouts").fill_null(0))


def lacks_payouts(raw: Raw, order: RunOrder) -> bool:
    """Tell whether payouts due in a run's month wait that are in none of its payslips, of people whom no other run of the month paid."""
    statement = (
        f"select 1 from core_payout p where {DUE} "
        "and not exists (select 1 from payroll_payslip_payout l join payroll_payslip s on s.id = l.payslip_id "
        "where l.payout_id = p.id and s.run_id = ?) "
        "and not exists (select 1 from payroll_payslip s where s.employee_id = p.employee_id and s.legal_entity_id = ? and s.month = ? "
        "and s.status <> 'superseded' and s.run_id <> ?) limit 1"
    )
    return raw.one(statement, (*order.due, order.id, order.entity, order.month, order.id)) is not None


def _foreign(raw: Raw, order: RunOrder, foreign: pl.DataFrame) -> Iterator[Problem]:
    shown = foreign.head(SHOWN)
    numbers = numbers_of(raw, shown["employee_id"].unique().to_list())
    for payout, employee, _, currency in shown.iter_rows():
        yield Problem(f"payout {payout}", 0, "currency", currency, f"employee {numbers[employee]} is paid in {order.currency}.")
    if foreign.height > SHOWN:
        yield Problem("payouts", 0, "currency", "", f"{foreign.height - SHOWN:,} more are in another currency.")
