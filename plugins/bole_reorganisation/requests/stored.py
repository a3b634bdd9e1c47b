"""Requests as they are stored: finding one, one step of its life, its log and its clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from bole import MILLION, Problem, Work, refuse_if_any, visible_employees
from bole_reorganisation.requests.calendar import calendar_of
from bole_reorganisation.requests.clock import Stretch
from bole_reorganisation.requests.errors import request_changed, request_state, unknown_request
from bole_reorganisation.requests.models import DECLINED, DONE, IN_PROGRESS, LIVE, OPEN, WAITING, WITHDRAWN, Request, RequestEvent
from bole_reorganisation.settings import rules_of
from bole_reorganisation.texts import cleaned, text_flaw

READ, CREATE, HANDLE = "reorganisation.request.read", "reorganisation.request.create", "reorganisation.request.handle"
TEXT_LENGTH = 4000
_LAST, _LARGEST_KEY = 2**31 - 1, 2**63 - 1
"""The largest revision and the largest id that a database holds."""
_R, _E = Request.table, RequestEvent.table
_STARTS, _STOPS = ("asked", "answered"), ("waiting", "done", "declined", "withdrawn")


@dataclass(frozen=True, slots=True)
class Verb:
    """
    What can be done to a request.

    Args:
        event: how the log calls it.
        states: in which it can be done.
        to: the state afterwards; it stays where that is empty.
    """

    words: str
    event: str
    states: tuple[str, ...]
    to: str = ""


TAKE = Verb("take", "taken", (OPEN,), IN_PROGRESS)
HAND_OVER = Verb("hand over", "taken", (IN_PROGRESS, WAITING))
WAIT = Verb("ask back about", "waiting", (IN_PROGRESS,), WAITING)
ANSWER = Verb("answer the question about", "answered", (WAITING,), IN_PROGRESS)
LINK = Verb("link a draft to", "linked", LIVE)
UNLINK = Verb("take the draft from", "unlinked", LIVE)
FINISH = Verb("finish", "done", (IN_PROGRESS, WAITING), DONE)
CARRY_OUT = Verb("carry out", "done", LIVE, DONE)
DECLINE = Verb("decline", "declined", LIVE, DECLINED)
WITHDRAW = Verb("withdraw", "withdrawn", LIVE, WITHDRAWN)
COMMENT = Verb("comment on", "commented", (*LIVE, DONE, DECLINED, WITHDRAWN))
_OFFERED = (TAKE, HAND_OVER, WAIT, ANSWER, LINK, FINISH, DECLINE, WITHDRAW, COMMENT)


def find_seen(work: Work, key: int) -> Row[Any]:
    """
    Return a request that the actor may see.

    Raises:
        NotFound: there is none, or its asker is outside the actor's scope.
    """
    demand_key(key)
    query, visible = select(_R).where(_R.c.id == key), visible_employees(work, READ)
    row = work.session.execute(query if visible is None else query.where(_R.c.asker_id.in_(visible))).one_or_none()
    if row is None:
        raise unknown_request(key)
    return row


def demand_key(key: int) -> None:
    """
    Let pass only a number that a request could have.

    Raises:
        NotFound: no database holds one so large.
    """
    if not 0 < key <= _LARGEST_KEY:
        raise unknown_request(key)


def advance(work: Work, key: int, verb: Verb, *, seen: int | None = None, text: str = "", to: int | None = None, **values: Any) -> Row[Any]:
    """
    Do one thing to a request in the caller's transaction: change it where its state allows it, log it, set its clock; return it as it is then.

    Args:
        seen: the revision that was looked at; any will do where not given.
        to: id of the employee whom it is given to.
        values: further columns.

    Raises:
        NotFound: there is no such request.
        Conflict: its state does not allow it, or something was done to it since.
    """
    demand_key(key)
    if seen is not None and not 0 <= seen <= _LAST:
        raise _refusal(work, key, verb, seen)
    now = work.clock.now()
    changes: dict[str, Any] = {"revision": _R.c.revision + 1, **values}
    if verb.to:
        changes["state"] = verb.to
        changes |= {} if verb.to in LIVE else {"closed_at": now, "remind_at": None}
    query = update(_R).where(_R.c.id == key, _R.c.state.in_(verb.states))
    query = query if seen is None else query.where(_R.c.revision == seen)
    row = work.session.execute(query.values(changes).returning(*_R.c)).one_or_none()
    if row is None:
        raise _refusal(work, key, verb, seen)
    log(work, key, verb.event, text=text, to=to)
    return set_clock(work, row) if verb.event in (*_STARTS, *_STOPS) and row.state in LIVE else row


def log(work: Work, key: int, kind: str, *, text: str = "", to: int | None = None) -> None:
    """Add one event to a request's log."""
    who = {"by": work.actor.name, "employee_id": work.actor.employee_id}
    work.session.execute(insert(_E).values(request_id=key, kind=kind, at=work.clock.now(), text=text, to_id=to, **who))


def set_clock(work: Work, row: Row[Any]) -> Row[Any]:
    """Store when a live request is due and when the next reminder is, from its log and the calendar; return it as it is then."""
    calendar = calendar_of(work, row.legal_entity_id, row.asked_at)
    ran = stretches(work, [row.id])[row.id]
    due = calendar.moment_when(ran, timedelta(hours=row.hours))
    mark = next_mark(work, row.told)
    remind = None if mark is None else calendar.moment_when(ran, share_of(row.hours, mark))
    query = update(_R).where(_R.c.id == row.id).values(due_at=due, remind_at=remind)
    return work.session.execute(query.returning(*_R.c)).one()


def reset_clocks(work: Work, legal_entity: int) -> None:
    """Set the clocks of a legal entity's live requests anew, its calendar being another."""
    query = select(_R).where(_R.c.legal_entity_id == legal_entity, _R.c.state.in_(LIVE)).order_by(_R.c.id)
    for row in work.session.execute(query.with_for_update()).all():
        set_clock(work, row)


def marks(work: Work) -> tuple[int, ...]:
    """Return the shares of the time, in millionths, after which somebody is told: the reminders, and the whole."""
    return (*(int(share * MILLION) for share in rules_of(work).remind_after), MILLION)


def next_mark(work: Work, told: int) -> int | None:
    """Return the first share of which nobody was told yet; nothing where all were."""
    return next((mark for mark in marks(work) if mark > told), None)


def share_of(hours: int, mark: int) -> timedelta:
    """Return how long a share, in millionths, of some hours is."""
    return timedelta(hours=hours) * mark / MILLION


def stretches(work: Work, keys: Iterable[int]) -> dict[int, list[Stretch]]:
    """Return, for each of some requests, from when until when its clock ran, by its log."""
    wanted = list(keys)
    query = select(_E.c.request_id, _E.c.kind, _E.c.at).where(_E.c.request_id.in_(wanted), _E.c.kind.in_((*_STARTS, *_STOPS)))
    found: dict[int, list[Stretch]] = {key: [] for key in wanted}
    for key, kind, at in work.session.execute(query.order_by(_E.c.id)):
        ran, running = found[key], bool(found[key]) and found[key][-1][1] is None
        if kind in _STARTS and not running:
            ran.append((at, None))
        elif kind in _STOPS and running:
            ran[-1] = (ran[-1][0], at)
    return found


def refuse_text(text: str, *, where: str, column: str = "text", needed: bool = True) -> None:
    """
    Refuse what cannot be said.

    Raises:
        ProblemsFound: it is empty and needed, too long, or cannot be stored.
    """
    refuse_if_any(
        text_problems(text, where, column, TEXT_LENGTH, needed=needed), code="reorganisation.request_refused", message=f"{where} cannot be so."
    )


def text_problems(text: str, where: str, column: str, longest: int, *, needed: bool = True) -> list[Problem]:
    """Return what is wrong with a text."""
    if needed and not text.strip():
        return [Problem(where, 0, column, "", "is empty.")]
    if len(text) > longest:
        return [Problem(where, 0, column, cleaned(text[:80]), f"has {len(text)} characters; {longest} is the most.")]
    if flaw := text_flaw(text):
        return [Problem(where, 0, column, cleaned(text[:80]), flaw)]
    return []


def _refusal(work: Work, key: int, verb: Verb, seen: int | None) -> Exception:
    row = work.session.execute(select(_R.c.state, _R.c.revision).where(_R.c.id == key)).one_or_none()
    if row is None:
        return unknown_request(key)
    if row.state not in verb.states:
        return request_state(key, row.state, verb.words, [each.words for each in _OFFERED if row.state in each.states])
    return request_changed(key, seen or 0, row.revision)
