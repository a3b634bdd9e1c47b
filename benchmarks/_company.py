"""The company that the chain's benchmarks run on: six indicators of six plugins, a plan, many employees."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.contracts.observation import Observation
from bole.db import Database, bulk_insert
from bole.host import Config, Host
from bole.models import Employee, LegalEntity, Model
from bole.services.catalogue import synchronise
from bole.services.plans import Item, write_plan_version
from bole.values import Money

SIX = ("visits", "amount", "conversion", "rating", "in_time", "new_share")
START = datetime(2026, 7, 1, tzinfo=UTC)
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def host() -> Host:
    """A host with the six plugins, one indicator each."""
    return Host(Config(plugins=("kinds", *SIX), instance=Path(mkdtemp())), packages={name: f"benchmarks.six.{name}" for name in ("kinds", *SIX)})


@contextmanager
def company(url: str, employees: int) -> Iterator[tuple[Database, Work]]:
    """Make the tables, the employees and the plan."""
    database = Database(url)
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        work = Work(session=session, host=host(), clock=FixedClock(NOW))
        session.add(LegalEntity(id=1, code="cn", name_zh="", name_en="", country="CN", currency="CNY", time_zone="Asia/Shanghai"))
        session.flush()
        columns = ("id", "number", "name_zh", "name_en", "job_title", "hired_on", "legal_entity_id")
        hired = date(2024, 1, 1) if database.engine.dialect.name == "postgresql" else "2024-01-01"
        bulk_insert(session, Employee.table, columns, ((number, f"E{number}", "", "", "", hired, 1) for number in range(1, employees + 1)))
        session.commit()
        synchronise(work)
        weights = ("0.2", "0.3", "0.2", "0.15", "0.1", "0.05")
        targets = ("40", "380000", "0.75", "3", "0.33", "0.3")
        items = [Item(f"bench.{name}", Decimal(weight), Decimal(target)) for name, weight, target in zip(SIX, weights, targets, strict=True)]
        write_plan_version(work, "bench", label=Label("", ""), items=items, valid_from=date(2026, 1, 1))
        yield database, work
    database.engine.dispose()


def facts(count: int, employees: int, seed: int, prefix: str = "") -> list[Observation]:
    """Return observations of July 2026 in the mix of a sales force: visits, leads, follow-ups, orders, ratings."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        kind = draw.choices(("visit", "lead", "followup", "order", "rating"), (40, 20, 15, 15, 10))[0]
        moment = START + timedelta(seconds=draw.randrange(30 * 86_400))
        key = f"{prefix}{seed}-{number}"
        employee = f"E{draw.randrange(1, employees + 1)}"
        if kind == "order":
            amount = Money(Decimal(draw.randrange(10_000, 5_000_000)).scaleb(-2), "CNY")
            found.append(Observation(employee, kind, moment, key, amount=amount, attributes={"new": draw.random() < 0.3}))
        elif kind == "rating":
            found.append(Observation(employee, kind, moment, key, quantity=Decimal(draw.randrange(1, 6))))
        elif kind == "followup":
            found.append(Observation(employee, kind, moment, key, answers_to=moment - timedelta(seconds=draw.randrange(60, 3 * 86_400))))
        else:
            found.append(Observation(employee, kind, moment, key))
    return found
