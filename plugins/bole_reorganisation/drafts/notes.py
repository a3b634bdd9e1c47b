"""Which drafts there are, how each stands, and what each says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from bole import Facts, Part, Work, requires, tables
from bole_reorganisation.drafts.access import demand_drafts, sees_drafts
from bole_reorganisation.drafts.stored import Key, find_draft, read_lines
from bole_reorganisation.errors import unknown_draft
from bole_reorganisation.models import OPEN, Draft, DraftLine
from bole_reorganisation.texts import plain, text_flaw


@dataclass(frozen=True, slots=True)
class DraftNote:
    """
    One draft.

    Args:
        status: ``open``, ``merged`` or ``archived``.
        base_code: code of the version it was made from; nothing where there was none.
        base_day: the day whose structure it began with.
        revision: counts the edits; whoever edits says which one he or she has seen.
        lines: how many records become different by it.
        version_code: code of the version that carried it out.
    """

    id: int
    code: str
    title: str
    reason: str
    status: str
    base_code: str | None
    base_day: date
    revision: int
    lines: int
    created_at: datetime
    created_by: str
    edited_at: datetime
    edited_by: str
    version_code: str | None


@dataclass(frozen=True, slots=True)
class LineNote:
    """
    What a draft says of one record, and who said it last.

    Args:
        before: as it was when it was first touched; nothing where it did not exist.
        after: as it shall be; nothing where it shall exist no longer; the same as before where it was taken back.
    """

    part: Part
    code: str
    before: Facts | None
    after: Facts | None
    revision: int
    edited_at: datetime
    edited_by: str


@requires("core.org.read")
def draft_notes(work: Work, *, status: str | None = OPEN) -> tuple[DraftNote, ...]:
    """
    Return the drafts, the last edited first; none to an actor who may not see drafts.

    Args:
        status: only those of this status; all where it is None.
    """
    if not sees_drafts(work):
        return ()
    query = _query() if status is None else _query().where(Draft.status == plain(status, "the status"))
    return tuple(DraftNote(*row) for row in work.session.execute(query.order_by(Draft.edited_at.desc(), Draft.id.desc())))


@requires("core.org.read")
def draft_note(work: Work, code: str) -> DraftNote:
    """
    Return how a draft stands.

    Raises:
        NotFound: no draft has this code.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    return note_of(code, work)


@requires("core.org.read")
def draft_lines(work: Work, code: str, *, since: int = 0, keys: Iterable[Key] | None = None) -> tuple[LineNote, ...]:
    """
    Return what a draft says, record by record, in order of part and code; lines that were taken back are among them.

    Args:
        since: only what was edited after this revision: whoever edits at revision 5 and gets 8 back looks at what came since 5.
        keys: only of these records, where given.

    Raises:
        NotFound: no draft has this code.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    lines = read_lines(work.session, find_draft(work.session, code), keys, since=since).values()
    return tuple(LineNote(each.part, each.code, each.before, each.after, each.revision, each.edited_at, each.edited_by) for each in lines)


def note_of(code: str, work: Work) -> DraftNote:
    """Return how a draft stands, to a service that has demanded its permission."""
    row = None if text_flaw(code) else work.session.execute(_query().where(Draft.code == code)).first()
    if row is None:
        raise unknown_draft(code)
    return DraftNote(*row)


def _query() -> Select[Any]:
    line, base, version = DraftLine.table.c, aliased(tables.OrgVersion), aliased(tables.OrgVersion)
    changing = select(func.count()).where(line.draft_id == Draft.id, line.before.is_distinct_from(line.after)).scalar_subquery()
    return (
        select(Draft.id, Draft.code, Draft.title, Draft.reason, Draft.status, base.code, Draft.base_day, Draft.revision, changing)
        .add_columns(Draft.created_at, Draft.created_by, Draft.edited_at, Draft.edited_by, version.code)
        .outerjoin(base, base.id == Draft.base_version_id)
        .outerjoin(version, version.id == Draft.version_id)
    )
