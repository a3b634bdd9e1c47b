"""What of people, managers and sight a change of the organisation touches: the plugin's own part of the blast radius."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bole import LISTED, Label, Reorganisation, Touched, Work
from bole_reorganisation.drafts.standing import Person, Standing, standing_in

_NOBODY = Label("无", "nobody")


def assess_people(work: Work, change: Reorganisation) -> Touched:
    """Return who works in another department, or at another post, afterwards."""
    standing = standing_in(change, work)
    moved = [person for person in standing.people if _where(person, "before") != _where(person, "after")]
    return Touched(len(moved), tuple(_moved(standing, person) for person in moved[:LISTED]))


def assess_along(work: Work, change: Reorganisation) -> Touched:
    """Return who stays in his or her department, which itself comes to stand elsewhere in the tree."""
    standing = standing_in(change, work)
    along = [person for person in standing.people if _where(person, "before") == _where(person, "after") and _department(person) in standing.moved]
    return Touched(len(along), tuple(_stays(standing, person) for person in along[:LISTED]))


def assess_managers(work: Work, change: Reorganisation) -> Touched:
    """Return whose manager, who approves what he or she asks for, becomes another."""
    standing = standing_in(change, work)
    other = [(person.number, *pair) for person in standing.people if (pair := standing.managers(person))[0] != pair[1]]
    return Touched(len(other), tuple(_becomes(number, old, new) for number, old, new in other[:LISTED]))


def assess_scopes(work: Work, change: Reorganisation) -> Touched:
    """Return which heads and managers see other people afterwards, and how many more and fewer."""
    standing = standing_in(change, work)
    gained, lost = Counter[str](), Counter[str]()
    for person in standing.people:
        before = standing.before.viewers(person.number, person.before)
        after = standing.after.viewers(person.number, person.after)
        gained.update(after - before)
        lost.update(before - after)
    viewers = sorted(gained.keys() | lost.keys())
    return Touched(len(viewers), tuple(_sees(viewer, gained[viewer], lost[viewer]) for viewer in viewers[:LISTED]))


def _where(person: Person, side: str) -> tuple[str | None, str | None]:
    place = person.before if side == "before" else person.after
    return (None, None) if place is None else (place.department, place.position)


def _department(person: Person) -> str | None:
    return person.after.department if person.after else None


def _stays(standing: Standing, person: Person) -> Label:
    code = _department(person) or ""
    unit = standing.after.units.get(code)
    name = unit.name if unit else Label(code, code)
    return Label(f"{person.number}：{name.zh}", f"{person.number}: {name.en}")


def _moved(standing: Standing, person: Person) -> Label:
    sides = []
    for tree, place in ((standing.before, person.before), (standing.after, person.after)):
        unit = tree.units.get(place.department) if place else None
        name = unit.name if unit else Label("无部门", "no department") if place is None else Label(place.department, place.department)
        post = f" ({place.position})" if place and place.position else ""
        sides.append(Label(f"{name.zh}{post}", f"{name.en}{post}"))
    return Label(f"{person.number}：{sides[0].zh} → {sides[1].zh}", f"{person.number}: {sides[0].en} → {sides[1].en}")


def _becomes(number: str, old: str | None, new: str | None) -> Label:
    return Label(f"{number}：{old or _NOBODY.zh} → {new or _NOBODY.zh}", f"{number}: {old or _NOBODY.en} → {new or _NOBODY.en}")


def _sees(viewer: str, more: int, fewer: int) -> Label:
    zh: Sequence[str] = [text for number, text in ((more, f"新增可见 {more} 人"), (fewer, f"不再可见 {fewer} 人")) if number]
    en = [text for number, text in ((more, f"sees {more} more"), (fewer, f"sees {fewer} no longer")) if number]
    return Label(f"{viewer}：{'，'.join(zh)}", f"{viewer}: {', '.join(en)}")
