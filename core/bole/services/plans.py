"""Plans: versions of indicators, weights and targets. A version is never edited; the next one replaces it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bole.access import Work, requires
from bole.contracts.label import Label
from bole.db import Raw, unit_of_work
from bole.errors import Problem, refuse_if_any
from bole.models import MILLION
from bole.services.audience import parse_audience, parse_target
from bole.services.catalogue import catalogue_of
from bole.services.journal import append, next_leaf
from bole.values import FOREVER, UNTIL_REVISED, micros


@dataclass(frozen=True, slots=True)
class Item:
    """
    One indicator of a plan version.

    Args:
        indicator: its code.
        weight: 0 to 1; the weights of a version add up to 1.
        target: for everybody without one of his or her own; in the indicator's unit.
        target_formula: in place of `target`, computed for each employee: ``IF(tenure_months < 12, 20, 40)``.
        cap: the attainment beyond which no more points are given.
        gate_below, gate_factor: below this value all incentives are multiplied by the factor.
    """

    indicator: str
    weight: Decimal
    target: Decimal | None = None
    cap: Decimal = Decimal("1.2")
    gate_below: Decimal | None = None
    gate_factor: Decimal | None = None
    target_formula: str = ""


@dataclass(frozen=True, slots=True)
class PlanWritten:
    """Which plan version was written."""

    plan_id: int
    version_id: int
    number: int


@requires("core.plan.write")
def write_plan_version(
    work: Work,
    code: str,
    *,
    label: Label,
    items: Sequence[Item],
    valid_from: date,
    valid_to: date = FOREVER,
    audience: str = "",
    priority: int = 0,
    reason: str = "",
) -> PlanWritten:
    """
    Write the next version of a plan, and the plan itself when it is new.

    What the version before said stays said for the days before `valid_from`. Results of periods
    already computed stay as they are until they are computed again.

    Raises:
        ProblemsFound: unknown indicators, weights that do not add up to 1, half a gate; all of them named.
        FormulaError: the audience, or the formula of a target, cannot be read.
    """
    if audience:
        parse_audience(audience, work.host.registry.functions)
    with unit_of_work(work.session):
        catalogue = catalogue_of(work)
        refuse_if_any(
            _problems(code, items, set(catalogue.indicators)),
            code="core.plan_invalid",
            message=f"the version of plan {code!r} is wrong; nothing was written.",
        )
        indicators, functions = work.host.registry.indicators, work.host.registry.functions
        formulas = [
            parse_target(item.target_formula, indicators[item.indicator].unit, functions).text if item.target_formula else "" for item in items
        ]
        raw = Raw(work.session)
        rows = [(catalogue.indicators[item.indicator], *_stored_item(item)) for item in items]
        said = [[item.indicator, *row[1:], *filter(None, [text])] for item, row, text in zip(items, rows, formulas, strict=True)]
        statement = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        plan = _plan(raw, code, label)
        number = _close_earlier(work, raw, plan, valid_from, audience)
        start, end = _days(raw, valid_from, valid_to)
        now, leaf = micros(work.clock.now()), next_leaf(raw)
        version = raw.inserted(
            "insert into core_plan_version (plan_id, number, valid_from, valid_to, known_from, known_to, audience, priority, reason, "
            "recorded_by, statement, leaf) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
            [(plan, number, start, end, now, micros(UNTIL_REVISED), audience, priority, reason, work.actor.name, statement, leaf)],
        )[0]
        raw.many(
            "insert into core_plan_item (plan_version_id, indicator_id, weight, target, cap, gate_below, gate_factor, target_formula) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(version, *row, text) for row, text in zip(rows, formulas, strict=True)],
        )
        append(raw, "plan_version", [(version, plan, number, valid_from.isoformat(), valid_to.isoformat(), now, audience, priority, statement)])
    return PlanWritten(plan, version, number)


def _stored_item(item: Item) -> tuple[int | None, ...]:
    return tuple(None if value is None else int(value * MILLION) for value in (item.weight, item.target, item.cap, item.gate_below, item.gate_factor))


def _problems(code: str, items: Sequence[Item], known: set[str]) -> list[Problem]:
    found = []
    where = f"plan {code}"
    for place, item in enumerate(items, 1):
        if item.indicator not in known:
            found.append(Problem(where, place, "indicator", item.indicator, "no enabled plugin declares it.", f"Known: {', '.join(sorted(known))}."))
        if (item.gate_below is None) != (item.gate_factor is None):
            found.append(Problem(where, place, "gate", str(item.gate_below), "a gate needs both a bound and a factor."))
        if item.weight < 0 or item.weight * MILLION != int(item.weight * MILLION):
            found.append(Problem(where, place, "weight", str(item.weight), "a weight is at least 0 and has at most six decimal places."))
        if item.target is not None and item.target_formula:
            found.append(Problem(where, place, "target", str(item.target), "a target is a figure or a formula, not both."))
        if item.target is not None and item.target <= 0:
            found.append(Problem(where, place, "target", str(item.target), "a target is above 0."))
    if len({item.indicator for item in items}) != len(items):
        found.append(Problem(where, 0, "indicator", "", "an indicator stands in it twice."))
    total = sum((item.weight for item in items), Decimal(0))
    if total != 1:
        found.append(Problem(where, 0, "weight", str(total), "the weights add up to this, not to 1."))
    return found


def _plan(raw: Raw, code: str, label: Label) -> int:
    raw.run("insert into core_plan (code, label_zh, label_en) values (?, ?, ?) on conflict (code) do nothing", (code, label.zh, label.en))
    row = raw.one("select id from core_plan where code = ?" + (" for update" if raw.postgresql else ""), (code,))
    assert row is not None
    return int(row[0])


def _days(raw: Raw, *days: date) -> tuple[object, ...]:
    return tuple(day if raw.postgresql else day.isoformat() for day in days)


def _close_earlier(work: Work, raw: Raw, plan: int, valid_from: date, audience: str) -> int:
    """End the version that the new one replaces: the old row is closed on the knowledge axis and stands again, shortened."""
    now = micros(work.clock.now())
    (start,) = _days(raw, valid_from)
    row = raw.one("select coalesce(max(number), 0) from core_plan_version where plan_id = ?", (plan,))
    assert row is not None
    number = int(row[0]) + 1
    still = micros(UNTIL_REVISED)
    open_rows = raw.all(
        "select id, cast(valid_from as text), priority, reason, recorded_by, statement from core_plan_version "
        "where plan_id = ? and audience = ? and known_to = ? and valid_to > ?",
        (plan, audience, still, start),
    )
    for identity, began, priority, reason, recorded_by, statement in open_rows:
        raw.run("update core_plan_version set known_to = ? where id = ?", (now, identity))
        if began >= valid_from.isoformat():
            continue
        leaf = next_leaf(raw)
        copy = raw.inserted(
            "insert into core_plan_version (plan_id, number, valid_from, valid_to, known_from, known_to, audience, priority, reason, "
            "recorded_by, statement, leaf) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
            [(plan, number, _days(raw, date.fromisoformat(began))[0], start, now, still, audience, priority, reason, recorded_by, statement, leaf)],
        )[0]
        raw.run(
            "insert into core_plan_item (plan_version_id, indicator_id, weight, target, cap, gate_below, gate_factor, target_formula) "
            "select ?, indicator_id, weight, target, cap, gate_below, gate_factor, target_formula from core_plan_item where plan_version_id = ?",
            (copy, identity),
        )
        append(raw, "plan_version", [(copy, plan, number, began, valid_from.isoformat(), now, audience, priority, statement)])
        number += 1
    return number
