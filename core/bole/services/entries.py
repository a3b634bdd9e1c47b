"""Entries: what people, files and forms state in codes, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Column, String, Table, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bole.contracts.extension import ImportOutcome
from bole.errors import Problem, refuse_if_any
from bole.services.intervals import among

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A record known by a code.

    Args:
        key: the code, or the codes, that name it.
        values: by field; fields left out stay as they are. Nothing at all takes it away, where that is possible.
        where, row: where it stood, for the words of problems; its place from 1 where not given.
    """

    key: str | tuple[str, ...]
    values: Mapping[str, Any] | None
    where: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """
    Something true of what a code names, from a day on.

    Args:
        key: the code, or the codes, that name it.
        valid_from: first day.
        values: by field; fields left out keep what they hold. Nothing at all: from then on nothing holds.
        valid_to: first day on which it is true no longer. Where it is not given, a change holds until the next
            change already known of the same field, and a revision for ever.
        where, row: as for `Entry`.
    """

    key: str | tuple[str, ...]
    valid_from: date
    values: Mapping[str, Any] | None
    valid_to: date | None = None
    where: str = ""
    row: int = 0


class Stated(Protocol):
    """What both kinds of entries have."""

    @property
    def key(self) -> str | tuple[str, ...]:
        """What it speaks of."""

    @property
    def values(self) -> Mapping[str, Any] | None:
        """What it says."""

    @property
    def where(self) -> str:
        """In which input it stood."""

    @property
    def row(self) -> int:
        """In which row of it."""


def parts(entry: Stated) -> tuple[str, ...]:
    """Return an entry's key as a tuple."""
    return (entry.key,) if isinstance(entry.key, str) else entry.key


@dataclass(slots=True)
class Findings:
    """
    What is wrong with entries, and what became of the good ones.

    Args:
        noun: names one of them in messages.
        outcomes: ``recorded``, ``corrected`` or ``unchanged`` by place, from 0.
    """

    noun: str
    entries: Sequence[Stated]
    problems: list[Problem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    outcomes: dict[int, str] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)

    def add(self, place: int, column: str, value: object, reason: str, hint: str = "") -> None:
        """Note that the entry at a place cannot be taken."""
        self.bad.add(place)
        shown = "" if value is None else str(value)
        self.problems.append(Problem(self.entries[place].where or f"{self.noun}s", self.row(place), column, shown[:200], reason, hint))

    def row(self, place: int) -> int:
        """Return the row in which an entry stood, or its place from 1."""
        return self.entries[place].row or place + 1

    @property
    def good(self) -> list[int]:
        """The places of entries with nothing wrong, those that only repeat another left out."""
        return [place for place in range(len(self.entries)) if place not in self.bad and place not in self.repeats]

    def settle(self, good_only: bool) -> ImportOutcome:
        """
        Return what was done and what is wrong.

        Raises:
            ProblemsFound: there are problems, and all or nothing was asked for.
        """
        for place, first in self.repeats.items():
            if first in self.bad:
                self.add(place, "", "", f"repeats row {self.row(first)}, which cannot be taken.")
        if not good_only:
            message = f"{len(self.problems)} problem(s) in {len(self.entries)} {self.noun}(s); nothing was recorded."
            refuse_if_any(self.problems, code=f"core.{self.noun.replace(' ', '_')}s_refused", message=message)
        said = list(self.outcomes.values())
        unchanged = said.count("unchanged") + len(self.repeats.keys() - self.bad)
        problems = sorted(self.problems, key=lambda problem: problem.row)
        return ImportOutcome(said.count("recorded"), said.count("corrected"), unchanged, tuple(problems))


def check_values(findings: Findings, table: Table, fields: Mapping[str, str], key: Sequence[str]) -> None:
    """
    Note unknown fields, texts that are too long or hold NUL, numbers that are too large, and empty keys.

    Args:
        table: where the values go.
        fields: field name to the column it ends in.
        key: names of the key's parts.
    """
    for place, entry in enumerate(findings.entries):
        for name, code in zip(key, parts(entry), strict=True):
            if not code:
                findings.add(place, name, code, "is missing.")
            _check_value(findings, place, name, code, table.c.get(fields.get(name, name)))
        for name, value in (entry.values or {}).items():
            if name not in fields:
                findings.add(place, name, value, f"a {findings.noun} has no such field.", f"It has: {', '.join(fields)}.")
            else:
                _check_value(findings, place, name, value, table.c[fields[name]])


def _check_value(findings: Findings, place: int, name: str, value: Any, column: Column[Any] | None) -> None:
    if isinstance(value, str):
        longest = column.type.length if column is not None and isinstance(column.type, String) else 200
        if longest and len(value) > longest:
            findings.add(place, name, value, f"has {len(value)} characters; {longest} is the most.")
        elif "\0" in value:
            findings.add(place, name, value, "holds a NUL character.")
    elif value is None and column is not None and not column.nullable and column.default is None:
        findings.add(place, name, "", "cannot be empty.")
    elif isinstance(value, int) and abs(value) > _LARGEST:
        findings.add(place, name, value, "is too large.")


def check_repeats(findings: Findings, says: Sequence[tuple[Any, Any]]) -> None:
    """
    Note entries that say something else than an earlier one of the same key; those that say the same are repeats.

    Args:
        says: key and content of every entry.
    """
    first: dict[Any, int] = {}
    for place, (key, content) in enumerate(says):
        if place in findings.bad:
            continue
        earlier = first.setdefault(key, place)
        if earlier != place and says[earlier][1] == content:
            findings.repeats[place] = earlier
        elif earlier != place:
            shown = " ".join(str(part) for part in key)
            findings.add(place, "", shown, f"row {findings.row(earlier)} says something else of the same.", "Keep one of the two.")


def filled(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by column, with the column's default where it cannot be empty and is."""
    defaults = {name: default_of(table.c[name]) for name, value in values.items() if value is None and not table.c[name].nullable}
    return {**values, **defaults}


def default_of(column: Column[Any]) -> Any:
    """Return the value that a column has where none is given; nothing where it must be given, too."""
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


def numbers_of(session: Session, code: Column[Any], codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of the rows that codes name; unknown codes are left out."""
    wanted = sorted({each for each in codes if "\0" not in each})
    if not wanted:
        return {}
    return {row[0]: row[1] for row in session.execute(select(code, code.table.c.id).where(among(session, code, wanted)))}
