"""Sentences for the lines of a diff, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bole.contracts.label import Label
from bole.org.meaning import DiffLine, Verb
from bole.org.naming import FIELD_WORDS, LISTED, listed, named, shown
from bole.org.structure import Part

Names = Mapping[str, Label]


def sentence(line: DiffLine, names: Names) -> Label:
    """
    Return what happened in one sentence, without a full stop.

    Args:
        names: what codes of departments, posts and employees are called; a code that is missing stands for itself.
    """
    return _SENTENCES[line.verb](line, names)


def _subject(line: DiffLine, names: Names) -> Label:
    """Return what the record is called: its own name, else the name that is known for its code."""
    return line.name if line.name != Label(line.code, line.code) else named(line.code, names)


def _values(line: DiffLine) -> dict[str, tuple[Any, Any]]:
    return {name: (before, after) for name, before, after in line.fields}


def _listed(codes: tuple[str, ...], names: Names) -> Label:
    """Return the names of codes as one text; beyond a few they are only counted, so only those are named."""
    return listed([named(code, names) if place < LISTED else Label(code, code) for place, code in enumerate(codes)])


def _merged(line: DiffLine, names: Names) -> Label:
    who, sources = _subject(line, names), _listed(line.others, names)
    if line.fields and len(line.others) == 1:
        return Label(f"{who.zh}取代{sources.zh}", f"{who.en} takes the place of {sources.en}")
    verb = "was" if len(line.others) == 1 else "were"
    new = Label("新部门", "the new department ") if line.fields else Label("", "")
    return Label(f"{sources.zh}并入{new.zh}{who.zh}", f"{sources.en} {verb} merged into {new.en}{who.en}")


def _split(line: DiffLine, names: Names) -> Label:
    who, parts = _subject(line, names), _listed(line.others, names)
    if line.fields:
        return Label(f"{who.zh}拆分为{parts.zh}", f"{who.en} was split into {parts.en}")
    verb = "was" if len(line.others) == 1 else "were"
    return Label(f"从{who.zh}拆分出{parts.zh}", f"{parts.en} {verb} split off from {who.en}")


def _added(line: DiffLine, names: Names) -> Label:
    who = _subject(line, names)
    if line.part is Part.POSITION:
        place = named(_values(line)["department"][1], names)
        return Label(f"{place.zh}新设岗位{who.zh}", f"Post {who.en} added in {place.en}")
    above = _values(line)["parent"][1]
    if above is None:
        return Label(f"新设部门{who.zh}（最上层）", f"Department {who.en} added at the top")
    place = named(above, names)
    return Label(f"在{place.zh}下新设部门{who.zh}", f"Department {who.en} added below {place.en}")


def _closed(line: DiffLine, names: Names) -> Label:
    who = _subject(line, names)
    if line.part is Part.POSITION:
        place = named(_values(line)["department"][0], names)
        return Label(f"{place.zh}撤销岗位{who.zh}", f"Post {who.en} closed in {place.en}")
    return Label(f"撤销部门{who.zh}", f"Department {who.en} closed")


def _person(line: DiffLine, names: Names) -> Label:
    """Return whom a line of a place or a membership speaks of."""
    return named(line.code.split("@")[0] if line.part is Part.MEMBERSHIP else line.code, names)


def _place(line: DiffLine, names: Names, side: int) -> tuple[Label, Label]:
    """Return a department, and the post or the role there as an addition (empty where there is none), before or after."""
    values = _values(line)
    place = named(values["department"][side], names)
    if line.part is Part.MEMBERSHIP:
        role, share = values["role"][side], values["share"][side]
        said = ([Label(f"角色{role}", f"as {role}")] if role else []) + (
            [Label(f"投入 {shown(share).zh}", f"share {shown(share).en}")] if share != 1 else []
        )
    else:
        post = values.get("position", (None, None))[side]
        said = [Label(f"岗位{named(post, names).zh}", f"as {named(post, names).en}")] if post else []
    return place, Label("".join(f"，{each.zh}" for each in said), "".join(f", {each.en}" for each in said))


def _joined(line: DiffLine, names: Names) -> Label:
    who, (place, more) = _person(line, names), _place(line, names, 1)
    return Label(f"{who.zh}加入{place.zh}{more.zh}", f"{who.en} joined {place.en}{more.en}")


def _left(line: DiffLine, names: Names) -> Label:
    who, (place, _) = _person(line, names), _place(line, names, 0)
    return Label(f"{who.zh}离开{place.zh}", f"{who.en} left {place.en}")


def _moved(line: DiffLine, names: Names) -> Label:
    values, who = _values(line), _subject(line, names)
    if line.part is Part.DEPARTMENT:
        return _department_moved(line, names)
    zh, en = [], []
    if "department" in values:
        source, target = (named(code, names) for code in values["department"])
        zh.append(f"从{source.zh}调至{target.zh}")
        en.append(f"moved from {source.en} to {target.en}")
    for field, was, becomes in line.fields:
        if field != "department":
            zh.append(f"{FIELD_WORDS[field].zh}由{named(was, names).zh}变为{named(becomes, names).zh}")
            en.append(f"{FIELD_WORDS[field].en} {named(was, names).en} → {named(becomes, names).en}")
    gap = ": " if en and "department" not in values else " "
    return Label(f"{who.zh}{'，'.join(zh)}", f"{who.en}{gap}{', '.join(en)}")


def _department_moved(line: DiffLine, names: Names) -> Label:
    who, (was, becomes) = _subject(line, names), _values(line)["parent"]
    top = Label("最上层", "the top")
    source, target = (top if code is None else named(code, names) for code in (was, becomes))
    zh, en = f"{who.zh}从{source.zh}移至{target.zh}", f"{who.en} moved from {source.en} to {target.en}"
    if not line.size:
        return Label(zh, en)
    return Label(f"{zh}，连同下属 {line.size} 个部门", f"{en}, with {line.size} department{'s' if line.size > 1 else ''} below it")


def _renamed(line: DiffLine, names: Names) -> Label:
    """Return the old and the new name in each language; in the other language's where only that changed."""
    ways = {name[-2:]: (before or line.code, after or line.code) for name, before, after in line.fields}
    zh, en = ways.get("zh") or ways["en"], ways.get("en") or ways["zh"]
    return Label(f"“{zh[0]}”更名为“{zh[1]}”", f"“{en[0]}” is now called “{en[1]}”")


def _head_changed(line: DiffLine, names: Names) -> Label:
    who, (was, becomes) = _subject(line, names), _values(line)["head"]
    old, new = named(was, names), named(becomes, names)
    if becomes is None:
        return Label(f"{who.zh}不再有负责人（原为{old.zh}）", f"{who.en} has no head any more (was {old.en})")
    if was is None:
        return Label(f"{who.zh}的负责人为{new.zh}（原无）", f"{who.en} is now headed by {new.en} (had no head)")
    return Label(f"{who.zh}的负责人由{old.zh}变为{new.zh}", f"{who.en} is now headed by {new.en} instead of {old.en}")


def _manager_changed(line: DiffLine, names: Names) -> Label:
    who, (was, becomes) = _person(line, names), _values(line)["manager"]
    head = Label("部门负责人", "the head of the department")
    old, new = (head if code is None else named(code, names) for code in (was, becomes))
    return Label(f"{who.zh}的直接上级由{old.zh}变为{new.zh}", f"{who.en} now reports to {new.en} instead of {old.en}")


def _altered(line: DiffLine, names: Names) -> Label:
    who = _subject(line, names)
    if line.part is Part.MEMBERSHIP:
        person, _, place = line.code.partition("@")
        one, other = named(person, names), named(place, names)
        who = Label(f"{one.zh}在{other.zh}", f"{one.en} in {other.en}")
    words = [(FIELD_WORDS[name], shown(before, names), shown(after, names)) for name, before, after in line.fields]
    zh = "，".join(f"{field.zh}由{before.zh}变为{after.zh}" for field, before, after in words)
    en = ", ".join(f"{field.en} {before.en} → {after.en}" for field, before, after in words)
    return Label(f"{who.zh}：{zh}", f"{who.en}: {en}")


_SENTENCES: Mapping[Verb, Callable[[DiffLine, Names], Label]] = {
    Verb.MERGED: _merged,
    Verb.SPLIT: _split,
    Verb.ADDED: _added,
    Verb.CLOSED: _closed,
    Verb.JOINED: _joined,
    Verb.LEFT: _left,
    Verb.MOVED: _moved,
    Verb.RENAMED: _renamed,
    Verb.HEAD_CHANGED: _head_changed,
    Verb.MANAGER_CHANGED: _manager_changed,
    Verb.ALTERED: _altered,
}
