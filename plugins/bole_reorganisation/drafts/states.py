"""What a draft makes of the organisation: its changes, and the structure with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from bole import LINE, Facts, OrgDiff, Part, Structure, Work, among, read_structure, requires, tables
from bole_reorganisation.drafts.access import demand_drafts
from bole_reorganisation.drafts.stored import Key, Line, StoredDraft, find_draft, read_lines

ALL = frozenset(Part)


@requires("core.org.read")
def draft_changes(work: Work, code: str) -> OrgDiff:
    """
    Return what a draft changes in the structure that it was made from, in order of part and code.

    Raises:
        NotFound: no draft has this code.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    return changes_of(read_lines(work.session, find_draft(work.session, code)).values())


@requires("core.org.read")
def draft_structure(work: Work, code: str, *, parts: Collection[Part] = ALL, line: str | None = LINE) -> Structure:
    """
    Return the organisation as a draft would have it, on the day and as of the moment that it was made from.

    Args:
        parts: which parts of it.
        line: which organisation; all of them where it is None.

    Raises:
        NotFound: no draft has this code.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    draft = find_draft(work.session, code)
    lines = read_lines(work.session, draft).values()
    base = read_structure(work, draft.base.on, draft.base.known_at, line=line, parts=parts)
    return overlaid(base, _within(lines, work, line), parts)


def changes_of(lines: Iterable[Line]) -> OrgDiff:
    """Return what lines change; those that were taken back are left out."""
    return OrgDiff(tuple(line.change for line in lines if line.is_change))


def overlaid(structure: Structure, lines: Iterable[Line], parts: Collection[Part] = ALL) -> Structure:
    """Return a structure with what lines say in place of what it says of the same records."""
    records: dict[Part, dict[str, Facts]] = {part: dict(structure.records(part)) for part in parts}
    for line in lines:
        if line.part not in records:
            continue
        if line.after is None:
            records[line.part].pop(line.code, None)
        else:
            records[line.part][line.code] = line.after
    return Structure(**{f"{part}s": found for part, found in records.items()}, line=structure.line)


def records_of(draft: StoredDraft, work: Work, keys: Iterable[Key]) -> dict[Key, Facts]:
    """Return what is so of records in a draft: what it says of them, else what its base says; those that do not exist are left out."""
    wanted = set(keys)
    lines = read_lines(work.session, draft, wanted)
    found = base_of(draft, work, wanted - lines.keys())
    return found | {key: line.after for key, line in lines.items() if line.after is not None}


def base_of(draft: StoredDraft, work: Work, keys: Iterable[Key]) -> dict[Key, Facts]:
    """Return what was so of records when a draft began; those that did not exist are left out."""
    codes: dict[Part, set[str]] = {}
    for part, code in keys:
        codes.setdefault(part, set()).add(code)
    if not codes:
        return {}
    base = read_structure(work, draft.base.on, draft.base.known_at, line=None, parts=tuple(codes), codes=codes)
    return {(part, code): facts for part in codes for code, facts in base.records(part).items()}


def belongs(codes: Iterable[str], work: Work) -> Mapping[str, str]:
    """Return to which organisation departments belong; those that are not entered yet are left out: they will be of the line."""
    own = tables.Department.table.c
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    return {row.code: row.line for row in work.session.execute(select(own.code, own.line).where(among(work.session, own.code, wanted)))}


def _within(lines: Collection[Line], work: Work, line: str | None) -> list[Line]:
    """Return the lines that speak of one organisation; all where it is None."""
    if line is None:
        return list(lines)
    places = {each.key: _department(each) for each in lines}
    known = belongs(filter(None, places.values()), work)
    return [each for each in lines if known.get(places[each.key] or "", LINE) == line]


def _department(line: Line) -> str | None:
    """Return the department that a line speaks of, or in which its record stands."""
    if line.part is Part.DEPARTMENT:
        return line.code
    department: str | None = (line.after or line.before or {}).get("department")
    return department
