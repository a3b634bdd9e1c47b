"""Recording entries in interval tables: codes become ids, everything is checked, good facts are laid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Table, delete
from sqlalchemy.orm import Session

from bole.access import Work
from bole.contracts.extension import ImportOutcome
from bole.db import bulk_insert, unit_of_work
from bole.errors import BoleError, InvalidValue
from bole.models import MILLION
from bole.services.entries import DatedEntry, Findings, check_repeats, check_values, filled, numbers_of, parts
from bole.services.intervals import Fact, IntervalTable, among, change, revise
from bole.services.soundness import soundness
from bole.values import FOREVER


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """
    How entries of one kind are recorded.

    Args:
        noun: names one of them in messages.
        key: name of each part of the key to the column in which its code stands; nothing where it is stored as it is.
        fields: name of each field to the column of `table` it ends in.
        references: field to the column in which its code stands; the other fields are stored as they are.
        convert: field to what makes the stored value; refuses by an error.
        creates: the table of identities in which an unknown code is entered, where that is so.
    """

    noun: str
    table: IntervalTable
    key: Mapping[str, Column[Any] | None]
    fields: Mapping[str, str]
    references: Mapping[str, Column[Any]] = field(default_factory=dict)
    convert: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    creates: Table | None = None


def millionths(value: Decimal | int) -> int:
    """
    Return a figure as it is stored, in millionths.

    Raises:
        InvalidValue: it is not finite, finer than a millionth, or larger than nine trillion.
    """
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact) > 9 * 10**12 or (exact * MILLION) % 1:
        raise InvalidValue("core.not_millionths", f"{value} is finer than six decimal places, or too large.", "Give at most six decimal places.")
    return int(exact * MILLION)


def counted(value: Decimal | int) -> int:
    """
    Return full-time equivalents, or a part of somebody's time, as stored: in millionths.

    Raises:
        InvalidValue: it is negative, or cannot be stored so.
    """
    if value < 0:
        raise InvalidValue("core.negative", f"{value} is less than nothing.", "Give 0 or more.")
    return millionths(value)


def record(
    work: Work,
    kind: Kind,
    entries: Sequence[DatedEntry],
    *,
    revising: bool = False,
    version: int | None = None,
    reason: str = "",
    good_only: bool = False,
    findings: Findings | None = None,
    closing: Sequence[Fact] = (),
) -> ImportOutcome:
    """
    Record entries as changes or revisions.

    Args:
        version: the org version that brings them, the newest one; one is made where none is given and anything changes.
        reason: why, for the version that is made.
        good_only: whether good entries are written although others are bad.
        findings: what is already known to be wrong with them.
        closing: facts to lay in the same breath, not counted.

    Raises:
        ProblemsFound: entries are bad and `good_only` is not set; nothing was written.
    """
    found = findings or Findings(kind.noun, entries)
    with unit_of_work(work.session) as session:
        _check(kind, entries, found, revising)
        created = _create(session, kind, entries, found)
        facts = _resolve(session, kind, entries, found)
        lay, check = (revise if revising else change), soundness(session, kind.table)
        laid = lay(work, kind.table, [*facts.values(), *closing], version=version, reason=reason, check=check)
        for index, place in enumerate(facts):
            if refusal := laid.refused.get(index):
                found.add(place, refusal.column, (entries[place].values or {}).get(refusal.column), refusal.reason, refusal.hint)
            else:
                found.outcomes[place] = laid.outcomes[index]
        _forget(session, kind, created - {parts(entries[place])[0] for place in found.outcomes})
        return found.settle(good_only)


def _check(kind: Kind, entries: Sequence[DatedEntry], found: Findings, revising: bool) -> None:
    check_values(found, kind.table.table, kind.fields, tuple(kind.key))
    for place, entry in enumerate(entries):
        if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
            found.add(place, "valid_to", entry.valid_to, f"is not after {entry.valid_from}, the day from which it is said to hold.")
        elif entry.valid_from >= FOREVER:
            found.add(place, "valid_from", entry.valid_from, "is too late a day.")
    content = [(entry.valid_to, None if entry.values is None else dict(entry.values)) for entry in entries]
    check_repeats(found, [((*parts(entry), entry.valid_from), content[place]) for place, entry in enumerate(entries)])
    _check_overlaps(entries, found, revising)


def _check_overlaps(entries: Sequence[DatedEntry], found: Findings, revising: bool) -> None:
    last: dict[tuple[str, ...], int] = {}
    for place in sorted(found.good, key=lambda each: entries[each].valid_from):
        entry = entries[place]
        before = last.get(parts(entry))
        end = None if before is None else entries[before].valid_to or (FOREVER if revising else None)
        if before is not None and end is not None and end > entry.valid_from:
            reason = f"overlaps row {found.row(before)}, which says what holds from {entries[before].valid_from} to {end}."
            found.add(place, "valid_from", entry.valid_from, reason, "Let one end on the day on which the other begins.")
        else:
            last[parts(entry)] = place


def _create(session: Session, kind: Kind, entries: Sequence[DatedEntry], found: Findings) -> set[str]:
    """Enter the identities of unknown codes, unless what they name is missing; return the codes."""
    if kind.creates is None:
        return set()
    code = kind.creates.c.code
    own = [name for name, column in kind.references.items() if column is code]
    named = {entries[place].values.get(name) for place in found.good for name in own if entries[place].values}  # type: ignore[union-attr]  # just asked
    known = numbers_of(session, code, {*(parts(entries[place])[0] for place in found.good), *(each for each in named if each)})
    while True:
        codes = {parts(entries[place])[0] for place in found.good if entries[place].values is not None}
        there = codes | known.keys()
        bad = [(place, name) for place in found.good for name in own if _unknown(entries[place], name, there)]
        if not bad:
            break
        for place, name in bad:
            found.add(place, name, (entries[place].values or {})[name], f"no {kind.noun} has this code.", "Enter it, or mend the code.")
    new = sorted(codes - known.keys())
    bulk_insert(session, kind.creates, ("code",), ((each,) for each in new))
    return set(new)


def _unknown(entry: DatedEntry, name: str, known: set[str]) -> bool:
    value = (entry.values or {}).get(name)
    return value is not None and value not in known


def _resolve(session: Session, kind: Kind, entries: Sequence[DatedEntry], found: Findings) -> dict[int, Fact]:
    good = found.good
    ids: dict[Column[Any], dict[str, int]] = {}
    for column in {*kind.references.values(), *(column for column in kind.key.values() if column is not None)}:
        keys = [code for place in good for code, at in zip(parts(entries[place]), kind.key.values(), strict=True) if at is column]
        named = [(entries[place].values or {}).get(name) for place in good for name, at in kind.references.items() if at is column]
        ids[column] = numbers_of(session, column, {*keys, *(code for code in named if code)})
    facts: dict[int, Fact] = {}
    for place in good:
        entry = entries[place]
        identity = tuple(
            code if column is None else _number(found, place, name, column, code, ids)
            for (name, column), code in zip(kind.key.items(), parts(entry), strict=True)
        )
        stored = {kind.fields[name]: _stored(kind, found, place, name, value, ids) for name, value in (entry.values or {}).items()}
        if place not in found.bad:
            values = None if entry.values is None else filled(kind.table.table, stored)
            facts[place] = Fact(identity, values, entry.valid_from, entry.valid_to)
    return facts


def _stored(kind: Kind, found: Findings, place: int, name: str, value: Any, ids: Mapping[Column[Any], Mapping[str, int]]) -> Any:
    if name in kind.references:
        return None if value is None else _number(found, place, name, kind.references[name], value, ids)
    if name in kind.convert and value is not None:
        try:
            return kind.convert[name](value)
        except BoleError as error:
            found.add(place, name, value, error.message, error.hint)
            return None
    return value


def _number(found: Findings, place: int, name: str, column: Column[Any], code: str, ids: Mapping[Column[Any], Mapping[str, int]]) -> int | None:
    number = ids[column].get(code)
    if number is None:
        noun = column.table.name.removeprefix("core_").replace("_", " ")
        found.add(place, name, code, f"no {noun} has this {column.name}.", "Enter it first, or mend the code.")
    return number


def _forget(session: Session, kind: Kind, codes: set[str]) -> None:
    if kind.creates is not None and codes:
        session.execute(delete(kind.creates).where(among(session, kind.creates.c.code, sorted(codes))))
