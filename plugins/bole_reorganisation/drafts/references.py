"""Whether what edits name exists in the draft, and whether anything would come to stand above itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Column, select

from bole import LINE, Facts, Part, Problem, Work, among, tables
from bole_reorganisation.drafts.proposing import Proposed, problem
from bole_reorganisation.drafts.states import belongs, records_of
from bole_reorganisation.drafts.stored import Key, StoredDraft

RECORDS: Mapping[str, Part] = {
    "parent": Part.DEPARTMENT,
    "department": Part.DEPARTMENT,
    "reports_to": Part.POSITION,
    "position": Part.POSITION,
}
"""The fields that name another record of the structure."""

OUTSIDE: Mapping[str, Column[str]] = {
    "head": tables.Employee.table.c.number,
    "manager": tables.Employee.table.c.number,
    "employee": tables.Employee.table.c.number,
    "legal_entity": tables.LegalEntity.table.c.code,
}
"""The fields that name something outside of it, and the column in which the code stands."""

SUPERIOR = {Part.DEPARTMENT: "parent", Part.POSITION: "reports_to"}
_NOUNS = {"head": "employee", "manager": "employee", "employee": "employee", "legal_entity": "legal entity"}


class Seen:
    """What is so of records with the edits, read as it is asked for."""

    def __init__(self, draft: StoredDraft, work: Work, proposed: Proposed) -> None:
        self._draft, self._work = draft, work
        self._facts: dict[Key, Facts | None] = {key: change.after for key, change in proposed.changes.items()}

    def read(self, keys: Iterable[Key]) -> dict[Key, Facts]:
        """Return records that exist."""
        wanted = set(keys)
        missing = wanted - self._facts.keys()
        found = records_of(self._draft, self._work, missing) if missing else {}
        self._facts |= {key: found.get(key) for key in missing}
        return {key: facts for key in wanted if (facts := self._facts[key]) is not None}


def check_references(draft: StoredDraft, work: Work, proposed: Proposed, problems: list[Problem]) -> None:
    """Tell what edits name although it does not exist, and what would stand above itself, or across two organisations."""
    seen = Seen(draft, work, proposed)
    named = list(_named(proposed))
    there = seen.read((RECORDS[name], value) for _, name, value in named if name in RECORDS)
    outside = _outside(work, ((name, value) for _, name, value in named if name not in RECORDS))
    for key, name, value in named:
        place = proposed.places[key]
        if name in RECORDS and (RECORDS[name], value) not in there:
            noun = "post" if RECORDS[name] is Part.POSITION else "department"
            problems.append(problem(key, place, name, value, f"there is no such {noun} in the draft.", "Begin it first, or name another."))
        elif name not in RECORDS and value not in outside[OUTSIDE[name]]:
            problems.append(problem(key, place, name, value, f"there is no such {_NOUNS[name]}.", "Enter it first, or mend the code."))
        elif name == "manager" and value == key[1]:
            hint = "Leave it empty: the head of the department is meant then."
            problems.append(problem(key, place, name, value, "nobody is his or her own manager.", hint))
    problems += _rings(seen, proposed)
    problems += _across(work, proposed)


def _named(proposed: Proposed) -> Iterator[tuple[Key, str, str]]:
    """Yield each record with the fields of it that newly name something, and what they name."""
    for key, change in proposed.changes.items():
        facts = change.after
        if facts is None:
            continue
        given = proposed.fields.get(key, ())
        fields = [name for name in facts if name in given or change.before is None]
        for name in (name for name in fields if name in RECORDS or name in OUTSIDE):
            if facts[name] is not None:
                yield key, name, facts[name]
        if key[0] is Part.ASSIGNMENT and change.before is None:
            yield key, "employee", key[1]


def _outside(work: Work, named: Iterable[tuple[str, str]]) -> dict[Column[str], set[str]]:
    """Return which of the codes named exist, by the column in which they stand."""
    codes: dict[Column[str], set[str]] = {column: set() for column in OUTSIDE.values()}
    for name, value in named:
        codes[OUTSIDE[name]].add(value)
    return {
        column: set(work.session.scalars(select(column).where(among(work.session, column, sorted(wanted))))) if wanted else set()
        for column, wanted in codes.items()
    }


def _rings(seen: Seen, proposed: Proposed) -> Iterator[Problem]:
    """Yield a problem for each record that would come to stand above itself."""
    for part, field in SUPERIOR.items():
        starts = [key for key, change in proposed.changes.items() if key[0] is part and change.after and field in proposed.fields.get(key, ())]
        above: dict[str, str | None] = {}
        waiting = set(starts)
        while waiting:
            found = seen.read(waiting)
            above |= {key[1]: facts[field] for key, facts in found.items()}
            waiting = {(part, code) for facts in found.values() if (code := facts[field]) is not None and code not in above}
        for key in starts:
            way = _way_round(key[1], above)
            if way:
                reason = f"it would stand above itself: {' → '.join(way)}."
                yield problem(key, proposed.places[key], field, above[key[1]], reason, "Name another superior.")


def _way_round(start: str, above: Mapping[str, str | None]) -> list[str]:
    """Return the way from a record up to itself; nothing where there is none."""
    way = [start]
    passed = {start}
    while (superior := above.get(way[-1])) is not None:
        way.append(superior)
        if superior == start:
            return way
        if superior in passed:
            return []
        passed.add(superior)
    return []


def _across(work: Work, proposed: Proposed) -> Iterator[Problem]:
    """Yield a problem for each record that would mix the line with an organisation beside it."""
    fields = {Part.DEPARTMENT: "parent", Part.ASSIGNMENT: "department", Part.MEMBERSHIP: "department"}
    placed = [
        (key, fields[key[0]], change.after[fields[key[0]]])
        for key, change in proposed.changes.items()
        if key[0] in fields and change.after and (change.before is None or fields[key[0]] in proposed.fields.get(key, ()))
    ]
    lines = belongs([code for key, _, named in placed for code in (key[1], named) if code], work)
    for key, field, named in placed:
        if named is None:
            continue
        line, place = lines.get(named, LINE), proposed.places[key]
        if key[0] is Part.DEPARTMENT and line != lines.get(key[1], LINE):
            reason = f"the department belongs to {line!r}, and {key[1]!r} to {lines.get(key[1], LINE)!r}."
            yield problem(key, place, field, named, reason, "Name a department of the same organisation.")
        elif key[0] is Part.ASSIGNMENT and line != LINE:
            yield problem(key, place, field, named, f"the department belongs to {line!r}, beside the line.", "Edit a membership instead.")
        elif key[0] is Part.MEMBERSHIP and line == LINE:
            yield problem(key, place, field, named, "people are assigned to departments of the line.", "Edit the assignment instead.")
