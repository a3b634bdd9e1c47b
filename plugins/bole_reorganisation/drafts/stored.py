"""Drafts as they are stored: finding one, claiming its next revision, and the lines it consists of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bole import FIELDS, Change, Facts, Instant, Part, Work, among, micros, read_facts, upsert, write_facts
from bole_reorganisation.errors import draft_closed, draft_edited, unknown_draft, unseen_revision
from bole_reorganisation.models import OPEN, Draft, DraftLine
from bole_reorganisation.texts import text_flaw

Key = tuple[Part, str]
"""The part and the code of a record."""

_LAST = 2**31 - 1
"""The largest revision that a database holds."""
_D, _L = Draft.table, DraftLine.table
_COLUMNS = ("id", "code", "title", "reason", "status", "base_version_id", "base_day", "base_known_at", "revision", "edited_at", "edited_by")


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft's row; see `models.Draft`."""

    id: int
    code: str
    title: str
    reason: str
    status: str
    base_version_id: int | None
    base_day: date
    base_known_at: datetime
    revision: int
    edited_at: datetime
    edited_by: str

    @property
    def base(self) -> Instant:
        """The point on both time axes at which the draft began."""
        return Instant(self.base_day, self.base_known_at)


@dataclass(frozen=True, slots=True)
class Line:
    """
    What a draft says of one record.

    Args:
        before: as it was when it was first touched; nothing where it did not exist.
        after: as it shall be; nothing where it shall exist no longer.
        revision: of the draft at the last edit of this line.
    """

    part: Part
    code: str
    before: Facts | None
    after: Facts | None
    revision: int
    edited_at: datetime
    edited_by: str

    @property
    def key(self) -> Key:
        """The part and the code."""
        return self.part, self.code

    @property
    def is_change(self) -> bool:
        """Whether anything becomes different by it; a line that was taken back changes nothing."""
        return self.before != self.after

    @property
    def change(self) -> Change:
        """The line as a change from the draft's base."""
        return Change(self.part, self.code, self.before, self.after)


Lines = Mapping[Key, Line]


def find_draft(session: Session, code: str) -> StoredDraft:
    """
    Return a draft as it is stored.

    Raises:
        NotFound: no draft has this code.
    """
    row = None if text_flaw(code) else session.execute(select(*(_D.c[name] for name in _COLUMNS)).where(_D.c.code == code)).first()
    if row is None:
        raise unknown_draft(code)
    return StoredDraft(*row)


def claim_revision(code: str, work: Work, *, seen: int | None = None, status: str = "", exactly: bool = False) -> StoredDraft:
    """
    Raise the revision of an open draft by one and return the draft as it is then; nobody else can until the transaction ends.

    Args:
        seen: the revision that was looked at.
        status: what the draft becomes; it stays open where not given.
        exactly: whether nobody may have edited it since `seen`.

    Raises:
        NotFound: no draft has this code.
        Conflict: it is not open, or was edited since.
        InvalidValue: the revision looked at is still to come.
    """
    if text_flaw(code):
        raise unknown_draft(code)
    if seen is not None and not 0 <= seen <= _LAST:
        raise unseen_revision(code, seen, find_draft(work.session, code).revision)
    values: dict[str, Any] = {"revision": _D.c.revision + 1, "edited_at": work.clock.now(), "edited_by": work.actor.name}
    query = update(_D).where(_D.c.code == code, _D.c.status == OPEN)
    query = query.where(_D.c.revision == seen) if exactly and seen is not None else query
    row = work.session.execute(query.values(values | ({"status": status} if status else {})).returning(*(_D.c[name] for name in _COLUMNS))).first()
    if row is not None:
        claimed = StoredDraft(*row)
        if seen is not None and not 0 <= seen < claimed.revision:
            raise unseen_revision(code, seen, claimed.revision - 1)
        return claimed
    there = find_draft(work.session, code)
    if there.status != OPEN:
        raise draft_closed(code, there.status)
    if seen is not None and seen > there.revision:
        raise unseen_revision(code, seen, there.revision)
    raise draft_edited(code, seen or 0, there.revision, there.edited_by, there.edited_at)


def read_lines(session: Session, draft: StoredDraft, keys: Iterable[Key] | None = None, *, since: int = 0) -> dict[Key, Line]:
    """
    Return a draft's lines in order of part and code, those taken back included.

    Args:
        keys: only of these records, where given.
        since: only those edited after this revision.
    """
    columns = (_L.c[name] for name in ("part", "code", "before", "after", "revision", "edited_at", "edited_by"))
    query = select(*columns).where(_L.c.draft_id == draft.id, _L.c.revision > since)
    wanted = None if keys is None else set(keys)
    if wanted is not None:
        query = query.where(among(session, _L.c.code, sorted({code for _, code in wanted})))
    places = {part: place for place, part in enumerate(Part)}
    found = [
        Line(Part(part), code, read_facts(before), read_facts(after), *rest)
        for part, code, before, after, *rest in session.execute(query)
        if wanted is None or (Part(part), code) in wanted
    ]
    return {line.key: line for line in sorted(found, key=lambda line: (places[line.part], line.code))}


def write_lines(draft: StoredDraft, work: Work, changes: Iterable[Change]) -> None:
    """Store what a draft says of records, as of its revision and now."""
    columns = ("draft_id", "part", "code", "before", "after", "revision", "edited_at", "edited_by")
    stamp = (draft.revision, micros(work.clock.now()), work.actor.name)
    rows = [(draft.id, each.part.value, each.code, _document(each, each.before), _document(each, each.after), *stamp) for each in changes]
    upsert(work.session, _L, columns[:3], columns, rows)


def _document(change: Change, facts: Facts | None) -> str | None:
    # Always in the order of the fields, so that the two sides of a line that was taken back are the same text.
    return None if facts is None else orjson.dumps(write_facts({name: facts[name] for name in FIELDS[change.part]})).decode()
