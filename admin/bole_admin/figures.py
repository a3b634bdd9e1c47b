"""The figures of the dashboard: what waits, what was paid, how the ledger and the jobs stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from bole.access import Work
from bole.contracts.incentive import AMOUNT_SCALE
from bole.models import Award, Employee, Job, LedgerCheckpoint, LedgerHead, Payout, Period
from bole.services.visibility import company_day, visible_employees, visible_rows
from bole_admin.formats import total_text


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows, and what they add up to as text."""

    count: int
    total: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The payouts of the latest month that has any."""

    period: Period
    released: Sum
    settled: Sum


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How long the log is, how much of it is signed, and since when."""

    size: int
    signed: int
    signed_at: datetime | None


def results_within(work: Work, permission: str, employee: Any) -> list[ColumnElement[bool]]:
    """Return the condition that rows joined to their period are within the actor's scope; none where all are."""
    scope = visible_rows(work, permission, employee, end=Period.ends_on)
    return [] if scope is None else [scope]


def awaiting(work: Work) -> Sum:
    """Return the awards that wait for approval."""
    statement = select(Award.currency, func.count(), func.sum(Award.amount)).join(Period, Period.id == Award.period_id)
    statement = statement.where(Award.status == "proposed", *results_within(work, "core.award.read", Award.employee_id))
    rows = work.session.execute(statement.group_by(Award.currency)).all()
    return Sum(sum(row[1] for row in rows), total_text({row[0]: int(row[2]) for row in rows if row[0]}, AMOUNT_SCALE))


def paid(work: Work) -> Paid | None:
    """Return the payouts due in the latest month that has any; nothing where none was ever released."""
    within = results_within(work, "core.payout.read", Payout.employee_id)
    latest = select(Period).join(Payout, Payout.due_period_id == Period.id).where(*within).order_by(Period.starts_on.desc()).limit(1)
    period = work.session.scalar(latest)
    if period is None:
        return None
    statement = select(Payout.status, Payout.currency, func.count(), func.sum(Payout.amount)).join(Period, Period.id == Payout.due_period_id)
    statement = statement.where(Payout.due_period_id == period.id, *within)
    rows = work.session.execute(statement.group_by(Payout.status, Payout.currency)).all()
    sums = {
        status: Sum(sum(row[2] for row in rows if row[0] == status), total_text({row[1]: int(row[3]) for row in rows if row[0] == status}))
        for status in ("released", "settled")
    }
    return Paid(period, **sums)


def ledger_state(work: Work) -> LedgerState:
    """Return how the ledger stands."""
    last = work.session.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.signed_at).order_by(LedgerCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    return LedgerState(work.session.scalar(select(LedgerHead.size)) or 0, last[0] if last else 0, last[1] if last else None)


def latest_jobs(work: Work, limit: int = 5) -> Sequence[Job]:
    """Return the jobs asked for last."""
    return work.session.scalars(select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)).all()


def employed(work: Work) -> int:
    """Return how many people whom the actor may see are employed today."""
    day = company_day(work)
    here = select(func.count()).select_from(Employee).where(Employee.hired_on <= day, or_(Employee.left_on.is_(None), Employee.left_on > day))
    scope = visible_employees(work, "core.employee.read")
    return int(work.session.scalar(here if scope is None else here.where(Employee.id.in_(scope))) or 0)
