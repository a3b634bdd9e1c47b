"""Where the contents of departments went: which were merged into others, and which were split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bole.org.structure import Change, Facts, OrgDiff, Part

CONTAINER: Mapping[Part, str] = {Part.DEPARTMENT: "parent", Part.POSITION: "department", Part.ASSIGNMENT: "department"}
"""The field that says in which department a record stands."""

Ways = Mapping[str, set[str | None]]
"""Department to the departments on the other end of its moves; None for the top."""


@dataclass(frozen=True, slots=True)
class Flows:
    """
    What became of departments as wholes.

    Args:
        merged: department to the departments that were closed and went into it, in order.
        split: department to those that took what it held, in order; it may be closed or stay.
        begun: the departments that are new.
        closed: the departments that are no longer.
    """

    merged: Mapping[str, tuple[str, ...]]
    split: Mapping[str, tuple[str, ...]]
    begun: Mapping[str, Facts]
    closed: Mapping[str, Facts]

    def absorbed(self) -> dict[str, str]:
        """Return every department that was merged, with the one that took it in."""
        return {source: target for target, sources in self.merged.items() for source in sources}

    def leaders(self) -> dict[tuple[str, str], str]:
        """Return for each way of a merger or split, from one department to another, the department whose line tells it."""
        leaders = {(source, target): source for source, targets in self.split.items() for target in targets}
        return leaders | {(source, target): target for source, target in self.absorbed().items()}


def flows_of(diff: OrgDiff) -> Flows:
    """
    Return which departments a diff merges and splits, judged by where people, posts and departments below stand afterwards.

    What began or ended with the diff says nothing: it was not carried over. A closed department counts as holding
    what the closed ones below it held.
    """
    begun = {change.code: change.after for change in diff.of(Part.DEPARTMENT) if change.before is None and change.after is not None}
    closed = {change.code: change.before for change in diff.of(Part.DEPARTMENT) if change.after is None and change.before is not None}
    went, came = _moves(diff, closed)
    merged = _merged(went, closed)
    absorbed = {source for sources in merged.values() for source in sources}
    split = {source: _parts(source, targets, went, came, begun, closed) for source, targets in went.items() if source not in absorbed}
    return Flows(merged, {source: parts for source, parts in sorted(split.items()) if parts}, begun, closed)


def _moves(diff: OrgDiff, closed: Iterable[str]) -> tuple[Ways, Ways]:
    """Return from each department where its contents went, and for each where its contents came from."""
    went, came = defaultdict[str, set[str | None]](set), defaultdict[str, set[str | None]](set)
    gone = set(closed)
    for change in diff:
        if (found := moved(change)) is None:
            continue
        source, target = found
        if source is not None and target not in gone:
            went[source].add(target)
        if target is not None:
            came[target].add(source)
    return went, came


def moved(change: Change) -> tuple[str | None, str | None] | None:
    """Return from which department to which a record moved; nothing where it did not, or began or ended."""
    container = CONTAINER.get(change.part)
    if container is None or change.before is None or change.after is None:
        return None
    source, target = change.before[container], change.after[container]
    return None if source == target else (source, target)


def _merged(went: Ways, closed: Mapping[str, Facts]) -> dict[str, tuple[str, ...]]:
    """Return the closed departments of which everything went to one, by that one."""
    reached: dict[str, set[str | None]] = {code: set(went.get(code, ())) for code in closed}
    for code in closed:
        above = closed[code]["parent"]
        while above in reached and not went.get(code, set()) <= reached[above]:
            reached[above] |= went[code]
            above = closed[above]["parent"]
    merged = defaultdict[str, list[str]](list)
    for code, targets in sorted(reached.items()):
        if len(targets) == 1 and (target := next(iter(targets))) is not None:
            merged[target].append(code)
    return {target: tuple(sources) for target, sources in sorted(merged.items())}


def _parts(source: str, targets: set[str | None], went: Ways, came: Ways, begun: Mapping[str, Facts], closed: Mapping[str, Facts]) -> tuple[str, ...]:
    """Return the departments into which one was split; none where it was not."""
    reached = sorted(target for target in targets if target is not None)
    fresh = [target for target in reached if target in begun]
    if source in closed:
        return tuple(reached) if len(reached) > 1 and fresh else ()
    if len(fresh) > 1:
        return tuple(fresh)
    return tuple(target for target in fresh if came[target] == {source})
