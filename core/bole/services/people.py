"""People: legal entities, employees, and where they work from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from bole.access import Work, requires
from bole.contracts.extension import ImportOutcome
from bole.db import unit_of_work
from bole.errors import InvalidValue
from bole.models import Department, Employee, LegalEntity, Position
from bole.services.dated import Kind, record
from bole.services.entries import DatedEntry, Entry, Findings, parts
from bole.services.intervals import ASSIGNMENTS, Fact, among, change
from bole.services.keyed import Plain, Rows, compare, write
from bole.services.reach import demand_company
from bole.values import FOREVER, minor_digits

LEGAL_ENTITY = Plain(LegalEntity.table, "code", {name: name for name in ("name_zh", "name_en", "country", "currency", "time_zone")})
EMPLOYEE = Plain(
    Employee.table,
    "number",
    {name: name for name in ("name_zh", "name_en", "email", "phone", "birth_date", "job_title", "hired_on", "left_on")}
    | {"legal_entity": "legal_entity_id"},
    {"legal_entity": LegalEntity.table.c.code},
)
ASSIGNMENT = Kind(
    "assignment",
    ASSIGNMENTS,
    {"employee": Employee.table.c.number},
    {"department": "department_id", "position": "position_id", "manager": "manager_id"},
    {"department": Department.table.c.code, "position": Position.table.c.code, "manager": Employee.table.c.number},
)


@requires("core.org.write")
def define_legal_entities(work: Work, entries: Sequence[Entry], *, good_only: bool = False) -> ImportOutcome:
    """
    Enter legal entities, or alter those that are there.

    Args:
        entries: by code; fields ``name_zh``, ``name_en``, ``country`` (ISO 3166-1, two letters), ``currency`` (ISO 4217), ``time_zone`` (IANA).
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: a field is missing or unknown, or the currency of one that has employees would become another.
    """
    demand_company(work, "core.org.write")
    findings = Findings("legal entity", entries)
    with unit_of_work(work.session) as session:
        wanted, held = compare(session, LEGAL_ENTITY, findings)
        for place, values in wanted.items():
            _check_place(findings, place, values)
        _keep_currency(work, findings, wanted, held)
        write(session, LEGAL_ENTITY, findings, wanted, held)
        return findings.settle(good_only)


@requires("core.employee.write")
def register_employees(work: Work, entries: Sequence[Entry], *, good_only: bool = False) -> ImportOutcome:
    """
    Enter employees, or alter those that are there.

    Who has left works nowhere from ``left_on`` (the first day of not being employed) on: what was known of later days ends.

    Args:
        entries: by employee number; fields ``name_zh``, ``name_en``, ``email``, ``phone``, ``birth_date``, ``job_title``,
            ``hired_on``, ``left_on``, ``legal_entity`` (code). A new employee needs ``hired_on`` and ``legal_entity``.
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: a field is missing or wrong, or the legal entity is unknown.
    """
    demand_company(work, "core.employee.write")
    findings = Findings("employee", entries)
    with unit_of_work(work.session) as session:
        wanted, held = compare(session, EMPLOYEE, findings)
        for place, values in wanted.items():
            if values["left_on"] and values["hired_on"] and values["left_on"] <= values["hired_on"]:
                findings.add(place, "left_on", values["left_on"], f"is not after {values['hired_on']}, the day of hire.")
        changed = write(session, EMPLOYEE, findings, wanted, held)
        _end_assignments(work, [wanted[place]["number"] for place in changed if wanted[place]["left_on"] not in (None, held[place]["left_on"])])
        return findings.settle(good_only)


@requires("core.org.write")
def assign_employees(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Record where employees work, and to whom they report, from a day on.

    Args:
        entries: by employee number; fields ``department`` (code), ``position`` (code), ``manager`` (employee number).
            The first entry of an employee needs a department; later ones may say only what becomes different.
        version: the org version that brings it, the newest one; one is made where none is given and anything changes.
        reason: why, kept with the version that is made; at most 400 characters.
        good_only: whether good entries are written although others are bad.

    Raises:
        ProblemsFound: unknown codes, overlapping entries, a department that does not exist then, an employee who has left by then.
    """
    demand_company(work, "core.org.write")
    with unit_of_work(work.session):
        findings, closing = check_employment(work, entries)
        return record(work, ASSIGNMENT, entries, version=version, reason=reason, good_only=good_only, findings=findings, closing=closing)


@requires("core.org.write")
def revise_assignments(
    work: Work, entries: Sequence[DatedEntry], *, version: int | None = None, reason: str = "", good_only: bool = False
) -> ImportOutcome:
    """
    Correct what was wrongly held of where employees work.

    Args:
        entries, version, reason, good_only: as for `assign_employees`.
    """
    demand_company(work, "core.org.write")
    with unit_of_work(work.session):
        findings, closing = check_employment(work, entries)
        return record(
            work, ASSIGNMENT, entries, revising=True, version=version, reason=reason, good_only=good_only, findings=findings, closing=closing
        )


def _check_place(findings: Findings, place: int, values: dict[str, object]) -> None:
    country, currency, zone = str(values["country"]), str(values["currency"]), str(values["time_zone"])
    if place in findings.bad:
        return
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        findings.add(place, "country", country, "is not a country.", "Use the two capital letters of ISO 3166-1, such as CN.")
    try:
        minor_digits(currency)
    except InvalidValue as error:
        findings.add(place, "currency", currency, error.message, error.hint)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        findings.add(place, "time_zone", zone, "is not a time zone.", "Use an IANA name, such as Asia/Shanghai.")


def _keep_currency(work: Work, findings: Findings, wanted: Rows, held: Rows) -> None:
    other = [place for place, row in held.items() if row and row["currency"] != wanted[place]["currency"]]
    for place in other:
        code = wanted[place]["code"]
        if work.session.scalar(select(Employee.id).join(LegalEntity).where(LegalEntity.code == code).limit(1)):
            reason = f"{code} has employees and pays in {held[place]['currency']}."
            findings.add(place, "currency", wanted[place]["currency"], reason, "Enter a legal entity of its own for the other currency.")


def _end_assignments(work: Work, numbers: Sequence[str]) -> None:
    if numbers:
        employee = Employee.table
        rows = work.session.execute(select(employee.c.id, employee.c.left_on).where(among(work.session, employee.c.number, numbers)))
        change(work, ASSIGNMENTS, [Fact((number,), None, left_on, FOREVER) for number, left_on in rows])


def check_employment(work: Work, entries: Sequence[DatedEntry]) -> tuple[Findings, list[Fact]]:
    """Return problems with those who have left or would be their own manager, and the facts that end open assignments."""
    findings, employee = Findings("assignment", entries), Employee.table
    numbers = sorted({parts(entry)[0] for entry in entries if "\0" not in parts(entry)[0]})
    query = select(employee.c.number, employee.c.id, employee.c.left_on).where(among(work.session, employee.c.number, numbers))
    left: dict[str, date] = {}
    closing: list[Fact] = []
    for number, identity, left_on in work.session.execute(query.where(employee.c.left_on.is_not(None))):
        left[number] = left_on
        closing.append(Fact((identity,), None, left_on, FOREVER))
    for place, entry in enumerate(entries):
        number = parts(entry)[0]
        gone = left.get(number, FOREVER)
        if entry.values is not None and entry.valid_from >= gone:
            findings.add(place, "valid_from", entry.valid_from, f"employee {number} has left on {gone}.")
        elif entry.values is not None and entry.valid_to is not None and gone < entry.valid_to < FOREVER:
            findings.add(place, "valid_to", entry.valid_to, f"employee {number} has left on {gone}.", "End it then, or leave the end open.")
        if (entry.values or {}).get("manager") == number:
            findings.add(place, "manager", number, "nobody is his or her own manager.", "Leave it empty: the head of the department is meant then.")
    return findings, closing
