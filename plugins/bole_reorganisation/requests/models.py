"""The tables of requests: what is asked for, what happened to it, and on which days its clock runs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bole import Model, Moment, Serial, tables
from bole_reorganisation.models import Draft

OPEN, IN_PROGRESS, WAITING, DONE, DECLINED, WITHDRAWN = "open", "in_progress", "waiting", "done", "declined", "withdrawn"
LIVE = (OPEN, IN_PROGRESS, WAITING)
"""The states in which something may still become of a request."""

_EMPLOYEE = tables.Employee.table.c.id


class Request(Model, owner="reorganisation"):
    """
    A change of the organisation that somebody asks for.

    ``asker_id`` is the employee who asks, ``owner_id`` the one who handles it. ``hours`` is how long it may take; ``due_at`` the
    moment at which they will be over, empty while the clock stands still. ``told`` is the share of the hours of which somebody was
    told last, in millionths, and ``remind_at`` the moment at which the next one is over. ``revision`` counts what was done to it.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    wish: Mapped[str] = mapped_column(Text)
    wished_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    asker_id: Mapped[int] = mapped_column(ForeignKey(_EMPLOYEE), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(_EMPLOYEE), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey(tables.LegalEntity.table.c.id), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey(Draft.table.c.id), index=True)
    hours: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    remind_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    told: Mapped[int] = mapped_column(BigInteger, default=0)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (Index("ix_reorganisation_request_state", "state", "due_at"),)

    def __str__(self) -> str:
        return self.title


class RequestEvent(Model, owner="reorganisation"):
    """
    One thing that happened to a request; only ever added.

    ``kind`` is ``asked``, ``taken``, ``commented``, ``waiting``, ``answered``, ``linked``, ``unlinked``, ``shelved`` (its draft was
    archived), ``reminded``, ``escalated``, ``done``, ``declined`` or ``withdrawn``. ``employee_id`` is who did it, where that is an
    employee; ``to_id`` whom it was given to or who was told, empty where all who handle requests were.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.table.c.id), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(120))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey(_EMPLOYEE))
    to_id: Mapped[int | None] = mapped_column(ForeignKey(_EMPLOYEE), index=True)
    text: Mapped[str] = mapped_column(Text, default="")


class CalendarDay(Model, owner="reorganisation"):
    """A day on which a legal entity does not do as on other days of the week: a holiday, or a weekend worked instead."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey(tables.LegalEntity.table.c.id))
    day: Mapped[date] = mapped_column(Date)
    is_working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("legal_entity_id", "day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.name}".rstrip()


MODELS = [Request, RequestEvent, CalendarDay]
