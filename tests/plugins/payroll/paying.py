"""A small company that is paid, for the tests of the plugin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.db import Database
from bole.host import Config, Host
from bole.models import Award, Employee, IncentiveRule, LegalEntity, Period
from bole.services.entries import DatedEntry
from bole.services.payouts import release_payouts
from bole.services.rules import write_rule
from bole.services.terms import set_terms
from bole_payroll.services.runs import RunOutcome, approve_runs, run_payroll, settle_runs

NOW = datetime(2026, 12, 31, 8, 30, tzinfo=UTC)
HIRED = date(2024, 1, 1)
SETTINGS: Mapping[str, Any] = {"cities": {"cn": "none", "sh": "shanghai"}, "schemes": {"US": "gross"}}
ENTITIES = {
    "cn": ("CN", "CNY", "Asia/Shanghai"),
    "sh": ("CN", "CNY", "Asia/Shanghai"),
    "us": ("US", "USD", "America/New_York"),
    "jp": ("JP", "JPY", "Asia/Tokyo"),
}


def paying_host(**settings: Any) -> Host:
    """A host with payroll and the plugin of `tests.trial`."""
    given = {**SETTINGS, **settings}
    return Host(Config(plugins=("trial", "payroll"), settings={"payroll": given}), packages={"trial": "tests.trial", "payroll": "bole_payroll"})


@contextmanager
def paying(database: Database, *, host: Host | None = None, now: datetime = NOW) -> Iterator[Work]:
    """Four legal entities without anybody: cn (nobody insured), sh (Shanghai), us (no deductions), jp (no scheme)."""
    with database.session() as session:
        for code, (country, currency, zone) in ENTITIES.items():
            session.add(LegalEntity(code=code, name_zh=f"{code}公司", name_en=f"Company {code}", country=country, currency=currency, time_zone=zone))
        session.commit()
        yield Work(session=session, host=host or paying_host(), clock=FixedClock(now))


def hire(
    work: Work,
    number: str,
    entity: str = "cn",
    *,
    hired: date = HIRED,
    left: date | None = None,
    title: str = "",
    since: date | None = None,
    **terms: str | int,
) -> int:
    """Enter an employee with terms that hold from a day on (the day of hire), and return the id."""
    legal_entity = work.session.scalars(select(LegalEntity.id).where(LegalEntity.code == entity)).one()
    person = Employee(
        number=number,
        name_zh=f"员工{number}",
        name_en=f"Person {number}",
        hired_on=hired,
        left_on=left,
        job_title=title,
        legal_entity_id=legal_entity,
    )
    work.session.add(person)
    work.session.commit()
    agree(work, number, since or hired, **terms)
    return person.id


def agree(work: Work, number: str, since: date, until: date | None = None, **terms: str | int) -> None:
    """Agree terms with an employee from a day on."""
    if terms:
        set_terms(work, [DatedEntry((number, code), since, {"value": Decimal(value)}, until) for code, value in terms.items()])


def earn(work: Work, number: str, amount: int, due: str) -> int:
    """Award an employee an amount in minor units, release it for a month's payroll, and return the payout's id."""
    session = work.session
    person = session.scalars(select(Employee).where(Employee.number == number)).one()
    currency = session.get_one(LegalEntity, person.legal_entity_id).currency
    rule = session.scalar(select(IncentiveRule.id).limit(1)) or write_rule(
        work, "bonus", type_code="trial.commission", label=Label("奖金", "Bonus"), parameters={"rate": 0}, valid_from=HIRED
    )
    period = session.scalar(select(Period).where(Period.code == "2025")) or Period(
        code="2025", kind="year", starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1)
    )
    session.add(period)
    session.flush()
    count = len(session.scalars(select(Award.id)).all())
    award = Award(rule_id=rule, employee_id=person.id, period_id=period.id, key=str(count), number=1, entitled=amount * 10**6, amount=amount * 10**6)
    award.currency, award.status, award.trace, award.created_at, award.leaf = currency, "approved", {}, NOW, 0
    session.add(award)
    session.commit()
    (payout,) = release_payouts(work, [award.id], due=due).payouts
    return payout


def pay(work: Work, month: str) -> tuple[RunOutcome, ...]:
    """Compute, approve and settle a month."""
    done = run_payroll(work, month)
    approve_runs(work, [one.id for one in done])
    settle_runs(work, [one.id for one in done])
    return done


def slips(work: Work, month: str, *columns: str, status: Sequence[str] = ("draft", "approved", "settled")) -> dict[str, Any]:
    """Some columns of the live payslips of a month by employee number; a bare value where one column is asked for."""
    wanted = ", ".join(f"s.{name}" for name in columns)
    joined = "payroll_payslip s join core_employee e on e.id = s.employee_id"
    rows = work.session.execute(
        text(f"select e.number, s.status, {wanted} from {joined} where s.month = :month order by s.id"), {"month": month}
    ).all()
    work.session.rollback()
    return {row[0]: row[2] if len(columns) == 1 else tuple(row[2:]) for row in rows if row[1] in status}


def status_of(work: Work, table: str, identity: int) -> str:
    """The status of a row."""
    found = str(work.session.scalar(text(f"select status from {table} where id = :id"), {"id": identity}))
    work.session.rollback()
    return found
