"""Merging three ways: what a draft says, what it began from, and what has become so meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bole.contracts.label import Label
from bole.errors import InvalidValue
from bole.org.naming import FIELD_WORDS, PART_WORDS, shown
from bole.org.structure import FIELDS, Change, Facts, Part, Structure, in_order

Keep = Literal["draft", "live"]
WHOLE = ""
"""The field of a conflict, and of a choice, that is about the whole record."""


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """
    One field of which the draft and the live organisation both made something else.

    Args:
        field: `WHOLE` where the draft changes what was closed in the meantime; the values are then None.
        base: what it was when the draft began; None where it did not exist.
        draft: what the draft says; None where it closes the record.
        live: what is so now.
    """

    part: Part
    code: str
    field: str
    base: Any
    draft: Any
    live: Any
    closes: bool = False
    """Whether the draft closes the record."""

    @property
    def sentence(self) -> Label:
        """The conflict in one sentence."""
        part = PART_WORDS[self.part]
        if self.field == WHOLE:
            return Label(
                f"{part.zh} {self.code} 已被撤销，而草案仍在修改它", f"{part.en} {self.code} was closed in the meantime, and the draft changes it"
            )
        field, live, base = FIELD_WORDS[self.field], shown(self.live), shown(self.base)
        zh, en = f"{part.zh} {self.code} 的{field.zh}", f"{part.en} {self.code}: {field.en}"
        if self.closes:
            return Label(f"{zh}已由{base.zh}变为{live.zh}，而草案要撤销该记录", f"{en} has become {live.en} (was {base.en}), and the draft closes it")
        draft = shown(self.draft)
        return Label(
            f"{zh}：草案为{draft.zh}，现行为{live.zh}，起点为{base.zh}", f"{en} is {draft.en} in the draft and {live.en} now (was {base.en})"
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """What of a draft can be laid over the live organisation, and what somebody must decide first."""

    changes: tuple[Change, ...]
    conflicts: tuple[MergeConflict, ...]


def merge(changes: Iterable[Change], live: Structure) -> Merged:
    """
    Return what a draft changes in the live organisation, field by field.

    What the draft left as it was stays as it is live; what only the draft changed is taken; what
    both changed to the same is done already; what both changed differently is a conflict, and the
    field stays as it is live. A record that the draft begins or closes, and that the live organisation
    has otherwise, stays as it is live as a whole.

    Args:
        changes: of the draft, against what it began from; at most one for each code.
        live: the organisation as it is now; it must hold every record that the changes name, if it exists.
    """
    merged: list[Change] = []
    conflicts: list[MergeConflict] = []
    for change in in_order(tuple(changes)):
        outcome, found = _merge_one(change, live.get(change.part, change.code))
        merged += [outcome] if outcome else []
        conflicts += found
    return Merged(tuple(merged), tuple(conflicts))


def settle(change: Change, live: Facts | None, keep: Mapping[str, Keep]) -> Change:
    """
    Return a draft's change with conflicts decided: its base is brought to what is live for the fields named.

    Merged again, the decided fields are no conflict any more. Where the record as a whole shall stay as it is live, both sides
    become that: the change then changes nothing, and whatever is said of the record later begins from there.

    Args:
        change: what the draft says of one record.
        live: what is so of the record now; nothing where it does not exist.
        keep: field to the side that shall hold; the field `WHOLE` decides about the whole record.

    Raises:
        InvalidValue: a field that the part does not have, or a side other than ``draft`` and ``live``.
    """
    _refuse_unknown(change.part, keep)
    if not keep or change.before == change.after:
        return change
    if keep.get(WHOLE) == "live" or (change.after is None and "live" in keep.values()):
        return Change(change.part, change.code, live, live)
    if live is None:
        return Change(change.part, change.code, None if keep.get(WHOLE) == "draft" else change.before, change.after)
    sides: dict[str, Keep] = dict.fromkeys(change.fields, "draft") if WHOLE in keep else {}
    sides |= {name: side for name, side in keep.items() if name != WHOLE}
    before = dict(change.before) if change.before is not None else _unknown_base(change, live)
    after = None if change.after is None else dict(change.after)
    for name, side in sides.items():
        before[name] = live[name]
        if side == "live" and after is not None:
            after[name] = live[name]
    return Change(change.part, change.code, before, after)


def _merge_one(change: Change, live: Facts | None) -> tuple[Change | None, list[MergeConflict]]:
    """Return what is to change of one record, if anything, and the conflicts."""
    before, after = change.before, change.after
    if before == after or after == live:
        return None, []
    if live is None:
        if before is None:
            return Change(change.part, change.code, None, after), []
        return None, [MergeConflict(change.part, change.code, WHOLE, None, None, None)]
    if after is None:
        if before == live:
            return Change(change.part, change.code, live, None), []
        return None, [_conflict(change, name, live) for name in _differing(change.part, before, live)]
    if before is None:
        return None, [_conflict(change, name, live) for name in _differing(change.part, after, live)]
    return _merge_fields(change, before, after, live)


def _merge_fields(change: Change, before: Facts, after: Facts, live: Facts) -> tuple[Change | None, list[MergeConflict]]:
    merged, conflicts = dict(live), []
    for name in FIELDS[change.part]:
        if after[name] in (before[name], live[name]):
            continue
        if live[name] == before[name]:
            merged[name] = after[name]
        else:
            conflicts.append(_conflict(change, name, live))
    return (Change(change.part, change.code, live, merged) if merged != live else None), conflicts


def _differing(part: Part, one: Facts | None, other: Facts) -> tuple[str, ...]:
    return tuple(name for name in FIELDS[part] if one is None or one[name] != other[name])


def _conflict(change: Change, name: str, live: Facts) -> MergeConflict:
    base = None if change.before is None else change.before[name]
    draft = None if change.after is None else change.after[name]
    return MergeConflict(change.part, change.code, name, base, draft, live[name], change.after is None)


def _unknown_base(change: Change, live: Facts) -> dict[str, Any]:
    """Return a base for a record that both sides began: for every field a value that neither has, so that what is undecided stays a conflict."""
    after = change.after or {}
    return {name: next(value for value in (None, "", "?") if value not in (after.get(name), live[name])) for name in FIELDS[change.part]}


def _refuse_unknown(part: Part, keep: Mapping[str, Keep]) -> None:
    strange = sorted(name for name, side in keep.items() if (name != WHOLE and name not in FIELDS[part]) or side not in ("draft", "live"))
    if strange:
        said = ", ".join(f"{name!r}: {keep[name]!r}" for name in strange)
        raise InvalidValue(
            "core.unknown_choice", f"a conflict about a {part} cannot be decided by {said}.", "Keep `draft` or `live` for one of its fields."
        )
