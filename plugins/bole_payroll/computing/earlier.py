"""The year so far: what earlier payslips, or the figures that the year began with, hand on to a month."""

from __future__ import annotations

import polars as pl

from bole import Raw
from bole_payroll.computing.order import Part, RunOrder, as_frame, read_frame

BEFORE = ("income", "special", "additional", "other", "exempt", "tax", "months")
"""What is carried, in the order in which it is read; each becomes a column ``NAME_before``."""
_CUMULATIVE = ", ".join(f"{name}_cumulative" for name in BEFORE)
_PAID = "status <> 'superseded' and status <> 'draft'"
_SCHEMA = {"employee_id": pl.Int64, **{f"{name}_before": pl.Int64 for name in BEFORE}}


def add_earlier(raw: Raw, order: RunOrder, part: Part, people: pl.DataFrame) -> pl.DataFrame:
    """
    Return the people with ``income_before, special_before, additional_before, other_before, exempt_before, tax_before`` (minor
    units) and ``months_before``: from the latest approved or settled payslip of the year, else from the opening figures, else 0.
    """
    found = read_earlier(raw, order, part, people)
    people = people.join(found, on="employee_id", how="left", maintain_order="left")
    return people.with_columns(pl.col(f"{name}_before").fill_null(0) for name in BEFORE)


def read_earlier(raw: Raw, order: RunOrder, part: Part, people: pl.DataFrame) -> pl.DataFrame:
    """Return what is carried to the month, one row for each employee of whom anything is known."""
    found = pl.DataFrame(schema=_SCHEMA)
    if order.period.start.month > 1:
        found = _of_last_month(raw, order, part)
        missing = people.join(found, on="employee_id", how="anti")["employee_id"].to_list()
        found = pl.concat([found, _of_earlier_months(raw, order, missing)])
    opening = _opening(raw, order, part)
    return pl.concat([found, opening.join(found, on="employee_id", how="anti")])


def _of_last_month(raw: Raw, order: RunOrder, part: Part) -> pl.DataFrame:
    """Return what the payslips of the month before hand on; nearly everybody has one."""
    return read_frame(
        raw,
        f"select employee_id, {_CUMULATIVE} from payroll_payslip "
        f"where employee_id >= ? and employee_id < ? and legal_entity_id = ? and month = ? and {_PAID}",
        (part.first, part.end, order.entity, order.period.shift(-1).code),
        _SCHEMA,
    )


def _of_earlier_months(raw: Raw, order: RunOrder, employees: list[int]) -> pl.DataFrame:
    """Return what the latest payslips hand on of those who have none of the month before."""
    months = (f"{order.period.start.year}-01", order.period.shift(-1).code)
    if order.period.start.month == 2 or not _anybody(raw, order, *months):
        return pl.DataFrame(schema=_SCHEMA)
    rows = raw.where_in(
        f"select employee_id, month, {_CUMULATIVE} from payroll_payslip "
        f"where legal_entity_id = ? and month >= ? and month < ? and {_PAID} and employee_id in",
        employees,
        before=(order.entity, *months),
    )
    frame = as_frame(rows, {"employee_id": pl.Int64, "month": pl.String, **{name: dtype for name, dtype in _SCHEMA.items() if name != "employee_id"}})
    return frame.sort("month").group_by("employee_id", maintain_order=True).last().drop("month")


def _anybody(raw: Raw, order: RunOrder, first: str, end: str) -> bool:
    """Tell whether the legal entity was paid at all in some months; saves asking for thousands of employees by id."""
    statement = "select 1 from payroll_run where legal_entity_id = ? and month >= ? and month < ? and status in ('approved', 'settled')"
    return raw.one(statement, (order.entity, first, end)) is not None


def _opening(raw: Raw, order: RunOrder, part: Part) -> pl.DataFrame:
    return read_frame(
        raw,
        f"select employee_id, {', '.join(BEFORE)} from payroll_opening "
        "where employee_id >= ? and employee_id < ? and legal_entity_id = ? and year = ?",
        (part.first, part.end, order.entity, order.period.start.year),
        _SCHEMA,
    )
