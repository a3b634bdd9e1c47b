"""Targets (quotas): what an employee's indicator is held against in a period, with what we knew when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, select, type_coerce, update
from sqlalchemy.orm import Session

from bole.access import Work, requires
from bole.contracts.extension import ImportOutcome
from bole.db import bulk_insert, unit_of_work
from bole.errors import BoleError
from bole.models import Employee, Indicator, Target
from bole.models import Period as PeriodRow
from bole.services.dated import millionths
from bole.services.entries import Entry, Findings, Stated, check_repeats, check_values, numbers_of, parts
from bole.services.intervals import among, known
from bole.services.periods import open_period
from bole.services.reach import demand_company
from bole.services.visibility import last_day, visible_employees
from bole.values import UNTIL_REVISED, Period, from_micros, micros

if TYPE_CHECKING:
    import polars as pl

Identity = tuple[int, int, int]
"""Ids of employee, indicator and period."""

KEY = ("employee", "indicator", "period")
FIELDS = {"value": "value", "source": "source"}


class Held(NamedTuple):
    """A stored target that is held for true now."""

    id: int
    value: int
    known_from: int


@requires("core.plan.write")
def set_targets(work: Work, entries: Sequence[Entry], *, good_only: bool = False) -> ImportOutcome:
    """
    Set targets; the earlier value stays as what was known until now.

    Args:
        entries: by employee number, code of the indicator and period (``2026Q3``); fields ``value`` (Decimal in the
            indicator's unit, at most six places) and ``source`` (says where it comes from). Without values the target is taken away.
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: an unknown employee, indicator or period, a figure that is too fine, entries that contradict each other.
    """
    demand_company(work, "core.plan.write")
    findings = Findings("target", entries)
    with unit_of_work(work.session) as session:
        _check(findings)
        wanted = _resolve(work, findings)
        held = _held(session, wanted)
        new: list[tuple[Any, ...]] = []
        gone: list[Held] = []
        for place, (identity, value, source) in wanted.items():
            before = held.get(identity)
            if value == (before.value if before else None):
                findings.outcomes[place] = "unchanged"
                continue
            findings.outcomes[place] = "corrected" if before else "recorded"
            gone += [before] if before else []
            new += [(*identity, value, source)] if value is not None else []
        _write(work, new, gone)
        return findings.settle(good_only)


@requires("core.result.read")
def targets_for(work: Work, period: str, indicators: Sequence[str] = (), known_at: datetime | None = None) -> pl.DataFrame:
    """
    Return every employee's targets for a period.

    Args:
        period: ``2026-07``, ``2026Q3`` or ``2026``.
        indicators: codes; all where none is named.
        known_at: as known at this moment; now, where not given.

    Returns:
        One row an employee and indicator: ``employee_id``, ``indicator_id`` (Int64), ``value`` (Int64, millionths).
    """
    import polars as pl  # heavy, and only needed here

    table, indicator = Target.table, Indicator.table
    query = select(table.c.employee_id, table.c.indicator_id, table.c.value).join(PeriodRow.table, PeriodRow.table.c.id == table.c.period_id)
    query = query.where(PeriodRow.table.c.code == Period.parse(period).code, known(table, known_at))
    if indicators:
        query = query.where(table.c.indicator_id.in_(select(indicator.c.id).where(among(work.session, indicator.c.code, indicators))))
    visible = visible_employees(work, "core.result.read", last_day(work, Period.parse(period).end))
    if visible is not None:
        query = query.where(table.c.employee_id.in_(visible))
    rows = [tuple(row) for row in work.session.execute(query.order_by(table.c.employee_id, table.c.indicator_id))]
    return pl.DataFrame(rows, schema=dict.fromkeys(("employee_id", "indicator_id", "value"), pl.Int64), orient="row")


def _check(findings: Findings) -> None:
    check_values(findings, Target.table, FIELDS, KEY)
    for place, entry in enumerate(findings.entries):
        value = None if entry.values is None else entry.values.get("value")
        if entry.values is not None and "value" not in entry.values:
            findings.add(place, "value", "", "is missing.")
        for name, check, given in (("period", Period.parse, parts(entry)[2]), ("value", millionths, value)):
            if given is not None:
                _try(findings, place, name, check, given)
    check_repeats(findings, [(_said(entry), None if entry.values is None else entry.values.get("value")) for entry in findings.entries])


def _try(findings: Findings, place: int, name: str, check: Callable[[Any], object], given: Any) -> None:
    try:
        check(given)
    except BoleError as error:
        findings.add(place, name, given, error.message, error.hint)


def _said(entry: Stated) -> tuple[str, ...]:
    employee, indicator, period = parts(entry)
    try:
        return (employee, indicator, Period.parse(period).code)
    except BoleError:
        return (employee, indicator, period)


def _resolve(work: Work, findings: Findings) -> dict[int, tuple[Identity, int | None, str]]:
    """Return identity, value in millionths and source of good entries by place."""
    said = {place: _said(findings.entries[place]) for place in findings.good}
    employees = numbers_of(work.session, Employee.table.c.number, {each[0] for each in said.values()})
    indicators = numbers_of(work.session, Indicator.table.c.code, {each[1] for each in said.values()})
    for place, (employee, indicator, _) in said.items():
        if employee not in employees:
            findings.add(place, "employee", employee, "no employee has this number.", "Enter it first, or mend the number.")
        if indicator not in indicators:
            findings.add(place, "indicator", indicator, "no indicator has this code.", "Enable the plugin that brings it, or mend the code.")
    periods = {code: open_period(work, Period.parse(code)).id for code in sorted({said[place][2] for place in findings.good})}
    wanted: dict[int, tuple[Identity, int | None, str]] = {}
    for place in findings.good:
        employee, indicator, period = said[place]
        values = findings.entries[place].values
        value = None if values is None else millionths(values["value"])
        wanted[place] = ((employees[employee], indicators[indicator], periods[period]), value, str((values or {}).get("source") or ""))
    return wanted


def _held(session: Session, wanted: Mapping[int, tuple[Identity, int | None, str]]) -> dict[Identity, Held]:
    table = Target.table
    names = ("employee_id", "indicator_id", "period_id")
    query = select(*(table.c[name] for name in names), table.c.id, table.c.value, type_coerce(table.c.known_from, BigInteger)).where(known(table))
    for part, name in enumerate(names):
        query = query.where(among(session, table.c[name], sorted({identity[part] for identity, _, _ in wanted.values()})))
    return {(row[0], row[1], row[2]): Held(row[3], row[4], row[5]) for row in session.execute(query)}


def _write(work: Work, new: Sequence[tuple[Any, ...]], gone: Sequence[Held]) -> None:
    table = Target.table
    # A clock that was set back must not make a row that is known for less than no time.
    now = max([micros(work.clock.now()), *(each.known_from for each in gone)])
    if gone:
        work.session.execute(update(table).where(among(work.session, table.c.id, [each.id for each in gone])).values(known_to=from_micros(now)))
    columns = ("employee_id", "indicator_id", "period_id", "value", "source", "known_from", "known_to")
    bulk_insert(work.session, table, columns, ((*row, now, micros(UNTIL_REVISED)) for row in new))
