"""Edits of a draft: what they make of single records, and what is wrong with the values they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Column, String

from bole import FIELDS, MILLION, Change, Facts, Part, Problem, complete_facts, tables
from bole_reorganisation.drafts.stored import Key, Lines
from bole_reorganisation.texts import cleaned, text_flaw


@dataclass(frozen=True, slots=True)
class Edit:
    """
    What shall become different of one record.

    Args:
        code: of a department or post; an employee's number; ``number@department`` for a membership.
            A code that does not exist begins a record.
        values: by field; those left out stay. Nothing at all closes the record.
    """

    part: Part
    code: str
    values: Mapping[str, Any] | None

    @property
    def key(self) -> Key:
        """The part and the code."""
        return self.part, self.code


REQUIRED: Mapping[Part, tuple[str, ...]] = {
    Part.DEPARTMENT: (),
    Part.POSITION: ("department",),
    Part.ASSIGNMENT: ("department",),
    Part.MEMBERSHIP: ("employee", "department"),
}
"""The fields that cannot be empty."""

_TEXTS: Mapping[Part, Mapping[str, Column[Any]]] = {
    Part.DEPARTMENT: {name: tables.DepartmentInterval.table.c[name] for name in ("name_zh", "name_en")},
    Part.POSITION: {name: tables.PositionInterval.table.c[name] for name in ("title_zh", "title_en", "grade")},
    Part.ASSIGNMENT: {},
    Part.MEMBERSHIP: {"role": tables.Membership.table.c.role},
}
_CODES: Mapping[Part, int] = {Part.DEPARTMENT: 60, Part.POSITION: 60, Part.ASSIGNMENT: 40, Part.MEMBERSHIP: 101}
_DECIMALS = frozenset({"fte", "share"})
_LARGEST = 9 * 10**12


@dataclass(frozen=True, slots=True)
class Proposed:
    """
    What edits make of the records that they touch.

    Args:
        changes: for each record touched, from what it was when the draft first touched it.
        places: for each record the place of its last edit, from 1.
        fields: for each record the fields that were given a good value; none where it was only closed.
    """

    changes: Mapping[Key, Change]
    places: Mapping[Key, int]
    fields: Mapping[Key, tuple[str, ...]]


def well_formed(edits: Sequence[Edit], problems: list[Problem]) -> list[tuple[int, Edit]]:
    """Return the edits whose code can be one, each with its place from 1; the others are told."""
    good = []
    for place, edit in enumerate(edits, 1):
        reason = _bad_code(edit.part, edit.code)
        if reason:
            problems.append(problem(edit.key, place, "", edit.code[:80], reason))
        else:
            good.append((place, edit))
    return good


def propose(edits: Sequence[tuple[int, Edit]], lines: Lines, base: Mapping[Key, Facts], problems: list[Problem]) -> Proposed:
    """
    Return what edits make of their records, laid one after the other.

    Args:
        lines: the draft's lines of these records, as far as there are any.
        base: what was so, when the draft began, of those without a line.
        problems: gets a line for every value that cannot be, and every edit of what does not exist.
    """
    changes: dict[Key, Change] = {}
    places: dict[Key, int] = {}
    fields: dict[Key, tuple[str, ...]] = {}
    for place, edit in edits:
        line = lines.get(edit.key)
        held = changes.get(edit.key) or (line.change if line else Change(edit.part, edit.code, base.get(edit.key), base.get(edit.key)))
        places[edit.key] = place
        if edit.values is None:
            if held.after is None:
                problems.append(problem(edit.key, place, "", edit.code, "does not exist in the draft.", "There is nothing to close."))
            changes[edit.key] = Change(edit.part, edit.code, held.before, None)
            continue
        given = _cleaned(edit, place, problems)
        fields[edit.key] = (*fields.get(edit.key, ()), *given)
        # What the draft had closed comes back as it was before.
        facts = complete_facts(edit.part, {**(held.after or held.before or _named(edit)), **given})
        for name in REQUIRED[edit.part]:
            if facts[name] is None and not any(each.row == place and each.column == name for each in problems):
                problems.append(problem(edit.key, place, name, "", "is missing.", "Give the code."))
        changes[edit.key] = Change(edit.part, edit.code, held.before, facts)
    return Proposed(changes, places, fields)


def problem(key: Key, place: int, column: str, value: Any, reason: str, hint: str = "") -> Problem:
    """Return a problem of one record of a draft."""
    said = "" if value is None else cleaned(str(value)[:200])
    return Problem(cleaned(f"{key[0]} {key[1][:80]}"), place, cleaned(column), said, reason, hint)


def _bad_code(part: Part, code: str) -> str:
    """Return why something cannot be the code of a record; nothing where it can."""
    if not code.strip() or code != code.strip():
        return "is no code: it is empty, or begins or ends with a space."
    if flaw := text_flaw(code):
        return flaw
    if len(code) > _CODES[part]:
        return f"has {len(code)} characters; {_CODES[part]} is the most."
    if part is Part.MEMBERSHIP and not all(code.partition("@")):
        return "is no membership: write an employee's number, @, and a department's code."
    return ""


def _named(edit: Edit) -> Facts:
    """Return the fields that the code itself tells."""
    if edit.part is not Part.MEMBERSHIP:
        return {}
    employee, _, department = edit.code.partition("@")
    return {"employee": employee, "department": department}


def _cleaned(edit: Edit, place: int, problems: list[Problem]) -> dict[str, Any]:
    """Return the values of an edit as they are stored; those that cannot be are told and left out."""
    given: dict[str, Any] = {}
    told = _named(edit)
    for name, value in (edit.values or {}).items():
        if name not in FIELDS[edit.part]:
            problems.append(problem(edit.key, place, name, value, f"a {edit.part} has no such field.", f"It has: {', '.join(FIELDS[edit.part])}."))
            continue
        reason, stored = _number(value) if name in _DECIMALS else _text(edit.part, name, value)
        if not reason and name in told and stored != told[name]:
            reason = f"is not what the code says: {told[name]!r}."
        if reason:
            problems.append(problem(edit.key, place, name, value, reason))
        else:
            given[name] = stored
    return given


def _text(part: Part, name: str, value: Any) -> tuple[str, str | None]:
    """Return why a value cannot be a text or a code, or else the value."""
    column = _TEXTS[part].get(name)
    if value is None or value == "":
        return "", None if column is None else ""
    if not isinstance(value, str):
        return "is no text.", None
    if flaw := text_flaw(value):
        return flaw, None
    longest = column.type.length if column is not None and isinstance(column.type, String) else None
    if longest and len(value) > longest:
        return f"has {len(value)} characters; {longest} is the most.", None
    return "", value


def _number(value: Any) -> tuple[str, Decimal | None]:
    """Return why a value cannot be a number of people or a share, or else the value as it comes out of the database."""
    if value is None or value == "":
        return "", Decimal(1)
    try:
        # JSON knows binary fractions only, whose shortest text is what was sent.
        exact = None if isinstance(value, bool | list | tuple) else Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        exact = None
    if exact is None or not exact.is_finite():
        return "is no number.", None
    if not 0 <= exact <= _LARGEST or (exact * MILLION) % 1:
        return "is less than nothing, too large, or finer than six decimal places.", None
    return "", Decimal(int(exact * MILLION)) / MILLION
