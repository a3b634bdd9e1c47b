"""Beginning drafts, naming them, putting them away and taking them up again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bole import (
    Conflict,
    Problem,
    Work,
    company_day,
    demand_company,
    is_version_code,
    refuse_if_any,
    requires,
    tables,
    unit_of_work,
    version_instant,
    version_on,
)
from bole_reorganisation.drafts.notes import DraftNote, note_of
from bole_reorganisation.drafts.stored import find_draft
from bole_reorganisation.models import ARCHIVED, OPEN, Draft

WRITE = "reorganisation.draft.write"
TITLE_LENGTH, REASON_LENGTH = 120, 400
_D, _V = Draft.table, tables.OrgVersion.table


@requires("reorganisation.draft.write")
def start_draft(work: Work, code: str, *, title: str = "", reason: str = "", base: str | None = None, on: date | None = None) -> DraftNote:
    """
    Begin a draft and return it; it says nothing yet.

    Args:
        code: 1 to 60 characters, unique among drafts and versions: the version that carries it out has the same.
        title: at most 120 characters.
        reason: kept with the version; at most 400 characters.
        base: code of the version to begin from; what is known now where not given.
        on: the day whose structure it begins with; the base's first day, or today.

    Raises:
        ProblemsFound: code, title or reason cannot be such.
        NotFound: no version has the code of the base.
        Conflict: the code is taken.
    """
    demand_company(work, WRITE)
    _check(code, title, reason)
    with unit_of_work(work.session) as session:
        _refuse_taken(session, code)
        day, known_at, version = _base(work, base, on)
        now = {"at": work.clock.now(), "by": work.actor.name}
        stamps = {f"{verb}_{name}": value for verb in ("created", "edited") for name, value in now.items()}
        begun = {"base_version_id": version, "base_day": day, "base_known_at": known_at}
        session.execute(insert(_D).values(code=code, title=title, reason=reason, status=OPEN, revision=0, **begun, **stamps))
        return note_of(code, work)


@requires("reorganisation.draft.write")
def rename_draft(work: Work, code: str, *, title: str | None = None, reason: str | None = None, new_code: str | None = None) -> DraftNote:
    """
    Give an open draft another title, reason or code, and return it; what is not given stays.

    Raises:
        ProblemsFound: title, reason or code cannot be such.
        NotFound: no draft has this code.
        Conflict: it is not open, or the new code is taken.
    """
    demand_company(work, WRITE)
    _check(code if new_code is None else new_code, title or "", reason or "")
    given = {name: value for name, value in (("title", title), ("reason", reason), ("code", new_code)) if value is not None}
    with unit_of_work(work.session) as session:
        if new_code is not None and new_code != code:
            _refuse_taken(session, new_code)
        _change(work, code, OPEN, given)
        return note_of(new_code or code, work)


@requires("reorganisation.draft.write")
def archive_draft(work: Work, code: str) -> DraftNote:
    """
    Put an open draft away and return it; it can be reopened.

    Raises:
        NotFound: no draft has this code.
        Conflict: it is not open.
    """
    demand_company(work, WRITE)
    with unit_of_work(work.session):
        _change(work, code, OPEN, {"status": ARCHIVED})
        return note_of(code, work)


@requires("reorganisation.draft.write")
def reopen_draft(work: Work, code: str) -> DraftNote:
    """
    Take an archived draft up again and return it; it begins where it began.

    Raises:
        NotFound: no draft has this code.
        Conflict: it is not archived, or a version has taken its code.
    """
    demand_company(work, WRITE)
    with unit_of_work(work.session) as session:
        if session.scalar(select(_D.c.id).where(_D.c.code == code, _D.c.status == ARCHIVED)) and _has_version(session, code):
            raise _taken(code, "an org version")
        _change(work, code, ARCHIVED, {"status": OPEN})
        return note_of(code, work)


def _check(code: str, title: str, reason: str) -> None:
    problems = []
    if not is_version_code(code):
        hint = "change-N, revision-N and rollback-N are kept for versions made by themselves."
        problems.append(Problem("draft", 0, "code", code[:80], "is no code of 1 to 60 characters for a version.", hint))
    for name, text, longest in (("title", title, TITLE_LENGTH), ("reason", reason, REASON_LENGTH)):
        if len(text) > longest:
            problems.append(Problem("draft", 0, name, text[:80], f"has {len(text)} characters; {longest} is the most."))
        elif "\0" in text:
            problems.append(Problem("draft", 0, name, text[:80].replace("\0", ""), "holds a NUL character."))
    refuse_if_any(problems, code="reorganisation.draft_refused", message="the draft cannot be called so.")


def _refuse_taken(session: Session, code: str) -> None:
    if session.scalar(select(_D.c.id).where(_D.c.code == code)):
        raise _taken(code, "a draft")
    if _has_version(session, code):
        raise _taken(code, "an org version")


def _has_version(session: Session, code: str) -> bool:
    return session.scalar(select(_V.c.id).where(_V.c.code == code)) is not None


def _taken(code: str, by: str) -> Conflict:
    return Conflict("reorganisation.code_taken", f"the code {code!r} is that of {by} already.", "Choose another code.")


def _base(work: Work, base: str | None, on: date | None) -> tuple[date, datetime, int | None]:
    """Return day, moment and version at which a draft begins."""
    if base is not None:
        there = version_instant(work, base, on)
        assert there.known_at is not None  # a version is always seen as of a moment
        return there.on, there.known_at, work.session.scalar(select(_V.c.id).where(_V.c.code == base))
    day = on or company_day(work)
    # A clock that was set back must not hide what was recorded before it was.
    newest = work.session.scalar(select(func.max(_V.c.recorded_at)))
    return day, max(work.clock.now(), newest or work.clock.now()), version_on(work, day)


def _change(work: Work, code: str, status: str, values: dict[str, Any]) -> None:
    """Change a draft of a status by one conditional UPDATE."""
    stamp = {"edited_at": work.clock.now(), "edited_by": work.actor.name}
    if work.session.execute(update(_D).where(_D.c.code == code, _D.c.status == status).values(**values, **stamp)).rowcount:  # type: ignore[attr-defined]  # an UPDATE's result counts rows
        return
    there = find_draft(work.session, code)
    hint = "Reopen it first." if there.status == ARCHIVED else "Start a new draft." if there.status != OPEN else "Only an archived draft is reopened."
    raise Conflict("reorganisation.draft_status", f"the draft {code!r} is {there.status}, not {status}.", hint)
