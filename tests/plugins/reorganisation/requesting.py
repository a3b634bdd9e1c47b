"""Who asks for changes and who handles them, for the tests of requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bole.access import Actor, Scope, Work
from bole_reorganisation.requests import RequestNote, ask_for_change, request_events
from bole_reorganisation.requests.models import Request
from tests.core.services.organisation import employee

SHANGHAI = ZoneInfo("Asia/Shanghai")
OWN = ("reorganisation.request.create", "reorganisation.request.read")


def asker(work: Work, number: str = "E2") -> Work:
    """The same work on behalf of an employee who may ask for changes."""
    return work.acting_as(Actor(f"user-{number}", employee_id=employee(work, number), grants=dict.fromkeys(OWN, Scope.SELF)))


def handler(work: Work, number: str = "E7", **scopes: Scope) -> Work:
    """The same work on behalf of an employee who handles requests, or of a user who is none where no number is given."""
    held = {f"reorganisation.request.{name}": scope for name, scope in ({"handle": Scope.COMPANY, "read": Scope.COMPANY} | scopes).items()}
    return work.acting_as(Actor(f"hr-{number}", employee_id=employee(work, number) if number else None, grants=held))


def asked(work: Work, title: str = "Split East", wish: str = "Two teams, one for each region.", **more: Any) -> RequestNote:
    """A request of employee E2."""
    return ask_for_change(asker(work), title, wish, **more)


def said(work: Work, key: int) -> list[tuple[str, str | None, str | None, str]]:
    """What happened to a request by now: kind, by whom, to whom, text."""
    work.session.rollback()
    return [(each.kind, each.employee, each.to, each.text) for each in request_events(work, key)]


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment where the company is."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def stored(work: Work, key: int) -> Any:
    """The row of a request by now."""
    work.session.rollback()
    return work.session.execute(select(Request.table).where(Request.table.c.id == key)).one()
