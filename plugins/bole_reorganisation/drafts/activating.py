"""Putting a draft in force, at once or from a day on, and taking versions back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select, update

from bole import (
    FOREVER,
    Conflict,
    ConflictsFound,
    Finding,
    InvalidValue,
    MergeConflict,
    OrgDiff,
    Problem,
    Recorded,
    Severity,
    Work,
    apply_changes,
    company_day,
    demand_company,
    foresee_roll_back,
    lock_organisation,
    open_version,
    refuse_if_any,
    requires,
    roll_back,
    tables,
    unit_of_work,
)
from bole_reorganisation.drafts.checking import caused_findings
from bole_reorganisation.drafts.live import merged_with_live
from bole_reorganisation.drafts.previewing import version_code_on
from bole_reorganisation.drafts.stored import claim_revision, read_lines
from bole_reorganisation.errors import endless_day, past_day
from bole_reorganisation.models import MERGED, Draft
from bole_reorganisation.texts import plain

ACTIVATE = "reorganisation.draft.activate"


@dataclass(frozen=True, slots=True)
class Activated:
    """The version that a draft has become, and what it changed on its first day."""

    version_code: str
    version_id: int
    diff: OrgDiff


@requires("reorganisation.draft.activate")
def activate_draft(work: Work, code: str, *, on: date | None = None, seen: int | None = None, live: str | None = None) -> Activated:
    """
    Put a draft in force: merge it with what is live and record that as one org version; all of it, or nothing.

    Args:
        on: the day from which it holds: today, at once, or a later one.
        seen: the draft's revision that was looked at; where given, nobody may have edited it since.
        live: the version in force that was looked at; where given, no other may be in force on the day since.

    Raises:
        NotFound: no draft has this code.
        Conflict: it is not open, it or what is live is no more what was looked at, or its code was taken by a version.
        ConflictsFound: it is at odds with what has become so since it began; every field is named.
        ProblemsFound: something would be wrong by it; everything is named.
        InvalidValue: the day is over, or nothing would become different.
    """
    demand_company(work, ACTIVATE)
    if live is not None:
        plain(live, "the version")
    # Whoever may put drafts in force may thereby write the organisation.
    acting = work.acting_as(replace(work.actor, everything=True))
    with unit_of_work(work.session) as session:
        lock_organisation(session)
        today = company_day(work)
        day = on or today
        if day < today:
            raise past_day(code, day, today)
        if day >= FOREVER:
            raise endless_day(day)
        draft = claim_revision(code, work, seen=seen, status=MERGED, exactly=True)
        _refuse_other_version(code, live, work, day)
        merged = merged_with_live(read_lines(session, draft).values(), acting, day)
        _refuse_conflicts(code, merged.conflicts)
        if not merged.changes:
            message = f"nothing would become different by the draft {code!r} on {day}."
            raise InvalidValue("reorganisation.nothing_changes", message, "Edit it, or archive it.")
        _refuse_errors(code, caused_findings(merged.changes, acting, day))
        version = open_version(acting, code, day, reason=draft.reason or draft.title, kind="merge", base=draft.base_version_id)
        apply_changes(acting, merged.changes, day, version=version)
        session.execute(update(Draft.table).where(Draft.table.c.id == draft.id).values(version_id=version))
    return Activated(code, version, OrgDiff(merged.changes))


@requires("reorganisation.draft.activate")
def roll_back_version(work: Work, code: str, *, restore: bool = False, on: date | None = None, reason: str = "") -> Recorded:
    """
    Take back what a version changed, or bring back the structure that it was, by a compensating version.

    Args:
        code: of the version.
        restore: bring back the whole structure as it was on the version's first day, whatever came since.
        on: the day from which it is so again; today, or the version's first day where that is later.
        reason: kept with the compensating version.

    Raises:
        NotFound: no version has this code.
        InvalidValue: there is nothing to take back, the day is too early, or a text cannot be stored.
        ConflictsFound: later versions changed the same; every field at odds is named.
        ProblemsFound: what would come back is in the way of something, or needs it.
    """
    demand_company(work, ACTIVATE)
    plain(code, "the version")
    plain(reason, "the reason")
    return roll_back(work.acting_as(replace(work.actor, everything=True)), code, restore=restore, on=on, reason=reason)


@requires("reorganisation.draft.activate")
def foresee_roll_back_version(work: Work, code: str, *, restore: bool = False, on: date | None = None) -> OrgDiff:
    """
    Return what `roll_back_version` would change, without doing it.

    Args:
        code, restore, on: as there, and so are the errors.
    """
    demand_company(work, ACTIVATE)
    return foresee_roll_back(work.acting_as(replace(work.actor, everything=True)), code, restore=restore, on=on)


def _refuse_other_version(code: str, live: str | None, work: Work, on: date) -> None:
    """
    Refuse where the version that was looked at is in force no more.

    Raises:
        Conflict: naming the versions that came in between.
    """
    now = version_code_on(on, work)
    if live is None or now == live:
        return
    version = tables.OrgVersion.table.c
    seen = select(version.recorded_at).where(version.code == live).scalar_subquery()
    query = select(version.code, version.recorded_by).where(version.valid_from <= on, version.recorded_at > seen)
    between = [f"{name!r} by {by}" for name, by in work.session.execute(query.order_by(version.recorded_at, version.id))]
    came = f"since then came {', '.join(between)}" if between else f"on {on} that is {now!r}"
    message = f"the draft {code!r} was looked at beside the version {live!r}: {came}."
    raise Conflict("reorganisation.version_since", message, "Look at the draft again, and decide then.")


def _refuse_conflicts(code: str, conflicts: Iterable[MergeConflict]) -> None:
    problems = [Problem(each.part, 0, each.field, each.code, f"{each.sentence.en}.") for each in conflicts]
    if problems:
        message = f"the draft {code!r} is at odds with what has become so since it began, in {len(problems)} place(s); nothing was changed."
        hint = "Decide each of them: keep what the draft says, or what is live."
        raise ConflictsFound("reorganisation.merge_conflict", message, problems, hint)


def _refuse_errors(code: str, findings: Iterable[Finding]) -> None:
    problems = [Problem(each.part, 0, each.code, each.key, f"{each.message.en}.") for each in findings if each.severity is Severity.ERROR]
    message = f"{len(problems)} thing(s) would be wrong by the draft {code!r}; nothing was changed."
    refuse_if_any(problems, code="reorganisation.draft_unsound", message=message, hint="Mend the draft first.")
