"""Storing payslips in bulk, and which payouts they pay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from bole import Raw, bulk_insert
from bole_payroll.computing.order import Part, RunOrder, read_frame
from bole_payroll.computing.pay import COLUMNS
from bole_payroll.models import Payslip, PayslipPayout


def store(session: Session, raw: Raw, order: RunOrder, part: Part, slips: pl.DataFrame, due: pl.DataFrame) -> None:
    """
    Write the payslips of a part, and a row for each payout in one of them.

    Args:
        slips: in the columns `COLUMNS`.
        due: ``payout_id, employee_id`` of everything the slips pay.
    """
    bulk_insert(session, Payslip.table, COLUMNS, as_rows(slips))
    if due.is_empty():
        return
    # By the index of live payslips, which holds all that is asked for.
    made = read_frame(
        raw,
        "select id, employee_id from payroll_payslip where employee_id >= ? and employee_id < ? and legal_entity_id = ? and month = ? "
        "and status <> 'superseded'",
        (part.first, part.end, order.entity, order.month),
        {"payslip_id": pl.Int64, "employee_id": pl.Int64},
    )
    links = due.join(made, on="employee_id").select("payslip_id", "payout_id")
    bulk_insert(session, PayslipPayout.table, ("payslip_id", "payout_id"), links.rows())


def as_rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a frame; through columns, which is twice as fast as the frame's own rows."""
    return zip(*(_values(column) for column in frame), strict=True)


def _values(column: pl.Series) -> Iterable[Any]:
    if column.null_count() == len(column):
        return repeat(None, len(column))
    # Most columns of text hold one value all over.
    is_constant = not column.dtype.is_integer() and column.n_unique() == 1
    return repeat(column[0], len(column)) if is_constant else column.to_list()
