"""What employees had from their employer in a year before their first payslip here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bole import ImportOutcome, Problem, Raw, Work, demand_company, micros, minor_digits, refuse_if_any, requires, unit_of_work, upsert
from bole_payroll.imports import AMOUNTS
from bole_payroll.models import Opening
from bole_payroll.statutory.exact import LIMIT

_KEYS = ("employee_id", "legal_entity_id", "year")
_FIGURES = (*AMOUNTS, "months")


@dataclass(frozen=True, slots=True)
class OpeningEntry:
    """
    The figures of one employee and year; amounts in major units, what is not given is 0.

    Args:
        where, row: where it stood, for the words of problems.
        employee: number.
        months: how many months' standard deduction they used, 0 to 12.
        income: gross pay; ``special`` the employee's contributions; ``additional`` special additional deductions.
        tax: withheld.
    """

    where: str = ""
    row: int = 0
    employee: str | None = None
    year: int | None = None
    months: int | None = None
    income: Decimal | None = None
    special: Decimal | None = None
    additional: Decimal | None = None
    other: Decimal | None = None
    exempt: Decimal | None = None
    tax: Decimal | None = None


@requires("payroll.salary.write")
def record_openings(work: Work, entries: Sequence[OpeningEntry], *, good_only: bool = False) -> ImportOutcome:
    """
    Record what a year began with, so that withholding goes on from there; later figures replace earlier ones.

    Args:
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: unknown employees, figures that cannot be, or employees who were paid here in that year already.
    """
    demand_company(work, "payroll.salary.write")
    with unit_of_work(work.session):
        raw = Raw(work.session)
        people = _people(raw, entries)
        paid = _paid(raw, people)
        stored: dict[tuple[int, int, int], tuple[int, ...]] = {}
        problems: list[Problem] = []
        for place, entry in enumerate(entries, 1):
            found = list(_faults(entry, entry.row or place, people, paid, stored))
            problems += found
            if not found:
                identity, entity, currency = people[str(entry.employee)]
                stored[identity, entity, int(entry.year or 0)] = _stored(entry, currency)
        if not good_only:
            refuse_if_any(
                problems,
                code="payroll.openings_refused",
                message=f"{len(problems)} problem(s) in {len(entries)} opening figure(s); nothing was recorded.",
            )
        return _write(work, raw, stored, problems)


def _write(work: Work, raw: Raw, stored: Mapping[tuple[int, int, int], tuple[int, ...]], problems: list[Problem]) -> ImportOutcome:
    rows = raw.where_in(f"select {', '.join((*_KEYS, *_FIGURES))} from payroll_opening where employee_id in", sorted({key[0] for key in stored}))
    known = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    changed = {key: figures for key, figures in stored.items() if known.get(key) != figures}
    stamp = (micros(work.clock.now()), work.actor.name)
    upsert(
        work.session,
        Opening.table,
        _KEYS,
        (*_KEYS, *_FIGURES, "recorded_at", "recorded_by"),
        [(*key, *figures, *stamp) for key, figures in changed.items()],
    )
    corrected = sum(key in known for key in changed)
    return ImportOutcome(len(changed) - corrected, corrected, len(stored) - len(changed), tuple(problems))


def _people(raw: Raw, entries: Sequence[OpeningEntry]) -> dict[str, tuple[int, int, str]]:
    numbers = sorted({entry.employee for entry in entries if entry.employee and "\0" not in entry.employee})
    rows = raw.where_in(
        "select e.number, e.id, l.id, l.currency from core_employee e join core_legal_entity l on l.id = e.legal_entity_id where e.number in", numbers
    )
    return {str(number): (int(identity), int(entity), str(currency)) for number, identity, entity, currency in rows}


def _paid(raw: Raw, people: Mapping[str, tuple[int, int, str]]) -> set[tuple[int, int, int]]:
    """Return employee, legal entity and year of those who have approved or settled payslips."""
    rows = raw.where_in(
        "select distinct employee_id, legal_entity_id, substr(month, 1, 4) from payroll_payslip "
        "where status <> 'superseded' and status <> 'draft' and employee_id in",
        sorted({identity for identity, _, _ in people.values()}),
    )
    return {(int(employee), int(entity), int(year)) for employee, entity, year in rows}


def _faults(
    entry: OpeningEntry, row: int, people: Mapping[str, tuple[int, int, str]], paid: set[tuple[int, int, int]], seen: Mapping[Any, Any]
) -> Iterator[Problem]:
    where = entry.where or "opening figures"
    person = people.get(entry.employee or "")
    if person is None:
        yield Problem(where, row, "employee", entry.employee or "", "no employee has this number.")
        return
    if entry.year is None or not 2000 <= entry.year <= 2100:
        yield Problem(where, row, "year", str(entry.year or ""), "is no year.", "Write it as 2026.")
    elif (*person[:2], entry.year) in paid:
        yield Problem(
            where,
            row,
            "year",
            str(entry.year),
            f"employee {entry.employee} has approved payslips of this year here; their figures go on from each other.",
        )
    elif (*person[:2], entry.year) in seen:
        yield Problem(where, row, "employee", str(entry.employee), "stands in it twice for this year.", "Keep one of the two.")
    if entry.months is None or not 0 <= entry.months <= 12:
        yield Problem(where, row, "months", "" if entry.months is None else str(entry.months), "is not a number of months from 0 to 12.")
    for name in AMOUNTS:
        amount: Decimal | None = getattr(entry, name)
        if amount is not None and not _fits(amount, person[2], signed=name == "income"):
            yield Problem(where, row, name, str(amount), f"is no amount of {person[2]}: below 0, too large, or finer than its smallest unit.")


def _fits(amount: Decimal, currency: str, *, signed: bool) -> bool:
    if not amount.is_finite():
        return False
    minor = amount.scaleb(minor_digits(currency))
    return minor == minor.to_integral_value() and (-LIMIT if signed else 0) <= minor <= LIMIT


def _stored(entry: OpeningEntry, currency: str) -> tuple[int, ...]:
    amounts = (getattr(entry, name) or Decimal(0) for name in AMOUNTS)
    return (*(int(amount.scaleb(minor_digits(currency))) for amount in amounts), int(entry.months or 0))
