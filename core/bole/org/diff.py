"""What differs between two structures, laid over a third, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

from bole.errors import ConflictsFound, Problem
from bole.org.structure import Change, Facts, OrgDiff, Part, Records, Structure


def compare(before: Structure, after: Structure) -> OrgDiff:
    """
    Return what must change for the one structure to become the other.

    Both may hold some records only, as long as they hold the same ones: what only one of them
    has begins or ends.
    """
    return OrgDiff(tuple(change for part in Part for change in _compared(part, before.records(part), after.records(part))))


def inverse(diff: OrgDiff) -> OrgDiff:
    """Return the diff that takes another back: applied after it, everything is as it was."""
    return OrgDiff(tuple(Change(change.part, change.code, change.after, change.before) for change in reversed(diff.changes)))


def apply(structure: Structure, diff: OrgDiff) -> Structure:
    """
    Return the structure with a diff laid over it; the structure itself stays as it is.

    Raises:
        ConflictsFound: a change does not begin at what the structure says; every such change is named.
    """
    records: dict[Part, dict[str, Facts]] = {part: dict(structure.records(part)) for part in {change.part for change in diff}}
    problems = []
    for change in diff:
        there = records[change.part]
        if there.get(change.code) != change.before:
            problems.append(_misfit(change, there.get(change.code)))
        elif change.after is None:
            there.pop(change.code, None)
        else:
            there[change.code] = change.after
    if problems:
        hint = "Compare with the structure as it is now, and apply that."
        raise ConflictsFound("core.org_changed", "the structure is not the one that the changes begin at.", problems, hint)
    kept = {f"{part}s": records.get(part, structure.records(part)) for part in Part}
    return Structure(**kept, line=structure.line)


def _compared(part: Part, before: Records, after: Records) -> Iterator[Change]:
    codes = [code for code, facts in before.items() if after.get(code) != facts]
    codes += [code for code in after if code not in before]
    for code in sorted(codes):
        yield Change(part, code, before.get(code), after.get(code))


def _misfit(change: Change, found: Facts | None) -> Problem:
    """Return the problem of a change whose beginning is not what is there."""
    if found is None:
        return Problem(change.part, 0, "", change.code, "it does not exist.")
    if change.before is None:
        return Problem(change.part, 0, "", change.code, "it exists already.")
    differing = [name for name, value in change.before.items() if found.get(name) != value]
    said = ", ".join(f"{name} is {found.get(name)!s} and not {change.before[name]!s}" for name in differing)
    return Problem(change.part, 0, differing[0] if differing else "", change.code, f"{said}.")
