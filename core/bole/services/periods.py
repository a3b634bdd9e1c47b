"""Periods: opened when first needed, closed once, never opened again."""

from __future__ import annotations

from dataclasses import dataclass

from bole.access import Work, requires
from bole.db import Raw, unit_of_work
from bole.errors import Conflict
from bole.services.outbox import enqueue
from bole.services.reach import demand_company
from bole.values import Period, day_number


@dataclass(frozen=True, slots=True)
class StoredPeriod:
    """A period as the database has it: ``run_id`` is the run whose results stand."""

    id: int
    period: Period
    status: str
    run_id: int | None

    @property
    def first(self) -> int:
        """Day number of its first day."""
        return day_number(self.period.start)

    @property
    def end(self) -> int:
        """Day number of the first day after it."""
        return day_number(self.period.end)


def open_period(work: Work, period: Period) -> StoredPeriod:
    """Return a period's row, made when it is not there; inside the caller's transaction, locked until its end."""
    raw = Raw(work.session)
    row = raw.one("select id, status, run_id from core_period where code = ?" + (" for update" if raw.postgresql else ""), (period.code,))
    if row is None:
        start, end = (period.start, period.end) if raw.postgresql else (period.start.isoformat(), period.end.isoformat())
        raw.run(
            "insert into core_period (code, kind, starts_on, ends_on, status) values (?, ?, ?, ?, 'open') on conflict (code) do nothing",
            (period.code, period.kind.value, start, end),
        )
        return open_period(work, period)
    return StoredPeriod(int(row[0]), period, str(row[1]), None if row[2] is None else int(row[2]))


@requires("core.run.start")
def close_period(work: Work, code: str) -> StoredPeriod:
    """
    Close a period: facts that come later for it are carried into the next run as a difference.

    Raises:
        InvalidValue: the code is no period.
        Conflict: it was never computed, or is closed already.
    """
    demand_company(work, "core.run.start")
    with unit_of_work(work.session):
        stored = open_period(work, Period.parse(code))
        if stored.run_id is None:
            raise Conflict("core.period_not_computed", f"the period {code} has not been computed.", f"Run `bole run {code}` first.")
        if not Raw(work.session).run("update core_period set status = 'closed' where id = ? and status = 'open'", (stored.id,)):
            raise Conflict("core.period_closed", f"the period {code} is closed already.")
        enqueue(work, "bole_period_closed", {"period_id": stored.id})
    return StoredPeriod(stored.id, stored.period, "closed", stored.run_id)
