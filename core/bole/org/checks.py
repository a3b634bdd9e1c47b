"""What is wrong with a structure, or looks wrong: rings, orphans, two heads, empty posts, people without a department."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil

from bole.contracts.label import Label
from bole.org.naming import FIELD_WORDS, PART_WORDS, codes_listed, name_of
from bole.org.structure import Part, Records, Structure


class Severity(StrEnum):
    """Whether a structure can come into force with what was found."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is wrong with a structure, or looks wrong.

    Args:
        code: what kind of thing: ``ring``, ``orphan``, ``no_department``, ``head_not_employed``, ``two_heads``,
            ``heads_several``, ``new_root``, ``empty_post``, ``overlapping``.
        key: code of the record it is about.
        others: codes of the other records that belong to it.
        message: in one sentence.
    """

    severity: Severity
    code: str
    part: Part
    key: str
    others: tuple[str, ...]
    message: Label


REFERENCES: Mapping[Part, tuple[tuple[str, Part], ...]] = {
    Part.DEPARTMENT: (("parent", Part.DEPARTMENT),),
    Part.POSITION: (("department", Part.DEPARTMENT), ("reports_to", Part.POSITION)),
    Part.ASSIGNMENT: (("position", Part.POSITION),),
    Part.MEMBERSHIP: (("department", Part.DEPARTMENT),),
}
"""The fields that name another record, which must then exist. The department of a person is judged by itself."""


def check(structure: Structure, *, employed: Collection[str] | None = None, roots_before: int | None = None) -> tuple[Finding, ...]:
    """
    Return all that is wrong with a structure or looks wrong: errors first, then by part, kind and code.

    The structure must be whole: what it does not hold does not exist. It takes time in proportion to its size.

    Args:
        employed: numbers of all who are employed on the day; where not given, heads are not checked, and only those
            whom the structure names are asked for a department.
        roots_before: how many departments had none above them before; where not given, that is not checked.
    """
    numbers = None if employed is None else frozenset(employed)
    found = [
        *_rings(Part.DEPARTMENT, structure.departments, "parent"),
        *_rings(Part.POSITION, structure.positions, "reports_to"),
        *(finding for part in Part for finding in _orphans(structure, part)),
        *_without_department(structure, numbers),
        *_heads_not_employed(structure, numbers),
        *_two_heads(structure),
        *_heads_several(structure.departments),
        *_new_roots(structure.departments, roots_before),
        *_holders(structure),
    ]
    parts = {part: place for place, part in enumerate(Part)}
    return tuple(sorted(found, key=lambda each: (each.severity is Severity.WARNING, parts[each.part], each.code, each.key, each.others)))


def _rings(part: Part, records: Records, field: str) -> Iterator[Finding]:
    """Yield each ring of records that stand above themselves, once, with the way round."""
    seen: dict[str, int] = {}
    for walk, start in enumerate(records):
        path: list[str] = []
        code: str | None = start
        while code is not None and code in records and code not in seen:
            seen[code] = walk
            path.append(code)
            code = records[code][field]
        if code is None or seen.get(code) != walk:
            continue
        ring = path[path.index(code) :]
        first = ring.index(min(ring))
        ring = ring[first:] + ring[:first]
        way, word = " → ".join([*ring, ring[0]]) if len(ring) <= 12 else " → ".join([*ring[:11], "…", ring[0]]), PART_WORDS[part]
        message = Label(f"{word.zh} {ring[0]} 位于自身之上：{way}", f"{word.en} {ring[0]} stands above itself: {way}")
        yield Finding(Severity.ERROR, "ring", part, ring[0], tuple(ring[1:]), message)


def _orphans(structure: Structure, part: Part) -> Iterator[Finding]:
    """Yield each record that names another which does not exist."""
    word = PART_WORDS[part]
    for field, target in REFERENCES[part]:
        there, said = structure.records(target), FIELD_WORDS[field]
        for code, facts in structure.records(part).items():
            named = facts[field]
            if named is not None and named not in there:
                message = Label(f"{word.zh} {code} 的{said.zh} {named} 不存在", f"{word.en} {code}: the {said.en} {named} does not exist")
                yield Finding(Severity.ERROR, "orphan", part, code, (named,), message)


def _without_department(structure: Structure, employed: frozenset[str] | None) -> Iterator[Finding]:
    """Yield each employed person who works nowhere, and everybody whose department does not exist."""
    places, departments = structure.assignments, structure.departments
    for number in places.keys() if employed is None else employed:
        if number not in places or places[number]["department"] is None:
            message = Label(f"员工 {number} 没有部门", f"employee {number} has no department")
            yield Finding(Severity.WARNING, "no_department", Part.ASSIGNMENT, number, (), message)
    for number, facts in places.items():
        code = facts["department"]
        if code is not None and code not in departments:
            message = Label(f"员工 {number} 的部门 {code} 不存在", f"employee {number}: the department {code} does not exist")
            yield Finding(Severity.ERROR, "no_department", Part.ASSIGNMENT, number, (code,), message)


def _heads_not_employed(structure: Structure, employed: frozenset[str] | None) -> Iterator[Finding]:
    if employed is None:
        return
    for code, facts in structure.departments.items():
        if (head := facts["head"]) is not None and head not in employed:
            name = name_of(Part.DEPARTMENT, code, facts)
            message = Label(
                f"部门 {code}（{name.zh}）的负责人 {head} 当日不在职", f"department {code} ({name.en}): its head {head} is not employed then"
            )
            yield Finding(Severity.ERROR, "head_not_employed", Part.DEPARTMENT, code, (head,), message)


def _two_heads(structure: Structure) -> Iterator[Finding]:
    """Yield each department whose posts report to each other, yet have more than one at the top."""
    posts = structure.positions
    tops: defaultdict[str, list[str]] = defaultdict(list)
    ordered: set[str] = set()
    for code, facts in posts.items():
        department, above = facts["department"], facts["reports_to"]
        if department is None:
            continue
        if above in posts and posts[above]["department"] == department:
            ordered.add(department)
        else:
            tops[department].append(code)
    for department, codes in tops.items():
        if department in ordered and len(codes) > 1:
            heads = tuple(sorted(codes))
            said, name = codes_listed(heads), name_of(Part.DEPARTMENT, department, structure.departments.get(department))
            zh = f"部门 {department}（{name.zh}）有 {len(heads)} 个岗位在部门内没有上级：{said.zh}"
            en = f"department {department} ({name.en}): {len(heads)} posts have no post above them within it: {said.en}"
            yield Finding(Severity.WARNING, "two_heads", Part.DEPARTMENT, department, heads, Label(zh, en))


def _heads_several(departments: Records) -> Iterator[Finding]:
    """Yield each employee who heads two departments of which neither is above the other."""
    headed: defaultdict[str, list[str]] = defaultdict(list)
    for code, facts in departments.items():
        if facts["head"] is not None:
            headed[facts["head"]].append(code)
    several = {head: codes for head, codes in headed.items() if len(codes) > 1}
    spans = _spans(departments) if several else {}
    for head, codes in several.items():
        inside = sorted((spans[code], code) for code in codes if code in spans)
        if any(later[0][1] > sooner[0][1] for sooner, later in pairwise(inside)):
            named = tuple(sorted(code for _, code in inside))
            said = codes_listed(named)
            message = Label(
                f"员工 {head} 同时负责互不隶属的部门：{said.zh}", f"employee {head} heads departments that are not above each other: {said.en}"
            )
            yield Finding(Severity.WARNING, "heads_several", Part.ASSIGNMENT, head, named, message)


def _spans(departments: Records) -> dict[str, tuple[int, int]]:
    """Return for each department its place in a walk down the tree, and the last place below it; rings have none."""
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for code, facts in departments.items():
        below[facts["parent"] if facts["parent"] in departments else None].append(code)
    first: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    stack = [(code, False) for code in below[None]]
    while stack:
        code, is_done = stack.pop()
        if is_done:
            spans[code] = (first[code], len(first) - 1)
            continue
        first[code] = len(first)
        stack.append((code, True))
        stack += [(child, False) for child in below.get(code, ())]
    return spans


def _new_roots(departments: Records, roots_before: int | None) -> Iterator[Finding]:
    roots = sorted(code for code, facts in departments.items() if facts["parent"] is None)
    if roots_before is not None and len(roots) > roots_before:
        said = codes_listed(roots)
        message = Label(
            f"最上层部门由 {roots_before} 个变为 {len(roots)} 个：{said.zh}",
            f"{len(roots)} departments have none above them, {roots_before} before: {said.en}",
        )
        yield Finding(Severity.WARNING, "new_root", Part.DEPARTMENT, roots[0], tuple(roots[1:]), message)


def _holders(structure: Structure) -> Iterator[Finding]:
    """Yield each post that fewer people hold than it has room for, or more."""
    held = Counter(facts["position"] for facts in structure.assignments.values())
    crowded: defaultdict[str, list[str]] = defaultdict(list)
    rooms = {code: 1 if facts["fte"] is None else ceil(facts["fte"]) for code, facts in structure.positions.items()}
    for number, facts in structure.assignments.items():
        if (code := facts["position"]) in rooms and held[code] > rooms[code]:
            crowded[code].append(number)
    for code, room in rooms.items():
        count = held[code]
        if count < room:
            message = Label(f"岗位 {code} 空缺", f"post {code}: nobody holds it")
            if room > 1:
                message = Label(f"岗位 {code} 的 {room} 个编制中有 {count} 个在岗", f"post {code}: held by {count} of {room}")
            yield Finding(Severity.WARNING, "empty_post", Part.POSITION, code, (), message)
        if count > room:
            message = Label(
                f"岗位 {code} 有 {count} 人，编制为 {room}",
                f"post {code}: held by {count} {'person' if count == 1 else 'people'}, with room for {room}",
            )
            yield Finding(Severity.WARNING, "overlapping", Part.POSITION, code, tuple(sorted(crowded[code])), message)
