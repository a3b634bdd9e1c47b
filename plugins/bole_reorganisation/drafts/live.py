"""A draft held against what is live: what of it can be laid over the organisation of a day, and what later plans make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Table, select

from bole import (
    FIELD_WORDS,
    FOREVER,
    PART_WORDS,
    UNTIL_REVISED,
    Change,
    Label,
    Merged,
    Part,
    Structure,
    Work,
    among,
    merge_changes,
    read_structure,
    tables,
)
from bole_reorganisation.drafts.stored import Line

Codes = Mapping[Part, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Later:
    """
    Something planned already that ends what a draft says.

    Args:
        field: empty where the record as a whole begins or ends.
        on: the day from which the plan holds.
        value: what the field then is; for a whole record its code, or nothing where it ends.
    """

    part: Part
    code: str
    field: str
    on: date
    value: Any

    @property
    def sentence(self) -> Label:
        """The same in one sentence."""
        part = PART_WORDS[self.part]
        if not self.field:
            ends = (
                Label("已计划撤销", "it is planned to be closed") if self.value is None else Label("已有其他计划", "something else is planned of it")
            )
            return Label(f"{part.zh} {self.code}：自 {self.on} 起{ends.zh}", f"{part.en} {self.code}: from {self.on} on {ends.en}")
        field, zh, en = FIELD_WORDS[self.field], self.value or "（无）", self.value or "nothing"
        return Label(
            f"{part.zh} {self.code}：自 {self.on} 起{field.zh}按已有计划变为 {zh}",
            f"{part.en} {self.code}: from {self.on} on the {field.en} is {en}, as is planned already",
        )


def merged_with_live(lines: Iterable[Line], work: Work, on: date) -> Merged:
    """Return what lines of a draft change in the organisation of a day as known now, and what somebody must decide first."""
    changes = [line.change for line in lines if line.is_change]
    return merge_changes(changes, live_records(codes_of(changes), work, on))


def live_records(codes: Codes, work: Work, on: date) -> Structure:
    """Return what is so of records on a day, as known now."""
    return read_structure(work, on, line=None, parts=tuple(codes), codes=codes)


def codes_of(changes: Iterable[Change]) -> Codes:
    """Return the codes that changes speak of, by part."""
    found: dict[Part, set[str]] = {}
    for change in changes:
        found.setdefault(change.part, set()).add(change.code)
    return {part: frozenset(codes) for part, codes in found.items()}


def later_plans(changes: Sequence[Change], work: Work, on: date) -> tuple[Later, ...]:
    """
    Return what is planned already and ends what changes say: each field holds until the next day from which something else is known of it.

    Args:
        changes: from the organisation of the day on which they would be recorded.
    """
    codes = codes_of(changes)
    days = sorted({day for part in codes for day in _days(part, codes[part], work, on)})
    states = [(day, live_records(codes, work, day)) for day in days]
    found = [later for change in changes for later in _ends(change, states)]
    return tuple(sorted(found, key=lambda each: (each.on, each.part, each.code, each.field)))


def _ends(change: Change, states: Sequence[tuple[date, Structure]]) -> Iterator[Later]:
    """Yield what ends one change: what holds on a day is compared with what held on the day of the change."""
    open_fields, interrupted = set(change.fields), change.before is None
    for day, state in states:
        facts = state.get(change.part, change.code)
        if change.before is None or change.after is None:
            # What begins lasts until something is known of it already; what ends stays ended until after the next gap.
            if interrupted and facts is not None:
                yield Later(change.part, change.code, "", day, change.code)
                return
            interrupted = interrupted or facts is None
        elif facts is None:
            yield Later(change.part, change.code, "", day, None)
            return
        else:
            for name in sorted(name for name in open_fields if facts[name] != change.before[name]):
                open_fields.discard(name)
                yield Later(change.part, change.code, name, day, facts[name])


def interval_of(part: Part) -> tuple[Table, Column[Any], Column[str]]:
    """Return the interval table of a part, its column of identities, and the column of their codes (employees' numbers for people)."""
    department, position, employee = tables.Department.table.c, tables.Position.table.c, tables.Employee.table.c
    if part is Part.DEPARTMENT:
        return tables.DepartmentInterval.table, tables.DepartmentInterval.table.c.department_id, department.code
    if part is Part.POSITION:
        return tables.PositionInterval.table, tables.PositionInterval.table.c.position_id, position.code
    table = tables.Assignment.table if part is Part.ASSIGNMENT else tables.Membership.table
    return table, table.c.employee_id, employee.number


def _days(part: Part, codes: Iterable[str], work: Work, on: date) -> set[date]:
    """Return the days after a day on which anything begins or ends of records, as known now."""
    table, identity, code = interval_of(part)
    names = {each.partition("@")[0] for each in codes} if part is Part.MEMBERSHIP else set(codes)
    days: set[date] = set()
    for column in (table.c.valid_from, table.c.valid_to):
        query = select(column).distinct().select_from(table.join(code.table, code.table.c.id == identity))
        query = query.where(among(work.session, code, sorted(names)), table.c.known_to >= UNTIL_REVISED, column > on, column < FOREVER)
        days |= set(work.session.scalars(query))
    return days
