"""Entering the demo's people and departments through the services, in the order in which the company would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from bole import (
    DatedEntry,
    Entry,
    Period,
    PeriodKind,
    Work,
    assign_employees,
    change_departments,
    change_positions,
    define_legal_entities,
    register_employees,
    set_targets,
    set_terms,
)
from bole_demo.company import COMPANY, DOMAIN, Company, Person
from bole_demo.dice import Dice
from bole_demo.selling import monthly_sales
from bole_demo.setting import Setting

ENTITY = "verdant"
FOUNDED = date(2019, 1, 1)
RAISE = Decimal("1.03")
_LEAST, _MOST, _STEP = 300_000, 2_000_000, 10_000


def open_company(work: Work, company: Company) -> None:
    """Enter the legal entity, the departments with their heads, and the posts."""
    values = {"name_zh": COMPANY.zh, "name_en": COMPANY.en, "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}
    define_legal_entities(work, [Entry(ENTITY, values)])
    register_employees(work, [_employee(person) for person in company.people if not person.sells])
    units = [
        {
            "code": unit.code,
            "name_zh": unit.name.zh,
            "name_en": unit.name.en,
            "parent": unit.parent or None,
            "head": company.head_of(unit.code).number,
            "legal_entity": ENTITY,
        }
        for unit in company.units
    ]
    change_departments(work, [DatedEntry(str(unit.pop("code")), FOUNDED, unit) for unit in units])
    posts = {_post(person): person for person in company.people}
    held = Counter(_post(person) for person in company.people)
    entries = [
        DatedEntry(code, FOUNDED, {"department": person.unit, "title_zh": person.title.zh, "title_en": person.title.en, "fte": Decimal(held[code])})
        for code, person in posts.items()
    ]
    change_positions(work, entries)
    place(work, [person for person in company.people if not person.sells])


def hire(work: Work, people: Sequence[Person]) -> None:
    """Enter people who begin to work, with department, post and what is agreed with them."""
    register_employees(work, [_employee(person) for person in people])
    place(work, people)


def place(work: Work, people: Sequence[Person]) -> None:
    """Record where people work from their first day on, and what is agreed with them."""
    assign_employees(work, [DatedEntry(person.number, person.hired, {"department": person.unit, "position": _post(person)}) for person in people])
    agreed = [(person, code, value) for person in people for code, value in _terms(person).items()]
    set_terms(work, [DatedEntry((person.number, code), person.hired, {"value": value}) for person, code, value in agreed])


def part(work: Work, people: Sequence[Person]) -> None:
    """Record that people leave."""
    register_employees(work, [Entry(person.number, {"left_on": person.left}) for person in people])


def transfer(work: Work, people: Sequence[Person], unit: str, day: date) -> None:
    """Let people work in another department from a day on."""
    assign_employees(work, [DatedEntry(person.number, day, {"department": unit, "position": f"{unit}.{person.post}"}) for person in people])


def raise_pay(work: Work, people: Sequence[Person], day: date, times: int) -> None:
    """Raise base pay, and what insurance is based on, for the `times`-th time."""
    new = [(person, person.salary * RAISE**times // 100 * 100) for person in people]
    codes = ("base_salary", "social_base", "fund_base")
    set_terms(work, [DatedEntry((person.number, code), day, {"value": salary}) for person, salary in new for code in codes])


def set_quarter(work: Work, setting: Setting, quarter: Period, people: Iterable[Person]) -> None:
    """Set the sales targets of a quarter: what a seller's customers are good for, and more once the plan has changed."""
    entries = [
        Entry((person.number, "sales.amount", quarter.code), {"value": Decimal(_target(setting, quarter, person)), "source": "annual sales budget"})
        for person in people
    ]
    if entries:
        set_targets(work, entries)


def _target(setting: Setting, quarter: Period, person: Person) -> int:
    """Return a quarter's sales target in CNY, in steps of ten thousand; less for newcomers and for a part of the quarter."""
    months = [month for month in quarter.months if person.works_in(month)] or [quarter.months[-1]]
    tenure = (months[0].start.year - person.hired.year) * 12 + months[0].start.month - person.hired.month
    settled = min(1.0, 0.45 + 0.06 * tenure)
    expected = len(months) * settled * monthly_sales(person, setting.progress(quarter.months[0]))
    return max(_LEAST, min(_MOST, round(expected / _STEP) * _STEP))


def _employee(person: Person) -> Entry:
    values = {
        "name_zh": person.name.zh,
        "name_en": person.name.en,
        "email": f"{person.name.mailbox}@{DOMAIN}",
        "job_title": person.title.en,
        "hired_on": person.hired,
        "legal_entity": ENTITY,
    }
    return Entry(person.number, values)


def _post(person: Person) -> str:
    return f"{person.unit}.{person.post}"


def _terms(person: Person) -> dict[str, Decimal]:
    """Return what is agreed with a person: pay, insurance, and the special additional deductions a month."""
    salary = Decimal(person.salary)
    deduction = Decimal(1_000 * Dice("deduction", person.number).whole(0, 3))
    return {"base_salary": salary, "social_base": salary, "fund_base": salary, "fund_rate": Decimal("0.07"), "special_deduction": deduction}


def quarter_of(month: Period) -> Period:
    """Return the quarter in which a month lies."""
    return Period.containing(month.start, PeriodKind.QUARTER)
