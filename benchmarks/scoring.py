"""Scoring: a month of observations to stored scores, against one hand-written GROUP BY and a bare scan of the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

import numpy as np

from benchmarks._company import SIX, company, facts
from benchmarks._harness import Report, arguments, databases, interleave
from bole.access import Work
from bole.contracts.label import Label
from bole.db import Database, bulk_insert, ensure_partitions
from bole.models import Observation
from bole.services.catalogue import catalogue_of, rebuild_rollups
from bole.services.journal import OBSERVATION_COLUMNS
from bole.services.plans import Item, write_plan_version
from bole.services.recording import record_observations
from bole.services.runs import rescore_period, run_period

FIRST, DAYS = 20635, 31
MICROS = 1_000_000


def rows(count: int, employees: int, facets: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """Yield observation rows employee by employee, as the table is ordered."""
    draw = np.random.default_rng(5)
    per = count // employees
    order = [facets["order0"], facets["order1"]]
    for employee in range(1, employees + 1):
        kind = draw.choice(5, size=per, p=[0.4, 0.2, 0.15, 0.15, 0.1])
        moment = np.sort(draw.integers(FIRST * 86_400, (FIRST + DAYS) * 86_400 - 28_800, per))
        amount = draw.integers(10_000, 5_000_000, per)
        new = draw.random(per) < 0.3
        delay = draw.integers(60, 3 * 86_400, per)
        stars = draw.integers(1, 6, per)
        facet = np.choose(kind, [facets["visit"], facets["lead"], facets["followup"], np.where(new, order[1], order[0]), facets["rating"]])
        columns = zip(kind.tolist(), moment.tolist(), amount.tolist(), delay.tolist(), stars.tolist(), facet.tolist(), strict=True)
        for place, (what, at, money, late, rating, number) in enumerate(columns):
            yield (
                employee, (at + 28_800) // 86_400, (1 << 40) + employee * per + place, number, 1,
                rating * 10_000 if what == 4 else 0, money if what == 3 else 0, at * MICROS,
                (at - late) * MICROS if what == 2 else None, at * MICROS, 1, None, "CNY" if what == 3 else None, f"{employee}-{place}", None,
            )  # fmt: skip  # the order of the columns


def fill(database: Database, work: Work, count: int, employees: int) -> None:
    """Load the table in bulk: what is measured is scoring, not loading."""
    record_observations(work, facts(400, employees, seed=1), source="bench")
    facets = {}
    for number, (kind, dimensions) in catalogue_of(work).facet_rows.items():
        facets[kind + (str(int(dimensions["new"])) if dimensions else "")] = number
    with database.engine.begin() as connection:
        ensure_partitions(connection, range(FIRST, FIRST + DAYS))
        bulk_insert(connection, Observation.table, OBSERVATION_COLUMNS, rows(count, employees, facets))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze" if database.engine.dialect.name == "sqlite" else "vacuum analyze")
    rebuild_rollups(work)


def by_hand(work: Work, postgresql: bool) -> Callable[[], object]:
    """Return the hand-written way: one fused GROUP BY that ends with the weighted scores in memory."""
    catalogue = catalogue_of(work)
    facets = {kind + (str(int(dimensions["new"])) if dimensions else ""): number for number, (kind, dimensions) in catalogue.facet_rows.items()}
    order = f"facet_id in ({facets['order0']}, {facets['order1']})"
    sums = (
        f"sum(sign) filter (where facet_id = {facets['visit']}) visits, sum(sign * amount) filter (where {order}) amount, sum(sign) "
        f"filter (where {order}) orders, "
        f"sum(sign) filter (where facet_id = {facets['lead']}) leads, sum(sign * quantity) filter (where facet_id = {facets['rating']}) rs, "
        f"sum(sign) filter (where facet_id = {facets['rating']}) rn, "
        f"sum(sign) filter (where facet_id = {facets['followup']} and moment - answers_to <= 86400000000) ft, "
        f"sum(sign) filter (where facet_id = {facets['followup']}) fn, sum(sign) filter (where facet_id = {facets['order1']}) nn"
    )
    least = "least" if postgresql else "min"
    parts = [
        "visits * 1.0",
        "amount / 100.0",
        "orders * 1.0 / nullif(leads, 0)",
        "rs / 10000.0 / nullif(rn, 0)",
        "ft * 1.0 / nullif(fn, 0)",
        "nn * 1.0 / nullif(orders, 0)",
    ]
    weights = (0.2, 0.3, 0.2, 0.15, 0.1, 0.05)
    targets = (40, 380_000, 0.75, 3, 0.33, 0.3)
    score = " + ".join(
        f"{weight} * {least}(coalesce({part}, 0) / {target}, 1.2)" for weight, part, target in zip(weights, parts, targets, strict=True)
    )
    inner = f"select employee_id, {sums} from core_observation where day >= {FIRST} and day < {FIRST + DAYS} group by employee_id"
    statement = f"select employee_id, {', '.join(parts)}, {score} from ({inner}) as sums"

    def run() -> object:
        found = list(work.session.connection().exec_driver_sql(statement).all())
        work.session.commit()
        return found

    return run


def bare_scan(work: Work) -> Callable[[], None]:
    """Return the floor: every figure of every row read, nothing grouped."""

    def run() -> None:
        work.session.connection().exec_driver_sql(
            "select count(*), sum(employee_id + facet_id + day + amount + quantity + moment / 1000000 + coalesce(answers_to, 0) / 1000000 "
            "+ sign) from core_observation"
        ).all()
        work.session.commit()

    return run


def reweight(work: Work) -> Callable[[], object]:
    """Return a change of weights followed by a rescore, the weights going back and forth."""
    turn = [0]
    choices = [("0.2", "0.3", "0.2", "0.15", "0.1", "0.05"), ("0.1", "0.4", "0.2", "0.15", "0.1", "0.05")]
    targets = ("40", "380000", "0.75", "3", "0.33", "0.3")

    def run() -> object:
        turn[0] += 1
        items = [
            Item(f"bench.{name}", Decimal(weight), Decimal(target)) for name, weight, target in zip(SIX, choices[turn[0] % 2], targets, strict=True)
        ]
        write_plan_version(work, "bench", label=Label("", ""), items=items, valid_from=date(2026, 1, 1))
        return rescore_period(work, "2026-07")

    return run


def main() -> None:
    """Run the benchmark."""
    options = arguments(__doc__)
    count, employees = (1_000_000, 2_000) if options.small else (10_000_000, 10_000)
    report = Report("scoring")
    with databases() as urls:
        for kind, url in urls.items():
            with company(url, employees) as (database, work):
                print(f"  filling {kind} with {count:,} observations of {employees:,} employees …", flush=True)
                fill(database, work, count, employees)
                contenders: dict[str, Callable[[], object]] = {
                    "from observations": partial(run_period, work, "2026-07", from_rollups=False),
                    "from rollups": partial(run_period, work, "2026-07"),
                    "by hand": by_hand(work, kind == "postgresql"),
                    "bare scan": bare_scan(work),
                    "reweighted": reweight(work),
                }
                seconds = interleave(contenders, 3)
                report.add(f"full rescore, stored, {kind}", seconds, contender="from observations", baseline="by hand", goal=1.3)
                if kind == "sqlite":
                    report.add("full rescore against a bare scan, sqlite", seconds, contender="from observations", baseline="bare scan", goal=2.0)
                report.add(f"run from rollups, {kind}", seconds, contender="from rollups", baseline="bare scan", goal=1.0)
                report.add(f"rescore after a change of weight, {kind}", seconds, contender="reweighted", baseline="bare scan", goal=0.15)
    report.finish()


if __name__ == "__main__":
    main()
