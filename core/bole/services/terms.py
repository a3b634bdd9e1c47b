"""Terms: figures agreed with employees, such as base pay or a commission rate, as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, select

from bole.access import Work, requires
from bole.contracts.extension import ImportOutcome
from bole.models import Employee, Term
from bole.services.dated import Kind, millionths, record
from bole.services.entries import DatedEntry
from bole.services.intervals import TERMS, among, as_of, known
from bole.services.reach import demand_company
from bole.services.visibility import visible_employees
from bole.values import DateInterval

if TYPE_CHECKING:
    import polars as pl


TERM = Kind(
    "term",
    TERMS,
    {"employee": Employee.table.c.number, "code": None},
    {"value": "value"},
    convert={"value": millionths},
)


@requires("core.term.write")
def set_terms(work: Work, entries: Sequence[DatedEntry], *, good_only: bool = False) -> ImportOutcome:
    """
    Record what is agreed with employees from a day on.

    Args:
        entries: by employee number and code of the term; the field ``value`` is a Decimal in major units of the
            employer's currency, or a rate (0.012 for 1.2 %), with at most six places. Without values the term ends.
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: unknown employees, figures that are too fine, entries that contradict each other.
    """
    demand_company(work, "core.term.write")
    return record(work, TERM, entries, good_only=good_only)


@requires("core.term.write")
def revise_terms(work: Work, entries: Sequence[DatedEntry], *, good_only: bool = False) -> ImportOutcome:
    """
    Correct what was wrongly held to be agreed.

    Args:
        entries, good_only: as for `set_terms`.
    """
    demand_company(work, "core.term.write")
    return record(work, TERM, entries, revising=True, good_only=good_only)


@requires("core.term.read")
def terms_on(work: Work, on: date, codes: Sequence[str] = (), known_at: datetime | None = None) -> pl.DataFrame:
    """
    Return what is agreed with every employee on a day.

    Args:
        codes: which terms; all where none is named.
        known_at: as known at this moment; now, where not given.

    Returns:
        One row an employee and term: ``employee_id`` (Int64), ``code`` (String), ``value`` (Int64, millionths).
    """
    table = Term.table
    return _frame(work, select(table.c.employee_id, table.c.code, table.c.value), as_of(table, on, known_at), codes)


@requires("core.term.read")
def terms_within(work: Work, interval: DateInterval, codes: Sequence[str] = (), known_at: datetime | None = None) -> pl.DataFrame:
    """
    Return what is agreed with every employee on the days of an interval, to pay in proportion what changed within it.

    Args:
        codes, known_at: as for `terms_on`.

    Returns:
        One row an employee, term and value: the columns of `terms_on`, and ``valid_from`` and ``valid_to`` (Date, half-open),
        cut to the interval.
    """
    import polars as pl  # heavy, and only needed here

    table = Term.table
    overlap = (table.c.valid_from < interval.end) & (table.c.valid_to > interval.start) & known(table, known_at)
    query = select(table.c.employee_id, table.c.code, table.c.value, table.c.valid_from, table.c.valid_to)
    frame = _frame(work, query, overlap, codes)
    return frame.with_columns(pl.max_horizontal("valid_from", pl.lit(interval.start)), pl.min_horizontal("valid_to", pl.lit(interval.end))).sort(
        "employee_id", "code", "valid_from"
    )


def _frame(work: Work, query: Select[tuple[object, ...]], condition: ColumnElement[bool], codes: Sequence[str]) -> pl.DataFrame:
    import polars as pl  # heavy, and only needed here

    table = Term.table
    query = query.where(condition)
    if codes:
        query = query.where(among(work.session, table.c.code, codes))
    visible = visible_employees(work, "core.term.read")
    if visible is not None:
        query = query.where(table.c.employee_id.in_(visible))
    types = {"employee_id": pl.Int64, "code": pl.String, "value": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date}
    schema = {column.name: types[column.name] for column in query.selected_columns}
    rows = [tuple(row) for row in work.session.execute(query)]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("employee_id", "code")
