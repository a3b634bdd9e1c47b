"""A small company for the tests of people and structure: three legal levels, seven people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bole.access import Work
from bole.clock import FixedClock
from bole.models import Department, Employee, Model
from bole.services.entries import DatedEntry, Entry
from bole.services.people import assign_employees, define_legal_entities, register_employees
from bole.services.structure import change_departments

NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
FOUNDED = date(2020, 1, 1)
ENTITY = {"name_zh": "青禾", "name_en": "Verdant", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}

# HQ (head E1) → SALES (no head) → EAST (head E2); HQ → FIN (head E6)
DEPARTMENTS = {
    "HQ": {"name_en": "Head office", "head": "E1"},
    "SALES": {"name_en": "Sales", "parent": "HQ"},
    "EAST": {"name_en": "East", "parent": "SALES", "head": "E2"},
    "FIN": {"name_en": "Finance", "parent": "HQ", "head": "E6"},
}
PLACES = {"E1": "HQ", "E2": "EAST", "E3": "EAST", "E4": "EAST", "E5": "SALES", "E6": "FIN", "E7": "FIN"}


def found_company(work: Work) -> Work:
    """Enter the company as of its foundation, a day before now, and return the unit of work."""
    given, work = work, later(work, days=-1)
    define_legal_entities(work, [Entry("cn", ENTITY)])
    register_employees(work, [Entry(number, {"name_en": f"Person {number}", "hired_on": FOUNDED, "legal_entity": "cn"}) for number in PLACES])
    change_departments(work, [DatedEntry(code, FOUNDED, values) for code, values in DEPARTMENTS.items()])
    assign_employees(work, [DatedEntry(number, FOUNDED, {"department": department}) for number, department in PLACES.items()])
    return given


def later(work: Work, **by: float) -> Work:
    """The same unit of work at a later moment."""
    return Work(session=work.session, host=work.host, actor=work.actor, clock=FixedClock(work.clock.now() + timedelta(**by)))


def employee(work: Work, number: str) -> int:
    """The id of an employee."""
    found = work.session.scalar(select(Employee.id).where(Employee.number == number))
    assert found is not None
    return found


def department(work: Work, code: str) -> int:
    """The id of a department."""
    found = work.session.scalar(select(Department.id).where(Department.code == code))
    assert found is not None
    return found


def size(work: Work, model: type[Model]) -> int:
    """How many rows a table has."""
    return int(work.session.scalar(select(func.count()).select_from(model.table)) or 0)


def problem_lines(problems: Any) -> list[tuple[int, str, str, str]]:
    """Row, column, value and reason of every problem."""
    return [(each.row, each.column, each.value, each.reason) for each in problems]
