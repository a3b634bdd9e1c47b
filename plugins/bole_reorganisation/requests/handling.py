"""What whoever handles requests does: take one, hand it over, ask back, link the draft that carries it out, decline it, finish it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bole import Conflict, InvalidValue, NotFound, Work, company_day, demand_company, lock_organisation, requires, tables, unit_of_work
from bole_reorganisation.errors import unknown_draft
from bole_reorganisation.models import ARCHIVED, Draft
from bole_reorganisation.requests.models import OPEN
from bole_reorganisation.requests.notes import RequestNote, note_of
from bole_reorganisation.requests.stored import CARRY_OUT, DECLINE, FINISH, HAND_OVER, HANDLE, LINK, TAKE, UNLINK, WAIT, Verb, advance, refuse_text
from bole_reorganisation.texts import text_flaw

_D, _EMP = Draft.table, tables.Employee.table


@requires("reorganisation.request.handle")
def take_request(work: Work, key: int, owner: str | None = None, *, seen: int | None = None) -> RequestNote:
    """
    Give an open request to an owner, who handles it from now on, and return it.

    Args:
        owner: number of an employee; the actor where not given.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        NotFound: there is no such request, or no such employee.
        InvalidValue: no owner is given, and the actor is no employee; or the owner has left.
        Conflict: it is not open any more, or something was done to it since.
    """
    return _handle(work, key, TAKE, seen, owner=owner, is_owned=True)


@requires("reorganisation.request.handle")
def hand_over(work: Work, key: int, owner: str | None = None, text: str = "", *, seen: int | None = None) -> RequestNote:
    """
    Give a request that is handled already to another owner, and return it; its state and its clock stay.

    Args:
        owner: number of an employee; the actor where not given.
        text: what the new owner should know; at most 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        NotFound: there is no such request, or no such employee.
        InvalidValue: no owner is given, and the actor is no employee; or the owner has left.
        Conflict: nobody handles it, or something was done to it since.
    """
    return _handle(work, key, HAND_OVER, seen, text, owner=owner, is_owned=True)


@requires("reorganisation.request.handle")
def wait_for_asker(work: Work, key: int, question: str, *, seen: int | None = None) -> RequestNote:
    """
    Ask back, and return the request; its clock stands still until there is an answer.

    Args:
        question: 1 to 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        ProblemsFound: the question cannot be such.
        NotFound: there is no such request.
        Conflict: it is not in progress, or something was done to it since.
    """
    return _handle(work, key, WAIT, seen, question, is_said=True)


@requires("reorganisation.request.handle")
def decline(work: Work, key: int, reason: str, *, seen: int | None = None) -> RequestNote:
    """
    Decline a request and return it.

    Args:
        reason: 1 to 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        ProblemsFound: the reason cannot be such.
        NotFound: there is no such request.
        Conflict: it is closed already, or something was done to it since.
    """
    return _handle(work, key, DECLINE, seen, reason, is_said=True)


@requires("reorganisation.request.handle")
def finish(work: Work, key: int, text: str = "", *, seen: int | None = None) -> RequestNote:
    """
    Call a request done, its wish being fulfilled without a draft, and return it.

    Args:
        text: what was done; at most 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        NotFound: there is no such request.
        Conflict: nobody took it, it is closed already, or something was done to it since.
    """
    return _handle(work, key, FINISH, seen, text)


@requires("reorganisation.request.handle")
def link_draft(work: Work, key: int, draft: str | None, *, seen: int | None = None) -> RequestNote:
    """
    Say which draft carries a request out, and return it; once the draft is in force, the request is done.

    A request that nobody handles yet is taken by whoever links the draft.

    Args:
        draft: code of a draft; the link is taken away where it is None.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        NotFound: there is no such request, or no such draft.
        Conflict: the draft is archived, the request is closed, or something was done to it since.
        InvalidValue: nobody handles it, and the actor is no employee.
    """
    demand_company(work, HANDLE)
    with unit_of_work(work.session) as session:
        # A draft that is being put in force is so either before it is linked or after it, and not beside it.
        lock_organisation(session)
        if draft is None:
            if note_of(work, key).draft is not None:
                advance(work, key, UNLINK, seen=seen, draft_id=None)
            return note_of(work, key)
        query = select(_D.c.id, _D.c.status, _D.c.version_id).where(_D.c.code == draft)
        found = None if text_flaw(draft) else session.execute(query).one_or_none()
        if found is None:
            raise unknown_draft(draft)
        if found.status == ARCHIVED:
            raise Conflict("reorganisation.draft_closed", f"the draft {draft!r} is archived.", "Reopen it first.")
        if note_of(work, key).state == OPEN:
            owner = _owner(work, None)
            advance(work, key, TAKE, seen=seen, owner_id=owner, to=owner)
            seen = None
        advance(work, key, LINK, seen=seen, text=draft, draft_id=found.id)
        if found.version_id is not None:
            advance(work, key, CARRY_OUT, text=draft)
        return note_of(work, key)


def _handle(
    work: Work, key: int, verb: Verb, seen: int | None, text: str = "", *, owner: str | None = None, is_owned: bool = False, is_said: bool = False
) -> RequestNote:
    demand_company(work, HANDLE)
    refuse_text(text, where="what is said", needed=is_said)
    with unit_of_work(work.session):
        given: dict[str, Any] = {}
        if is_owned:
            given["owner_id"] = given["to"] = _owner(work, owner)
        advance(work, key, verb, seen=seen, text=text.strip(), **given)
        return note_of(work, key)


def _owner(work: Work, number: str | None) -> int:
    if number is None and work.actor.employee_id is None:
        raise InvalidValue(
            "reorganisation.owner_missing", f"{work.actor.name} is no employee, and an owner is one.", "Give the number of an employee."
        )
    here = _EMP.c.id == work.actor.employee_id if number is None else _EMP.c.number == number
    query = select(_EMP.c.id, _EMP.c.number, _EMP.c.left_on).where(here)
    found = None if text_flaw(number or "") else work.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("reorganisation.unknown_employee", f"no employee has the number {number!r}.", "See the list of employees.")
    if found.left_on is not None and found.left_on <= company_day(work):
        raise InvalidValue("reorganisation.owner_left", f"employee {found.number!r} left on {found.left_on}.", "Choose another owner.")
    return int(found.id)
