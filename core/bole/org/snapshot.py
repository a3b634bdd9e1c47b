"""A dated snapshot: what somebody else's system, or a file, says the organisation is from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bole.org.structure import Part, Structure


@dataclass(frozen=True, slots=True)
class OrgSnapshot:
    """
    An organisation from elsewhere as of a date.

    It says everything of its parts: what it does not name exists no longer from that day on.

    Args:
        code: the code of the org version it becomes, 1 to 60 characters; the same code again must say the same.
        valid_from: the day from which it holds.
        structure: facts by code. A field that a record lacks stays as it is, or is empty for a new record.
        parts: of which parts it speaks.
        below: code of a department; where given, the snapshot speaks only of it and of what is below it.
        reason: kept with the version; at most 400 characters.
        where: part and code to file and row, for the words of problems.
    """

    code: str
    valid_from: date
    structure: Structure
    parts: frozenset[Part]
    below: str = ""
    reason: str = ""
    where: Mapping[tuple[Part, str], tuple[str, int]] = field(default_factory=dict)
