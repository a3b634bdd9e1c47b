"""Org versions: every change of the organisation names the version that brought it; versions form a line in order of recording."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from bole.access import Work, requires
from bole.db import Raw, is_postgresql, unit_of_work
from bole.errors import Conflict, InvalidValue
from bole.models import Assignment, DepartmentInterval, Membership, OrgVersion, PositionInterval
from bole.services.journal import append
from bole.services.outbox import enqueue
from bole.services.reach import demand_company
from bole.values import micros

KINDS = ("change", "revision", "merge", "rollback", "snapshot")
CODE_LENGTH, REASON_LENGTH = 60, 400
_AUTOMATIC = re.compile(r"(change|revision|rollback)-\d+")
_LOCK = 0x426F6C65


def lock_organisation(session: Session) -> None:
    """
    Let nobody else write the organisation until the transaction ends.

    The organisation has one lock in all, for its tables name each other: nobody may close a department while somebody else is
    put there, and versions follow one another. SQLite has one writer at a time.
    """
    lock(session, "organisation")


def lock(session: Session, name: str) -> None:
    """Let nobody else hold the lock of that name until the transaction ends."""
    if is_postgresql(session.connection()):
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(name))))


@requires("core.org.write")
def open_version(
    work: Work, code: str, valid_from: date, *, reason: str = "", kind: str = "change", base: int | None = None, undoes: int | None = None
) -> int:
    """
    Open an org version and return its id, for changes to name until the next version is recorded.

    Args:
        code: 1 to 60 characters, unique; ``change-N``, ``revision-N`` and ``rollback-N`` are kept for versions made by themselves.
        valid_from: the day from which its changes hold.
        reason: for whoever asks later; at most 400 characters.
        kind: one of `KINDS`.
        base: id of the version that a merged draft was made from, or that is brought back.
        undoes: id of the version that it takes back.

    Raises:
        InvalidValue: code, reason or kind cannot be such.
        Conflict: the code is taken.
    """
    demand_company(work, "core.org.write")
    _check_reason(reason)
    if not is_version_code(code) or kind not in KINDS:
        hint = "Give a code of 1 to 60 characters that is not change-N, revision-N or rollback-N, and a reason of at most 400."
        raise InvalidValue(
            "core.bad_version", f"an org version cannot have the code {code!r}, a reason of {len(reason)} characters, kind {kind!r}.", hint
        )
    with unit_of_work(work.session) as session:
        lock_organisation(session)
        if session.scalar(select(OrgVersion.id).where(OrgVersion.code == code)):
            raise Conflict("core.version_exists", f"the org version {code!r} exists already.", "Choose another code.")
        raw = Raw(session)
        return _insert(work, raw, (_next_id(raw), code, kind, valid_from.isoformat(), base, undoes, reason, next_moment(work)))


def is_version_code(code: str) -> bool:
    """Tell whether a version that somebody names may be called so."""
    return 1 <= len(code) <= CODE_LENGTH and is_plain(code) and not _AUTOMATIC.fullmatch(code)


def begin_version(
    work: Work, valid_from: date, *, verb: str, moment: int, reason: str = "", base: int | None = None, undoes: int | None = None
) -> int:
    """
    Open the version of one batch of changes that names none, and return its id.

    Args:
        verb: ``change``, ``revision`` or ``rollback``; the version's kind, and what its code begins with.
        moment: when it becomes known, as stored.
    """
    _check_reason(reason)
    raw = Raw(work.session)
    number = _next_id(raw)
    return _insert(work, raw, (number, f"{verb}-{number}", verb, valid_from.isoformat(), base, undoes, reason, moment))


def _check_reason(reason: str) -> None:
    if len(reason) > REASON_LENGTH or not is_plain(reason):
        message = f"an org version cannot have a reason of {len(reason)} characters that begins {reason[:40]!r}."
        raise InvalidValue("core.bad_version", message, f"Give plain text of at most {REASON_LENGTH} characters.")


def is_plain(text: str) -> bool:
    """Tell whether a text can be stored everywhere: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def next_moment(work: Work) -> int:
    """
    Return the moment at which a new version becomes known, as stored: now, but after all that is known already.

    A clock that stands still or was set back must not give two versions one moment: nobody could tell the organisation
    before the second from the one after it.
    """
    return max(micros(work.clock.now()), last_moment(work) + 1)


def moment_of(work: Work) -> int:
    """Return the moment at which facts of the newest version become known, as stored: now, but not before the version or facts recorded already."""
    return max(micros(work.clock.now()), last_moment(work))


def last_moment(work: Work) -> int:
    """Return the moment at which the last version, or fact of one, became known, as stored; 0 while there is none."""
    facts = (DepartmentInterval.table, PositionInterval.table, Assignment.table, Membership.table)
    columns = [OrgVersion.table.c.recorded_at, *(table.c.known_from for table in facts)]
    moments = (work.session.scalar(select(func.max(type_coerce(column, BigInteger)))) for column in columns)
    return max((int(moment) for moment in moments if moment is not None), default=0)


def demand_newest(session: Session, version: int) -> date:
    """
    Let pass only the version recorded last, and return its first day: an earlier one is what it is.

    Raises:
        Conflict: a later version was recorded since.
    """
    columns = OrgVersion.id, OrgVersion.code, OrgVersion.valid_from
    newest = session.execute(select(*columns).order_by(OrgVersion.recorded_at.desc(), OrgVersion.id.desc()).limit(1)).first()
    if newest is None or newest[0] != version:
        named = session.scalar(select(OrgVersion.code).where(OrgVersion.id == version))
        since = f"{newest[1]!r} was recorded after it" if newest and named else "there is no such version"
        raise Conflict(
            "core.version_closed", f"nothing can be added to the org version {named or version!r}: {since}.", "Open a version for the new changes."
        )
    first: date = newest[2]
    return first


@requires("core.org.read")
def version_on(work: Work, on: date, known_at: datetime | None = None) -> int | None:
    """
    Return the id of the org version in force on a day: the last one recorded of those valid by then.

    Args:
        known_at: leave out versions recorded after this moment; none is left out where not given.
    """
    query = select(OrgVersion.id).where(OrgVersion.valid_from <= on)
    if known_at is not None:
        query = query.where(OrgVersion.recorded_at <= known_at)
    return work.session.scalar(query.order_by(OrgVersion.recorded_at.desc(), OrgVersion.id.desc()).limit(1))


def _next_id(raw: Raw) -> int:
    if raw.postgresql:
        row = raw.one("select nextval(pg_get_serial_sequence('core_org_version', 'id'))")
    else:
        row = raw.one("select coalesce(max(id), 0) + 1 from core_org_version")
    assert row is not None
    return int(row[0])


def _insert(work: Work, raw: Raw, row: tuple[int, str, str, str, int | None, int | None, str, int]) -> int:
    number, code, kind, day, base, undoes, reason, moment = row
    by = work.actor.name
    leaf = append(raw, "org_change", [(number, code, kind, day, base, undoes, reason, moment, by)])
    raw.run(
        "insert into core_org_version (id, code, kind, valid_from, base_id, undoes_id, reason, recorded_at, recorded_by, leaf) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, code, kind, day, base, undoes, reason, moment, by, leaf),
    )
    enqueue(work, "bole_org_version_activated", {"version_id": number})
    return number
