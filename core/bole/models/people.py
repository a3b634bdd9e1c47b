"""Who: legal entities, employees, departments, positions and assignments, on two time axes.

Identity rows (`Employee`, `Department`, `Position`) never change their meaning.
What is true of them for a time stands in interval rows: ``valid_from`` and
``valid_to`` say when it was true, ``known_from`` and ``known_to`` when we held it
for true. Both pairs are half-open. No interval row is ever updated but to close
its ``known_to``.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from bole.models.base import Model
from bole.models.types import PERSONAL, Moment, Serial
from bole.org import LINE
from bole.values import FOREVER, UNTIL_REVISED, micros


class LegalEntity(Model, owner="core"):
    """An employer in law: it has a currency, a country and a time zone."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(40))

    def __str__(self) -> str:
        return self.name_en


class Employee(Model, owner="core"):
    """A person employed by a legal entity."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120), default="", info=PERSONAL)
    name_en: Mapped[str] = mapped_column(String(120), default="", info=PERSONAL)
    email: Mapped[str | None] = mapped_column(String(200), info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(String(40), info=PERSONAL)
    birth_date: Mapped[date | None] = mapped_column(Date, info=PERSONAL)
    job_title: Mapped[str] = mapped_column(String(120), default="")
    hired_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("core_legal_entity.id"), index=True)

    legal_entity: Mapped[LegalEntity] = relationship()

    def __str__(self) -> str:
        return f"{self.name_en or self.name_zh} ({self.number})"


class OrgVersion(Model, owner="core"):
    """
    One recorded batch of changes of the organisation: who made it, why, and from which day on it holds.

    Versions form a line in order of recording: a version's state is the organisation as known until the next one was
    recorded. ``kind`` says how it came about: ``change``, ``revision``, ``merge`` (of a draft), ``rollback``, ``snapshot``.
    ``base_id`` is the version that a merged draft was made from, or that a rollback brings back; ``undoes_id`` the one that it takes back.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default="change", server_default="change")
    valid_from: Mapped[date] = mapped_column(Date, index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("core_org_version.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("core_org_version.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment, index=True)
    recorded_by: Mapped[str] = mapped_column(String(120))
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)

    def __str__(self) -> str:
        return self.code


class Department(Model, owner="core"):
    """
    The identity of a department; its name and place are in `DepartmentInterval`.

    ``line`` names the organisation it belongs to: ``line``, where people are employed, or one beside it (``project``).
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    line: Mapped[str] = mapped_column(String(40), default=LINE, server_default=LINE)


class Position(Model, owner="core"):
    """The identity of a post; its title and place are in `PositionInterval`."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)


class TwoAxes:
    """The columns of a fact that holds for a time and is known for a time."""

    @declared_attr
    def valid_from(cls) -> Mapped[date]:
        """First day on which it is true."""
        return mapped_column(Date)

    @declared_attr
    def valid_to(cls) -> Mapped[date]:
        """First day on which it is true no longer."""
        return mapped_column(Date, default=FOREVER)

    @declared_attr
    def known_from(cls) -> Mapped[datetime]:
        """The moment it was recorded."""
        return mapped_column(Moment)

    @declared_attr
    def known_to(cls) -> Mapped[datetime]:
        """The moment a later row replaced it."""
        return mapped_column(Moment, default=UNTIL_REVISED)


def when_changed(*columns: str) -> tuple[Index, ...]:
    """
    Return indexes by which a table of dated facts tells what became different between two days or two moments.

    Rows without an end are left out of those by the end: they are most of the table, and never what is looked for.
    """
    ends = {"valid_to": f"valid_to < '{FOREVER}'", "known_to": f"known_to < {micros(UNTIL_REVISED)}"}
    return (
        *(Index(None, column) for column in columns),
        *(Index(None, column, sqlite_where=text(where), postgresql_where=text(where)) for column, where in ends.items()),
    )


class OfVersion(TwoAxes):
    """A dated fact of the organisation: it names the org version that brought it."""

    @declared_attr
    def org_version_id(cls) -> Mapped[int]:
        """The version that brought it."""
        return mapped_column(ForeignKey("core_org_version.id"))


class DepartmentInterval(OfVersion, Model, owner="core"):
    """A department's name, parent and head for a time. A move is one row here."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("core_department.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("core_department.id"))
    name_zh: Mapped[str] = mapped_column(String(120), default="")
    name_en: Mapped[str] = mapped_column(String(120), default="")
    head_id: Mapped[int | None] = mapped_column(ForeignKey("core_employee.id"))
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("core_legal_entity.id"))

    __table_args__ = (
        Index(None, "parent_id", "valid_from", "valid_to", "department_id"),
        Index(None, "department_id", "valid_from"),
        Index(None, "head_id"),
        *when_changed("valid_from", "known_from"),
    )


class PositionInterval(OfVersion, Model, owner="core"):
    """A post's title, department and line for a time; ``fte`` (full-time equivalents, millionths) is how many people it is meant for."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("core_position.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("core_department.id"), index=True)
    reports_to_id: Mapped[int | None] = mapped_column(ForeignKey("core_position.id"))
    title_zh: Mapped[str] = mapped_column(String(120), default="")
    title_en: Mapped[str] = mapped_column(String(120), default="")
    grade: Mapped[str] = mapped_column(String(40), default="")
    fte: Mapped[int] = mapped_column(BigInteger, default=1_000_000, server_default="1000000")

    __table_args__ = (Index(None, "position_id", "valid_from"), *when_changed("valid_from", "known_from"))


class Assignment(OfVersion, Model, owner="core"):
    """
    Where an employee works for a time, and to whom he or she reports.

    ``manager_id`` names the manager where the company names one; where it is empty
    the head of the department, or of the nearest one above, is the manager.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("core_department.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("core_position.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_employee.id"))

    __table_args__ = (
        Index(None, "department_id", "valid_from", "valid_to"),
        Index(None, "employee_id", "valid_from"),
        Index(None, "manager_id", "valid_from"),
        *when_changed("valid_from", "known_from"),
    )


class Membership(OfVersion, Model, owner="core"):
    """
    Where an employee works for a time beside the line: a project, a committee, the other side of a matrix.

    ``share`` is the part of his or her time, in millionths of one.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("core_department.id"))
    role: Mapped[str] = mapped_column(String(120), default="")
    share: Mapped[int] = mapped_column(BigInteger, default=1_000_000)

    __table_args__ = (
        Index(None, "department_id", "valid_from", "valid_to"),
        Index(None, "employee_id", "valid_from"),
        *when_changed("valid_from", "known_from"),
    )


class Term(TwoAxes, Model, owner="core"):
    """
    A figure agreed with an employee for a time: base pay, commission rate, housing fund rate.

    ``value`` is in millionths: of a major unit for money, of one for a rate.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    code: Mapped[str] = mapped_column(String(60))
    value: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)

    __table_args__ = (Index(None, "employee_id", "code", "valid_from"),)
