"""A mapping held against its target: fields, types and options that cannot work are named before any file is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bole import FieldType, ImportField, ImportTarget, NotFound, Problem
from bole_connectors.mapping import FieldRule, FileMapping
from bole_connectors.problems import suggestion

_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)
_DAYS = (FieldType.DATE, FieldType.MOMENT)
_ONLY_FOR: Mapping[str, tuple[FieldType, ...]] = {
    "factor": _NUMBERS,
    "places": (FieldType.DECIMAL, FieldType.MONEY),
    "rounding": _NUMBERS,
    "currency": (FieldType.MONEY,),
    "currency_column": (FieldType.MONEY,),
    "format": _DAYS,
    "shift_days": _DAYS,
    "time_zone": (FieldType.MOMENT,),
    "number_repeats": (FieldType.TEXT,),
    "period": (FieldType.TEXT,),
    "prefix": (FieldType.TEXT,),
    "as_code": (FieldType.TEXT,),
}


class Receiver(Protocol):
    """What rows are converted for: an import target, or a part of an organisation."""

    @property
    def code(self) -> str:
        """How it is called."""

    @property
    def fields(self) -> Sequence[ImportField]:
        """The fields that it takes."""

    @property
    def extra(self) -> bool:
        """Whether it takes further ones."""


def target_of(targets: Mapping[str, ImportTarget], mapping: FileMapping) -> ImportTarget:
    """
    Return the import target that a mapping names.

    Raises:
        NotFound: no enabled plugin offers it.
    """
    if mapping.target not in targets:
        raise NotFound(
            "connectors.unknown_target",
            f"{mapping.path} names the target {mapping.target!r}, which no enabled plugin offers.",
            suggestion(mapping.target, targets, "There are"),
        )
    return targets[mapping.target]


def field_type(target: Receiver, name: str, rule: FieldRule) -> FieldType:
    """Return the type of a field: the target's, or for a further one the mapping's."""
    declared = next((each.type for each in target.fields if each.name == name), None)
    return declared or rule.type or FieldType.TEXT


def check_mapping(mapping: FileMapping, target: Receiver) -> list[Problem]:
    """Return everything in a mapping that does not fit its target."""
    where = str(mapping.path)
    known = {each.name: each for each in target.fields}
    problems = [
        Problem(where, 0, f"fields.{each.name}", "", f"is missing; {target.code} cannot be imported without it.", f"Add [fields.{each.name}].")
        for each in target.fields
        if each.required and each.name not in mapping.fields
    ]
    for name, rule in mapping.fields.items():
        problems += [
            Problem(where, 0, f"fields.{name}{key}", value, reason, hint) for key, value, reason, hint in _check(mapping, target, known, name, rule)
        ]
    for place, leave_out in enumerate(mapping.leave_out, 1):
        if leave_out.not_in and leave_out.not_in not in mapping.lookups:
            problems.append(_no_lookup(where, f"leave_out.{place}.not_in", leave_out.not_in, mapping))
    return problems


def _no_lookup(where: str, key: str, name: str, mapping: FileMapping) -> Problem:
    return Problem(where, 0, key, name, "is no look-up of this mapping.", suggestion(name, mapping.lookups) or f"Add [lookups.{name}].")


def _check(
    mapping: FileMapping, target: Receiver, known: Mapping[str, ImportField], name: str, rule: FieldRule
) -> Iterator[tuple[str, str, str, str]]:
    if name not in known and not target.extra:
        yield "", "", f"{target.code} has no such field.", suggestion(name, known)
        return
    if name in known and rule.type not in (None, known[name].type):
        yield ".type", str(rule.type), f"the target says that it is {known[name].type}.", "Leave the type out."
    type = field_type(target, name, rule)
    yield from _check_options(mapping, type, rule)
    if rule.fallback:
        for key, value, reason, hint in _check_options(mapping, type, rule.fallback):
            yield f".fallback{key}", value, reason, hint


def _check_options(mapping: FileMapping, type: FieldType, rule: FieldRule) -> Iterator[tuple[str, str, str, str]]:
    for option, types in _ONLY_FOR.items():
        allowed = (*types, FieldType.TEXT) if rule.period and option in ("format", "shift_days") else types
        if getattr(rule, option) not in (None, "", (), 0, False) and type not in allowed:
            yield f".{option}", "", f"a {type} has none; it is for {', '.join(types)}.", "Leave it out."
    for lookup in rule.lookup:
        if lookup not in mapping.lookups:
            problem = _no_lookup("", "", lookup, mapping)
            yield ".lookup", lookup, problem.reason, problem.hint
    if type is FieldType.MOMENT and rule.format and not (rule.time_zone or mapping.time_zone) and not all("%z" in form for form in rule.format):
        yield ".format", ", ".join(rule.format), "names no time zone, and neither does the mapping.", 'Set time_zone, for example "Asia/Shanghai".'
    states_currency = bool(rule.currency or rule.currency_column or mapping.currency)
    if rule.rounding and rule.places is None and (type is FieldType.DECIMAL or (type is FieldType.MONEY and not states_currency)):
        yield ".rounding", str(rule.rounding), "does not say to how many decimal places.", "Add places."
