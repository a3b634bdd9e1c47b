"""Runs: a period computed from the facts, the plans and the organisation, into results and awards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import polars as pl

from bole.access import Work, requires
from bole.db import Raw, unit_of_work
from bole.engine.measure import MEASUREMENT
from bole.engine.score import score
from bole.errors import Conflict
from bole.services.awards import propose_awards
from bole.services.catalogue import remembering
from bole.services.compute import add_formula_targets, measure_people, read_items, read_people, read_targets, resolve_plans, write_results
from bole.services.live import IN_FORCE
from bole.services.periods import StoredPeriod, open_period
from bole.services.reach import demand_company
from bole.services.visibility import last_day
from bole.values import Period, day_number, micros


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run did: its id and number within the period, employees measured and scored, awards proposed."""

    id: int
    number: int
    period: Period
    measured: int
    scored: int
    awards: int


@requires("core.run.start")
def run_period(work: Work, code: str, *, known_at: datetime | None = None, from_rollups: bool = True) -> RunOutcome:
    """
    Compute a period anew and propose the awards that follow.

    Plans and rules ask for the department on the period's last day; while the period is not over, for that of today (of the
    day it was at `known_at`). The measurements name the org version in force on that day.
    Results of earlier runs stay; the period points to the newest. Awards carry only the difference to what
    was awarded before, so that a run after late facts, or of a closed period, pays no more than the difference.

    Args:
        code: the period, ``2026-07``, ``2026Q3`` or ``2026``.
        known_at: compute with the facts, plans and organisation known at that moment; such a run is kept for
            comparison, the period does not point to it and no award follows.
        from_rollups: read the daily sums (default) or the observations themselves; both give the same.

    Raises:
        InvalidValue: the code is no period.
        Conflict: the period has not begun.
    """
    demand_company(work, "core.run.start")
    period = Period.parse(code)
    if micros(work.clock.now()) // 86_400_000_000 < (period.start.toordinal() - 719_163):
        raise Conflict("core.period_not_begun", f"the period {period} begins on {period.start}.", "Compute it when it has begun.")
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        catalogue.refresh_facets(raw)
        stored = open_period(work, period)
        known = None if known_at is None else micros(known_at)
        on = last_day(work, period.end, known_at)
        people = read_people(raw, stored.first, stored.end, on=day_number(on), known_at=known)
        plans = resolve_plans(raw, people, stored.end - 1, catalogue.registry.functions, known_at=known)
        items = read_items(raw, plans["plan_version_id"].unique().sort().to_list())
        targets = add_formula_targets(raw, catalogue, read_targets(raw, stored.id, known_at=known), people, plans, stored.end - 1, known_at=known)
        measured = measure_people(raw, catalogue, people, stored.first, stored.end, known_at=known, from_rollups=from_rollups)
        scores, cards = score(measured, plans, items, targets)
        org_version = _in_force(raw, on, known)
        run, number = _open_run(work, raw, stored, org_version, len(people), measured, known)
        write_results(work, run, measured, scores, cards, org_version=org_version)
        awards = 0
        if known_at is None:
            raw.run("update core_period set run_id = ? where id = ?", (run, stored.id))
            awards = propose_awards(work, raw, catalogue, stored, run, people, measured, scores, cards)
    return RunOutcome(run, number, period, len(people), len(cards), awards)


@requires("core.run.start")
def rescore_period(work: Work, code: str) -> RunOutcome:
    """
    Score an open period anew after a change of weights, targets or plans, from the measurements that stand.

    The measurements of an open period are kept up to date with every fact, so none is computed again; the new run
    holds the same. Only who was in scope of the last run is scored: after people joined, use `run_period`.

    Raises:
        InvalidValue: the code is no period.
        Conflict: the period was never computed, or is closed.
    """
    demand_company(work, "core.run.start")
    period = Period.parse(code)
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        catalogue.refresh_facets(raw)
        stored = open_period(work, period)
        if stored.run_id is None or stored.status != "open":
            raise Conflict(
                "core.period_not_live", f"the period {period} is {'closed' if stored.run_id else 'not computed yet'}.", f"Use `bole run {period}`."
            )
        columns = ", ".join(MEASUREMENT)
        measured = pl.DataFrame(
            raw.all(f"select {columns} from core_measurement where run_id = ?", (stored.run_id,)), schema=MEASUREMENT, orient="row"
        )
        on = last_day(work, period.end)
        people = read_people(raw, stored.first, stored.end, on=day_number(on)).join(
            measured.select("employee_id").unique(), on="employee_id", how="semi"
        )
        plans = resolve_plans(raw, people, stored.end - 1, catalogue.registry.functions)
        targets = add_formula_targets(raw, catalogue, read_targets(raw, stored.id), people, plans, stored.end - 1)
        scores, cards = score(measured, plans, read_items(raw, plans["plan_version_id"].unique().sort().to_list()), targets)
        run, number = _open_run(work, raw, stored, _in_force(raw, on, None), len(people), measured, None)
        copied = f"{columns}, org_version_id"
        raw.run(f"insert into core_measurement (run_id, {copied}) select ?, {copied} from core_measurement where run_id = ?", (run, stored.run_id))
        write_results(work, run, None, scores, cards)
        raw.run("update core_period set run_id = ? where id = ?", (run, stored.id))
        awards = propose_awards(work, raw, catalogue, stored, run, people, measured, scores, cards)
    return RunOutcome(run, number, period, len(people), len(cards), awards)


def _in_force(raw: Raw, on: date, known: int | None) -> int | None:
    """Return the id of the org version in force on a day, as known at a moment (microseconds); now, where not given."""
    condition = "v.valid_from <= ?" if known is None else "v.valid_from <= ? and v.recorded_at <= ?"
    day = on if raw.postgresql else on.isoformat()
    row = raw.one(f"select {IN_FORCE.format(condition)}", (day,) if known is None else (day, known))
    return None if row is None or row[0] is None else int(row[0])


def _open_run(
    work: Work, raw: Raw, stored: StoredPeriod, org_version: int | None, employees: int, measured: pl.DataFrame, known: int | None
) -> tuple[int, int]:
    row = raw.one("select coalesce(max(number), 0) + 1 from core_run where period_id = ?", (stored.id,))
    assert row is not None
    now = micros(work.clock.now())
    identity = raw.inserted(
        "insert into core_run (period_id, number, org_version_id, known_at, started_at, started_by, employees, input_hash) values (?, "
        "?, ?, ?, ?, ?, ?, ?) returning id",
        [(stored.id, row[0], org_version, now if known is None else known, now, work.actor.name, employees, _hash(measured))],
    )[0]
    return int(identity), int(row[0])


def _hash(measured: pl.DataFrame) -> bytes:
    """Return the hash of a run's inputs: every exact fraction, by employee and indicator."""
    digest = sha256()
    for column in ("employee_id", "indicator_id", "numerator", "denominator", "sample"):
        digest.update(measured[column].to_numpy().tobytes())
    return digest.digest()
