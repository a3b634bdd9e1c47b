"""A small company and its facts, for tests of the chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.contracts.observation import Observation
from bole.db import Database
from bole.host import Config, Host
from bole.models import Employee, LegalEntity
from bole.services.catalogue import synchronise
from bole.services.plans import Item, write_plan_version
from bole.values import Money

NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)


def trial_host(instance: Path) -> Host:
    """A host with the plugin of `tests.trial`."""
    return Host(Config(plugins=("trial",), instance=instance), packages={"trial": "tests.trial"})


@contextmanager
def company(database: Database, instance: Path, *, people: int = 3, plan: bool = True) -> Iterator[Work]:
    """A company in Shanghai with employees E1 …, and the plan of all trial indicators."""
    with database.session() as session:
        work = Work(session=session, host=trial_host(instance), clock=FixedClock(NOW))
        entity = LegalEntity(code="cn", name_zh="青禾", name_en="Verdant", country="CN", currency="CNY", time_zone="Asia/Shanghai")
        session.add(entity)
        session.flush()
        session.add_all(
            Employee(number=f"E{number}", name_en=f"Person {number}", hired_on=date(2024, 1, 1), legal_entity_id=entity.id)
            for number in range(1, people + 1)
        )
        session.commit()
        synchronise(work)
        if plan:
            write_plan_version(work, "sales", label=Label("销售", "Sales"), items=ITEMS, valid_from=date(2026, 1, 1))
        yield work


ITEMS = [
    Item("sales", Decimal("0.4"), Decimal(1000)),
    Item("visits", Decimal("0.2"), Decimal(4)),
    Item("conversion", Decimal("0.2"), Decimal("0.5")),
    Item("unanswered", Decimal("0.05"), Decimal("0.5")),
    Item("satisfaction", Decimal("0.15"), Decimal("0.9"), gate_below=Decimal("0.8"), gate_factor=Decimal("0.5")),
]


def sale(key: str, amount: str, *, employee: str = "E1", day: int = 0, new: bool = True, currency: str = "CNY") -> Observation:
    """A sale on a day of July 2026 (0 is the first)."""
    return Observation(
        employee, "sale.closed", at(day), key, amount=Money(Decimal(amount), currency), attributes={"new_customer": new, "customer": f"C{key}"}
    )


def visit(key: str, *, employee: str = "E1", day: int = 0) -> Observation:
    """A visit on a day of July 2026, which people record by hand."""
    return Observation(employee, "visit.made", at(day), key)


def at(day: int, hour: int = 2) -> datetime:
    """A moment of July 2026 and after, in UTC."""
    return datetime(2026, 7, 1, hour, tzinfo=UTC) + timedelta(days=day)


def results(work: Work, run: int) -> dict[str, list[tuple[object, ...]]]:
    """Every result row of a run but the run's own number, in order."""
    found = {}
    for table in ("core_measurement", "core_score", "core_scorecard"):
        rows = work.session.execute(text(f"select * from {table} where run_id = :run order by employee_id, 3"), {"run": run}).all()
        found[table] = [tuple(row)[1:] for row in rows]
    work.session.rollback()
    return found
