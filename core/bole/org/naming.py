"""Words for what a structure speaks of: parts, fields, values and names, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bole.contracts.label import Label
from bole.org.structure import Change, Facts, Part

PART_WORDS: Mapping[Part, Label] = {
    Part.DEPARTMENT: Label("部门", "department"),
    Part.POSITION: Label("岗位", "post"),
    Part.ASSIGNMENT: Label("员工", "employee"),
    Part.MEMBERSHIP: Label("兼属关系", "membership"),
}

FIELD_WORDS: Mapping[str, Label] = {
    "name_zh": Label("中文名称", "Chinese name"),
    "name_en": Label("英文名称", "English name"),
    "parent": Label("上级部门", "department above"),
    "head": Label("负责人", "head"),
    "legal_entity": Label("法人实体", "legal entity"),
    "department": Label("部门", "department"),
    "reports_to": Label("上级岗位", "post above"),
    "title_zh": Label("中文职务", "Chinese title"),
    "title_en": Label("英文职务", "English title"),
    "grade": Label("职级", "grade"),
    "fte": Label("编制", "full-time equivalents"),
    "position": Label("岗位", "post"),
    "manager": Label("直接上级", "manager"),
    "employee": Label("员工", "employee"),
    "role": Label("角色", "role"),
    "share": Label("投入比例", "share"),
}

NOTHING = Label("（无）", "nothing")
LISTED = 6
"""How many names a sentence gives before it only counts."""


def name_of(part: Part, code: str, facts: Facts | None) -> Label:
    """Return what a record is called: its name or title, in the other language where one lacks, or its code."""
    stem = {Part.DEPARTMENT: "name", Part.POSITION: "title"}.get(part)
    if stem is None or facts is None:
        return Label(code, code)
    zh, en = facts.get(f"{stem}_zh") or "", facts.get(f"{stem}_en") or ""
    return Label(zh or en or code, en or zh or code)


def names_of(changes: Iterable[Change]) -> dict[str, Label]:
    """Return the names that changes themselves give to departments and posts, by code: as they are afterwards, or last were."""
    names: dict[str, Label] = {}
    for change in changes:
        if change.part is Part.DEPARTMENT or (change.part is Part.POSITION and change.code not in names):
            names[change.code] = name_of(change.part, change.code, change.after or change.before)
    return names


def named(code: str | None, names: Mapping[str, Label]) -> Label:
    """Return the name of a code; the code itself where it is not known."""
    return NOTHING if code is None else names.get(code, Label(code, code))


def shown(value: Any, names: Mapping[str, Label] | None = None) -> Label:
    """Return a field's value as people read it: decimals without idle zeros."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Decimal):
        return _same(f"{value.normalize():f}")
    return named(str(value), names or {})


def listed(labels: Sequence[Label], *, limit: int = LISTED) -> Label:
    """Return several names as one: ``A, B and C``; what is beyond the limit is counted."""
    some, more = labels[:limit], len(labels) - limit
    zh = "、".join(label.zh for label in some)
    if more > 0:
        return Label(f"{zh} 等 {len(labels)} 项", f"{', '.join(label.en for label in some)} and {more} more")
    english = [label.en for label in some]
    return Label(zh, " and ".join([", ".join(english[:-1]), english[-1]] if len(english) > 1 else english))


def codes_listed(codes: Sequence[str]) -> Label:
    """Return several codes as one text."""
    return listed([_same(code) for code in codes])


def _same(text: str) -> Label:
    return Label(text, text)
