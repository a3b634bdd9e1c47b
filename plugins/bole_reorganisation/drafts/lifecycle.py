"""Beginning drafts, naming them, putting them away and taking them up again."""

from __future__ import annotations

import unicodedata
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
    lock_organisation,
    refuse_if_any,
    requires,
    tables,
    unit_of_work,
    version_instant,
    version_on,
)
from bole_reorganisation.drafts.notes import DraftNote, note_of
from bole_reorganisation.drafts.stored import find_draft
from bole_reorganisation.errors import unknown_draft
from bole_reorganisation.models import ARCHIVED, OPEN, Draft
from bole_reorganisation.requests.models import LIVE, Request
from bole_reorganisation.requests.stored import log
from bole_reorganisation.texts import cleaned, plain, text_flaw

WRITE = "reorganisation.draft.write"
TITLE_LENGTH, REASON_LENGTH = 120, 400
_PUNCTUATION = "-_. "
_D, _R, _V = Draft.table, Request.table, tables.OrgVersion.table


@requires("reorganisation.draft.write")
def start_draft(work: Work, code: str, *, title: str = "", reason: str = "", base: str | None = None, on: date | None = None) -> DraftNote:
    """
    Begin a draft and return it; it says nothing yet.

    Args:
        code: 1 to 60 letters, digits, blanks and ``-_.``, unique among drafts and versions: the version that carries it out has the same.
            It cannot be read as a day.
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
    if base is not None:
        plain(base, "the version")
    with unit_of_work(work.session) as session:
        # Of two who want one code at once, the second finds it taken.
        lock_organisation(session)
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

    Its revision goes up, so that whoever looked at it under its former name notices.

    Raises:
        ProblemsFound: title, reason or code cannot be such.
        NotFound: no draft has this code.
        Conflict: it is not open, or the new code is taken.
    """
    demand_company(work, WRITE)
    _check(new_code if new_code != code else None, title or "", reason or "")
    given: dict[str, Any] = {name: value for name, value in (("title", title), ("reason", reason), ("code", new_code)) if value is not None}
    with unit_of_work(work.session) as session:
        if new_code is not None and new_code != code:
            lock_organisation(session)
            _refuse_taken(session, new_code)
        _change(work, code, OPEN, given | {"revision": _D.c.revision + 1})
        return note_of(new_code or code, work)


@requires("reorganisation.draft.write")
def archive_draft(work: Work, code: str) -> DraftNote:
    """
    Put an open draft away and return it; it can be reopened. The log of every request that waits for it says so.

    Raises:
        NotFound: no draft has this code.
        Conflict: it is not open.
    """
    demand_company(work, WRITE)
    with unit_of_work(work.session) as session:
        # A request is linked to it either before, and is told, or after, and is refused.
        lock_organisation(session)
        _change(work, code, OPEN, {"status": ARCHIVED})
        waiting = select(_R.c.id).join(_D, _D.c.id == _R.c.draft_id).where(_D.c.code == code, _R.c.state.in_(LIVE)).order_by(_R.c.id)
        for key in session.scalars(waiting).all():
            log(work, key, "shelved", text=code)
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
        if find_draft(session, code).status == ARCHIVED and _has_version(session, code):
            raise _taken(code, "an org version")
        _change(work, code, ARCHIVED, {"status": OPEN})
        return note_of(code, work)


def _check(code: str | None, title: str, reason: str) -> None:
    problems = [] if code is None else _code_problems(code)
    for name, text, longest in (("title", title, TITLE_LENGTH), ("reason", reason, REASON_LENGTH)):
        if len(text) > longest:
            problems.append(Problem("draft", 0, name, cleaned(text[:80]), f"has {len(text)} characters; {longest} is the most."))
        elif flaw := text_flaw(text):
            problems.append(Problem("draft", 0, name, cleaned(text[:80]), flaw))
    refuse_if_any(problems, code="reorganisation.draft_refused", message="the draft cannot be called so.")


def _code_problems(code: str) -> list[Problem]:
    """Return what is wrong with a draft's code: it must be one of a version, stand in an address, and not be read as a day."""
    said = cleaned(code[:80])
    if not is_version_code(code):
        hint = "change-N, revision-N and rollback-N are kept for versions made by themselves."
        return [Problem("draft", 0, "code", said, "is no code of 1 to 60 characters for a version.", hint)]
    kinds = {letter: unicodedata.category(letter)[0] for letter in code}
    strange = sorted({letter for letter, kind in kinds.items() if kind not in "LMN" and letter not in _PUNCTUATION})
    if strange:
        listed = ", ".join(map(repr, strange))
        return [Problem("draft", 0, "code", said, f"holds {listed}.", "Letters, digits, blanks inside, and - _ . can be in a code.")]
    if code != code.strip() or not set(kinds.values()) & {"L", "N"}:
        reason = "begins or ends with a blank, or holds no letter and no digit."
        return [Problem("draft", 0, "code", said, reason, "Begin and end it with a letter or a digit.")]
    if _reads_as_day(code):
        return [Problem("draft", 0, "code", said, "reads as a day; its version could not be asked for.", "Put a word before it.")]
    return []


def _reads_as_day(code: str) -> bool:
    try:
        date.fromisoformat(code)
    except ValueError:
        return False
    return True


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
    if text_flaw(code):
        raise unknown_draft(code)
    stamp = {"edited_at": work.clock.now(), "edited_by": work.actor.name}
    if work.session.execute(update(_D).where(_D.c.code == code, _D.c.status == status).values(**values, **stamp)).rowcount:  # type: ignore[attr-defined]  # an UPDATE's result counts rows
        return
    there = find_draft(work.session, code)
    hint = "Reopen it first." if there.status == ARCHIVED else "Start a new draft." if there.status != OPEN else "Only an archived draft is reopened."
    raise Conflict("reorganisation.draft_status", f"the draft {code!r} is {there.status}, not {status}.", hint)
