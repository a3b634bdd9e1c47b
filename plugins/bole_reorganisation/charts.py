"""Charts: the department tree of a day, a version or a draft, with headcounts and with what a draft or a version changes in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import func, select

from bole import (
    AS_KNOWN_NOW,
    Change,
    Facts,
    Instant,
    Label,
    OrgDiff,
    Part,
    Verb,
    Work,
    company_day,
    explained,
    name_of_record,
    read_structure,
    requires,
    tables,
    version_diff,
    version_instant,
)
from bole_reorganisation.drafts import draft_changes, draft_note
from bole_reorganisation.drafts.stored import find_draft
from bole_reorganisation.models import OPEN
from bole_reorganisation.texts import plain

FOUND = 30
"""A search gives so many departments at most."""


@dataclass(frozen=True, slots=True)
class Node:
    """
    A department in a chart.

    Args:
        name: what it is called: in the other language where one lacks, or its code.
        names: ``zh`` and ``en`` as they stand.
        own, total: how many employees work in it, and in it and all below it.
        children: how many departments are right below it.
        mark: what happens to it, as a verb of `Verb`; empty where nothing does.
        note: the same in one sentence.
        parent_before: code of the department above it until then, where it moves.
    """

    code: str
    name: Label
    names: Mapping[str, str]
    parent: str | None
    head: str | None
    own: int
    total: int
    children: int
    mark: str = ""
    note: Label = field(default_factory=lambda: Label("", ""))
    parent_before: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What happens to a department, in one word and in words; and where it was until then, where it moves."""

    verb: Verb
    note: Label
    parent_before: str


@dataclass(frozen=True)
class Chart:
    """
    The departments of one organisation at one point, those that a draft closes among them.

    Args:
        departments: code to facts.
        employed: code to how many employees work in it.
        marks: what happens to departments, by code.
    """

    departments: Mapping[str, Facts]
    employed: Mapping[str, int]
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @cached_property
    def below(self) -> Mapping[str | None, list[str]]:
        """The codes right below each department, in order; under None those without one above."""
        found: dict[str | None, list[str]] = defaultdict(list)
        for code in sorted(self.departments):
            parent = self.departments[code]["parent"]
            found[parent if parent in self.departments else None].append(code)
        return found

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """How many employees work in each department and all below it."""
        found = Counter({code: self.employed.get(code, 0) for code in self.departments})
        for code in reversed(list(self.walk())):
            parent = self.departments[code]["parent"]
            if parent in self.departments:
                found[parent] += found[code]
        return found

    def walk(self, top: str | None = None) -> Iterator[str]:
        """Yield the codes below a department, or all, each after the one above it."""
        waiting = list(reversed(self.below.get(top, [])))
        while waiting:
            code = waiting.pop()
            yield code
            waiting += reversed(self.below.get(code, []))

    def node(self, code: str) -> Node:
        """Return a department as it is shown."""
        facts, mark = self.departments[code], self.marks.get(code)
        told = (mark.verb.value, mark.note, mark.parent_before) if mark else ()
        counts = (self.employed.get(code, 0), self.totals[code], len(self.below.get(code, ())))
        name, names = name_of_record(Part.DEPARTMENT, code, facts), {"zh": facts["name_zh"], "en": facts["name_en"]}
        return Node(code, name, names, facts["parent"], facts["head"], *counts, *told)

    def children(self, code: str | None) -> list[Node]:
        """Return the departments right below one, or those at the top."""
        return [self.node(each) for each in self.below.get(code, [])]

    def path(self, code: str) -> list[str]:
        """Return the codes of the departments above one, from the top."""
        found: list[str] = []
        above = self.departments[code]["parent"]
        while above in self.departments and above not in found:
            found.insert(0, above)
            above = self.departments[above]["parent"]
        return found

    def search(self, text: str) -> list[str]:
        """Return the codes of at most `FOUND` departments whose code or name holds a text, those that begin with it first."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        found = []
        for code in self.walk():
            facts = self.departments[code]
            names = [code.casefold(), facts["name_zh"].casefold(), facts["name_en"].casefold()]
            if any(wanted in name for name in names):
                found.append((not any(name.startswith(wanted) for name in names), code))
        return [code for _, code in sorted(found)[:FOUND]]


@requires("core.org.read")
def chart(work: Work, *, on: date | None = None, version: str = "", draft: str = "", against: str = "") -> Chart:
    """
    Return the departments of a day as known now, of a version on its first day, or of a draft.

    Args:
        on: the day; today where nothing is given. With a version, the day on which it is looked at.
        version: code of a version: what it changed is marked.
        draft: code of a draft: what it changes is marked, and what it closes is still there.
        against: code of a draft whose changes are marked in what is live.

    Raises:
        NotFound: there is no such version or draft.
        InvalidValue: a code cannot be one.
        Forbidden: the actor may not see drafts.
    """
    plain(version, "the version")
    parts = (Part.DEPARTMENT,)
    if draft:
        return _drafted(work, draft, on)
    at = version_instant(work, version, on) if version else Instant(on or company_day(work))
    departments = dict(read_structure(work, at.on, at.known_at, parts=parts).departments)
    if version:
        diff = version_diff(work, version, parts=frozenset(parts))
        departments |= {change.code: change.before for change in diff if change.after is None and change.before is not None}
        return _marked(work, departments, _employed(work, at), diff, at)
    return _marked(work, departments, _employed(work, at), draft_changes(work, against) if against else OrgDiff(), at)


def _drafted(work: Work, draft: str, on: date | None) -> Chart:
    """
    Return the departments as they would be with a draft: what it changes, laid over what is live on the day.

    Of a draft that is no more open, over the structure that it was made from. Where the draft and somebody else changed the same, the
    draft's is shown.
    """
    note, diff = draft_note(work, draft), draft_changes(work, draft)
    base = Instant(on or company_day(work)) if note.status == OPEN else find_draft(work.session, draft).base
    live = read_structure(work, base.on, base.known_at, line=None, parts=(Part.DEPARTMENT,))
    line = read_structure(work, base.on, base.known_at, parts=(Part.DEPARTMENT,)).departments
    changed = [_laid(change, live.departments.get(change.code)) for change in diff.of(Part.DEPARTMENT)]
    departments = {**line, **{change.code: change.after or change.before or {} for change in changed if change.before is None or change.code in line}}
    employed = Counter(_employed(work, base))
    moved = {change.code: change for change in diff.of(Part.ASSIGNMENT)}
    if moved:
        places = read_structure(work, base.on, base.known_at, parts=(Part.ASSIGNMENT,), codes={Part.ASSIGNMENT: tuple(moved)}).assignments
        for code, change in moved.items():
            _move(employed, _laid(change, places.get(code)))
    return _marked(work, departments, employed, OrgDiff(tuple(change for change in changed if change.before != change.after)), base)


def _laid(change: Change, live: Facts | None) -> Change:
    """Return what a draft's change makes of a record as it is live."""
    if change.after is None:
        return Change(change.part, change.code, live or change.before, None)
    if live is None or change.before is None:
        return Change(change.part, change.code, live, change.after)
    return Change(change.part, change.code, live, {**live, **{name: change.after[name] for name in change.fields}})


def _marked(work: Work, departments: Mapping[str, Facts], employed: Mapping[str, int], diff: OrgDiff, at: Instant) -> Chart:
    own = OrgDiff(diff.of(Part.DEPARTMENT))
    notes: dict[str, list[Label]] = defaultdict(list)
    for each in explained(work, own, at) if own else ():
        for code in (each.line.code, *(each.line.others if each.line.verb is Verb.MERGED else ())):
            notes[code].append(each.sentence)
    marks = {change.code: Mark(_verb(change), _together(notes[change.code]), _moved_from(change)) for change in own}
    return Chart(departments, employed, marks)


def _verb(change: Change) -> Verb:
    """Return what is shown of a department that several things happen to: the first of these."""
    if change.before is None:
        return Verb.ADDED
    if change.after is None:
        return Verb.CLOSED
    verbs = {"parent": Verb.MOVED, "name_zh": Verb.RENAMED, "name_en": Verb.RENAMED, "head": Verb.HEAD_CHANGED}
    return next((verb for field, verb in verbs.items() if field in change.fields), Verb.ALTERED)


def _moved_from(change: Change) -> str:
    return (change.before["parent"] or "") if change.before and change.after and "parent" in change.fields else ""


def _together(sentences: Collection[Label]) -> Label:
    return Label("；".join(each.zh for each in sentences), "; ".join(each.en for each in sentences))


def _employed(work: Work, at: Instant) -> dict[str, int]:
    placed, own = tables.Assignment.table, tables.Department.table
    held, moment = (placed.c.valid_from <= at.on) & (placed.c.valid_to > at.on), at.known_at or AS_KNOWN_NOW
    known = (placed.c.known_from <= moment) & (placed.c.known_to > moment)
    query = select(own.c.code, func.count()).join(placed, placed.c.department_id == own.c.id).where(held, known).group_by(own.c.code)
    return {code: int(count) for code, count in work.session.execute(query)}


def _move(employed: Counter[str], change: Change) -> None:
    for facts, count in ((change.before, -1), (change.after, 1)):
        if facts is not None:
            employed[facts["department"]] += count
