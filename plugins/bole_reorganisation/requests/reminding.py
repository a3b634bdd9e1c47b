"""Telling people that a request's time passes: its owner on the way, the owner's manager when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, update

from bole import MILLION, Work, company_day, manager_of, requires, unit_of_work
from bole_reorganisation.requests.calendar import calendar_of
from bole_reorganisation.requests.models import IN_PROGRESS, OPEN, Request
from bole_reorganisation.requests.stored import log, marks, next_mark, share_of, stretches

_R = Request.table


@dataclass(frozen=True, slots=True)
class Told:
    """How many requests somebody was told of: reminded on the way, escalated when the time was over."""

    reminded: int = 0
    escalated: int = 0


@requires("reorganisation.request.handle")
def remind(work: Work) -> Told:
    """
    Tell of every request whose time has passed a mark, once a mark, and return how many were told of.

    A reminder goes to the owner, an escalation to the owner's manager; where there is none, to all who handle requests. Of several
    marks passed at once, the last is told. While a request waits for an answer, nobody is told: its clock stands still.
    """
    now = work.clock.now()
    with unit_of_work(work.session) as session:
        # Locked in the order in which all lock them that write several requests.
        query = select(_R).where(_R.c.state.in_((OPEN, IN_PROGRESS)), _R.c.remind_at <= now).order_by(_R.c.id)
        kinds = [_tell(work, row, now) for row in session.execute(query.with_for_update()).all()]
    return Told(kinds.count("reminded"), kinds.count("escalated"))


def _tell(work: Work, row: Row[Any], now: datetime) -> str:
    """Log the last mark that a request has passed and set when the next is; return how it was logged, or nothing where none was."""
    calendar, ran = calendar_of(work, row.legal_entity_id, row.asked_at), stretches(work, [row.id])[row.id]
    spent = calendar.spent(ran, now)
    passed = max((mark for mark in marks(work) if share_of(row.hours, mark) <= spent), default=0)
    following = next_mark(work, max(passed, row.told))
    remind_at = None if following is None else calendar.moment_when(ran, share_of(row.hours, following))
    work.session.execute(update(_R).where(_R.c.id == row.id).values(told=max(passed, row.told), remind_at=remind_at))
    if passed <= row.told:
        return ""
    kind = "escalated" if passed == MILLION else "reminded"
    log(work, row.id, kind, text=f"{Decimal(passed) / MILLION:f}", to=_whom(work, kind, row.owner_id))
    return kind


def _whom(work: Work, kind: str, owner: int | None) -> int | None:
    if owner is None or kind == "reminded":
        return owner
    return manager_of(work, owner, company_day(work))
