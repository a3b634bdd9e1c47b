"""
How far a change of the organisation reaches into plans, targets, proposed awards and the results of open periods.

What is computed asks one fact of an employee that the organisation decides: the code of his or her department.
Nothing here is asked per employee, and nothing is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import exists, func, select

from bole.access import Scope, Work
from bole.contracts.impact import LISTED, Reorganisation, Touched
from bole.contracts.incentive import AMOUNT_SCALE, Reward
from bole.contracts.indicator import Unit
from bole.contracts.label import Label
from bole.db import Raw
from bole.models import MILLION, Award, Employee, IncentiveRule, Indicator, LegalEntity, Payout, Plan, PlanVersion, Scorecard, Target
from bole.models import Period as PeriodRow
from bole.services.catalogue import catalogue_of
from bole.services.compute import add_formula_targets, belongs, read_people, read_targets, resolve_plans
from bole.services.explanation import same
from bole.services.figures import rate
from bole.services.intervals import among, known
from bole.services.periods import StoredPeriod
from bole.values import Money, Period, Rounding, day_number, from_day_number

FEW = 500
"""Up to so many employees are read one by one; reading all is faster beyond."""
_FACT = re.compile(r"\bdepartment\b")


@dataclass(frozen=True, slots=True)
class Moved:
    """Employees whose department becomes another: what is known of them now, and what will be, row by row."""

    before: pl.DataFrame
    after: pl.DataFrame

    @property
    def employees(self) -> list[int]:
        """Their ids, in order."""
        return self.before["employee_id"].to_list()


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """What of an incentive rule can hang on the department: its audience, and whether its parameters ask for it."""

    label: Label
    audience: str
    asks: bool


def assess_plans(work: Work, change: Reorganisation) -> Touched:
    """Return whose plan version becomes another on the first day."""
    raw, day = Raw(work.session), day_number(change.on)
    moved = _moved(raw, change, day, day + 1)
    replanned = _replanned(raw, work, moved, day)
    if not _may(work, "core.plan.read"):
        return Touched(len(replanned))
    listed = list(replanned.head(LISTED).iter_rows())
    numbers, versions = _numbers(work, [row[0] for row in listed]), _plan_labels(work, replanned)
    return Touched(len(replanned), tuple(_said(numbers[who], _becomes(versions[old], versions[new])) for who, old, new in listed))


def assess_targets(work: Work, change: Reorganisation) -> Touched:
    """Return which targets of their own the employees have in periods that are open and not over by the first day."""
    target, employee, entity, indicator, period = (model.table.c for model in (Target, Employee, LegalEntity, Indicator, PeriodRow))
    query = (
        select(employee.number, indicator.label_zh, indicator.label_en, indicator.unit, period.code, target.value, entity.currency)
        .select_from(Target.table)
        .join(Employee.table, employee.id == target.employee_id)
        .join(LegalEntity.table, entity.id == employee.legal_entity_id)
        .join(Indicator.table, indicator.id == target.indicator_id)
        .join(PeriodRow.table, period.id == target.period_id)
        .where(period.status == "open", period.ends_on > change.on, known(Target.table))
        .where(among(work.session, target.employee_id, change.employees))
        .order_by(employee.number, period.starts_on, period.code, indicator.code)
    )
    rows = work.session.execute(query).all()
    if not _may(work, "core.result.read"):
        return Touched(len(rows))
    return Touched(
        len(rows),
        tuple(
            _said(number, _with(Label(f"{zh} {code}", f"{en} {code}"), _figure(value, unit, currency)))
            for number, zh, en, unit, code, value, currency in rows[:LISTED]
        ),
    )


def assess_approvals(work: Work, change: Reorganisation) -> Touched:
    """Return which awards of the employees nobody has decided yet."""
    award, employee, rule, period = (model.table.c for model in (Award, Employee, IncentiveRule, PeriodRow))
    query = (
        select(employee.number, rule.label_zh, rule.label_en, period.code, award.reward, award.amount, award.currency)
        .select_from(Award.table)
        .join(Employee.table, employee.id == award.employee_id)
        .join(IncentiveRule.table, rule.id == award.rule_id)
        .join(PeriodRow.table, period.id == award.period_id)
        .where(award.status == "proposed", among(work.session, award.employee_id, change.employees))
        .order_by(employee.number, award.id)
    )
    rows = work.session.execute(query).all()
    if not _may(work, "core.award.read"):
        return Touched(len(rows))
    items = []
    for number, zh, en, code, reward, amount, currency in rows[:LISTED]:
        what = Label(f"{zh} {code}", f"{en} {code}")
        items.append(_said(number, _with(what, _money(amount, currency)) if reward == Reward.MONEY.value else what))
    return Touched(len(rows), tuple(items))


def assess_payouts(work: Work, change: Reorganisation) -> Touched:
    """
    Return who has results in an open period that would be computed by another plan, target or rule.

    A period is computed by the department of its last day. Each item tells what was awarded in it until now.
    """
    raw = Raw(work.session)
    found: dict[int, list[Label]] = defaultdict(list)
    for stored in _open_periods(work, change.on):
        moved = _moved(raw, change, stored.first, stored.end)
        held = _held(work, stored, moved.employees)
        reasons = _reasons(work, raw, stored, moved) if held else {}
        for who in held.keys() & reasons.keys():
            found[who].append(_now(stored.period.code, held[who], reasons[who]))
    if not _may(work, "core.award.read", "core.payout.read"):
        return Touched(len(found))
    listed = sorted(found)[:LISTED]
    numbers = _numbers(work, listed)
    return Touched(len(found), tuple(_said(numbers[who], _joined(found[who])) for who in listed))


def _moved(raw: Raw, change: Reorganisation, first: int, end: int) -> Moved:
    """Return who, of those employed between two days, would be in another department on the last of them."""
    few = list(change.departments) if len(change.departments) <= FEW else None
    day = day_number(change.on)
    people = read_people(raw, first, end, employees=few)
    standing = people if (first, end) == (day, day + 1) else read_people(raw, day, day + 1, employees=few)
    then = pl.DataFrame(list(change.departments.items()), schema={"employee_id": pl.Int64, "then": pl.String}, orient="row")
    joined = people.join(then, on="employee_id").join(standing.select("employee_id", now="department"), on="employee_id")
    # Whoever moves again before the last day, as is known already, will be where that move leads.
    differ = joined.filter((pl.col("department") == pl.col("now")) & (pl.col("then") != pl.col("now"))).sort("employee_id")
    return Moved(differ.select(people.columns), differ.with_columns(department="then").select(people.columns))


def _replanned(raw: Raw, work: Work, moved: Moved, last: int) -> pl.DataFrame:
    """Return whose plan version becomes another: ``employee_id, old, new``, missing where there is none."""
    found = moved.before.select("employee_id")
    for name, people in (("old", moved.before), ("new", moved.after)):
        plans = resolve_plans(raw, people, last, work.host.registry.functions).rename({"plan_version_id": name})
        found = found.join(plans, on="employee_id", how="left")
    return found.filter(pl.col("old").ne_missing(pl.col("new"))).sort("employee_id")


def _open_periods(work: Work, on: date) -> list[StoredPeriod]:
    """Return the open periods that are not over by a day, in order."""
    period = PeriodRow.table.c
    query = select(period.id, period.code, period.status, period.run_id).where(period.status == "open", period.ends_on > on)
    rows = work.session.execute(query.order_by(period.starts_on, period.code))
    return [StoredPeriod(number, Period.parse(code), status, run) for number, code, status, run in rows]


def _held(work: Work, stored: StoredPeriod, employees: Collection[int]) -> dict[int, dict[str, int]]:
    """Return whoever of some employees has a score or an award in a period, and the money awarded: currency to millionths of a minor unit."""
    card, award, payout = Scorecard.table.c, Award.table.c, Payout.table.c
    scored = select(card.employee_id).where(card.run_id == stored.run_id, among(work.session, card.employee_id, employees))
    found: dict[int, dict[str, int]] = {who: {} for who in work.session.scalars(scored)}
    taken_back = exists().where(payout.award_id == award.id, payout.reversed)
    query = (
        select(award.employee_id, award.reward, award.currency, func.sum(award.amount))
        .where(award.period_id == stored.id, award.status != "void", ~taken_back, among(work.session, award.employee_id, employees))
        .group_by(award.employee_id, award.reward, award.currency)
        .order_by(award.employee_id, award.currency)
    )
    for who, reward, currency, amount in work.session.execute(query):
        sums = found.setdefault(who, {})
        if reward == Reward.MONEY.value:
            sums[currency] = int(amount)
    return found


def _reasons(work: Work, raw: Raw, stored: StoredPeriod, moved: Moved) -> dict[int, list[Label]]:
    """Return why the results of a period become others, by employee."""
    found: dict[int, list[Label]] = defaultdict(list)
    replanned = _replanned(raw, work, moved, stored.end - 1)
    versions = _plan_labels(work, replanned)
    for who, old, new in replanned.iter_rows():
        found[who].append(_becomes(versions[old], versions[new]))
    for who in _retargeted(work, raw, stored, moved):
        if who not in found:
            found[who].append(Label("目标按部门计算", "a target is computed from the department"))
    for rule in _rules(work, stored):
        zh, en = rule.label.zh, rule.label.en
        sides = [belongs(people, rule.audience, work.host.registry.functions)["employee_id"].to_list() for people in (moved.before, moved.after)]
        before, after = map(set, sides)
        for who in sorted(before | after):
            if who not in after:
                found[who].append(Label(f"不再适用规则“{zh}”", f"the rule {en} no longer holds"))
            elif who not in before:
                found[who].append(Label(f"新适用规则“{zh}”", f"the rule {en} holds from now on"))
            elif rule.asks:
                found[who].append(Label(f"规则“{zh}”按部门计算", f"the rule {en} asks for the department"))
    return found


def _retargeted(work: Work, raw: Raw, stored: StoredPeriod, moved: Moved) -> list[int]:
    """Return the employees for whom a plan computes another target, by another formula or of another department."""
    catalogue, own, last = catalogue_of(work), read_targets(raw, stored.id), stored.end - 1
    sides = []
    for people in (moved.before, moved.after):
        plans = resolve_plans(raw, people, last, catalogue.registry.functions)
        sides.append(add_formula_targets(raw, catalogue, own, people, plans, last).join(people, on="employee_id", how="semi"))
    keys = ["employee_id", "indicator_id"]
    compared = sides[0].join(sides[1], on=keys, how="full", coalesce=True, suffix="_then")
    differ = compared.filter(pl.col("own_target").ne_missing(pl.col("own_target_then")))
    return differ["employee_id"].unique().sort().to_list()


def _rules(work: Work, stored: StoredPeriod) -> list[RuleInForce]:
    """
    Return the rules in force on a period's last day, in order of code.

    A rule whose type no enabled plugin offers is among them: it cannot be computed, but its audience can be read.
    """
    rule, last = IncentiveRule.table.c, from_day_number(stored.end - 1)
    query = select(rule.code, rule.label_zh, rule.label_en, rule.period_kind, rule.audience, rule.parameters)
    rows = work.session.execute(query.where(rule.valid_from <= last, rule.valid_to > last).order_by(rule.id))
    newest = {row.code: row for row in rows}
    return [
        RuleInForce(Label(row.label_zh, row.label_en), row.audience, any(_FACT.search(text) for text in _texts(row.parameters)))
        for _, row in sorted(newest.items())
        if row.period_kind == stored.period.kind.value
    ]


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in plain JSON, keys left out; a formula is one of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


def _may(work: Work, *permissions: str) -> bool:
    """Tell whether the actor may see employees and what the permissions open, in the whole company."""
    return all(work.actor.scope(permission) is Scope.COMPANY for permission in ("core.employee.read", *permissions))


def _numbers(work: Work, employees: Sequence[int]) -> dict[int, str]:
    employee = Employee.table.c
    rows = work.session.execute(select(employee.id, employee.number).where(among(work.session, employee.id, employees)))
    return {row.id: row.number for row in rows}


def _plan_labels(work: Work, replanned: pl.DataFrame) -> dict[int | None, Label]:
    version, plan = PlanVersion.table.c, Plan.table.c
    ids = pl.concat([replanned["old"], replanned["new"]]).drop_nulls().unique().sort().to_list()
    query = select(version.id, plan.label_zh, plan.label_en, version.number).join(Plan.table, plan.id == version.plan_id)
    rows = work.session.execute(query.where(among(work.session, version.id, ids)))
    return {None: Label("无方案", "no plan"), **{number: Label(f"{zh} v{which}", f"{en} v{which}") for number, zh, en, which in rows}}


def _figure(value: int, unit: str, currency: str) -> Label:
    """Return a target as people read it."""
    figure = Decimal(value) / MILLION
    if unit == Unit.MONEY.value:
        return same(str(Money(figure, currency).round(Rounding.HALF_UP)))
    return rate(value) if unit == Unit.RATIO.value else same(f"{figure.normalize():,f}")


def _money(millionths: int, currency: str) -> Label:
    return same(str(Money.of_minor(Rounding.HALF_UP.divide(millionths, AMOUNT_SCALE), currency)))


def _said(number: str, what: Label) -> Label:
    return Label(f"{number}：{what.zh}", f"{number}: {what.en}")


def _with(what: Label, figure: Label) -> Label:
    return Label(f"{what.zh}，{figure.zh}", f"{what.en}, {figure.en}")


def _becomes(old: Label, new: Label) -> Label:
    return Label(f"{old.zh} → {new.zh}", f"{old.en} → {new.en}")


def _joined(parts: Sequence[Label]) -> Label:
    return Label("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _now(code: str, sums: Mapping[str, int], reasons: Sequence[Label]) -> Label:
    """Return what an employee has in a period, and why that may become different."""
    amounts = " + ".join(_money(amount, currency).en for currency, amount in sums.items())
    held = Label(f"{code} 已计 {amounts}" if amounts else f"{code} 尚无金额", f"{code} {amounts} so far" if amounts else f"{code} no money so far")
    why = _joined(reasons)
    return Label(f"{held.zh}（{why.zh}）", f"{held.en} ({why.en})")
