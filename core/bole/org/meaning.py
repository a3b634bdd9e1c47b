"""A diff in the words of the people who reorganise: departments moved, merged and split, people moved, heads changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bole.contracts.label import Label
from bole.org.flows import CONTAINER, Flows, flows_of, moved
from bole.org.naming import name_of
from bole.org.structure import Change, OrgDiff, Part

Values = tuple[str, Any, Any]
"""A field, its value before, its value after."""


class Verb(StrEnum):
    """What happened to a record, in the order in which a page tells it."""

    MERGED = "merged"
    SPLIT = "split"
    ADDED = "added"
    CLOSED = "closed"
    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    RENAMED = "renamed"
    HEAD_CHANGED = "head_changed"
    MANAGER_CHANGED = "manager_changed"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """
    One thing that happened to one record.

    Args:
        code: of the record; of the department that took the others in, where it is a merger.
        name: what it is called, afterwards or at its end; its code where it has no name.
        others: the departments merged into it, or those it was split into.
        fields: what changed, as (field, before, after); all fields where the record begins or ends.
        size: how many departments below move along.
        follows: code of the department of whose merger or split this is a part; empty where it stands for itself.
    """

    verb: Verb
    part: Part
    code: str
    name: Label
    others: tuple[str, ...] = ()
    fields: tuple[Values, ...] = ()
    size: int = 0
    follows: str = ""


VERBS: Mapping[Part, Mapping[str, Verb]] = {
    Part.DEPARTMENT: {"name_zh": Verb.RENAMED, "name_en": Verb.RENAMED, "parent": Verb.MOVED, "head": Verb.HEAD_CHANGED},
    Part.POSITION: {"title_zh": Verb.RENAMED, "title_en": Verb.RENAMED, "department": Verb.MOVED, "reports_to": Verb.MOVED},
    Part.ASSIGNMENT: {"department": Verb.MOVED, "manager": Verb.MANAGER_CHANGED},
    Part.MEMBERSHIP: {},
}
"""What it is called when a field changes; `Verb.ALTERED` for the others."""

BEGINS = {Part.DEPARTMENT: Verb.ADDED, Part.POSITION: Verb.ADDED, Part.ASSIGNMENT: Verb.JOINED, Part.MEMBERSHIP: Verb.JOINED}
ENDS = {Part.DEPARTMENT: Verb.CLOSED, Part.POSITION: Verb.CLOSED, Part.ASSIGNMENT: Verb.LEFT, Part.MEMBERSHIP: Verb.LEFT}


_PARTS = {part: place for place, part in enumerate(Part)}
_VERBS = {verb: place for place, verb in enumerate(Verb)}


def explain(diff: OrgDiff, *, subtree: Mapping[str, int] | None = None) -> tuple[DiffLine, ...]:
    """
    Return what a diff means, one line for each thing that happened, in order of part, verb and code.

    A department that moves is one line, however much is below it. Closed departments whose people, posts and
    departments all went to one are told as one merger, instead of their closings and the beginning of a new
    target. What a department that is split becomes is told with it; the new ones keep lines of their own, and
    name it in `follows`. Everything else that changed is in a line of its code.

    Args:
        subtree: department to the number of departments below it, for those that move.
    """
    flows = flows_of(diff)
    leaders = flows.leaders()
    origins = {target: leader for (source, target), leader in reversed(leaders.items()) if leader == source}
    told = {*flows.absorbed(), *flows.merged, *(code for code in flows.split if code in flows.closed)}
    lines = [*_mergers(diff, flows), *_splits(diff, flows)]
    for change in diff:
        if change.before is not None and change.after is not None:
            lines += _altered(change, leaders, (subtree or {}).get(change.code, 0))
        elif change.before != change.after and not (change.part is Part.DEPARTMENT and change.code in told):
            lines.append(_whole(change, origins))
    return tuple(sorted(lines, key=lambda line: (_PARTS[line.part], _VERBS[line.verb], line.code)))


def counts(lines: Iterable[DiffLine]) -> dict[Part, dict[Verb, int]]:
    """Return how many lines of each verb there are for each part, in order; those that are none are left out."""
    found = Counter((line.part, line.verb) for line in lines)
    return {part: numbers for part in Part if (numbers := {verb: found[part, verb] for verb in Verb if found[part, verb]})}


def _mergers(diff: OrgDiff, flows: Flows) -> Iterator[DiffLine]:
    """Yield a line for each department that took others in."""
    changes = {change.code: change for change in diff.of(Part.DEPARTMENT)}
    for target, sources in flows.merged.items():
        change = changes.get(target)
        facts = change.after if change else None
        fields = _values(change) if change and target in flows.begun else ()
        yield DiffLine(Verb.MERGED, Part.DEPARTMENT, target, name_of(Part.DEPARTMENT, target, facts), sources, fields)


def _splits(diff: OrgDiff, flows: Flows) -> Iterator[DiffLine]:
    """Yield a line for each department that was split, or of which a part was split off."""
    changes = {change.code: change for change in diff.of(Part.DEPARTMENT)}
    for source, targets in flows.split.items():
        change = changes.get(source)
        facts = (change.after or change.before) if change else None
        fields = _values(change) if change and source in flows.closed else ()
        yield DiffLine(Verb.SPLIT, Part.DEPARTMENT, source, name_of(Part.DEPARTMENT, source, facts), targets, fields)


def _whole(change: Change, origins: Mapping[str, str]) -> DiffLine:
    """Return the line of a record that begins or ends."""
    verb = BEGINS[change.part] if change.before is None else ENDS[change.part]
    follows = origins.get(change.code, "") if change.part is Part.DEPARTMENT else ""
    name = name_of(change.part, change.code, change.after or change.before)
    return DiffLine(verb, change.part, change.code, name, fields=_values(change), follows=follows)


def _altered(change: Change, leaders: Mapping[tuple[str, str], str], below: int) -> Iterator[DiffLine]:
    """Yield the lines of a record that stays: one for each verb among its fields."""
    by_verb: dict[Verb, list[Values]] = {}
    for values in _values(change):
        by_verb.setdefault(VERBS[change.part].get(values[0], Verb.ALTERED), []).append(values)
    if change.part is Part.ASSIGNMENT and Verb.MOVED in by_verb:
        by_verb[Verb.MOVED] += by_verb.pop(Verb.ALTERED, [])
    name = name_of(change.part, change.code, change.after)
    for verb, fields in by_verb.items():
        follows = ""
        if verb is Verb.MOVED and [field for field, _, _ in fields] == [CONTAINER[change.part]] and (way := moved(change)):
            follows = leaders.get((way[0] or "", way[1] or ""), "")
        size = below if verb is Verb.MOVED and change.part is Part.DEPARTMENT else 0
        yield DiffLine(verb, change.part, change.code, name, fields=tuple(fields), size=size, follows=follows)


def _values(change: Change) -> tuple[Values, ...]:
    before, after = change.before or {}, change.after or {}
    return tuple((name, before.get(name), after.get(name)) for name in change.fields)
