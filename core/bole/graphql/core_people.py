"""The types of people and structure: employees, departments, positions and assignments, on two time axes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column as Stored
from sqlalchemy import ColumnElement, Date, func, literal

from bole.contracts.schema import Column, Filter, Kind, Many, One, Step, Type, step
from bole.models import (
    Assignment,
    Award,
    Department,
    DepartmentInterval,
    Employee,
    LegalEntity,
    Measurement,
    Membership,
    Payout,
    Period,
    Position,
    PositionInterval,
    Score,
    Scorecard,
)
from bole.models.types import Moment
from bole.values import FOREVER, UNTIL_REVISED

READ, ORG = "core.employee.read", "core.org.read"
_E, _L, _A = Employee.table.c, LegalEntity.table.c, Assignment.table.c
_D, _DI = Department.table.c, DepartmentInterval.table.c
_ME = Membership.table.c
_P, _PI = Position.table.c, PositionInterval.table.c
_ASSIGNED = step(_E.id, _A.employee_id, dated=True)

EMPLOYEE_NUMBER = Filter("employee", _E.number, through=("employee",), description="The employee's number.")
PERIOD_CODE = Filter("period", Period.table.c.code, description="Code of the period: 2026Q3.")
AWARD_PERIOD = Filter("period", Period.table.c.code, through=("period",), description="Code of the period: 2026Q3.")
DUE_PERIOD = Filter("duePeriod", Period.table.c.code, through=("duePeriod",), description="Code of the period in which it is due.")


def texts(table: Any, *names: str) -> tuple[Column, ...]:
    """Return fields that show text columns: ``name_zh`` as ``nameZh``."""
    return tuple(Column(name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:]), table[name]) for name in names)


def end_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the last day of something, exclusive; empty where it has none yet."""
    return func.nullif(column, FOREVER, type_=Date)


def axes(table: Any) -> tuple[Column, ...]:
    """Return the fields of an interval row: when it is true, and when it was known."""
    replaced = func.nullif(table.known_to, literal(UNTIL_REVISED, Moment), type_=Moment)
    return (
        Column("validFrom", table.valid_from, Kind.DATE, description="First day on which it is true."),
        Column("validTo", end_of(table.valid_to), Kind.DATE, description="First day on which it is true no longer; empty where none is known."),
        Column("knownFrom", table.known_from, Kind.MOMENT, description="When it was recorded."),
        Column("knownTo", replaced, Kind.MOMENT, description="When a later record replaced it."),
    )


def _below(name: str, type_name: str, column: Stored[Any], description: str, *filters: Filter) -> Many:
    return Many(name, type_name, (step(_E.id, column),), filters=filters, description=description)


LEGAL_ENTITY = Type(
    "LegalEntity",
    LegalEntity.table,
    (_L.id,),
    permission="",
    columns=texts(_L, "code", "name_zh", "name_en", "country", "currency", "time_zone"),
    description="An employer in law.",
)

EMPLOYEE = Type(
    "Employee",
    Employee.table,
    (_E.id,),
    READ,
    employee=_E.id,
    columns=(
        *texts(_E, "number", "name_zh", "name_en", "email", "phone", "job_title"),
        Column("birthDate", _E.birth_date, Kind.DATE),
        Column("hiredOn", _E.hired_on, Kind.DATE),
        Column("leftOn", _E.left_on, Kind.DATE, description="First day after the employment."),
    ),
    ones=(
        One("legalEntity", "LegalEntity", (step(_E.legal_entity_id, _L.id),), nullable=False, description="The employer."),
        One("department", "Department", (_ASSIGNED, step(_A.department_id, _D.id)), description="Where he or she works on a day."),
        One("position", "Position", (_ASSIGNED, step(_A.position_id, _P.id)), description="The post held on a day."),
        One("manager", "Employee", (_ASSIGNED, step(_A.manager_id, _E.id)), description="The manager named on a day, where one is."),
    ),
    manys=(
        Many("assignments", "Assignment", (step(_E.id, _A.employee_id, known=True),), order=(_A.valid_from, _A.id), description="Where, and when."),
        Many(
            "reports", "Employee", (step(_E.id, _A.manager_id, dated=True), step(_A.employee_id, _E.id)), description="Whose named manager this is."
        ),
        _below("measurements", "Measurement", Measurement.table.c.employee_id, "Indicators' values.", PERIOD_CODE),
        _below("scores", "Score", Score.table.c.employee_id, "Scores by indicator.", PERIOD_CODE),
        _below("scorecards", "Scorecard", Scorecard.table.c.employee_id, "Total scores.", PERIOD_CODE),
        _below("awards", "Award", Award.table.c.employee_id, "What was earned.", AWARD_PERIOD, Filter("status", Award.table.c.status)),
        _below(
            "payouts", "Payout", Payout.table.c.employee_id, "What was released for payment.", DUE_PERIOD, Filter("status", Payout.table.c.status)
        ),
    ),
    description="A person employed by a legal entity.",
)

DEPARTMENT = Type(
    "Department",
    Department.table,
    (_D.id,),
    ORG,
    sides=(step(_D.id, _DI.department_id, dated=True),),
    columns=(
        *texts(_D, "code"),
        Column("line", _D.line, description="The organisation it belongs to: line, or one that stands beside it."),
        *texts(_DI, "name_zh", "name_en"),
        *axes(_DI),
    ),
    ones=(
        One("parent", "Department", (step(_DI.parent_id, _D.id),), description="The department above."),
        One("head", "Employee", (step(_DI.head_id, _E.id),), description="Who heads it."),
        One("legalEntity", "LegalEntity", (step(_DI.legal_entity_id, _L.id),), description="The employer, where it belongs to one."),
    ),
    manys=(
        Many(
            "children", "Department", (step(_D.id, _DI.parent_id, dated=True), step(_DI.department_id, _D.id)), description="The departments below."
        ),
        Many("employees", "Employee", (step(_D.id, _A.department_id, dated=True), step(_A.employee_id, _E.id)), description="Who works in it."),
        Many(
            "members",
            "Employee",
            (step(_D.id, _ME.department_id, dated=True), step(_ME.employee_id, _E.id)),
            description="Who belongs to it, where it stands beside the line.",
        ),
    ),
    description="A department as it was on a day: its name, place and head.",
)

POSITION = Type(
    "Position",
    Position.table,
    (_P.id,),
    ORG,
    sides=(step(_P.id, _PI.position_id, dated=True),),
    columns=(
        *texts(_P, "code"),
        *texts(_PI, "title_zh", "title_en", "grade"),
        Column("fte", _PI.fte, Kind.MILLIONTHS, description="For how many people it is meant, in full-time equivalents."),
        *axes(_PI),
    ),
    ones=(
        One("department", "Department", (step(_PI.department_id, _D.id),)),
        One("reportsTo", "Position", (step(_PI.reports_to_id, _P.id),), description="The post above."),
    ),
    description="A post as it was on a day.",
)

ASSIGNMENT = Type(
    "Assignment",
    Assignment.table,
    (_A.id,),
    READ,
    employee=_A.employee_id,
    columns=axes(_A),
    ones=(
        One("employee", "Employee", (step(_A.employee_id, _E.id),)),
        One("department", "Department", (Step(Department.table, ((_A.department_id, _D.id),)),)),
        One("position", "Position", (step(_A.position_id, _P.id),)),
        One("manager", "Employee", (step(_A.manager_id, _E.id),), description="The manager named, where one is."),
    ),
    description="Where an employee works for a time, and to whom he or she reports.",
)

PEOPLE = (LEGAL_ENTITY, EMPLOYEE, DEPARTMENT, POSITION, ASSIGNMENT)
