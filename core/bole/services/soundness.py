"""What must be true of the organisation on every day: whatever is named exists then, and no line of superiors is a ring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from bole.models import Department, Employee, Position
from bole.org import LINE
from bole.services.intervals import (
    ASSIGNMENTS,
    DEPARTMENTS,
    MEMBERSHIPS,
    POSITIONS,
    Check,
    Identity,
    IntervalTable,
    Refusal,
    among,
    known,
    stored_lines,
)
from bole.services.timeline import Line, Span, at, first_gap

REFERENCES: Mapping[IntervalTable, Mapping[str, IntervalTable]] = {
    DEPARTMENTS: {"parent_id": DEPARTMENTS},
    POSITIONS: {"department_id": DEPARTMENTS, "reports_to_id": POSITIONS},
    ASSIGNMENTS: {"department_id": DEPARTMENTS, "position_id": POSITIONS},
    MEMBERSHIPS: {"department_id": DEPARTMENTS},
}
"""Columns of interval tables that name something which must exist for as long."""

SUPERIOR: Mapping[IntervalTable, str] = {DEPARTMENTS: "parent_id", POSITIONS: "reports_to_id"}
"""The column that makes a tree of a table."""

NAMES: Mapping[IntervalTable, tuple[str, Column[Any]]] = {
    DEPARTMENTS: ("department", Department.table.c.code),
    POSITIONS: ("position", Position.table.c.code),
    ASSIGNMENTS: ("assignment of employee", Employee.table.c.number),
    MEMBERSHIPS: ("membership of employee", Employee.table.c.number),
}
"""What a row of the table is called, and the code by which people know it."""

Lines = Mapping[Identity, Line]


def soundness(session: Session, table: IntervalTable) -> Check:
    """Return the check that keeps a table of the organisation sound."""

    def check(lines: Lines, stored: Lines) -> Mapping[Identity, Refusal]:
        found = {**_needed(session, table, lines, stored), **_rings(session, table, lines), **_dangling(session, table, lines)}
        return {**found, **_across(session, table, lines)}

    return check


def _code(session: Session, table: IntervalTable, number: int) -> str:
    column = NAMES[table][1]
    return str(session.scalar(select(column).where(column.table.c.id == number)))


def _laid(table: IntervalTable, lines: Lines, column: str) -> list[tuple[Identity, Span, int]]:
    """
    Return the spans that are laid now and name something in a column, with what they name.

    A sin of old must not stand in the way of a change that has nothing to do with it, so what was stored before is not judged.
    """
    if column in table.identity:
        place = table.identity.index(column)
        return [(identity, span, identity[place]) for identity, line in lines.items() for span in line if span.version is None]
    place = table.columns.index(column)
    spans = ((identity, span) for identity, line in lines.items() for span in line if span.version is None)
    return [(identity, span, span.values[place]) for identity, span in spans if span.values[place] is not None]


def _dangling(session: Session, table: IntervalTable, lines: Lines) -> dict[Identity, Refusal]:
    """Return the identities that name something on a day on which it does not exist."""
    refused: dict[Identity, Refusal] = {}
    for column, target in REFERENCES.get(table, {}).items():
        laid = _laid(table, lines, column)
        held: dict[Identity, Line] = {
            **stored_lines(session, target, {(wanted,) for _, _, wanted in laid}),
            **(lines if target is table else {}),
        }
        for identity, span, wanted in laid:
            day = first_gap(held.get((wanted,), ()), span.start, span.end)
            if day is not None and identity not in refused:
                noun = NAMES[target][0]
                reason = f"the {noun} {_code(session, target, wanted)!r} does not exist on {day}."
                refused[identity] = Refusal(column.removesuffix("_id"), reason, f"Let it begin earlier or end later, or name another {noun}.")
    return refused


def _across(session: Session, table: IntervalTable, lines: Lines) -> dict[Identity, Refusal]:
    """Return the identities that would mix the line with an organisation beside it."""
    own = Department.table.c
    if table is POSITIONS or session.scalar(select(own.id).where(own.line != LINE).limit(1)) is None:
        return {}
    column = "parent_id" if table is DEPARTMENTS else "department_id"
    laid = _laid(table, lines, column)
    ids = {named for _, _, named in laid} | ({identity[0] for identity, _, _ in laid} if table is DEPARTMENTS else set())
    belongs = {row.id: (row.line, row.code) for row in session.execute(select(own.id, own.line, own.code).where(among(session, own.id, ids)))}
    refused: dict[Identity, Refusal] = {}
    for identity, _, named in laid:
        line, code = belongs.get(named, (LINE, ""))
        field, reason = column.removesuffix("_id"), f"the department {code!r} belongs to {line!r}"
        if table is MEMBERSHIPS and line == LINE:
            refused[identity] = Refusal(field, f"{reason}, where people are assigned.", "Assign the employee to it instead.")
        elif table is ASSIGNMENTS and line != LINE:
            refused[identity] = Refusal(field, f"{reason}, beside the line.", "Enter a membership instead.")
        elif table is DEPARTMENTS and line != belongs[identity[0]][0]:
            mine = belongs[identity[0]]
            refused[identity] = Refusal(field, f"{reason}, and {mine[1]!r} to {mine[0]!r}.", "Name a parent of the same organisation.")
    return refused


def _needed(session: Session, table: IntervalTable, lines: Lines, stored: Lines) -> dict[Identity, Refusal]:
    """Return the identities that would cease to exist on a day on which something else names them."""
    shorter = {identity for identity, line in lines.items() if any(first_gap(line, span.start, span.end) for span in stored.get(identity, ()))}
    refused: dict[Identity, Refusal] = {}
    if not shorter:
        return refused
    for user, references in REFERENCES.items():
        columns = user.table.c
        for column in (name for name, target in references.items() if target is table):
            query = select(columns[column], columns[user.identity[0]], columns.valid_from, columns.valid_to)
            query = query.where(known(user.table), among(session, columns[column], [number for (number,) in shorter]))
            for named, by, start, end in session.execute(query.order_by(columns[user.identity[0]], columns.valid_from)):
                day = first_gap(lines[named,], start, end)
                if day is not None and (named,) not in refused and not (user is table and (by,) in lines):
                    refused[named,] = _still_named(session, user, by, column, day)
            if user is table:
                for (by,), span, named in _kept(table, lines, column):
                    if (named,) in shorter and (named,) not in refused and (day := first_gap(lines[named,], span.start, span.end)) is not None:
                        refused[named,] = _still_named(session, user, by, column, day)
    return refused


def _kept(table: IntervalTable, lines: Lines, column: str) -> Iterator[tuple[Identity, Span, int]]:
    """Yield the spans that were stored before and stay beside what is laid, with what they name in a column."""
    place = table.columns.index(column)
    for identity, line in lines.items():
        for span in line:
            if span.version is not None and span.values[place] is not None:
                yield identity, span, span.values[place]


def _still_named(session: Session, user: IntervalTable, by: int, column: str, day: date) -> Refusal:
    reason = f"the {NAMES[user][0]} {_code(session, user, by)!r} still names it as its {column.removesuffix('_id')} on {day}."
    return Refusal("valid_to", reason, "Change whatever names it first.")


def _rings(session: Session, table: IntervalTable, lines: Lines) -> dict[Identity, Refusal]:
    """Return the identities that would come to stand above themselves, with the way that leads there."""
    if table not in SUPERIOR or not lines:
        return {}
    place = table.columns.index(SUPERIOR[table])
    held = _with_superiors(session, table, lines, place)
    first = min((span.start for line in lines.values() for span in line if span.row is None), default=date.max)
    days = sorted({span.start for line in held.values() for span in line if span.start >= first})
    refused: dict[Identity, Refusal] = {}
    for day in days:
        for ring in _find_rings(held, lines, place, day):
            names = " → ".join(_code(session, table, number) for number in ring)
            refusal = Refusal(SUPERIOR[table].removesuffix("_id"), f"from {day} on it would stand above itself: {names}.", "Name another superior.")
            refused |= {(number,): refusal for number in ring if (number,) in lines}
    return refused


def _with_superiors(session: Session, table: IntervalTable, lines: Lines, place: int) -> dict[Identity, Line]:
    held: dict[Identity, Line] = dict(lines)
    frontier: Sequence[Line] = list(lines.values())
    while named := {(span.values[place],) for line in frontier for span in line if span.values[place] is not None} - held.keys():
        found = stored_lines(session, table, named)
        held |= {identity: found.get(identity, ()) for identity in named}
        frontier = list(found.values())
    return held


def _find_rings(held: Lines, lines: Lines, place: int, day: date) -> Iterator[list[int]]:
    cleared: set[int] = set()
    for (start,) in lines:
        way: list[int] = []
        number: int | None = start
        while number is not None and number not in cleared:
            if number in way:
                yield [*way[way.index(number) :], number]
                break
            way.append(number)
            span = at(held[number,], day)
            number = span.values[place] if span else None
        cleared.update(way)
