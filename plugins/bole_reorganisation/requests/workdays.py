"""Reading and setting the days on which a legal entity does not do as on other days of the week."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update

from bole import NotFound, Problem, Work, demand_company, refuse_if_any, requires, tables, unit_of_work
from bole_reorganisation.requests.models import CalendarDay
from bole_reorganisation.requests.stored import HANDLE, reset_clocks
from bole_reorganisation.texts import cleaned, text_flaw

NAME_LENGTH = 80
_C, _LE = CalendarDay.table, tables.LegalEntity.table


@dataclass(frozen=True, slots=True)
class Day:
    """
    What a calendar says of one day.

    Args:
        is_working: nothing where the day is as the weekly rule says.
        name: what it is called, a holiday's name; at most 80 characters.
    """

    day: date
    is_working: bool | None
    name: str = ""


@requires("reorganisation.request.read")
def calendar_days(work: Work, legal_entity: str, starts_on: date, ends_on: date) -> tuple[Day, ...]:
    """
    Return the days of a legal entity that are not as the weekly rule says, in order.

    Args:
        starts_on: the first day.
        ends_on: the day after the last.

    Raises:
        NotFound: no legal entity has this code.
    """
    query = select(_C.c.day, _C.c.is_working, _C.c.name).where(_C.c.legal_entity_id == _entity(work, legal_entity), _C.c.day >= starts_on)
    return tuple(Day(*row) for row in work.session.execute(query.where(_C.c.day < ends_on).order_by(_C.c.day)))


@requires("reorganisation.request.handle")
def set_calendar_days(work: Work, legal_entity: str, days: Sequence[Day]) -> int:
    """
    Say of days whether a legal entity works then, set the clocks of its requests anew, and return how many days became different.

    Args:
        legal_entity: its code.

    Raises:
        ProblemsFound: a day is given twice, or a name is too long.
        NotFound: no legal entity has this code.
        Forbidden: the actor handles requests for less than the whole company.
    """
    demand_company(work, HANDLE)
    _check(days)
    with unit_of_work(work.session):
        entity = _entity(work, legal_entity)
        _lock(work, [entity])
        changed = sum(_set(work, entity, day) for day in days)
        if changed:
            reset_clocks(work, entity)
    return changed


@requires("reorganisation.request.handle")
def clear_calendar_days(work: Work, keys: Sequence[int]) -> int:
    """
    Let the weekly rule decide on days again, set the clocks of requests anew, and return how many days became different.

    Args:
        keys: ids of the calendar's days; those that are not there any more are left out.

    Raises:
        Forbidden: the actor handles requests for less than the whole company.
    """
    demand_company(work, HANDLE)
    with unit_of_work(work.session) as session:
        _lock(work, session.scalars(select(_C.c.legal_entity_id).where(_C.c.id.in_(keys)).distinct()).all())
        gone = session.execute(delete(_C).where(_C.c.id.in_(keys)).returning(_C.c.legal_entity_id)).scalars().all()
        for entity in sorted(set(gone)):
            reset_clocks(work, entity)
    return len(gone)


def _lock(work: Work, entities: Collection[int]) -> None:
    """Let nobody else write the calendars of legal entities until the transaction ends."""
    query = select(_LE.c.id).where(_LE.c.id.in_(entities)).order_by(_LE.c.id)
    work.session.execute(query.with_for_update(key_share=True)).all()


def _set(work: Work, entity: int, given: Day) -> bool:
    here = (_C.c.legal_entity_id == entity) & (_C.c.day == given.day)
    known = work.session.execute(select(_C.c.is_working, _C.c.name).where(here)).one_or_none()
    stamp = {"recorded_at": work.clock.now(), "recorded_by": work.actor.name}
    if given.is_working is None:
        if known is not None:
            work.session.execute(delete(_C).where(here))
        return known is not None
    values = {"is_working": given.is_working, "name": given.name}
    if known is None:
        work.session.execute(insert(_C).values(legal_entity_id=entity, day=given.day, **values, **stamp))
        return True
    if tuple(known) == (given.is_working, given.name):
        return False
    work.session.execute(update(_C).where(here).values(**values, **stamp))
    return True


def _check(days: Sequence[Day]) -> None:
    problems, met = [], set()
    for place, given in enumerate(days, 1):
        if given.day in met:
            problems.append(Problem("calendar", place, "day", str(given.day), "is given twice."))
        if len(given.name) > NAME_LENGTH:
            problems.append(Problem("calendar", place, "name", cleaned(given.name), f"has {len(given.name)} characters; {NAME_LENGTH} is the most."))
        elif flaw := text_flaw(given.name):
            problems.append(Problem("calendar", place, "name", cleaned(given.name), flaw))
        met.add(given.day)
    refuse_if_any(problems, code="reorganisation.calendar_refused", message="these days cannot be set.")


def _entity(work: Work, code: str) -> int:
    found = None if text_flaw(code) else work.session.scalar(select(_LE.c.id).where(_LE.c.code == code))
    if found is None:
        raise NotFound("reorganisation.unknown_legal_entity", f"there is no legal entity {code!r}.", "See the list of legal entities.")
    return int(found)
