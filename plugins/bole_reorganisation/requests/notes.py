"""Which requests there are, how each stands, how much time is left, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from bole import NotFound, Scope, Work, requires, tables, visible_employees
from bole_reorganisation.models import Draft
from bole_reorganisation.requests.calendar import calendar_of
from bole_reorganisation.requests.clock import Calendar
from bole_reorganisation.requests.errors import unknown_request
from bole_reorganisation.requests.models import LIVE, WAITING, Request, RequestEvent
from bole_reorganisation.requests.stored import HANDLE, READ, demand_key, find_seen, marks, share_of, stretches
from bole_reorganisation.texts import plain, text_flaw

_R, _E, _D = Request.table, RequestEvent.table, Draft.table
_ASKER, _OWNER, _ENTITY = aliased(tables.Employee), aliased(tables.Employee), tables.LegalEntity.table
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RequestNote:
    """
    One request.

    Args:
        state: ``open``, ``in_progress``, ``waiting``, ``done``, ``declined`` or ``withdrawn``.
        asker, owner: numbers of employees; nobody owns it before it is taken.
        draft: code of the draft that carries it out.
        hours: how long it may take, on working days.
        due_at: when these hours are over; nothing where the clock stands still before that.
        minutes_left: of these hours, rounded down; less than nothing where it is late, by working days too. Of a closed request, what was left.
        urgency: ``calm``, ``soon`` (past the first reminder), ``overdue``, ``paused`` or ``closed``.
        revision: counts what was done to it.
    """

    id: int
    title: str
    wish: str
    wished_on: date | None
    state: str
    asker: str
    owner: str | None
    legal_entity: str
    draft: str | None
    hours: int
    asked_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    minutes_left: int
    urgency: str
    revision: int


@dataclass(frozen=True, slots=True)
class EventNote:
    """
    One thing that happened to a request.

    Args:
        kind: see `models.RequestEvent`.
        by: name of the user.
        employee: number of the employee who did it, where it was one.
        to: number of the employee whom it was given to, or who was told; where nobody is named, all who handle requests were.
        text: what was said; the code of the draft that was linked or archived; the share of the time of which somebody was told (0.5).
    """

    kind: str
    at: datetime
    by: str
    employee: str | None
    to: str | None
    text: str


@requires("reorganisation.request.read")
def request_notes(
    work: Work, *, states: Sequence[str] = LIVE, owner: str | None = None, asker: str | None = None, limit: int = 500
) -> tuple[RequestNote, ...]:
    """
    Return the requests that the actor may see: the one due first at the top, then those whose clock stands still.

    Args:
        states: only those in one of these.
        owner, asker: only those of the employee with this number.
        limit: how many at most.

    Raises:
        InvalidValue: a state or a number cannot be looked for.
    """
    for what, text in (*(("the state", state) for state in states), ("the owner", owner), ("the asker", asker)):
        plain(text or "", what)
    query, visible = _query().where(_R.c.state.in_(states)), visible_employees(work, READ)
    query = query if visible is None else query.where(_R.c.asker_id.in_(visible))
    for column, number in ((_OWNER.number, owner), (_ASKER.number, asker)):
        query = query if number is None else query.where(column == number)
    return _noted(work, work.session.execute(query.order_by(_R.c.due_at.is_(None), _R.c.due_at, _R.c.id).limit(limit)).all())


@requires("reorganisation.request.read")
def request_note(work: Work, key: int) -> RequestNote:
    """
    Return one request.

    Raises:
        NotFound: there is none with this id that the actor may see.
    """
    return note_of(work, find_seen(work, key).id)


@requires("reorganisation.request.read")
def request_events(work: Work, key: int) -> tuple[EventNote, ...]:
    """
    Return what happened to a request, in order.

    Raises:
        NotFound: there is none with this id that the actor may see.
    """
    find_seen(work, key)
    query = select(_E.c.kind, _E.c.at, _E.c.by, _ASKER.number, _OWNER.number, _E.c.text).where(_E.c.request_id == key)
    query = query.outerjoin(_ASKER, _ASKER.id == _E.c.employee_id).outerjoin(_OWNER, _OWNER.id == _E.c.to_id)
    return tuple(EventNote(*row) for row in work.session.execute(query.order_by(_E.c.id)))


@requires("reorganisation.request.handle")
def due_moment(work: Work, legal_entity: str, asked_at: datetime, hours: int) -> datetime:
    """
    Return when some hours of a legal entity's working days are over.

    Args:
        legal_entity: its code.

    Raises:
        NotFound: no legal entity has this code.
    """
    found = None if text_flaw(legal_entity) else work.session.scalar(select(_ENTITY.c.id).where(_ENTITY.c.code == legal_entity))
    if found is None:
        raise NotFound("reorganisation.unknown_legal_entity", f"there is no legal entity {legal_entity!r}.", "See the list of legal entities.")
    return calendar_of(work, found, asked_at).moment_after(asked_at, timedelta(hours=hours))


def notes_of(work: Work, keys: Iterable[int]) -> dict[int, RequestNote]:
    """Return some requests by their ids, whoever asks."""
    return {note.id: note for note in _noted(work, work.session.execute(_query().where(_R.c.id.in_(list(keys)))).all())}


def note_of(work: Work, key: int) -> RequestNote:
    """Return a request, whoever asks."""
    demand_key(key)
    found = notes_of(work, [key]).get(key)
    if found is None:
        raise unknown_request(key)
    return found


def is_handler(work: Work) -> bool:
    """Tell whether the actor handles requests."""
    return work.actor.scope(HANDLE) is Scope.COMPANY


def _query() -> Select[Any]:
    columns = (_R, _ASKER.number.label("asker"), _OWNER.number.label("owner"), _ENTITY.c.code.label("legal_entity"), _D.c.code.label("draft"))
    query = select(*columns).join(_ASKER, _ASKER.id == _R.c.asker_id).join(_ENTITY, _ENTITY.c.id == _R.c.legal_entity_id)
    return query.outerjoin(_OWNER, _OWNER.id == _R.c.owner_id).outerjoin(_D, _D.c.id == _R.c.draft_id)


def _noted(work: Work, rows: Sequence[Row[Any]]) -> tuple[RequestNote, ...]:
    ran, since = stretches(work, [row.id for row in rows]), {row.legal_entity_id: row.asked_at for row in reversed(rows)}
    for row in rows:
        since[row.legal_entity_id] = min(since[row.legal_entity_id], row.asked_at)
    calendars = {entity: calendar_of(work, entity, moment) for entity, moment in since.items()}
    names = [name for name in RequestNote.__dataclass_fields__ if name not in ("minutes_left", "urgency")]
    notes = []
    for row in rows:
        spent = _spent(calendars[row.legal_entity_id], row, ran[row.id], work.clock.now())
        left = (timedelta(hours=row.hours) - spent) // MINUTE
        given = {name: getattr(row, name) for name in names}
        notes.append(RequestNote(**given, minutes_left=left, urgency=_urgency(work, row, spent)))
    return tuple(notes)


def _spent(calendar: Calendar, row: Row[Any], ran: Any, now: datetime) -> timedelta:
    return calendar.spent(ran, row.closed_at or now)


def _urgency(work: Work, row: Row[Any], spent: timedelta) -> str:
    if row.state not in LIVE:
        return "closed"
    if spent >= timedelta(hours=row.hours):
        return "overdue"
    if row.state == WAITING:
        return "paused"
    return "soon" if spent >= share_of(row.hours, marks(work)[0]) else "calm"
