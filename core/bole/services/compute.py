"""Computing results as frames: who is in scope, which plan holds for whom, measured and scored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from bole.access import Work
from bole.db import Raw, bulk_insert, upsert
from bole.engine.catalogue import Catalogue, measures_of
from bole.engine.derived import add_derived
from bole.engine.formulas import PLACES, in_order
from bole.engine.measure import measure
from bole.engine.scan import read_measures
from bole.engine.score import ITEM, TARGET, score
from bole.formula import Functions
from bole.models import MILLION, Measurement, Score, Scorecard
from bole.services.audience import parse_audience, parse_target
from bole.services.live import C_COLUMNS, M_COLUMNS, S_COLUMNS, LiveRun
from bole.values import UNTIL_REVISED, day_number, from_day_number, micros, minor_digits

_PEOPLE = {
    "employee_id": pl.Int64,
    "currency": pl.String,
    "hired_on": pl.Int64,
    "job_title": pl.String,
    "legal_entity": pl.String,
    "legal_entity_id": pl.Int64,
    "department": pl.String,
}


def read_people(
    raw: Raw, first: int, end: int, *, on: int | None = None, known_at: int | None = None, employees: Sequence[int] | None = None
) -> pl.DataFrame:
    """
    Return who was employed between two days, one row each.

    Columns: ``employee_id, currency, minor_digits, minor_scale, hired_on`` (day number), ``job_title, legal_entity,
    legal_entity_id, department`` (code), ``tenure_months`` (millionths, completed months on the last day).

    Args:
        first, end: day numbers, half-open.
        on: day number of the day whose department counts; the last one where not given.
        known_at: microseconds; the organisation as it was known then, now where not given.
    """
    begins, placed, stops = from_day_number(first), from_day_number(end - 1 if on is None else on), from_day_number(end)
    known = micros(UNTIL_REVISED) - 1 if known_at is None else known_at
    among = "" if employees is None else f"and e.id in ({', '.join(map(str, employees)) or 'null'}) "
    rows = raw.all(
        "select e.id, l.currency, e.hired_on, e.job_title, l.code, l.id, min(d.code) from core_employee e "
        "join core_legal_entity l on l.id = e.legal_entity_id "
        "left join core_assignment a on a.employee_id = e.id and a.valid_from <= ? and a.valid_to > ? and a.known_from <= ? and a.known_to > ? "
        "left join core_department d on d.id = a.department_id "
        f"where e.hired_on < ? and (e.left_on is null or e.left_on > ?) {among}"
        "group by e.id, l.currency, e.hired_on, e.job_title, l.code, l.id order by e.id",
        [_stored(raw, placed), _stored(raw, placed), known, known, _stored(raw, stops), _stored(raw, begins)],
    )
    hired = [date.fromisoformat(row[2]) if isinstance(row[2], str) else row[2] for row in rows]
    people = pl.DataFrame(
        {
            "employee_id": [row[0] for row in rows],
            "currency": [row[1] for row in rows],
            "hired_on": [day_number(day) for day in hired],
            "job_title": [row[3] for row in rows],
            "legal_entity": [row[4] for row in rows],
            "legal_entity_id": [row[5] for row in rows],
            "department": [row[6] or "" for row in rows],
        },
        schema=_PEOPLE,
    )
    months = [max(0, (stops.year - day.year) * 12 + stops.month - day.month - (stops.day < day.day)) * MILLION for day in hired]
    digits = {currency: minor_digits(currency) for currency in people["currency"].unique()}
    return people.with_columns(
        tenure_months=pl.Series(months, dtype=pl.Int64),
        minor_digits=pl.Series([digits[row[1]] for row in rows], dtype=pl.Int64),
        minor_scale=pl.Series([10 ** digits[row[1]] for row in rows], dtype=pl.Int64),
    )


def _stored(raw: Raw, day: date) -> Any:
    return day if raw.postgresql else day.isoformat()


def add_terms(raw: Raw, people: pl.DataFrame, last: int, *, known_at: int | None = None) -> pl.DataFrame:
    """Return the people with every term agreed with them on a day as ``term_<code>`` (millionths)."""
    day, known = _stored(raw, from_day_number(last)), micros(UNTIL_REVISED) - 1 if known_at is None else known_at
    rows = raw.all(
        "select employee_id, code, value from core_term where valid_from <= ? and valid_to > ? and known_from <= ? and known_to > ?",
        (day, day, known, known),
    )
    terms = pl.DataFrame(rows, schema={"employee_id": pl.Int64, "code": pl.String, "value": pl.Int64}, orient="row")
    if terms.is_empty():
        return people
    wide = terms.with_columns(code="term_" + pl.col("code")).pivot("code", index="employee_id", values="value", aggregate_function="max")
    return people.join(wide, on="employee_id", how="left")


def belongs(people: pl.DataFrame, audience: str, functions: Functions) -> pl.DataFrame:
    """Return the people of whom an audience formula is true; all for an empty one."""
    return people if not audience else people.filter(parse_audience(audience, functions).compute(people).fill_null(value=False))


def resolve_plans(raw: Raw, people: pl.DataFrame, last: int, functions: Functions, *, known_at: int | None = None) -> pl.DataFrame:
    """
    Return which plan version holds for whom: ``employee_id, plan_version_id``.

    The version in force on the period's last day scores the whole period. Of several that fit, the one of highest
    priority holds, then the newest.
    """
    day, known = _stored(raw, from_day_number(last)), micros(UNTIL_REVISED) - 1 if known_at is None else known_at
    versions = raw.all(
        "select id, audience from core_plan_version where valid_from <= ? and valid_to > ? and known_from <= ? and known_to > ? order "
        "by priority desc, id desc",
        (day, day, known, known),
    )
    taken = pl.DataFrame(schema={"employee_id": pl.Int64, "plan_version_id": pl.Int64})
    for version, audience in versions:
        rest = people.join(taken, on="employee_id", how="anti")
        fitting = belongs(rest, audience, functions).select("employee_id", plan_version_id=pl.lit(version, dtype=pl.Int64))
        taken = pl.concat([taken, fitting])
    return taken.sort("employee_id")


def read_items(raw: Raw, versions: Sequence[int]) -> pl.DataFrame:
    """Return the items of plan versions as a frame of `ITEM`."""
    rows = raw.where_in(
        "select p.plan_version_id, p.id, p.indicator_id, p.weight, p.target, p.cap, p.gate_below, p.gate_factor, i.direction "
        "from core_plan_item p join core_indicator i on i.id = p.indicator_id where p.plan_version_id in",
        versions,
    )
    return pl.DataFrame(rows, schema=ITEM, orient="row")


def read_targets(raw: Raw, period: int, *, known_at: int | None = None) -> pl.DataFrame:
    """Return the employees' own targets of a period as a frame of `TARGET`."""
    known = micros(UNTIL_REVISED) - 1 if known_at is None else known_at
    rows = raw.all(
        "select employee_id, indicator_id, value from core_target where period_id = ? and known_from <= ? and known_to > ?", (period, known, known)
    )
    return pl.DataFrame(rows, schema=TARGET, orient="row")


def add_formula_targets(
    raw: Raw, catalogue: Catalogue, targets: pl.DataFrame, people: pl.DataFrame, plans: pl.DataFrame, last: int, *, known_at: int | None = None
) -> pl.DataFrame:
    """
    Return the targets with those that plan items compute by a formula, for whoever has none of his or her own.

    Args:
        last: day number on which the terms are taken.
    """
    formulas = raw.where_in(
        "select p.plan_version_id, p.indicator_id, i.code, p.target_formula from core_plan_item p join core_indicator i on i.id = p.indicator_id "
        "where p.target_formula <> '' and p.plan_version_id in",
        plans["plan_version_id"].unique().sort().to_list(),
    )
    if not formulas:
        return targets
    crowd = add_terms(raw, people, last, known_at=known_at).join(plans, on="employee_id")
    registry = catalogue.registry
    for version, number, code, text in formulas:
        those = crowd.filter(pl.col("plan_version_id") == version)
        formula = parse_target(text, registry.indicators[code].unit, registry.functions)
        # A term that was agreed with nobody is missing for everybody, and so is the target.
        unknown = [pl.lit(None, dtype=pl.Int64).alias(name) for name in sorted(formula.names - set(those.columns))]
        values = formula.compute(those.with_columns(unknown), PLACES)
        computed = those.select("employee_id", indicator_id=pl.lit(number, dtype=pl.Int64), own_target=values.cast(pl.Int64)).drop_nulls()
        targets = pl.concat([targets, computed.join(targets, on=["employee_id", "indicator_id"], how="anti")])
    return targets


def measure_people(
    raw: Raw,
    catalogue: Catalogue,
    people: pl.DataFrame,
    first: int,
    end: int,
    *,
    known_at: int | None = None,
    from_rollups: bool = True,
    some: bool = False,
) -> pl.DataFrame:
    """
    Return the measurements of every declared indicator for people.

    Args:
        some: read the sums of these people only; where many are asked for, reading all is faster.
    """
    indicators, functions = catalogue.registry.indicators, catalogue.registry.functions
    codes = [code for code, each in indicators.items() if each.aggregate is not None]
    measures = measures_of(catalogue.registry, codes)
    only = people["employee_id"].to_list() if some else None
    sums = read_measures(raw, catalogue, measures, first, end, employees=only, known_at=known_at, from_rollups=from_rollups)
    measured = measure(people, sums, catalogue, codes, measures)
    return add_derived(measured, people, indicators, catalogue.indicators, in_order(indicators, functions), functions)


def write_results(
    work: Work,
    run: int,
    measured: pl.DataFrame | None,
    scores: pl.DataFrame,
    cards: pl.DataFrame,
    *,
    org_version: int | None = None,
    replace: bool = False,
) -> None:
    """
    Write results of a run (measurements where given); in place of earlier ones of the same run where `replace` is set.

    Args:
        org_version: id of the version that the measurements name.
    """
    if measured is not None:
        measured = measured.with_columns(org_version_id=pl.lit(org_version, dtype=pl.Int64))
    on = work.session.connection()
    for table, columns, keys, frame in (
        (Measurement.table, M_COLUMNS, M_COLUMNS[:3], measured),
        (Score.table, S_COLUMNS, S_COLUMNS[:3], scores),
        (Scorecard.table, C_COLUMNS, C_COLUMNS[:2], cards),
    ):
        if frame is None:
            continue
        rows = frame.select(pl.lit(run, dtype=pl.Int64).alias("run_id"), *columns[1:]).iter_rows()
        if replace:
            upsert(on, table, keys, columns, rows)
        else:
            bulk_insert(on, table, columns, rows)


def refresh_many(work: Work, raw: Raw, catalogue: Catalogue, run: LiveRun, employees: Sequence[int]) -> None:
    """Compute employees of a live run anew, all at once, keeping their plan versions and targets."""
    crowd = pl.DataFrame({"employee_id": employees}, schema={"employee_id": pl.Int64})
    people = crowd.join(read_people(raw, run.first, run.end, employees=employees if len(employees) < 500 else None), on="employee_id")
    measured = measure_people(raw, catalogue, people, run.first, run.end, some=len(employees) < 500)
    plans = pl.DataFrame(
        raw.where_in("select employee_id, plan_version_id from core_scorecard where run_id = ? and employee_id in", employees, before=(run.id,)),
        schema={"employee_id": pl.Int64, "plan_version_id": pl.Int64},
        orient="row",
    )
    targets = pl.DataFrame(
        raw.where_in("select employee_id, indicator_id, target from core_score where run_id = ? and employee_id in", employees, before=(run.id,)),
        schema=TARGET,
        orient="row",
    )
    items = read_items(raw, plans["plan_version_id"].unique().sort().to_list()).with_columns(default_target=pl.lit(None, dtype=pl.Int64))
    scores, cards = score(measured, plans, items, targets)
    write_results(work, run.id, measured, scores, cards, org_version=run.org_version, replace=True)
