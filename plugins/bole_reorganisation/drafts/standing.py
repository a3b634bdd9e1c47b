"""Under whom people stand before and after a change: who moves, whose manager becomes another, who sees whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bole import UNTIL_REVISED, Label, OrgDiff, Part, Reorganisation, Work, among, tables

Heads = tuple[str | None, str | None]
"""The nearest head at or above a department, and the nearest other one above that."""

_D, _I, _E, _A, _P = (
    tables.Department.table,
    tables.DepartmentInterval.table,
    tables.Employee.table,
    tables.Assignment.table,
    tables.Position.table,
)
_ALTERING = frozenset({"department", "reports_to", "grade"})
"""What of a post must change for those who hold it to stand otherwise."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A department: its names, the code of the one above, the number of its head."""

    name: Label
    parent: str | None
    head: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works: codes of department and post, and the number of the manager whom the company names."""

    department: str
    position: str | None
    manager: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """An employee before and after; a place is nothing where he or she works nowhere."""

    id: int
    number: str
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The departments of one side, with the heads who are there to manage."""

    units: Mapping[str, Unit]
    nearest: Mapping[str, Heads]
    above: Mapping[str, frozenset[str]]
    """Department to all heads at it and above it."""
    gone: frozenset[str]

    def manager(self, number: str, place: Place | None) -> str | None:
        """Return the manager of an employee: whom the company names, or the nearest head."""
        if place is None:
            return None
        if place.manager and place.manager not in self.gone:
            return place.manager
        first, second = self.nearest.get(place.department, (None, None))
        return first if first != number else second

    def viewers(self, number: str, place: Place | None) -> frozenset[str]:
        """Return everybody who sees an employee because of where he or she stands."""
        if place is None:
            return frozenset()
        named = frozenset({place.manager} if place.manager and place.manager not in self.gone else ())
        return (self.above.get(place.department, frozenset()) | named) - {number}


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Everybody whom a change may concern, on both sides of it.

    Args:
        people: in order of number.
        moved: the departments whose way up the tree becomes another.
        posts: the posts of which department, superior or grade becomes another.
    """

    before: Tree
    after: Tree
    people: tuple[Person, ...]
    moved: frozenset[str]
    posts: frozenset[str]

    def touched(self) -> Iterator[Person]:
        """Yield those whose way up the tree, post or manager becomes another."""
        for person in self.people:
            here = {place.department for place in (person.before, person.after) if place}
            held = {place.position for place in (person.before, person.after) if place}
            if person.before != person.after or here & self.moved or held & self.posts or len(set(self.managers(person))) > 1:
                yield person

    def managers(self, person: Person) -> tuple[str | None, str | None]:
        """Return an employee's manager before and after."""
        return self.before.manager(person.number, person.before), self.after.manager(person.number, person.after)


@dataclass(frozen=True, slots=True)
class Weighed(Reorganisation):
    """
    A change with everybody whom it may concern, so that it is found out once.

    Args:
        standing: how they stand before and after it.
    """

    standing: Standing


def weighed(diff: OrgDiff, work: Work, on: date) -> Weighed:
    """Return a change of the organisation of a day with everybody whom it touches."""
    standing = standing_of(diff, work, on)
    touched = {person.id: person.after.department if person.after else "" for person in standing.touched()}
    return Weighed(on, diff, tuple(sorted(touched)), dict(sorted(touched.items())), standing)


def standing_in(change: Reorganisation, work: Work) -> Standing:
    """Return how everybody stands whom a change may concern."""
    return change.standing if isinstance(change, Weighed) else standing_of(change.diff, work, change.on)


def standing_of(diff: OrgDiff, work: Work, on: date) -> Standing:
    """Return whom a change of the organisation of a day may concern, and how they stand before and after it."""
    units = _units(work, on)
    then = dict(units)
    for change in diff.of(Part.DEPARTMENT):
        if change.after is None:
            then.pop(change.code, None)
        else:
            facts = change.after
            zh, en = facts["name_zh"], facts["name_en"]
            then[change.code] = Unit(Label(zh or en or change.code, en or zh or change.code), facts["parent"], facts["head"])
    everywhere = units.keys() | then.keys()
    differ = {code for code in everywhere if units.get(code) != then.get(code)}
    moved = {code for code in differ if code not in units or code not in then or units[code].parent != then[code].parent}
    reheaded = {code for code in differ - moved if units[code].head != then[code].head}
    posts = frozenset(change.code for change in diff.of(Part.POSITION) if _ALTERING & set(change.fields))
    below_moved = _subtrees(moved, units) | _subtrees(moved, then)
    people = _people(diff, below_moved | _subtrees(reheaded, units) | _subtrees(reheaded, then), posts, work, on)
    heads = {unit.head for side in (units, then) for unit in side.values() if unit.head}
    named = {place.manager for person in people for place in (person.before, person.after) if place and place.manager}
    gone = _gone(heads | named, work, on)
    return Standing(_tree(units, gone), _tree(then, gone), people, frozenset(below_moved), posts)


def _units(work: Work, on: date) -> dict[str, Unit]:
    above, head = _D.alias("above"), _E.alias("head")
    query = (
        select(_D.c.code, _I.c.name_zh, _I.c.name_en, above.c.code, head.c.number)
        .select_from(_I.join(_D, _D.c.id == _I.c.department_id).outerjoin(above, above.c.id == _I.c.parent_id))
        .outerjoin(head, head.c.id == _I.c.head_id)
        .where(_I.c.valid_from <= on, _I.c.valid_to > on, _I.c.known_to >= UNTIL_REVISED)
    )
    return {code: Unit(Label(zh or en or code, en or zh or code), parent, head) for code, zh, en, parent, head in work.session.execute(query)}


def _subtrees(tops: Iterable[str], units: Mapping[str, Unit]) -> set[str]:
    """Return departments and all below them."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for code, unit in units.items():
        if unit.parent is not None:
            below[unit.parent].append(code)
    found: set[str] = set()
    waiting = list(tops)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += below.get(code, ())
    return found


def _people(diff: OrgDiff, departments: Collection[str], posts: Collection[str], work: Work, on: date) -> tuple[Person, ...]:
    """Return the people of departments, the holders of posts, and those whom a change names, as they are before and after."""
    changes = {change.code: change for change in diff.of(Part.ASSIGNMENT)}
    manager = _E.alias("manager")
    joined = _A.join(_E, _E.c.id == _A.c.employee_id).join(_D, _D.c.id == _A.c.department_id)
    joined = joined.outerjoin(_P, _P.c.id == _A.c.position_id).outerjoin(manager, manager.c.id == _A.c.manager_id)
    query = select(_E.c.number, _E.c.id, _D.c.code, _P.c.code, manager.c.number).select_from(joined)
    query = query.where(_A.c.valid_from <= on, _A.c.valid_to > on, _A.c.known_to >= UNTIL_REVISED)
    found: dict[str, Person] = {}
    for table, column, wanted in ((_D, _A.c.department_id, departments), (_P, _A.c.position_id, posts), (_E, _A.c.employee_id, changes)):
        code = table.c.number if table is _E else table.c.code
        if wanted:
            ids = select(table.c.id).where(among(work.session, code, sorted(wanted)))
            for number, identity, *place in work.session.execute(query.where(column.in_(ids))):
                found[number] = Person(identity, number, Place(*place), Place(*place))
    known = work.session.execute(select(_E.c.number, _E.c.id).where(among(work.session, _E.c.number, sorted(changes))))
    for number, identity in known if changes else ():
        facts = changes[number].after
        after = None if facts is None else Place(facts["department"], facts["position"], facts["manager"])
        found[number] = Person(identity, number, found[number].before if number in found else None, after)
    return tuple(person for _, person in sorted(found.items()))


def _gone(numbers: Collection[str], work: Work, on: date) -> frozenset[str]:
    """Return which of some employees have left by a day."""
    if not numbers:
        return frozenset()
    return frozenset(work.session.scalars(select(_E.c.number).where(_E.c.left_on <= on, among(work.session, _E.c.number, sorted(numbers)))))


def _tree(units: Mapping[str, Unit], gone: frozenset[str]) -> Tree:
    """Return departments with the heads at and above each of them; those who have left are none."""
    nearest: dict[str, Heads] = {}
    above: dict[str, frozenset[str]] = {}
    for start in units:
        way: list[str] = []
        code: str | None = start
        while code is not None and code in units and code not in nearest and code not in way:
            way.append(code)
            code = units[code].parent
        heads, all_heads = nearest.get(code or "", (None, None)), above.get(code or "", frozenset())
        for each in reversed(way):
            own = units[each].head
            if own is not None and own not in gone:
                heads = (own, heads[0] if heads[0] != own else heads[1])
                all_heads = all_heads | {own}
            nearest[each], above[each] = heads, all_heads
    return Tree(units, nearest, above, gone)
