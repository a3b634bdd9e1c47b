"""A small company with the plugins of selling, for the tests of these plugins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.observation import AttributeValue, Observation
from bole.db import Database
from bole.host import Config, Host
from bole.models import Employee, LegalEntity
from bole.services.catalogue import synchronise
from bole.values import Money

NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
PACKAGES = {"sales": "bole_sales", "field": "bole_field", "incentives": "bole_incentives"}


def selling_host(instance: Path) -> Host:
    """A host with the plugins of selling."""
    return Host(Config(plugins=tuple(PACKAGES), instance=instance), packages=PACKAGES)


@contextmanager
def selling(database: Database, instance: Path, *, people: int = 2) -> Iterator[Work]:
    """A company in Shanghai with employees E1 … and the plugins of selling, without any plan."""
    with database.session() as session:
        work = Work(session=session, host=selling_host(instance), clock=FixedClock(NOW))
        entity = LegalEntity(code="cn", name_zh="青禾", name_en="Verdant", country="CN", currency="CNY", time_zone="Asia/Shanghai")
        session.add(entity)
        session.flush()
        numbers = range(1, people + 1)
        session.add_all(
            Employee(number=f"E{number}", name_en=f"Person {number}", hired_on=date(2024, 1, 1), legal_entity_id=entity.id) for number in numbers
        )
        session.commit()
        synchronise(work)
        yield work


def fact(
    kind: str,
    key: str,
    *,
    employee: str = "E1",
    day: int = 0,
    hour: int = 2,
    amount: str = "",
    quantity: str = "",
    answers: datetime | None = None,
    **attributes: AttributeValue,
) -> Observation:
    """A fact on a day of the third quarter of 2026 (0 is 1 July)."""
    return Observation(
        employee,
        kind,
        at(day, hour),
        key,
        quantity=Decimal(quantity) if quantity else None,
        amount=Money(Decimal(amount), "CNY") if amount else None,
        answers_to=answers,
        attributes=attributes,
    )


def at(day: int, hour: int = 2) -> datetime:
    """A moment of the third quarter of 2026, in UTC."""
    return datetime(2026, 7, 1, hour, tzinfo=UTC) + timedelta(days=day)


def measured(work: Work, run: int, employee: str = "E1") -> Mapping[str, int | None]:
    """The values that a run gave an employee, by indicator, in millionths."""
    rows = work.session.execute(
        text(
            "select i.code, m.value from core_measurement m join core_indicator i on i.id = m.indicator_id "
            "join core_employee e on e.id = m.employee_id where m.run_id = :run and e.number = :number"
        ),
        {"run": run, "number": employee},
    ).all()
    work.session.rollback()
    return dict(tuple(row) for row in rows)
