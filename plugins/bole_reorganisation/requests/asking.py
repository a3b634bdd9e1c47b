"""What whoever wants a change does: ask for it, answer questions about it, say something to it, take it back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from bole import Forbidden, Problem, Work, company_day, refuse_if_any, requires, tables, unit_of_work
from bole_reorganisation.requests.errors import asker_unknown, not_concerned
from bole_reorganisation.requests.models import OPEN, Request
from bole_reorganisation.requests.notes import RequestNote, is_handler, note_of
from bole_reorganisation.requests.stored import (
    ANSWER,
    COMMENT,
    CREATE,
    TEXT_LENGTH,
    WITHDRAW,
    Verb,
    advance,
    find_seen,
    log,
    refuse_text,
    set_clock,
    text_problems,
)
from bole_reorganisation.settings import rules_of

TITLE_LENGTH = 120
_R, _EMP = Request.table, tables.Employee.table


@requires("reorganisation.request.create")
def ask_for_change(work: Work, title: str, wish: str, wished_on: date | None = None) -> RequestNote:
    """
    Ask for a change of the organisation and return the request; its clock runs from now on.

    Args:
        title: 1 to 120 characters.
        wish: what shall become different, and why; 1 to 4000 characters.
        wished_on: from which day on; today or later.

    Raises:
        ProblemsFound: title, wish or day cannot be such.
        Forbidden: the actor is no employee.
    """
    _check(title, wish, wished_on, company_day(work))
    with unit_of_work(work.session) as session:
        asker = session.execute(select(_EMP.c.id, _EMP.c.legal_entity_id).where(_EMP.c.id == work.actor.employee_id)).one_or_none()
        if asker is None:
            raise asker_unknown(work.actor.name)
        values = {"title": title.strip(), "wish": wish.strip(), "wished_on": wished_on, "state": OPEN, "asker_id": asker.id}
        times = {"legal_entity_id": asker.legal_entity_id, "hours": rules_of(work).request_hours, "asked_at": work.clock.now()}
        row = session.execute(insert(_R).values(**values, **times, told=0, revision=0).returning(*_R.c)).one()
        log(work, row.id, "asked")
        set_clock(work, row)
        return note_of(work, row.id)


@requires("reorganisation.request.read")
def comment(work: Work, key: int, text: str) -> RequestNote:
    """
    Say something to a request, whatever its state, and return it; whoever asked and whoever handles requests may.

    Args:
        text: 1 to 4000 characters.

    Raises:
        ProblemsFound: the text cannot be such.
        NotFound: there is no such request that the actor may see.
        Forbidden: the actor is not concerned by it.
    """
    return _say(work, key, text, COMMENT)


@requires("reorganisation.request.read")
def answer(work: Work, key: int, text: str, *, seen: int | None = None) -> RequestNote:
    """
    Answer the question about a request that waits for one, and return it; its clock runs on.

    Args:
        text: 1 to 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        ProblemsFound: the text cannot be such.
        NotFound: there is no such request that the actor may see.
        Forbidden: the actor is not concerned by it.
        Conflict: it does not wait, or something was done to it since.
    """
    return _say(work, key, text, ANSWER, seen)


@requires("reorganisation.request.create")
def withdraw(work: Work, key: int, reason: str = "", *, seen: int | None = None) -> RequestNote:
    """
    Take a request back and return it; only who asked can.

    Args:
        reason: at most 4000 characters.
        seen: the revision that was looked at; any will do where not given.

    Raises:
        NotFound: there is no such request that the actor may see.
        Forbidden: the actor did not ask for it.
        Conflict: it is closed already, or something was done to it since.
    """
    refuse_text(reason, where="the reason", needed=False)
    with unit_of_work(work.session):
        if find_seen(work, key).asker_id != work.actor.employee_id:
            raise Forbidden(
                "reorganisation.not_the_asker", f"{work.actor.name} did not ask for request {key}.", "Who handles requests can decline it."
            )
        advance(work, key, WITHDRAW, seen=seen, text=reason.strip())
        return note_of(work, key)


def _say(work: Work, key: int, text: str, verb: Verb, seen: int | None = None) -> RequestNote:
    refuse_text(text, where="what is said")
    with unit_of_work(work.session):
        asker = find_seen(work, key).asker_id
        if not (is_handler(work) or (asker == work.actor.employee_id and work.actor.scope(CREATE) is not None)):
            raise not_concerned(work.actor.name, key)
        advance(work, key, verb, seen=seen, text=text.strip())
        return note_of(work, key)


def _check(title: str, wish: str, wished_on: date | None, today: date) -> None:
    problems = [*text_problems(title, "request", "title", TITLE_LENGTH), *text_problems(wish, "request", "wish", TEXT_LENGTH)]
    if wished_on is not None and wished_on < today:
        problems.append(Problem("request", 0, "wished_on", str(wished_on), f"is over; today is {today}."))
    refuse_if_any(problems, code="reorganisation.request_refused", message="this cannot be asked for.")
