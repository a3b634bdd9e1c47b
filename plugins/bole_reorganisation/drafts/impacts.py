"""What of people, managers and sight a change of the organisation touches: the plugin's own part of the blast radius."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bole import LISTED, Label, Reorganisation, Touched, Work
from bole_reorganisation.drafts.standing import Person, Standing, standing_in
from bole_reorganisation.people import names_seen

Names = Mapping[str, Label]
"""What employees are called, by number."""

_NOBODY = Label("无", "nobody")


def assess_people(work: Work, change: Reorganisation) -> Touched:
    """Return who works in another department, or at another post, afterwards."""
    standing = standing_in(change, work)
    moved = [person for person in standing.people if _where(person, "before") != _where(person, "after")]
    names = names_seen(work, [person.number for person in moved[:LISTED]])
    return Touched(len(moved), tuple(_moved(standing, person, names) for person in moved[:LISTED]))


def assess_along(work: Work, change: Reorganisation) -> Touched:
    """Return who stays in his or her department, which itself comes to stand elsewhere in the tree."""
    standing = standing_in(change, work)
    along = [person for person in standing.people if _where(person, "before") == _where(person, "after") and _department(person) in standing.moved]
    names = names_seen(work, [person.number for person in along[:LISTED]])
    return Touched(len(along), tuple(_stays(standing, person, names) for person in along[:LISTED]))


def assess_managers(work: Work, change: Reorganisation) -> Touched:
    """Return whose manager, who approves what he or she asks for, becomes another."""
    standing = standing_in(change, work)
    other = [(person.number, *pair) for person in standing.people if (pair := standing.managers(person))[0] != pair[1]]
    names = names_seen(work, [number for row in other[:LISTED] for number in row])
    return Touched(len(other), tuple(_becomes(*row, names) for row in other[:LISTED]))


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
    names = names_seen(work, viewers[:LISTED])
    return Touched(len(viewers), tuple(_sees(_called(viewer, names), gained[viewer], lost[viewer]) for viewer in viewers[:LISTED]))


def _called(number: str | None, names: Names) -> Label:
    """Return how an employee is named: by name and number, or by the number alone where the actor may not see the name."""
    if number is None:
        return _NOBODY
    name = names.get(number, Label(number, number))
    return Label(
        number if name.zh == number else f"{name.zh}（{number}）",
        number if name.en == number else f"{name.en} ({number})",
    )


def _where(person: Person, side: str) -> tuple[str | None, str | None]:
    place = person.before if side == "before" else person.after
    return (None, None) if place is None else (place.department, place.position)


def _department(person: Person) -> str | None:
    return person.after.department if person.after else None


def _stays(standing: Standing, person: Person, names: Names) -> Label:
    code = _department(person) or ""
    unit = standing.after.units.get(code)
    name = unit.name if unit else Label(code, code)
    who = _called(person.number, names)
    return Label(f"{who.zh}：{name.zh}", f"{who.en}: {name.en}")


def _moved(standing: Standing, person: Person, names: Names) -> Label:
    sides = []
    for tree, place in ((standing.before, person.before), (standing.after, person.after)):
        unit = tree.units.get(place.department) if place else None
        name = unit.name if unit else Label("无部门", "no department") if place is None else Label(place.department, place.department)
        post = f" ({place.position})" if place and place.position else ""
        sides.append(Label(f"{name.zh}{post}", f"{name.en}{post}"))
    who = _called(person.number, names)
    return Label(f"{who.zh}：{sides[0].zh} → {sides[1].zh}", f"{who.en}: {sides[0].en} → {sides[1].en}")


def _becomes(number: str, old: str | None, new: str | None, names: Names) -> Label:
    who, before, after = (_called(each, names) for each in (number, old, new))
    return Label(f"{who.zh}：{before.zh} → {after.zh}", f"{who.en}: {before.en} → {after.en}")


def _sees(viewer: Label, more: int, fewer: int) -> Label:
    zh: Sequence[str] = [text for number, text in ((more, f"新增可见 {more} 人"), (fewer, f"不再可见 {fewer} 人")) if number]
    en = [text for number, text in ((more, f"sees {more} more"), (fewer, f"sees {fewer} no longer")) if number]
    return Label(f"{viewer.zh}：{'，'.join(zh)}", f"{viewer.en}: {', '.join(en)}")
