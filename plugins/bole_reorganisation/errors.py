"""The errors of drafts: what stands in the way, who else was there, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bole import Conflict, ConflictsFound, InvalidValue, NotFound, Part, Problem


@dataclass(frozen=True, slots=True)
class OtherEdit:
    """
    What somebody else did meanwhile to a record that one wants to edit.

    Args:
        field: empty where the record as a whole begins or ends.
        theirs: what the field is now.
        mine: what it would become.
    """

    part: Part
    code: str
    field: str
    theirs: Any
    mine: Any
    edited_at: datetime
    edited_by: str


class EditedMeanwhile(ConflictsFound):
    """
    Somebody else edited the same records of a draft; nothing was written.

    Args:
        others: every value at odds, in the order of the edits.
    """

    def __init__(self, draft: str, others: Sequence[OtherEdit]) -> None:
        who = sorted({other.edited_by for other in others})
        records = len({(other.part, other.code) for other in others})
        message = f"{' and '.join(who)} edited {records} of these records of the draft {draft!r} meanwhile; nothing was written."
        hint = "Look at them as they are now, and edit them again."
        super().__init__("reorganisation.edited_meanwhile", message, [_told(draft, other) for other in others], hint)
        self.draft = draft
        self.others = tuple(others)

    def __reduce__(self) -> tuple[type, tuple[str, tuple[OtherEdit, ...]]]:  # type: ignore[override]  # made of other arguments than its base
        return (type(self), (self.draft, self.others))


def _told(draft: str, other: OtherEdit) -> Problem:
    when = f"{other.edited_at:%Y-%m-%d %H:%M:%S} UTC"
    if not other.field:
        said = f"{other.edited_by} edited it at {when}, and {_ends(other.theirs)} there; here it {'is closed' if other.mine is None else 'is kept'}."
    else:
        said = f"{other.edited_by} made it {_shown(other.theirs)} at {when}; here it is {_shown(other.mine)}."
    return Problem(f"draft {draft}, {other.part}", 0, other.field, other.code, said)


def _ends(value: Any) -> str:
    return "it is closed" if value is None else "it is kept"


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else repr(str(value))


def unknown_draft(code: str) -> NotFound:
    """Return the error that no draft has a code."""
    return NotFound("reorganisation.unknown_draft", f"there is no draft {code!r}.", "See `bole org list --drafts`.")


def draft_closed(code: str, status: str) -> Conflict:
    """Return the error that a draft cannot be edited any more."""
    hint = "Start a new draft." if status == "merged" else "Reopen it first."
    said = "was put in force" if status == "merged" else "is archived"
    return Conflict("reorganisation.draft_closed", f"the draft {code!r} {said}.", hint)


def draft_edited(code: str, seen: int, revision: int, by: str, at: datetime) -> Conflict:
    """Return the error that a draft is no more what was looked at."""
    message = f"the draft {code!r} is at revision {revision}, and {seen} was looked at: {by} edited it at {at:%Y-%m-%d %H:%M:%S} UTC."
    return Conflict("reorganisation.draft_edited", message, "Look at it again, and decide then.")


def unseen_revision(code: str, seen: int, revision: int) -> InvalidValue:
    """Return the error that somebody claims to have seen what is not there yet."""
    message = f"nobody can have seen revision {seen} of the draft {code!r}: it is at {revision}."
    return InvalidValue("reorganisation.unseen_revision", message, "Give the revision that came with what you looked at.")


def endless_day(on: date) -> InvalidValue:
    """Return the error that a day is the one that stands for no end."""
    return InvalidValue("reorganisation.endless_day", f"nothing begins on {on}: it stands for no end.", "Choose an earlier day.")


def past_day(code: str, on: date, today: date) -> InvalidValue:
    """Return the error that a draft cannot come into force on a day that is over."""
    message = f"the draft {code!r} cannot come into force on {on}: today is {today}."
    hint = "Choose today or a later day; what was wrong before is corrected by a revision."
    return InvalidValue("reorganisation.past_day", message, hint)
