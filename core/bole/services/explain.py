"""Explaining a payout: the whole chain from the money down to the observations and the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bole.access import Work, requires
from bole.contracts.indicator import Indicator, Measure, Unit
from bole.contracts.label import Label
from bole.db import Raw
from bole.engine.catalogue import Catalogue
from bole.engine.formulas import parse_indicator, variable
from bole.errors import NotFound
from bole.models import MILLION, Employee
from bole.services.catalogue import catalogue_of
from bole.services.explanation import Step, same
from bole.services.figures import TRACE_LABELS, money, rate, shown, stamp
from bole.services.periods import StoredPeriod
from bole.services.visibility import last_day, visible_employees
from bole.values import Period

LISTED = 12
"""Observations listed under a measurement; the rest is counted."""


@requires("core.payout.read")
def explain_payout(work: Work, payout: int) -> Step:
    """
    Return the chain behind a payout: award, rule, scores, measurements, observations, and the ledger's leaves.

    Raises:
        NotFound: there is no such payout, or its employee is outside the actor's scope.
    """
    raw = Raw(work.session)
    query = (
        "select p.id, p.award_id, p.employee_id, p.amount, p.currency, p.rounding, p.status, p.reverses_id, p.leaf, p.settlement_leaf, "
        "p.settled_by, p.released_by, p.released_at, d.code from core_payout p join core_period d on d.id = p.due_period_id where p.id = ?"
    )
    row = raw.one(query, (payout,)) if abs(payout) < 1 << 63 else None
    if row is None or not _visible(work, int(row[2]), Period.parse(row[-1]).end):
        raise NotFound(
            "core.unknown_payout", f"there is no payout {payout} that {work.actor.name} may see.", "Look its number up in the list of payouts."
        )
    identity, award, employee, amount, currency, rounding, status, reverses, leaf, settlement, settled_by, released_by, released_at, due = row
    person = work.session.get(Employee, employee)
    assert person is not None
    states = {"released": Label("待支付", "released"), "settled": Label("已支付", "settled")}
    detail = [
        (Label("员工", "Employee"), Label(f"{person.name_zh or person.name_en}（{person.number}）", str(person))),
        (Label("应付月份", "Due"), same(due)),
        (Label("状态", "Status"), states.get(status, same(status))),
        (Label("舍入规则", "Rounding"), same(rounding)),
        (Label("释放", "Released"), same(f"{released_by}, {stamp(released_at)}")),
    ]
    if settled_by:
        detail.append((Label("支付于", "Paid by"), same(settled_by)))
    if reverses is not None:
        detail.append((Label("冲销", "Reverses"), Label(f"发放 {reverses}", f"payout {reverses}")))
    leaves = [("payout", leaf), *([("payout_settlement", settlement)] if settlement is not None else [])]
    return Step(
        "payout",
        Label(f"发放 {identity}", f"Payout {identity}"),
        money(amount, currency),
        tuple(detail),
        (_award(work, raw, int(award)), *(_leaf(raw, kind, index) for kind, index in leaves)),
    )


def _visible(work: Work, employee: int, end: date) -> bool:
    scope = visible_employees(work, "core.payout.read", last_day(work, end))
    return scope is None or work.session.scalar(select(Employee.id).where(Employee.id == employee, Employee.id.in_(scope))) is not None


def _award(work: Work, raw: Raw, award: int) -> Step:
    row = raw.one(
        "select a.rule_id, a.employee_id, a.key, a.number, a.run_id, a.entitled, a.amount, a.currency, a.status, a.decided_by, "
        "a.trace, a.leaf, a.decision_leaf, "
        "p.id, p.code, p.status, p.run_id from core_award a join core_period p on p.id = a.period_id where a.id = ?",
        (award,),
    )
    assert row is not None
    rule, employee, key, number, run, entitled, amount, currency, _, decided_by, trace, leaf, decision = row[:13]
    stored = StoredPeriod(int(row[13]), Period.parse(row[14]), row[15], row[16])
    detail = [
        (Label("周期", "Period"), same(stored.period.code)),
        (Label("应得合计", "Entitled in all"), money(Decimal(entitled) / MILLION, currency)),
    ]
    if entitled != amount:
        detail.append((Label("此前已计", "Awarded before"), money(Decimal(entitled - amount) / MILLION, currency)))
    if decided_by:
        detail.append((Label("审批人", "Decided by"), same(decided_by)))
    children = [_rule(raw, catalogue_of(work).registry.indicators, int(rule), trace, currency)]
    if run is not None:
        children += _scores(work, raw, stored, int(run), int(employee))
    elif key:
        children += _event(raw, catalogue_of(work), int(employee), key, stored)
    children.append(_leaf(raw, "award", leaf))
    if decision is not None:
        children.append(_leaf(raw, "award_decision", decision))
    return Step(
        "award",
        Label(f"激励 {award}（第 {number} 次）", f"Award {award} (number {number})"),
        money(Decimal(amount) / MILLION, currency),
        tuple(detail),
        tuple(children),
    )


def _named(indicators: Mapping[str, Indicator], name: str) -> Label:
    """Return the label of a trace's figure, which may be named after an indicator."""
    return indicators[name].label if name in indicators else TRACE_LABELS.of(name)


def _rule(raw: Raw, indicators: Mapping[str, Indicator], rule: int, trace: Any, currency: str) -> Step:
    row = raw.one("select code, number, type_code, label_zh, label_en from core_incentive_rule where id = ?", (rule,))
    assert row is not None
    code, number, type_code, zh, en = row
    figures = json.loads(trace) if isinstance(trace, str) else trace
    steps = tuple(Step("figure", _named(indicators, name), shown(name, value, currency)) for name, value in figures.items() if value is not None)
    return Step("rule", Label(f"规则：{zh}", f"Rule: {en}"), same(f"{code} v{number} · {type_code}"), (), steps)


def _scores(work: Work, raw: Raw, stored: StoredPeriod, run: int, employee: int) -> list[Step]:
    catalogue = catalogue_of(work)
    codes = {number: code for code, number in catalogue.indicators.items()}
    currency = str(
        (
            raw.one("select l.currency from core_employee e join core_legal_entity l on l.id = e.legal_entity_id where e.id = ?", (employee,))
            or ("CNY",)
        )[0]
    )
    measured = raw.all(
        "select m.indicator_id, m.numerator, m.denominator, m.value, m.sample, v.code from core_measurement m "
        "left join core_org_version v on v.id = m.org_version_id where m.run_id = ? and m.employee_id = ? order by m.indicator_id",
        (run, employee),
    )
    scored = {
        row[0]: row[1:]
        for row in raw.all(
            "select s.indicator_id, s.target, s.attainment, s.points, i.weight from core_score s join core_plan_item i on i.id = s.plan_item_id "
            "where s.run_id = ? and s.employee_id = ?",
            (run, employee),
        )
    }
    steps = []
    for number, numerator, denominator, value, sample, version in measured:
        code = codes.get(number)
        indicator = catalogue.registry.indicators.get(code or "")
        if code is None or indicator is None or (number not in scored and not sample):
            continue
        measurement = _measurement(raw, catalogue, code, indicator, (numerator, denominator, value, sample, version), stored, employee, currency)
        if number not in scored:
            steps.append(measurement)
            continue
        target, attained, earned, weight = scored[number]
        detail = (
            (Label("目标", "Target"), _value(target, indicator.unit, currency)),
            (Label("权重", "Weight"), rate(weight)),
            (Label("加权得分", "Weighted points"), rate(earned)),
        )
        steps.append(Step("score", Label(f"得分：{indicator.label.zh}", f"Score: {indicator.label.en}"), rate(attained), detail, (measurement,)))
    return steps


def _value(value: int | None, unit: Unit, currency: str) -> Label:
    if value is None:
        return Label("无", "none")
    if unit is Unit.MONEY:
        return same(f"{Decimal(value) / MILLION:,.2f} {currency}")
    if unit is Unit.RATIO:
        return rate(value)
    return same(f"{(Decimal(value) / MILLION).normalize():,f}")


def _measurement(
    raw: Raw, catalogue: Catalogue, code: str, indicator: Indicator, figures: tuple[Any, ...], stored: StoredPeriod, employee: int, currency: str
) -> Step:
    numerator, denominator, value, sample, version = figures
    detail = [
        (Label("精确分数", "Exact fraction"), same(f"{numerator} / {denominator}")),
        (Label("样本数", "Facts behind it"), same(str(sample))),
        (Label("来源", "Source"), indicator.source),
    ]
    if version is not None:
        detail.append((Label("组织版本", "Org version"), same(version)))
    children: tuple[Step, ...] = ()
    more = 0
    if indicator.aggregate is not None:
        children, more = _facts(raw, catalogue, indicator.aggregate.measures, stored, employee)
    else:
        names = parse_indicator(indicator, catalogue.registry.indicators, currency, catalogue.registry.functions).names
        detail.append((Label("公式", "Formula"), same(indicator.formula)))
        used = [other for other in catalogue.registry.indicators if variable(other) in names]
        detail.append((Label("取自", "Drawn from"), same(", ".join(used))))
    return Step(
        "measurement",
        Label(f"实绩：{indicator.label.zh}", f"Measured: {indicator.label.en}"),
        _value(value, indicator.unit, currency),
        tuple(detail),
        children,
        more,
    )


def _facts(raw: Raw, catalogue: Catalogue, measures: Sequence[Measure], stored: StoredPeriod, employee: int) -> tuple[tuple[Step, ...], int]:
    facets = sorted({facet for measure in measures for facet in catalogue.matching(measure)})
    if not facets:
        return (), 0
    where = f"employee_id = ? and day >= ? and day < ? and facet_id in ({', '.join(map(str, facets))})"
    values = (employee, stored.first, stored.end)
    rows = raw.all(
        f"select id, facet_id, sign, quantity, amount, moment, currency, external_key from core_observation where {where} order by day "
        f"desc, id desc limit {LISTED}",
        values,
    )
    total = raw.one(f"select count(*) from core_observation where {where}", values)
    return tuple(_observation(catalogue, row) for row in rows), (int(total[0]) if total else 0) - len(rows)


def _event(raw: Raw, catalogue: Catalogue, employee: int, key: str, stored: StoredPeriod) -> list[Step]:
    rows = raw.all(
        "select id, facet_id, sign, quantity, amount, moment, currency, external_key from core_observation "
        "where employee_id = ? and day >= ? and day < ? and external_key = ? order by id",
        (employee, stored.first, stored.end, key),
    )
    return [_observation(catalogue, row) for row in rows]


def _observation(catalogue: Catalogue, row: Sequence[Any]) -> Step:
    identity, facet, sign, quantity, amount, moment, currency, key = row
    kind, dimensions = catalogue.facet_rows[facet]
    label = catalogue.registry.observation_kinds[kind].label if kind in catalogue.registry.observation_kinds else same(kind)
    parts = [money(amount * sign, currency).en] if currency else []
    if quantity:
        parts.append(f"{(Decimal(quantity * sign) / 10_000).normalize():f}")
    if sign < 0:
        parts.append("↩")
    detail = ((Label("来源键", "Key at source"), same(key)), *((same(code), same(str(value))) for code, value in dimensions.items()))
    return Step("observation", Label(f"{label.zh} #{identity}", f"{label.en} #{identity}"), same(" · ".join([stamp(moment), *parts])), detail)


def _leaf(raw: Raw, kind: str, index: int) -> Step:
    row = raw.one('select rows, hash from core_ledger_leaf where "index" = ?', (index,))
    if row is None:
        return Step("ledger", Label(f"账本第 {index} 项", f"Ledger leaf {index}"), Label("缺失：账本已被改动", "missing: the ledger was altered"))
    words = {
        "payout": Label("发放", "payout"),
        "payout_settlement": Label("支付", "payment"),
        "award": Label("激励", "award"),
        "award_decision": Label("审批", "decision"),
    }[kind]
    return Step(
        "ledger",
        Label(f"账本第 {index} 项（{words.zh}）", f"Ledger leaf {index} ({words.en})"),
        same(bytes(row[1]).hex()[:16] + "…"),
        ((Label("行数", "Rows"), same(str(row[0]))),),
    )
