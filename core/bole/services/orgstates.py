"""States of the organisation: read as of a day and a moment, compared, and laid down again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    FromClause,
    Select,
    String,
    Table,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from bole.access import Work, requires
from bole.db import is_postgresql
from bole.models import MILLION, Assignment, Department, DepartmentInterval, Employee, LegalEntity, Membership, Position, PositionInterval
from bole.models.types import Moment
from bole.org import DECIMALS, FIELDS, LINE, OrgDiff, Part, Structure, compare
from bole.services.intervals import among
from bole.services.reach import demand_company
from bole.services.spans import holds
from bole.values import AS_KNOWN_NOW, FOREVER, UNTIL_REVISED, micros

ALL = frozenset(Part)
IDENTITY = {Part.DEPARTMENT: "department_id", Part.POSITION: "position_id", Part.ASSIGNMENT: "employee_id", Part.MEMBERSHIP: "employee_id"}
TABLES: Mapping[Part, Table] = {
    Part.DEPARTMENT: DepartmentInterval.table,
    Part.POSITION: PositionInterval.table,
    Part.ASSIGNMENT: Assignment.table,
    Part.MEMBERSHIP: Membership.table,
}
Ids = Mapping[Part, Collection[int]]
"""Which identities are asked for; parts that are missing are not."""

_D, _P, _E = Department.table, Position.table, Employee.table


@dataclass(frozen=True, slots=True)
class Instant:
    """
    A point on both time axes.

    Args:
        on: the day of which is spoken.
        known_at: as known at this moment; now, where not given.
    """

    on: date
    known_at: datetime | None = None


@requires("core.org.read")
def read_structure(
    work: Work,
    on: date,
    known_at: datetime | None = None,
    *,
    line: str | None = LINE,
    parts: Collection[Part] = ALL,
    codes: Mapping[Part, Collection[str]] | None = None,
) -> Structure:
    """
    Return the organisation of a day, as known at a moment (now, where not given).

    Args:
        line: which organisation; all of them where it is None.
        parts: which parts of it; people's places take a scope over the whole company.
        codes: for each part the codes that are asked for; all where not given.

    Raises:
        Forbidden: the actor may not see where everybody works, and people were asked for.
    """
    _demand(work, parts)
    if codes is None:
        return read_parts(work.session, Instant(on, known_at), parts, line=line)
    wanted = {part: _ids(work.session, part, codes[part]) for part in parts if part in codes}
    found = read_parts(work.session, Instant(on, known_at), parts, line=line, ids=wanted)
    kept = {f"{part}s": {code: facts for code, facts in found.records(part).items() if code in codes.get(part, ())} for part in Part}
    return Structure(**kept, line=found.line)


@requires("core.org.read")
def diff_between(work: Work, before: Instant, after: Instant, *, parts: Collection[Part] = ALL) -> OrgDiff:
    """
    Return what is different between two points, of the line and of what stands beside it.

    The cost follows the number of changes between the two, not the size of the organisation.

    Raises:
        Forbidden: the actor may not see where everybody works, and people were asked for.
    """
    _demand(work, parts)
    days, moments = before.on != after.on, (before.known_at or UNTIL_REVISED) != (after.known_at or UNTIL_REVISED)
    if not days and not moments:
        return OrgDiff()
    given = {"on": before.on, "known_at": before.known_at or AS_KNOWN_NOW, "then_on": after.on, "then_known_at": after.known_at or AS_KNOWN_NOW}
    given |= _between(before, after)
    sides: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    for part in Part:
        if part in parts:
            found = _both_sides(part, work.session.execute(_difference(part, days, moments), given))
            for side, records in zip(sides, found, strict=True):
                side[f"{part}s"] = records
    return compare(Structure(**sides[0]), Structure(**sides[1]))


def read_parts(session: Session, at: Instant, parts: Collection[Part], *, line: str | None, ids: Ids | None = None) -> Structure:
    """Return the records of parts at a point; of the identities in `ids` only, where given."""
    records: dict[str, dict[str, dict[str, Any]]] = {}
    given: dict[str, Any] = {"on": at.on, "known_at": at.known_at or AS_KNOWN_NOW}
    given |= {} if line is None else {"line": line}
    postgresql = is_postgresql(session.connection())
    for part in parts:
        if ids is None or ids.get(part):
            only = {} if ids is None else {"ids": _listed(ids[part], postgresql)}
            rows = session.execute(_query(part, postgresql, line is not None, ids is not None), {**given, **only})
            records[f"{part}s"] = {row[0]: _facts(part, row[1:]) for row in rows}
    return Structure(**records, line=line or LINE)


def _both_sides(part: Part, rows: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the records of two points from rows that say at which of the two they are so."""
    found: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    for code, *values, first, last in rows:
        facts = _facts(part, values)
        for side, is_so in zip(found, (first, last), strict=True):
            if is_so:
                side[code] = facts
    return found


def _listed(ids: Collection[int], postgresql: bool) -> Any:
    return list(ids) if postgresql else json.dumps(list(ids))


def changed_ids(session: Session, part: Part, before: Instant, after: Instant) -> set[int]:
    """Return the identities of which a row begins or ends between two points, on either axis: no other can differ."""
    days, moments = before.on != after.on, (before.known_at or UNTIL_REVISED) != (after.known_at or UNTIL_REVISED)
    return set(session.scalars(_changed(part, days, moments), _between(before, after))) if days or moments else set()


def _between(before: Instant, after: Instant) -> dict[str, Any]:
    """Return the parameters of `_changed`."""
    first, last = sorted((before.on, after.on))
    early, late = sorted(instant.known_at or UNTIL_REVISED for instant in (before, after))
    return {"first": first, "last": last, "early": early, "late": late}


@lru_cache
def _difference(part: Part, days: bool, moments: bool) -> Select[Any]:
    """
    Return the query of the records that changed between two points, as they are at both.

    A row that is so at one point and not at the other begins or ends between them; one that is so at both is no difference,
    and leaves no room for another of its identity. So the rows themselves are asked for, and not what else is known of them.
    """
    return _query(part, False, False, False, both=True).where(or_(*_begins_or_ends(part, days, moments)))


@lru_cache
def _changed(part: Part, days: bool, moments: bool) -> CompoundSelect[tuple[int]]:
    """Return the query of the identities that changed between days, between moments, or both."""
    return union(*(select(TABLES[part].c[IDENTITY[part]]).where(condition) for condition in _begins_or_ends(part, days, moments)))


def _begins_or_ends(part: Part, days: bool, moments: bool) -> list[ColumnElement[bool]]:
    """Return the conditions that a row begins or ends between two days or two moments, each served by an index of its own."""
    c = TABLES[part].c
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    early, late = bindparam("early", type_=Moment), bindparam("late", type_=Moment)
    # The open end stands as a constant in the text: only so do the databases see that the index of ended rows will do.
    conditions: list[ColumnElement[bool]] = []
    if days:
        conditions += [(c.valid_from > first) & (c.valid_from <= last)]
        conditions += [(c.valid_to > first) & (c.valid_to <= last) & (c.valid_to < literal_column(f"'{FOREVER}'"))]
    if moments:
        conditions += [(c.known_from > early) & (c.known_from <= late)]
        conditions += [(c.known_to > early) & (c.known_to <= late) & (c.known_to < literal_column(str(micros(UNTIL_REVISED))))]
    return conditions


def _demand(work: Work, parts: Collection[Part]) -> None:
    if not {Part.ASSIGNMENT, Part.MEMBERSHIP}.isdisjoint(parts):
        demand_company(work, "core.org.read")


def _ids(session: Session, part: Part, codes: Collection[str]) -> list[int]:
    names = {code.rpartition("@")[0] for code in codes} if part is Part.MEMBERSHIP else set(codes)
    column = {Part.DEPARTMENT: _D.c.code, Part.POSITION: _P.c.code}.get(part, _E.c.number)
    return list(session.scalars(select(column.table.c.id).where(among(session, column, names))))


def _facts(part: Part, values: Any) -> dict[str, Any]:
    facts = dict(zip(FIELDS[part], values, strict=True))
    for name in DECIMALS & facts.keys():
        facts[name] = Decimal(facts[name]) / MILLION
    return facts


@lru_cache
def _query(part: Part, postgresql: bool, by_line: bool, by_ids: bool, both: bool = False) -> Select[Any]:
    """
    Return the query of code and fields of a part's records at a point, in the order of `FIELDS`.

    It is made once: making it takes longer than asking. With `both` it is of two points, and says of each record at which of
    them it is so.
    """
    table, placed = TABLES[part], _D.alias("placed")
    own, fields, named, joined = _RECORDS[part](table, placed)
    codes, joined = _codes(joined, named, few=both)
    query = select(own, *(codes[each] if isinstance(each, str) else each for each in fields))
    points = [holds(table, bindparam(f"{then}on", type_=Date), bindparam(f"{then}known_at", type_=Moment)) for then in ("", "then_")[: 1 + both]]
    query = query.add_columns(*points) if both else query
    query = query.select_from(joined).where(or_(*points))
    query = query.where(placed.c.line == bindparam("line", type_=String)) if by_line else query
    return query.where(_among_ids(table.c[IDENTITY[part]], postgresql)) if by_ids else query


Named = dict[str, tuple[FromClause, ColumnElement[Any]]]
"""What a row may name: a table of codes, and the column that leads there."""

Record = tuple[ColumnElement[Any], tuple[Any, ...], Named, FromClause]
"""A part's own code, its fields in the order of `FIELDS` (columns, or what it names), what it names, and the tables."""


def _department(table: Table, placed: FromClause) -> Record:
    c = table.c
    named: Named = {
        "parent": (_D.alias("parent"), c.parent_id),
        "head": (_E.alias("head"), c.head_id),
        "entity": (LegalEntity.table, c.legal_entity_id),
    }
    return placed.c.code, (c.name_zh, c.name_en, "parent", "head", "entity"), named, table.join(placed, placed.c.id == c.department_id)


def _position(table: Table, placed: FromClause) -> Record:
    c = table.c
    joined = table.join(_P, _P.c.id == c.position_id).join(placed, placed.c.id == c.department_id)
    fields = (placed.c.code, "superior", c.title_zh, c.title_en, c.grade, c.fte)
    return _P.c.code, fields, {"superior": (_P.alias("superior"), c.reports_to_id)}, joined


def _assignment(table: Table, placed: FromClause) -> Record:
    c = table.c
    joined = table.join(_E, _E.c.id == c.employee_id).join(placed, placed.c.id == c.department_id)
    named: Named = {"post": (_P.alias("post"), c.position_id), "manager": (_E.alias("manager"), c.manager_id)}
    return _E.c.number, (placed.c.code, "post", "manager"), named, joined


def _membership(table: Table, placed: FromClause) -> Record:
    c = table.c
    joined = table.join(_E, _E.c.id == c.employee_id).join(placed, placed.c.id == c.department_id)
    return _E.c.number + "@" + placed.c.code, (_E.c.number, placed.c.code, c.role, c.share), {}, joined


_RECORDS: Mapping[Part, Callable[[Table, FromClause], Record]] = {
    Part.DEPARTMENT: _department,
    Part.POSITION: _position,
    Part.ASSIGNMENT: _assignment,
    Part.MEMBERSHIP: _membership,
}


def _codes(joined: FromClause, named: Named, *, few: bool) -> tuple[dict[str, Any], FromClause]:
    """
    Return the codes of what rows may name, and the joins that lead to them.

    For few rows each code is looked up by itself: as joins PostgreSQL would read all departments in order to name a hundred.
    """
    found: dict[str, Any] = {}
    for name, (table, column) in named.items():
        code = table.c.number if "number" in table.c else table.c.code
        if few:
            found[name] = select(code).where(table.c.id == column).scalar_subquery()
        else:
            found[name], joined = code, joined.outerjoin(table, table.c.id == column)
    return found, joined


def _among_ids(column: ColumnElement[Any], postgresql: bool) -> ColumnElement[bool]:
    if postgresql:
        return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("ids", type_=String)).table_valued("value").c.value))
