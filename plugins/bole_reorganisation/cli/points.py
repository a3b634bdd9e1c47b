"""Points that a command names: a version, a draft, or a day; and what is different between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from bole import (
    Explained,
    Instant,
    NotFound,
    Structure,
    Work,
    compare_structures,
    explain_between,
    explained,
    read_structure,
    tables,
    version_diff,
    version_instant,
)
from bole_reorganisation.drafts import draft_changes, draft_note, draft_notes, draft_structure


@dataclass(frozen=True, slots=True)
class Point:
    """
    A point that somebody named.

    Args:
        at: where it lies on both time axes; for a draft, where it began.
        version, draft: code of the version or draft; empty where it is none.
    """

    at: Instant
    version: str = ""
    draft: str = ""


def find_point(work: Work, text: str) -> Point:
    """
    Return the point that a text names: a version, a draft that is no version yet, or a day as known now.

    Raises:
        NotFound: it is none of these.
    """
    version = tables.OrgVersion.table.c
    if work.session.scalar(select(version.id).where(version.code == text)) is not None:
        return Point(version_instant(work, text), version=text)
    if text in {note.code for note in draft_notes(work, status=None)}:
        return Point(Instant(draft_note(work, text).base_day), draft=text)
    try:
        return Point(Instant(date.fromisoformat(text)))
    except ValueError:
        raise NotFound("reorganisation.no_point", f"{text!r} is no org version, no draft and no day.", "See `bole org list --drafts`.") from None


def explain_points(work: Work, before: str, after: str) -> tuple[Explained, ...]:
    """
    Return in words what is different between two points.

    Raises:
        NotFound: one of the two is no version, draft or day.
    """
    one, other = find_point(work, before), find_point(work, after)
    if not one.draft and not other.draft:
        return explain_between(work, one.at, other.at)
    return explained(work, compare_structures(_structure(work, one), _structure(work, other)), other.at)


def explain_own(work: Work, code: str) -> tuple[Explained, ...]:
    """
    Return in words what a version changed, or what a draft changes in what it was made from.

    Raises:
        NotFound: there is no such version or draft.
    """
    named = find_point(work, code)
    if named.draft:
        return explained(work, draft_changes(work, named.draft), named.at)
    if named.version:
        return explained(work, version_diff(work, named.version), named.at)
    raise NotFound("reorganisation.no_second_point", f"nothing is named to compare {code} with.", "Name a second day, version or draft.")


def day_of(given: datetime | None) -> date | None:
    """Return the day that an option names."""
    return None if given is None else given.date()


def _structure(work: Work, point: Point) -> Structure:
    if point.draft:
        return draft_structure(work, point.draft, line=None)
    return read_structure(work, point.at.on, point.at.known_at, line=None)
