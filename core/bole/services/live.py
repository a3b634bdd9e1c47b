"""Keeping the results of open periods up to date while facts come in.

A period that has been computed and is not closed is live: whatever is recorded in it changes
its measurements, scores and totals in the same transaction. Few employees are computed on
plain integers, many as frames; both give the same (a property test holds them equal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from bole.access import Work
from bole.contracts.indicator import Direction, Measure, Of
from bole.db import Raw, upsert
from bole.engine.catalogue import Catalogue, measures_of, sample_measures
from bole.engine.exact import attainment, gate_factor, measure_one, points
from bole.engine.scan import distinct_sql, last_sql
from bole.models import MILLION, Measurement, Score, Scorecard
from bole.services.visibility import company_day
from bole.values import day_number, minor_digits

FEW = 40
"""Up to this many employees plain integers are faster than frames."""

M_COLUMNS = ("run_id", "employee_id", "indicator_id", "numerator", "denominator", "value", "sample", "org_version_id")
S_COLUMNS = ("run_id", "employee_id", "indicator_id", "plan_item_id", "target", "attainment", "points")
C_COLUMNS = ("run_id", "employee_id", "plan_version_id", "points", "gate")

IN_FORCE = "(select v.id from core_org_version v where {} order by v.recorded_at desc, v.id desc limit 1)"
"""
The org version in force, as part of a statement, given the condition on the versions ``v`` that were valid by then.

`bole.services.versions.version_on` asks the same; here it must not cost a statement of its own.
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A plan item as plain values."""

    id: int
    indicator_id: int
    weight: int
    target: int | None
    cap: int
    gate_below: int | None
    gate_factor: int | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class LiveRun:
    """
    The run whose results a live period shows.

    Args:
        first, end: day numbers of the period, half-open.
        org_version: id of the version in force on the period's last day, or today while the period is not over.
    """

    id: int
    first: int
    end: int
    org_version: int | None


def lock_live_periods(raw: Raw, today: date) -> list[tuple[Any, ...]]:
    """
    Return ``starts_on, ends_on, run_id, org version in force`` of the live periods, which no run can replace until the transaction ends.

    Locks are taken in one order everywhere: new facets, periods, partitions, keys, rollups, scorecards, the ledger's head,
    and last the rows of awards and payouts.
    """
    share = " for share of p" if raw.postgresql else ""
    version = IN_FORCE.format("v.valid_from < p.ends_on and v.valid_from <= ?")
    live = f"from core_period p where p.status = 'open' and p.run_id is not null order by p.id{share}"
    return raw.all(f"select p.starts_on, p.ends_on, p.run_id, {version} {live}", (today if raw.postgresql else today.isoformat(),))


def open_runs(raw: Raw, first: int, end: int, today: date) -> list[LiveRun]:
    """Return the run of every live period that shares a day with the range of day numbers."""
    found = [LiveRun(int(run), _day(starts), _day(ends), version) for starts, ends, run, version in lock_live_periods(raw, today)]
    return [each for each in found if each.first < end and first < each.end]


def _day(stored: Any) -> int:
    return day_number(date.fromisoformat(stored) if isinstance(stored, str) else stored)


def refresh_open_periods(work: Work, raw: Raw, catalogue: Catalogue, days: Mapping[int, Iterable[int]], touched: set[int]) -> None:
    """
    Bring every live period up to date with what was just added to the rollups.

    Args:
        days: employee id to the day numbers on which something was added.
        touched: ids of the aggregates that changed.
    """
    spanned = [day for each in days.values() for day in each]
    for run in open_runs(raw, min(spanned), max(spanned) + 1, company_day(work)):
        employees = sorted(employee for employee, each in days.items() if any(run.first <= day < run.end for day in each))
        cards = raw.where_in(
            "select employee_id, plan_version_id from core_scorecard where run_id = ? and employee_id in",
            employees,
            " order by employee_id" + (" for update" if raw.postgresql else ""),
            before=(run.id,),
        )
        if not cards:
            continue
        has_formulas = any(indicator.formula for indicator in catalogue.registry.indicators.values())
        if len(cards) <= FEW and not has_formulas:
            _refresh_few(work, raw, catalogue, run, cards, touched)
        else:
            # A frame is only needed here; whoever records few facts never imports Polars.
            from bole.services.compute import refresh_many

            refresh_many(work, raw, catalogue, run, [int(employee) for employee, _ in cards])


def plan_items(raw: Raw, version: int) -> list[Item]:
    """Return the items of a plan version."""
    rows = raw.all(
        "select p.id, p.indicator_id, p.weight, p.target, p.cap, p.gate_below, p.gate_factor, i.direction "
        "from core_plan_item p join core_indicator i on i.id = p.indicator_id where p.plan_version_id = ?",
        (version,),
    )
    names = [field.name for field in fields(Item)]
    return [Item(**dict(zip(names, (*row[:7], Direction(row[7])), strict=True))) for row in rows]


def sums_of(raw: Raw, catalogue: Catalogue, measures: Sequence[Measure], employee: int, first: int, end: int) -> dict[Measure, int]:
    """Return one employee's measures between two days from the rollups."""
    by_id = {catalogue.aggregates[measure]: measure for measure in measures if measure in catalogue.aggregates}
    found = {
        by_id[number]: int(value)
        for number, value in raw.all(
            "select aggregate_id, sum(value) from core_rollup where employee_id = ? and day >= ? and day < ? group by aggregate_id",
            (employee, first, end),
        )
        if number in by_id
    }
    for measure in measures:
        if measure.of is Of.LAST:
            rows = raw.all(last_sql(catalogue, measure, first, end, employees=[employee]))
        elif measure.of is Of.DISTINCT:
            rows = raw.all(
                distinct_sql(catalogue, measure, first, end, employees=[employee], known_at=None, from_rollups=True, postgresql=raw.postgresql)
            )
        else:
            continue
        found[measure] = int(rows[0][1]) if rows else 0
    return found


def _refresh_few(work: Work, raw: Raw, catalogue: Catalogue, run: LiveRun, cards: Sequence[tuple[Any, ...]], touched: set[int]) -> None:
    registry = catalogue.registry
    codes = catalogue.affected(frozenset(touched))
    measures = measures_of(registry, codes)
    scales = _minor_scales(raw, [int(employee) for employee, _ in cards])
    items: dict[int, list[Item]] = {}
    measured: list[tuple[Any, ...]] = []
    scored: list[tuple[Any, ...]] = []
    carded: list[tuple[Any, ...]] = []
    for employee, version in cards:
        if version not in items:
            items[version] = plan_items(raw, version)
        sums = sums_of(raw, catalogue, measures, employee, run.first, run.end)
        values: dict[int, int | None] = {}
        for code in codes:
            indicator = registry.indicators[code]
            assert indicator.aggregate is not None
            exact = measure_one(indicator.aggregate, sample_measures(indicator), sums, scales[employee])
            number = catalogue.indicators[code]
            values[number] = exact.value
            measured.append((run.id, employee, number, exact.numerator, exact.denominator, exact.value, exact.sample, run.org_version))
        new_scores, card = _rescored(raw, run.id, employee, version, items[version], values)
        scored += new_scores
        carded.append(card)
    on = work.session.connection()
    upsert(on, Measurement.table, M_COLUMNS[:3], M_COLUMNS, measured)
    if scored:
        upsert(on, Score.table, S_COLUMNS[:3], S_COLUMNS, scored)
    upsert(on, Scorecard.table, C_COLUMNS[:2], C_COLUMNS, carded)


def _rescored(
    raw: Raw, run: int, employee: int, version: int, items: Sequence[Item], values: Mapping[int, int | None]
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    stored = {
        row[0]: row
        for row in raw.all(
            "select s.indicator_id, s.target, s.points, m.value from core_score s join core_measurement m "
            "on m.run_id = s.run_id and m.employee_id = s.employee_id and m.indicator_id = s.indicator_id where s.run_id = ? and s.employee_id = ?",
            (run, employee),
        )
    }
    scores, total, gate = [], 0, MILLION
    for item in items:
        _, target, old_points, old_value = stored[item.indicator_id]
        value = old_value
        if item.indicator_id in values:
            value = values[item.indicator_id]
            reached = attainment(value, target, item.direction, item.cap)
            earned = points(reached, item.weight)
            scores.append((run, employee, item.indicator_id, item.id, target, reached, earned))
        else:
            earned = old_points
        total += earned
        gate = min(gate, gate_factor(value, item.gate_below, item.gate_factor))
    return scores, (run, employee, version, total, gate)


def _minor_scales(raw: Raw, employees: Sequence[int]) -> dict[int, int]:
    rows = raw.where_in("select e.id, l.currency from core_employee e join core_legal_entity l on l.id = e.legal_entity_id where e.id in", employees)
    return {int(employee): 10 ** minor_digits(currency) for employee, currency in rows}
