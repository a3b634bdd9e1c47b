"""Who is paid in a month, and for which of its days."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole import Raw
from bole_payroll.computing.order import DUE, EMPLOYED, Part, RunOrder, read_frame
from bole_payroll.settings import WEEKDAYS

_LAST = 2**62


def has_anybody(raw: Raw, order: RunOrder) -> bool:
    """Tell whether anybody is to be paid who has no live payslip of the month."""
    unpaid = (
        "not exists (select 1 from payroll_payslip s where s.employee_id = {} and s.legal_entity_id = ? and s.month = ? and s.status <> 'superseded')"
    )
    live = (order.entity, order.month)
    employed = f"select 1 from core_employee e where {EMPLOYED} and {unpaid.format('e.id')} limit 1"
    due = f"select 1 from core_payout p where {DUE} and {unpaid.format('p.employee_id')} limit 1"
    return raw.one(employed, (*order.employed, *live)) is not None or raw.one(due, (*order.due, *live)) is not None


def split(raw: Raw, order: RunOrder) -> list[Part]:
    """Return the parts in which a run is computed; together they hold every employee id, so that nobody falls between two."""
    starts, place = [0], f"select e.id from core_employee e where e.id >= ? and {EMPLOYED} order by e.id limit 1 offset ?"
    while row := raw.one(place, (starts[-1], *order.employed, order.rules.part_size)):
        starts.append(int(row[0]))
    return [Part(number, first, end) for number, (first, end) in enumerate(zip(starts, [*starts[1:], _LAST], strict=True))]


def read_people(raw: Raw, order: RunOrder, part: Part, due: pl.DataFrame) -> pl.DataFrame:
    """
    Return who is paid: those employed in the month, and those to whom payouts are due, who have no live payslip of it yet.

    Args:
        due: ``employee_id`` of each payout due.

    Returns:
        One row an employee: ``employee_id``; ``employed`` (whether on any day of the month, with this legal entity);
        ``first, end`` (Date, half-open: the days employed, null where there are none).
    """
    start, end = order.period.start, order.period.end
    # Nearly everybody is employed all month long, and a null travels faster than a day.
    employed = read_frame(
        raw,
        "select e.id, case when e.hired_on > ? then e.hired_on end, case when e.left_on < ? then e.left_on end from core_employee e "
        f"where e.id >= ? and e.id < ? and {EMPLOYED}",
        (order.day(start), order.day(end), part.first, part.end, *order.employed),
        {"employee_id": pl.Int64, "first": pl.Date, "end": pl.Date},
    ).with_columns(pl.col("first").fill_null(start), pl.col("end").fill_null(end), employed=True)
    others = due.select("employee_id").unique().join(employed, on="employee_id", how="anti")
    people = pl.concat([employed, others.with_columns(employed=False)], how="diagonal").sort("employee_id")
    return people.join(_paid_before(raw, order, part), on="employee_id", how="anti") if order.again else people


def _paid_before(raw: Raw, order: RunOrder, part: Part) -> pl.DataFrame:
    """Return who has a live payslip of the month from another run."""
    return read_frame(
        raw,
        "select employee_id from payroll_payslip "
        "where employee_id >= ? and employee_id < ? and legal_entity_id = ? and month = ? and status <> 'superseded'",
        (part.first, part.end, order.entity, order.month),
        {"employee_id": pl.Int64},
    )


def add_facts(raw: Raw, order: RunOrder, part: Part, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with ``hired_on`` (Date) and ``job_title``, which only formulas ask for."""
    facts = read_frame(
        raw,
        "select id, hired_on, job_title from core_employee where id >= ? and id < ?",
        (part.first, part.end),
        {"employee_id": pl.Int64, "hired_on": pl.Date, "job_title": pl.String},
    )
    return people.join(facts, on="employee_id", how="left", maintain_order="left")


def count_days(order: RunOrder, first: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return how many of the days from `first` to `end` (exclusive) count as the settings say; Int64, null where a bound is."""
    if order.rules.proration == WEEKDAYS:
        return pl.business_day_count(first, end).cast(pl.Int64)
    return (end - first).dt.total_days()


def days_of_month(order: RunOrder) -> int:
    """Return how many days of the month count."""
    month = pl.select(count_days(order, pl.lit(order.period.start), pl.lit(order.period.end)).alias("days"))
    return int(month["days"][0])


def numbers_of(raw: Raw, employees: Sequence[int]) -> dict[int, str]:
    """Return the employee numbers by id, to name people in messages."""
    rows = raw.where_in("select id, number from core_employee where id in", list(employees))
    return {int(identity): str(number) for identity, number in rows}
