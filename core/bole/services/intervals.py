"""
Dated facts on two time axes: one mechanism for every interval table.

`change` records a new dated fact, `revise` corrects what was wrongly held for an interval. Both
close rows on the knowledge axis (``known_to``) and insert others; nothing else is ever written
to a stored row, so that every earlier answer can be given again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, FromClause, Table, func, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from bole.access import Work
from bole.db import bulk_insert, is_postgresql, unit_of_work
from bole.errors import InvalidValue
from bole.models import Assignment, DepartmentInterval, Membership, PositionInterval, Term
from bole.models.people import TwoAxes
from bole.services.timeline import Line, Span, Values, at, lay, restore
from bole.services.versions import begin_version, demand_newest, lock, lock_organisation, moment_of, next_moment
from bole.values import FOREVER, UNTIL_REVISED, from_micros, micros

Identity = tuple[Any, ...]
AXES = ("valid_from", "valid_to", "known_from", "known_to")
VERSION = "org_version_id"


@dataclass(frozen=True, slots=True, eq=False)
class IntervalTable:
    """
    A table on two time axes.

    Args:
        table: has the columns of `AXES`, and `VERSION` where facts belong to an org version.
        identity: columns that say of what a row speaks; at every valid and known moment there is at most one row for it.
        columns: the columns whose values hold for a time.
        defaults: value of every column that may be left out.
    """

    table: Table
    identity: tuple[str, ...]
    columns: tuple[str, ...]
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, model: type[TwoAxes], *identity: str) -> IntervalTable:
        """Return the description of a model's table."""
        table: Table = model.table  # type: ignore[attr-defined]  # the mixin is only ever used with Model
        values = [column for column in table.columns if column.name not in ("id", VERSION, *AXES, *identity)]
        defaults = {column.name: column.default.arg if column.default else None for column in values if column.nullable or column.default}  # type: ignore[attr-defined]  # only scalar defaults are used
        return cls(table, identity, tuple(column.name for column in values), defaults)

    @property
    def versioned(self) -> bool:
        """Whether its facts belong to an org version."""
        return VERSION in self.table.c

    def places(self, values: Mapping[str, Any]) -> dict[int, Any]:
        """Return values by the place of their column."""
        return {self.columns.index(name): value for name, value in values.items()}

    def fresh(self, values: Mapping[str, Any]) -> Values | None:
        """Return all values, the defaults included; nothing where one without default is missing."""
        known = {**self.defaults, **values}
        return tuple(known[name] for name in self.columns) if len(known) == len(self.columns) else None


DEPARTMENTS = IntervalTable.of(DepartmentInterval, "department_id")
POSITIONS = IntervalTable.of(PositionInterval, "position_id")
ASSIGNMENTS = IntervalTable.of(Assignment, "employee_id")
MEMBERSHIPS = IntervalTable.of(Membership, "employee_id", "department_id")
TERMS = IntervalTable.of(Term, "employee_id", "code")


@dataclass(frozen=True, slots=True)
class Fact:
    """
    Something that is true of an identity for a time.

    Args:
        values: by column; columns left out keep what they hold. Nothing at all: from then on nothing holds.
        valid_from: first day.
        valid_to: first day on which it is true no longer. Where it is not given, a change holds until the next
            change already known of the same column, and a revision for ever.
    """

    identity: Identity
    values: Mapping[str, Any] | None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the facts of an identity cannot be taken: the column at fault, the reason, and a hint."""

    column: str
    reason: str
    hint: str = ""


Check = Callable[[Mapping[Identity, Line], Mapping[Identity, Line]], Mapping[Identity, Refusal]]
"""Takes the lines to be stored and the lines stored now; returns the identities that must stay as they are."""


@dataclass(slots=True)
class Laid:
    """
    What laying facts did.

    Args:
        outcomes: ``recorded``, ``corrected`` or ``unchanged`` by place of the fact.
        refused: by place of the fact.
        version: the org version that the facts belong to; nothing where none was needed.
    """

    outcomes: dict[int, str] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    version: int | None = None


def change(
    work: Work, table: IntervalTable, facts: Sequence[Fact], *, version: int | None = None, reason: str = "", check: Check | None = None
) -> Laid:
    """
    Record new dated facts: from a day on, something is so.

    Args:
        facts: in any order; they are laid in order of their first day.
        version: the org version they belong to, the newest one; a new one where none is given and anything changes.
        reason: why, for the version that is made where none is given.
        check: may refuse identities before anything is written.

    Raises:
        Conflict: a later version than the one given was recorded.
    """
    return _lay(work, table, facts, Laid(version=version), reason, "change", check)


def revise(
    work: Work, table: IntervalTable, facts: Sequence[Fact], *, version: int | None = None, reason: str = "", check: Check | None = None
) -> Laid:
    """
    Correct what was wrongly held for an interval; what we believed until now can still be asked for.

    Args:
        facts, version, reason, check: as for `change`.
    """
    return _lay(work, table, facts, Laid(version=version), reason, "revision", check)


def as_of(table: FromClause, on: date | ColumnElement[Any], known_at: datetime | None = None) -> ColumnElement[bool]:
    """
    Return the condition that a row is true on a day, as known at a moment (now, where not given).

    Args:
        table: an interval table, or an alias of one.
        on: the day, or a column that holds it.
    """
    return (table.c.valid_from <= on) & (table.c.valid_to > on) & known(table, known_at)


def known(table: FromClause, known_at: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition that a row was held for true at a moment (now, where not given)."""
    if known_at is None:
        # An equality would make SQLite build an index of its own over all current rows, on each call.
        return table.c.known_to >= UNTIL_REVISED
    return (table.c.known_from <= known_at) & (table.c.known_to > known_at)


def among(session: Session, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of any number of values, sent as one parameter."""
    wanted = list(values)
    if is_postgresql(session.connection()):
        return column == func.any(literal(wanted, ARRAY(column.type)))
    return column.in_(select(func.json_each(json.dumps(wanted)).table_valued("value").c.value))


def stored_lines(session: Session, table: IntervalTable, identities: Collection[Identity]) -> dict[Identity, list[Span]]:
    """Return what is held now of identities, in order of time; identities of which nothing is known are left out."""
    return _read(session, table, identities)[0]


def _read(session: Session, table: IntervalTable, identities: Collection[Identity]) -> tuple[dict[Identity, list[Span]], dict[Identity, int]]:
    if not identities:
        return {}, {}
    columns = table.table.c
    of = len(table.identity)
    version = columns[VERSION] if table.versioned else literal(None, BigInteger)
    wanted = [columns.id, columns.valid_from, columns.valid_to, version, type_coerce(columns.known_from, BigInteger)]
    query = select(*(columns[name] for name in table.identity), *wanted, *(columns[name] for name in table.columns)).where(known(table.table))
    for place, name in enumerate(table.identity):
        query = query.where(among(session, columns[name], sorted({identity[place] for identity in identities})))
    lines: dict[Identity, list[Span]] = {}
    latest: dict[Identity, int] = {}
    keep = set(identities)
    for row in session.execute(query.order_by(columns.valid_from)):
        identity = tuple(row[:of])
        if identity in keep:
            number, start, end, brought_by, moment = row[of : of + 5]
            lines.setdefault(identity, []).append(Span(start, end, tuple(row[of + 5 :]), brought_by, number))
            latest[identity] = max(moment, latest.get(identity, moment))
    return lines, latest


def _lay(work: Work, table: IntervalTable, facts: Sequence[Fact], laid: Laid, reason: str, verb: str, check: Check | None) -> Laid:
    revising = verb == "revision"
    with unit_of_work(work.session) as session:
        # Two sessions that lay facts over the same line would each leave a row for the same day.
        if table.versioned:
            lock_organisation(session)
        else:
            lock(session, table.table.name)
        if laid.version is not None:
            _refuse_earlier(facts, demand_newest(session, laid.version), laid)
        stored, latest = _read(session, table, {fact.identity for fact in facts})
        lines: dict[Identity, Line] = {}
        for place in sorted(set(range(len(facts))) - laid.refused.keys(), key=lambda each: facts[each].valid_from):
            _lay_one(table, facts[place], place, revising, stored, lines, laid)
        lines = {identity: restore(line, stored.get(identity, ())) for identity, line in lines.items()}
        while check and (refused := check(lines, stored)):
            for identity in refused:
                lines.pop(identity)
            for place, fact in enumerate(facts):
                if fact.identity in refused and place in laid.outcomes:
                    del laid.outcomes[place]
                    laid.refused[place] = refused[fact.identity]
        _write(work, table, lines, stored, latest, (verb, reason), laid)
    return laid


def _refuse_earlier(facts: Sequence[Fact], first: date, laid: Laid) -> None:
    """Refuse facts of days on which the version has no say yet: nobody would look for them there."""
    for place, fact in enumerate(facts):
        if fact.valid_from < first:
            reason = f"{fact.valid_from} is before {first}, the day from which the org version holds."
            laid.refused[place] = Refusal("valid_from", reason, "Open a version that holds from the earlier day.")


def _lay_one(
    table: IntervalTable, fact: Fact, place: int, revising: bool, stored: Mapping[Identity, Line], lines: dict[Identity, Line], laid: Laid
) -> None:
    before = stored.get(fact.identity, ())
    given = None if fact.values is None else table.places(fact.values)
    fresh = None if fact.values is None else table.fresh(fact.values)
    end = fact.valid_to or (FOREVER if revising else None)
    try:
        line = lay(lines.get(fact.identity, before), fact.valid_from, end, given, fresh)
    except InvalidValue as error:
        laid.refused[place] = Refusal("valid_from", error.message, error.hint)
        return
    if line is not lines.get(fact.identity, before):
        lines[fact.identity] = line
    if lay(before, fact.valid_from, end, given, fresh or ()) is before:
        laid.outcomes[place] = "unchanged"
    else:
        held = at(before, fact.valid_from)
        laid.outcomes[place] = "corrected" if held and (revising or held.start == fact.valid_from) else "recorded"


def _write(
    work: Work,
    table: IntervalTable,
    lines: Mapping[Identity, Line],
    stored: Mapping[Identity, Line],
    latest: Mapping[Identity, int],
    said: tuple[str, str],
    laid: Laid,
) -> None:
    new = [(identity, span) for identity, line in lines.items() for span in line if span.row is None]
    kept = {span.row for line in lines.values() for span in line}
    gone = [span.row for identity in lines for span in stored.get(identity, ()) if span.row not in kept]
    if not new and not gone:
        return
    # A clock that was set back must not make a row that is known for less than no time.
    now = max(_moment(work, table, laid), max((latest[identity] for identity in lines if identity in latest), default=0))
    if table.versioned and laid.version is None:
        laid.version = begin_version(work, _first_day(new, lines, stored), verb=said[0], moment=now, reason=said[1])
    columns = table.table.c
    if gone:
        work.session.execute(update(table.table).where(among(work.session, columns.id, gone)).values(known_to=from_micros(now)))
    brought_by = (VERSION,) if table.versioned else ()
    bulk_insert(
        work.session,
        table.table,
        (*table.identity, *AXES, *brought_by, *table.columns),
        (
            (
                *identity, span.start.isoformat(), span.end.isoformat(), now, micros(UNTIL_REVISED),
                *((span.version or laid.version,) if brought_by else ()), *span.values,
            )
            for identity, span in new
        ),
    )  # fmt: skip  # the order of the columns


def _moment(work: Work, table: IntervalTable, laid: Laid) -> int:
    if not table.versioned:
        return micros(work.clock.now())
    return next_moment(work) if laid.version is None else moment_of(work)


def _first_day(new: Sequence[tuple[Identity, Span]], lines: Mapping[Identity, Line], stored: Mapping[Identity, Line]) -> date:
    """Return the first day on which anything becomes different."""
    days = [span.start for _, span in new if span.version is None]
    return min(days or [span.end for _, span in new] or [span.start for identity in lines for span in stored[identity]])
