"""The history of the organisation: its versions, what each changed, recording a whole structure, and rolling back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import aliased

from bole.access import Work, requires
from bole.db import unit_of_work
from bole.errors import Conflict, ConflictsFound, InvalidValue, NotFound, Problem
from bole.models import OrgVersion
from bole.org import Change, MergeConflict, OrgDiff, OrgSnapshot, Part, Structure, compare, complete, merge
from bole.services.intervals import among
from bole.services.orglaying import Dated, departures, hired_after, lay, staying, until_left
from bole.services.orgstates import ALL, IDENTITY, TABLES, Ids, Instant, changed_ids, diff_between, read_parts, read_structure
from bole.services.reach import demand_company
from bole.services.versions import begin_version, last_moment, lock_organisation, next_moment, open_version, version_on
from bole.services.visibility import company_day
from bole.values import FOREVER, from_micros

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class VersionNote:
    """
    One org version.

    Args:
        state: ``scheduled`` (it holds from a later day on), ``in_force``, or ``past``.
        undoes, undone_by: codes of the version that it takes back, and of the one that took it back.
    """

    id: int
    code: str
    kind: str
    valid_from: date
    reason: str
    recorded_at: datetime
    recorded_by: str
    state: str
    base: str | None
    undoes: str | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a structure, or rolling back, did; `version_id` is nothing where nothing became different."""

    code: str
    version_id: int | None
    diff: OrgDiff


@requires("core.org.read")
def org_versions(work: Work, *, limit: int | None = None) -> tuple[VersionNote, ...]:
    """
    Return the versions of the organisation, the last recorded first.

    Args:
        limit: at most so many.
    """
    undone, base = aliased(OrgVersion), aliased(OrgVersion)
    query = (
        select(OrgVersion, undone.code, base.code).outerjoin(undone, undone.id == OrgVersion.undoes_id).outerjoin(base, base.id == OrgVersion.base_id)
    )
    today, takers = company_day(work), _takers(work)
    now = version_on(work, today)
    found = []
    for row, undoes, made_from in work.session.execute(query.order_by(OrgVersion.recorded_at.desc(), OrgVersion.id.desc()).limit(limit)):
        state = "scheduled" if row.valid_from > today else "in_force" if row.id == now else "past"
        said = (row.id, row.code, row.kind, row.valid_from, row.reason, row.recorded_at, row.recorded_by)
        found.append(VersionNote(*said, state, made_from, undoes, takers.get(row.id)))
    return tuple(found)


def _takers(work: Work) -> dict[int, str]:
    """Return which version took back which, where that was not taken back itself: the last one, by the id of the version taken back."""
    query = select(OrgVersion.id, OrgVersion.code, OrgVersion.undoes_id).where(OrgVersion.undoes_id.is_not(None))
    found: dict[int, str] = {}
    # The last recorded first: whether a rollback still counts is known before the version that it takes back is judged.
    for row in work.session.execute(query.order_by(OrgVersion.recorded_at.desc(), OrgVersion.id.desc())):
        if row.id not in found:
            found.setdefault(row.undoes_id, row.code)
    return found


@requires("core.org.read")
def version_instant(work: Work, code: str, on: date | None = None) -> Instant:
    """
    Return the point at which a version is seen: its first day (or another), as known until the next version was recorded.

    Raises:
        NotFound: no version has this code.
    """
    version = _find(work, code)
    return Instant(on or version.valid_from, _known_until(work, version))


@requires("core.org.read")
def version_diff(work: Work, code: str, *, parts: frozenset[Part] = ALL) -> OrgDiff:
    """
    Return what a version made different on its first day.

    Raises:
        NotFound: no version has this code.
    """
    version = _find(work, code)
    before = Instant(version.valid_from, version.recorded_at - _TICK)
    return diff_between(work, before, Instant(version.valid_from, _known_until(work, version)), parts=parts)


@requires("core.org.write")
def apply_changes(work: Work, changes: Sequence[Change], valid_from: date, *, version: int) -> None:
    """
    Record changes of any parts of the organisation from a day on, under the version that was recorded last; all or none.

    Raises:
        ProblemsFound: something cannot be so; every record at fault is named.
        Conflict: a later version was recorded since.
    """
    demand_company(work, "core.org.write")
    lay(work, [Dated(change, valid_from) for change in changes], version)


@requires("core.org.write")
def record_structure(work: Work, snapshot: OrgSnapshot) -> Recorded:
    """
    Record an organisation from elsewhere as one version; what it does not name ends then.

    A snapshot that says nothing new, such as the same again, makes no version.

    Raises:
        ProblemsFound: something in it cannot be so; every record at fault is named with its file and row.
        Conflict: its code is recorded, and the snapshot says something else now.
    """
    demand_company(work, "core.org.write")
    with unit_of_work(work.session) as session:
        lock_organisation(session)
        whole = read_structure(work, snapshot.valid_from, line=snapshot.structure.line, parts=snapshot.parts | {Part.DEPARTMENT})
        diff = compare(_within(whole, snapshot), _completed(snapshot, whole))
        if not diff:
            return Recorded(snapshot.code, None, diff)
        if session.scalar(select(OrgVersion.id).where(OrgVersion.code == snapshot.code)):
            message = (
                f"the org version {snapshot.code!r} is recorded already, and this would change {len(diff)} record(s) of it; nothing was changed."
            )
            raise Conflict("core.version_differs", message, "Give it a code and a date of its own.")
        version = open_version(work, snapshot.code, snapshot.valid_from, reason=snapshot.reason, kind="snapshot")
        lay(work, [Dated(change, snapshot.valid_from) for change in diff], version, line=snapshot.structure.line, where=snapshot.where)
    return Recorded(snapshot.code, version, diff)


def _completed(snapshot: OrgSnapshot, live: Structure) -> Structure:
    """Return what a snapshot says with every field: those it leaves out stay as they are."""
    records = {
        f"{part}s": {code: complete(part, {**(live.get(part, code) or {}), **facts}) for code, facts in snapshot.structure.records(part).items()}
        for part in snapshot.parts
    }
    return Structure(**records, line=live.line)


def _within(live: Structure, snapshot: OrgSnapshot) -> Structure:
    """
    Return the part of the organisation of which a snapshot speaks: what is below its department, and what it names itself.

    Raises:
        NotFound: there is no such department, and the snapshot brings none.
    """
    inside, grown = {snapshot.below}, bool(snapshot.below)
    if grown and snapshot.below not in {*live.departments, *snapshot.structure.departments}:
        message = f"the snapshot {snapshot.code!r} is of the part below {snapshot.below!r}, and there is no such department on {snapshot.valid_from}."
        raise NotFound("core.unknown_department", message, "Enter it, let the snapshot bring it, or mend the code.")
    while grown:
        more = {code for code, facts in live.departments.items() if facts["parent"] in inside} - inside
        inside, grown = inside | more, bool(more)
    records = {}
    for part in snapshot.parts:
        own, named = ("department" if part is not Part.DEPARTMENT else ""), snapshot.structure.records(part)
        records[f"{part}s"] = {
            code: facts
            for code, facts in live.records(part).items()
            if not snapshot.below or code in named or (facts[own] if own else code) in inside
        }
    return Structure(**records, line=live.line)


@requires("core.org.write")
def roll_back(work: Work, code: str, *, restore: bool = False, on: date | None = None, reason: str = "") -> Recorded:
    """
    Take back what a version changed, or bring back the structure that it was, by a compensating version.

    Taking back leaves alone what later versions changed. Nothing is deleted: the version stays, and every earlier answer with it.

    Args:
        code: of the version.
        restore: bring back the whole structure as it was on the version's first day, whatever came since.
        on: the day from which it is so again; today, or the version's first day where that is later.
        reason: kept with the compensating version.

    Raises:
        NotFound: no version has this code.
        InvalidValue: there is nothing to take back, or the day is before the version's.
        ConflictsFound: later versions changed the same; every field at odds is named.
        ProblemsFound: what would come back is still in the way of something, or needs it.
    """
    demand_company(work, "core.org.write")
    with unit_of_work(work.session) as session:
        lock_organisation(session)
        version, changes = _planned(work, code, restore, on)
        first = min(each.valid_from for each in changes)
        which = {"base": version.id} if restore else {"undoes": version.id}
        number = begin_version(work, first, verb="rollback", moment=next_moment(work), reason=reason, **which)
        lay(work, changes, number)
        made = session.scalar(select(OrgVersion.code).where(OrgVersion.id == number))
    return Recorded(str(made), number, OrgDiff(tuple(each.change for each in changes)))


@requires("core.org.write")
def foresee_roll_back(work: Work, code: str, *, restore: bool = False, on: date | None = None) -> OrgDiff:
    """
    Return what `roll_back` would change, without doing it.

    Args:
        code, restore, on: as for `roll_back`, and so are the errors.
    """
    demand_company(work, "core.org.write")
    return OrgDiff(tuple(each.change for each in _planned(work, code, restore, on)[1]))


def _planned(work: Work, code: str, restore: bool, on: date | None) -> tuple[OrgVersion, list[Dated]]:
    version, today = _find(work, code), company_day(work)
    earliest = today if restore else version.valid_from
    day = on or max(today, earliest)
    if day < earliest:
        hint = "Give a later day, or revise what was wrong."
        raise InvalidValue("core.roll_back_day", f"{day} is too early a day to roll back {code!r}; {earliest} is the first.", hint)
    changes = _restoring(work, version, day) if restore else _undoing(work, version, day)
    if not changes:
        taken = None if restore else _takers(work).get(version.id)
        message = f"{code!r} is taken back already, by {taken!r}." if taken else f"from {day} on nothing is different for what {code!r} says."
        raise InvalidValue("core.nothing_to_roll_back", message, "Choose another version or day.")
    return version, changes


def _restoring(work: Work, version: OrgVersion, day: date) -> list[Dated]:
    """Return what brings back a version's structure: who has left stays away, and who was hired since stays where he or she works."""
    diff = diff_between(work, Instant(day), Instant(version.valid_from, _known_until(work, version)))
    left, since = departures(work.session, diff), hired_after(work.session, diff, version.valid_from)
    kept = (staying(change, left, day) for change in diff if change.after is not None or change.code not in since)
    return [Dated(change, day) for change in kept if change is not None and change.before != change.after]


def _undoing(work: Work, version: OrgVersion, day: date) -> list[Dated]:
    """Return what undoes a version from a day on: for every day on which it begins to make a difference, the difference taken back."""
    session, known = work.session, _known_until(work, version)
    before, after = Instant(day, version.recorded_at - _TICK), Instant(day, known)
    touched = {part: changed_ids(session, part, Instant(day, before.known_at), Instant(day, known)) for part in Part}
    dated: list[Dated] = []
    conflicts: list[MergeConflict] = []
    for start, end in pairwise([*_days(work, touched, day), FOREVER]):
        was, made, live = (
            read_parts(session, Instant(start, moment), tuple(Part), line=None, ids=touched) for moment in (before.known_at, after.known_at, None)
        )
        back = compare(made, was)
        left = departures(session, back)
        merged = merge([change for change in (staying(each, left, start) for each in back) if change is not None], live)
        conflicts += merged.conflicts
        dated += [until_left(Dated(change, start, end), left) for change in merged.changes]
    if conflicts:
        problems = [Problem(each.part, 0, each.field, each.code, each.sentence.en) for each in conflicts]
        message = f"later versions changed what {version.code!r} did, in {len(problems)} place(s); nothing was changed."
        raise ConflictsFound("core.roll_back_conflict", message, problems, "Roll back the later version first, or make a draft.")
    return dated


def _days(work: Work, touched: Ids, day: date) -> list[date]:
    """Return the days from `day` on at which a row of the touched identities begins or ends, whenever it was known."""
    days = {day}
    for part, ids in touched.items():
        if ids:
            c = TABLES[part].c
            for column in (c.valid_from, c.valid_to):
                query = select(column).distinct().where(among(work.session, c[IDENTITY[part]], ids), column > day, column < FOREVER)
                days |= set(work.session.scalars(query))
    return sorted(days)


def _find(work: Work, code: str) -> OrgVersion:
    version = work.session.scalar(select(OrgVersion).where(OrgVersion.code == code))
    if version is None:
        raise NotFound("core.unknown_version", f"there is no org version {code!r}.", "See `bole org list`.")
    return version


def _known_until(work: Work, version: OrgVersion) -> datetime:
    """Return the last moment at which the version was the newest: now, for the newest of all."""
    later = select(OrgVersion.recorded_at).where(OrgVersion.recorded_at > version.recorded_at).order_by(OrgVersion.recorded_at).limit(1)
    following = work.session.scalar(later)
    return max(work.clock.now(), from_micros(last_moment(work))) if following is None else following - _TICK
