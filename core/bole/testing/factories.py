"""Factories: each makes one valid thing, through the services, from the keywords that matter to the test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from bole.access import Work
from bole.contracts.observation import AttributeValue, Observation, RecordOutcome
from bole.models import Department, Employee, LegalEntity, Model, Position
from bole.services.entries import DatedEntry, Entry
from bole.services.people import assign_employees, define_legal_entities, register_employees
from bole.services.recording import record_observations
from bole.services.structure import change_departments, change_positions
from bole.services.terms import set_terms
from bole.values import Money

STARTED = date(2020, 1, 1)
"""The day from which everything made here holds where a test says nothing else."""
MOMENT = datetime(2026, 7, 1, 4, tzinfo=UTC)
"""When an observation happened where a test says nothing else; noon of a Wednesday in Shanghai."""


def make_legal_entity(work: Work, code: str = "cn", **values: Any) -> LegalEntity:
    """Return the employer of that code, made where it is not there: Chinese, in yuan, in Shanghai."""
    known = work.session.scalar(select(LegalEntity).where(LegalEntity.code == code))
    if known is None or values:
        given = {"name_zh": "青禾", "name_en": "Verdant", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai", **values}
        define_legal_entities(work, [Entry(code, given)])
    return work.session.scalars(select(LegalEntity).where(LegalEntity.code == code).execution_options(populate_existing=True)).one()


def make_department(work: Work, code: str = "", *, valid_from: date = STARTED, **values: Any) -> Department:
    """
    Return a new department.

    Args:
        code: the next free ``D1``, ``D2`` … where not given.
        values: ``parent``, ``head`` (an employee's number), ``name_zh``, ``name_en``, ``legal_entity``.
    """
    code = code or _next(work, Department, "D")
    change_departments(work, [DatedEntry(code, valid_from, {"name_en": f"Department {code}", **values})])
    return work.session.scalars(select(Department).where(Department.code == code)).one()


def make_position(work: Work, department: str, code: str = "", *, valid_from: date = STARTED, **values: Any) -> Position:
    """
    Return a new post in a department.

    Args:
        code: the next free ``P1``, ``P2`` … where not given.
        values: ``title_zh``, ``title_en``, ``grade``, ``reports_to`` (another post's code).
    """
    code = code or _next(work, Position, "P")
    change_positions(work, [DatedEntry(code, valid_from, {"department": department, "title_en": f"Post {code}", **values})])
    return work.session.scalars(select(Position).where(Position.code == code)).one()


def make_employee(work: Work, number: str = "", *, department: str = "", position: str = "", manager: str = "", **values: Any) -> Employee:
    """
    Return a new employee, assigned where a department is named.

    Args:
        number: the next free ``E1``, ``E2`` … where not given.
        department, position: their codes.
        manager: an employee's number.
        values: ``name_zh``, ``name_en``, ``hired_on``, ``left_on``, ``legal_entity`` and whatever else an employee has.
    """
    number = number or _next(work, Employee, "E")
    given = {"name_en": f"Person {number}", "hired_on": STARTED, "legal_entity": "cn", **values}
    make_legal_entity(work, given["legal_entity"])
    register_employees(work, [Entry(number, given)])
    if department:
        place = {"department": department, "position": position, "manager": manager}
        assign_employees(work, [DatedEntry(number, given["hired_on"], {name: code for name, code in place.items() if code})])
    return work.session.scalars(select(Employee).where(Employee.number == number)).one()


def make_terms(work: Work, number: str, *, valid_from: date = STARTED, **terms: Decimal | int) -> None:
    """Agree figures with an employee: ``make_terms(work, "E1", base_pay=Decimal(12000))``."""
    set_terms(work, [DatedEntry((number, code), valid_from, {"value": value}) for code, value in terms.items()])


def observation(
    kind: str,
    employee: str = "E1",
    *,
    moment: datetime = MOMENT,
    external_key: str = "",
    quantity: Decimal | int | None = None,
    amount: Decimal | int | str | None = None,
    currency: str = "CNY",
    answers_to: datetime | None = None,
    **attributes: AttributeValue,
) -> Observation:
    """
    Return a fact that nobody has recorded yet.

    Args:
        employee: the employee's number.
        external_key: one of its own where not given, so that two equal calls are two facts.
        amount: in major units of `currency`.
        attributes: as the kind declares them: ``new_customer=True``.
    """
    return Observation(
        employee,
        kind,
        moment,
        external_key or uuid4().hex,
        quantity=None if quantity is None else Decimal(quantity),
        amount=None if amount is None else Money(Decimal(amount), currency),
        answers_to=answers_to,
        attributes=attributes,
    )


def record(work: Work, *observations: Observation, source: str = "test") -> RecordOutcome:
    """Record facts and return what that did."""
    return record_observations(work, observations, source=source)


def _next(work: Work, model: type[Model], letter: str) -> str:
    return f"{letter}{(work.session.scalar(select(func.count()).select_from(model)) or 0) + 1}"
