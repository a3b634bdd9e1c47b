"""Incentive rules: configured uses of incentive types, versioned and dated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError

from bole.access import Work, requires
from bole.contracts.incentive import IncentiveType
from bole.contracts.label import Label
from bole.db import Raw, unit_of_work
from bole.errors import InvalidValue, Problem, ProblemsFound
from bole.host.manifest import flatten
from bole.services.audience import parse_audience
from bole.services.journal import append, next_leaf
from bole.values import FOREVER, PeriodKind, micros


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force, with its parameters as the type's schema loads them."""

    id: int
    code: str
    type: IncentiveType
    parameters: dict[str, Any]
    period_kind: str
    audience: str
    automatic: bool


@requires("core.plan.write")
def write_rule(
    work: Work,
    code: str,
    *,
    type_code: str,
    label: Label,
    parameters: Mapping[str, Any],
    valid_from: date,
    valid_to: date = FOREVER,
    period_kind: PeriodKind = PeriodKind.QUARTER,
    audience: str = "",
    automatic: bool = False,
) -> int:
    """
    Write a rule, or the next version of it, and return its id; what stood before it ends where it begins.

    Args:
        type_code: an incentive type that an enabled plugin offers.
        parameters: as the type's schema wants them, in plain JSON.
        audience: formula of truth; empty for everybody.
        automatic: approve and release what it gives at once; only for types that are computed instantly.

    Raises:
        InvalidValue: no such type, or an automatic rule of a type that is not instant.
        ProblemsFound: wrong, missing or unknown parameters, all of them named.
        FormulaError: the audience cannot be read.
    """
    _load(work, code, type_code, parameters)
    if automatic and not _type(work, code, type_code).instant:
        raise InvalidValue(
            "core.rule_automatic",
            f"the rule {code!r} is of type {type_code!r}, which is computed by runs.",
            "Let people approve what a run proposes.",
        )
    if audience:
        parse_audience(audience, work.host.registry.functions)
    plain = json.loads(json.dumps(dict(parameters), ensure_ascii=False, default=str))
    statement = rule_statement(type_code, plain, period_kind.value, audience, automatic)
    with unit_of_work(work.session):
        raw = Raw(work.session)
        start, end = _stored(raw, valid_from), _stored(raw, valid_to)
        row = raw.one("select coalesce(max(number), 0) + 1 from core_incentive_rule where code = ?", (code,))
        assert row is not None
        raw.run("update core_incentive_rule set valid_to = ? where code = ? and valid_to > ? and valid_from < ?", (start, code, start, start))
        now, leaf = micros(work.clock.now()), next_leaf(raw)
        values = {
            "code": code,
            "number": row[0],
            "type_code": type_code,
            "label_zh": label.zh,
            "label_en": label.en,
            "parameters": json.dumps(plain, ensure_ascii=False),
            "period_kind": period_kind.value,
            "audience": audience,
            "automatic": automatic,
            "valid_from": start,
            "valid_to": end,
            "recorded_at": now,
            "recorded_by": work.actor.name,
            "statement": statement,
            "leaf": leaf,
        }
        insert = f"insert into core_incentive_rule ({', '.join(values)}) values ({', '.join('?' * len(values))}) returning id"
        identity = raw.inserted(insert, [tuple(values.values())])[0]
        append(raw, "incentive_rule", [(identity, code, row[0], valid_from.isoformat(), now, work.actor.name, statement)])
    return identity


RULE_COLUMNS = ("type_code", "parameters", "period_kind", "audience", "automatic")


def rule_statement(type_code: str, parameters: Any, period_kind: str, audience: str, automatic: bool | int) -> str:
    """Return the canonical text of what a rule says, as the ledger holds it; takes the values of `RULE_COLUMNS` as stored."""
    plain = json.loads(parameters) if isinstance(parameters, str) else parameters
    given = {"type": type_code, "parameters": plain, "period": period_kind, "audience": audience, "automatic": bool(automatic)}
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rules_on(work: Work, day: date) -> list[Rule]:
    """
    Return the rules in force on a day: those that pay at once first, so that the others can net what they gave, then
    in the order in which they were first written, so that a rule can net an earlier one.

    Raises:
        InvalidValue: a stored rule is of a type that no enabled plugin offers; computing without it would pay wrong sums.
    """
    raw = Raw(work.session)
    rows = raw.all(
        "select id, code, type_code, parameters, period_kind, audience, automatic from core_incentive_rule where valid_from <= ? and "
        "valid_to > ? order by id",
        (_stored(raw, day), _stored(raw, day)),
    )
    newest: dict[str, Rule] = {}
    for identity, code, type_code, stored, period_kind, audience, automatic in rows:
        given = json.loads(stored) if isinstance(stored, str) else stored
        newest[code] = Rule(
            int(identity), code, _type(work, code, type_code), _load(work, code, type_code, given), period_kind, audience, bool(automatic)
        )
    first = {code: int(number) for code, number in raw.all("select code, min(id) from core_incentive_rule group by code")}
    return sorted(newest.values(), key=lambda rule: (not rule.type.instant, first[rule.code]))


def _type(work: Work, code: str, type_code: str) -> IncentiveType:
    known = work.host.registry.incentive_types
    if type_code not in known:
        raise InvalidValue(
            "core.unknown_incentive_type",
            f"the rule {code!r} is of type {type_code!r}, which no enabled plugin offers.",
            f"Known types: {', '.join(sorted(known)) or 'none'}.",
        )
    return known[type_code]


def _load(work: Work, code: str, type_code: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = _type(work, code, type_code).schema().load(dict(parameters))
    except ValidationError as error:
        problems = [Problem(f"rule {code}", 0, line.partition(": ")[0], "", line.partition(": ")[2]) for line in flatten(error.messages)]
        raise ProblemsFound("core.rule_invalid", f"the parameters of the rule {code!r} are wrong; nothing was written.", problems) from error
    return loaded


def _stored(raw: Raw, day: date) -> Any:
    return day if raw.postgresql else day.isoformat()
