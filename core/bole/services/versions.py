"""Org versions: every change of the organisation names the version that brought it."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import select

from bole.access import Work, requires
from bole.db import Raw, unit_of_work
from bole.errors import Conflict, InvalidValue
from bole.models import OrgVersion
from bole.services.journal import append
from bole.services.reach import demand_company
from bole.values import micros

ACTIVE = "active"
_AUTOMATIC = re.compile(r"(change|revision)-\d+")


@requires("core.org.write")
def open_version(work: Work, code: str, valid_from: date, *, reason: str = "") -> int:
    """
    Open an active org version and return its id, for changes to name.

    Args:
        code: 1 to 60 characters, unique; ``change-N`` and ``revision-N`` are kept for versions made by themselves.
        valid_from: the day from which its changes hold.
        reason: for whoever asks later; at most 400 characters.

    Raises:
        InvalidValue: code or reason cannot be such.
        Conflict: the code is taken.
    """
    demand_company(work, "core.org.write")
    if not 1 <= len(code) <= 60 or len(reason) > 400 or _AUTOMATIC.fullmatch(code):
        hint = "Give a code of 1 to 60 characters that is not change-N or revision-N, and a reason of at most 400."
        raise InvalidValue("core.bad_version", f"an org version cannot have the code {code!r} and a reason of {len(reason)} characters.", hint)
    with unit_of_work(work.session):
        if work.session.scalar(select(OrgVersion.id).where(OrgVersion.code == code)):
            raise Conflict("core.version_exists", f"the org version {code!r} exists already.", "Choose another code.")
        raw = Raw(work.session)
        return _insert(work, raw, _next_id(raw), code, valid_from, reason, micros(work.clock.now()))


def begin_version(work: Work, valid_from: date, *, verb: str, moment: int) -> int:
    """
    Open the version of one batch of changes or revisions that names none, and return its id.

    Args:
        verb: ``change`` or ``revision``; the version's code begins with it.
        moment: when it becomes known, as stored.
    """
    raw = Raw(work.session)
    number = _next_id(raw)
    return _insert(work, raw, number, f"{verb}-{number}", valid_from, "", moment)


@requires("core.org.read")
def version_on(work: Work, on: date, known_at: datetime | None = None) -> int | None:
    """
    Return the id of the org version that holds on a day: the last one recorded of those valid by then.

    Args:
        known_at: leave out versions recorded after this moment; none is left out where not given.
    """
    query = select(OrgVersion.id).where(OrgVersion.status == ACTIVE, OrgVersion.valid_from <= on)
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


def _insert(work: Work, raw: Raw, number: int, code: str, valid_from: date, reason: str, moment: int) -> int:
    day = valid_from.isoformat()
    leaf = append(raw, "org_version", [(number, code, day, None, moment, work.actor.name)])
    raw.run(
        "insert into core_org_version (id, code, status, valid_from, reason, recorded_at, recorded_by, leaf) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, code, ACTIVE, day, reason, moment, work.actor.name, leaf),
    )
    return number
