"""
A state of the organisation as values: what is so of every department, post and person, by code.

Pure: knows no database and no time. Two structures can be compared, and what differs
between them can be laid over a third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

Facts = Mapping[str, Any]
"""Field to value: text (codes of what is named), Decimal for `fte` and `share`, or None."""

Records = Mapping[str, Facts]
"""Code to facts."""


class Part(StrEnum):
    """What a record of a structure speaks of."""

    DEPARTMENT = "department"
    POSITION = "position"
    ASSIGNMENT = "assignment"
    """Where an employee works in the line; the code is the employee's number."""
    MEMBERSHIP = "membership"
    """Where an employee works beside the line; the code is ``employee@department``."""


FIELDS: Mapping[Part, tuple[str, ...]] = {
    Part.DEPARTMENT: ("name_zh", "name_en", "parent", "head", "legal_entity"),
    Part.POSITION: ("department", "reports_to", "title_zh", "title_en", "grade", "fte"),
    Part.ASSIGNMENT: ("department", "position", "manager"),
    Part.MEMBERSHIP: ("employee", "department", "role", "share"),
}
"""The fields of every record, in order; a record has all of them."""

DECIMALS = frozenset({"fte", "share"})
LINE = "line"
"""The name of the line organisation; others (``project``) stand beside it."""


@dataclass(frozen=True, slots=True)
class Structure:
    """
    All that is so of an organisation, or of the part of it that was asked for.

    Args:
        departments: code to the fields of `FIELDS`; likewise the others.
        line: which organisation it is: `LINE`, or one that stands beside it.
    """

    departments: Records = field(default_factory=dict)
    positions: Records = field(default_factory=dict)
    assignments: Records = field(default_factory=dict)
    memberships: Records = field(default_factory=dict)
    line: str = LINE

    def records(self, part: Part) -> Records:
        """Return the records of one part."""
        found: Records = getattr(self, f"{part}s")
        return found

    def get(self, part: Part, code: str) -> Facts | None:
        """Return what is so of a code; nothing where it does not exist."""
        return self.records(part).get(code)


@dataclass(frozen=True, slots=True)
class Change:
    """
    What becomes different of one code.

    Args:
        before: all fields; nothing where it did not exist.
        after: all fields; nothing where it exists no longer.
    """

    part: Part
    code: str
    before: Facts | None
    after: Facts | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields whose value differs, in order; all where it begins or ends."""
        if self.before is None or self.after is None:
            return FIELDS[self.part]
        return tuple(name for name in FIELDS[self.part] if self.before[name] != self.after[name])


@dataclass(frozen=True, slots=True)
class OrgDiff:
    """What differs between two structures, in order of part and code."""

    changes: tuple[Change, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def of(self, part: Part) -> tuple[Change, ...]:
        """Return the changes of one part."""
        return tuple(change for change in self.changes if change.part is part)


def complete(part: Part, facts: Facts) -> dict[str, Any]:
    """Return facts with every field of the part: empty text for names and titles, one for `fte` and `share`, nothing for references."""
    empty: dict[str, Any] = {
        "name_zh": "",
        "name_en": "",
        "title_zh": "",
        "title_en": "",
        "grade": "",
        "role": "",
        "fte": Decimal(1),
        "share": Decimal(1),
    }
    return {name: facts[name] if facts.get(name) is not None else empty.get(name) for name in FIELDS[part]}


def written(facts: Facts | None) -> dict[str, Any] | None:
    """Return facts as plain JSON: decimals as text."""
    return None if facts is None else {name: str(value) if isinstance(value, Decimal) else value for name, value in facts.items()}


def read(facts: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return facts from plain JSON; undoes `written`."""
    return None if facts is None else {name: Decimal(value) if name in DECIMALS and value is not None else value for name, value in facts.items()}


def in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes in order of part and code."""
    places = {part: place for place, part in enumerate(Part)}
    return tuple(sorted(changes, key=lambda change: (places[change.part], change.code)))
