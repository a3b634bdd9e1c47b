"""
Payroll: the statutory rules on a frame against NumPy and Decimal, and a million payslips from the tables to the tables.

The second case computes July 2026 for everybody through the service, terms, payouts and the payslips of June read
from the database, and is held against the bulk load of the very rows it wrote, already made.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from benchmarks._harness import Report, arguments, databases
from benchmarks._payroll_rules import rules
from bole import (
    FOREVER,
    UNTIL_REVISED,
    Config,
    Database,
    FixedClock,
    Host,
    Model,
    Work,
    bulk_insert,
    is_postgresql,
    micros,
    tables,
    unit_of_work,
)
from bole_payroll.computing.pay import COLUMNS
from bole_payroll.models import Payslip, PayslipPayout
from bole_payroll.services.runs import approve_runs, run_payroll

NOW = datetime(2026, 7, 31, 12, tzinfo=UTC)
GOALS = {"sqlite": 2.5, "postgresql": 2.0}
Portion = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


@contextmanager
def company(url: str, employees: int) -> Iterator[tuple[Database, Work]]:
    """Make a company in Shanghai: everybody with three terms, a fifth with a payout, and June computed and approved."""
    database = Database(url)
    host = Host(Config(plugins=("payroll",), settings={"payroll": {"cities": {"cn": "shanghai"}}}), packages={"payroll": "bole_payroll"})
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        work = Work(session, host, clock=FixedClock(NOW))
        with unit_of_work(session):
            fill(session, employees)
        if is_postgresql(database.engine):
            analyze(database)
        (june,) = run_payroll(work, "2026-06")
        approve_runs(work, [june.id])
        release(session, employees)
        yield database, work
    database.engine.dispose()


def fill(session: Any, employees: int) -> None:
    """Write the legal entity, the employees and their terms."""
    draw, postgresql = random.Random(1), is_postgresql(session.connection())
    day: Callable[[date], Any] = (lambda each: each) if postgresql else date.isoformat
    session.execute(
        tables.LegalEntity.table.insert(),
        [{"id": 1, "code": "cn", "name_zh": "", "name_en": "", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}],
    )
    columns = ("id", "number", "name_zh", "name_en", "job_title", "hired_on", "legal_entity_id")
    hired = day(date(2024, 1, 1))
    bulk_insert(session, tables.Employee.table, columns, ((number, f"E{number}", "", "", "", hired, 1) for number in range(1, employees + 1)))
    held = (hired, day(FOREVER), 1, micros(UNTIL_REVISED))
    terms = (
        (number, code, value, *held)
        for number in range(1, employees + 1)
        for code, value in (
            ("base_salary", draw.randrange(3_000, 90_000) * 10**6),
            ("fund_rate", 70_000),
            ("special_deduction", draw.choice((0, 1_000, 3_500)) * 10**6),
        )
    )
    bulk_insert(session, tables.Term.table, ("employee_id", "code", "value", "valid_from", "valid_to", "known_from", "known_to"), terms)


def release(session: Any, employees: int) -> None:
    """Write a payout due in July for every fifth employee; the award behind them is one, since nobody asks."""
    with unit_of_work(session):
        session.execute(
            text(
                "insert into core_period (id, code, kind, starts_on, ends_on, status) "
                "values (1, '2026-07', 'month', '2026-07-01', '2026-08-01', 'open')"
            )
        )
        award = put_award(session)
        rows = ((award, number, 1, 1, 100_000 + number, "CNY", "half_up", "released", 0, "bench", 0, False) for number in range(1, employees + 1, 5))
        columns = (
            "award_id",
            "employee_id",
            "legal_entity_id",
            "due_period_id",
            "amount",
            "currency",
            "rounding",
            "status",
            "released_at",
            "released_by",
            "leaf",
            "reversed",
        )
        bulk_insert(session, tables.Payout.table, columns, rows)


def put_award(session: Any) -> int:
    """Write the award that the payouts name, and its rule."""
    rule = tables.IncentiveRule(
        code="bench", number=1, type_code="bench", label_zh="", label_en="", parameters={}, period_kind="month", valid_from=date(2026, 1, 1)
    )
    rule.recorded_at, rule.recorded_by, rule.statement, rule.leaf = NOW, "bench", "", 0
    session.add(rule)
    session.flush()
    award = tables.Award(
        rule_id=rule.id, employee_id=1, period_id=1, key="", number=1, entitled=0, amount=0, status="approved", trace={}, created_at=NOW, leaf=0
    )
    session.add(award)
    session.flush()
    return int(award.id)


def analyze(database: Database) -> None:
    """Let PostgreSQL look at the tables, as it does by itself within minutes."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))


def timed(function: Callable[[], object]) -> float:
    """Return the seconds a call takes, the garbage collector off."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    function()
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def stored(session: Any, employees: int, size: int) -> Iterator[Portion]:
    """Yield what July's run stored, a portion at a time: the payslips' rows, and those that link payouts to them."""
    live = "s.month = '2026-07' and s.legal_entity_id = 1 and s.status <> 'superseded'"
    own = f"from payroll_payslip s where {live} and s.employee_id >= :first and s.employee_id < :end"
    linked = f"select l.payslip_id, l.payout_id from payroll_payslip_payout l where l.payslip_id in (select s.id {own})"
    for first in range(1, employees + 1, size):
        found = [session.execute(text(query), {"first": first, "end": first + size}) for query in (f"select {', '.join(COLUMNS)} {own}", linked)]
        slips, links = ([tuple(row) for row in rows] for rows in found)
        yield slips, links


def forget(session: Any, month: str) -> None:
    """Delete what a month's run wrote, so that the next begins as it did."""
    with unit_of_work(session):
        for statement in (
            "delete from payroll_payslip_payout",
            f"delete from payroll_payslip where month = '{month}'",
            f"delete from payroll_run_part where run_id in (select id from payroll_run where month = '{month}')",
            f"delete from payroll_run where month = '{month}'",
        ):
            session.execute(text(statement))


def load(session: Any, portions: Sequence[Portion]) -> float:
    """Return the seconds that the bulk load of prebuilt rows takes, in one transaction."""

    def run() -> None:
        with unit_of_work(session):
            for slips, links in portions:
                bulk_insert(session, Payslip.table, COLUMNS, slips)
                bulk_insert(session, PayslipPayout.table, ("payslip_id", "payout_id"), links)

    return timed(run)


def million(report: Report, kind: str, url: str, employees: int, rounds: int) -> None:
    """Time July through the service, and the bulk load of the same rows."""
    seconds: dict[str, list[float]] = {"bole": [], "load": []}
    with company(url, employees) as (_, work):
        portions: list[Portion] = []
        for _ in range(rounds):
            seconds["bole"].append(timed(lambda: run_payroll(work, "2026-07")))
            portions = portions or list(stored(work.session, employees, 20_000))
            work.session.rollback()
            forget(work.session, "2026-07")
            seconds["load"].append(load(work.session, portions))
            forget(work.session, "2026-07")
        assert sum(len(slips) for slips, _ in portions) == employees
    name = "a million payslips" if employees == 1_000_000 else f"{employees:,} payslips"
    report.add(f"{name}, read to stored, {kind}", seconds, contender="bole", baseline="load", goal=GOALS[kind])


def main() -> None:
    """Run the benchmark."""
    options = arguments(__doc__)
    report = Report("payroll")
    rules(report, 100_000 if options.small else 1_000_000, 5)
    with databases() as urls:
        for kind, url in urls.items():
            million(report, kind, url, 100_000 if options.small else 1_000_000, 3 if options.small else 2)
    report.finish()


if __name__ == "__main__":
    main()
