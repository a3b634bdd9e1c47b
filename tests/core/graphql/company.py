"""A company of six people, built row by row, for the tests of what is read from it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, SmallInteger, insert
from sqlalchemy.orm import Session

from bole import models
from bole.models.types import Moment

KNOWN = datetime(2020, 1, 1, tzinfo=UTC)
ADA, SAM, EVA, TOM, FIN, LEO = 1, 2, 3, 4, 5, 6
HQ, SALES, EAST, FINANCE = 1, 2, 3, 4
MILLION = models.MILLION

_FILLERS = ((Moment, KNOWN), (Date, date(2020, 1, 1)), (Boolean, True), (LargeBinary, bytes(32)), ((BigInteger, Integer, SmallInteger), 0))


def put(session: Session, model: type[models.Model], **values: Any) -> None:
    """Insert one row; columns that are required and not given get something harmless."""
    for column in model.table.columns:
        if column.name not in values and not column.nullable and column.default is None and not column.primary_key:
            values[column.name] = next((filler for kind, filler in _FILLERS if isinstance(column.type, kind)), "x")
    session.execute(insert(model), [values])


def put_people(session: Session) -> None:
    """Ada heads all; under her Sam heads sales, and under him Eva the east with Tom; Fin keeps the books; Leo left, having come from the east."""
    put(session, models.LegalEntity, id=1, code="CN", name_zh="甲公司", name_en="Alpha", country="CN", currency="CNY", time_zone="Asia/Shanghai")
    put(session, models.OrgVersion, id=1, code="2020", status="active")
    names = ("王安", "Ada"), ("李山", "Sam"), ("张华", "Eva"), ("刘同", "Tom"), ("陈芬", "Fin"), ("杨力", "Leo")
    for number, (zh, en) in enumerate(names, 1):
        left = date(2026, 7, 1) if en == "Leo" else None
        born, hired = date(1980, 1, number), date(2020, 1, number)
        person = {"name_zh": zh, "name_en": en, "email": f"{en.lower()}@example.com", "phone": None if en == "Tom" else f"+86 {number:08}"}
        put(session, models.Employee, id=number, number=f"E{number:03}", birth_date=born, hired_on=hired, left_on=left, legal_entity_id=1, **person)
    units = (HQ, "HQ", None, ADA), (SALES, "SALES", HQ, SAM), (EAST, "EAST", SALES, EVA), (FINANCE, "FIN", HQ, FIN)
    for unit, code, parent, head in units:
        put(session, models.Department, id=unit, code=code)
        name = {"name_zh": f"部门{unit}", "name_en": f"Unit {unit}"}
        put(session, models.DepartmentInterval, id=unit, department_id=unit, parent_id=parent, head_id=head, org_version_id=1, **name)
    moved, gone = date(2026, 1, 1), date(2026, 7, 1)
    placed: tuple[tuple[int, int, int | None, dict[str, date]], ...] = (
        (ADA, HQ, None, {}),
        (SAM, SALES, ADA, {}),
        (EVA, EAST, SAM, {}),
        (TOM, EAST, EVA, {}),
        (FIN, FINANCE, ADA, {}),
        (LEO, EAST, EVA, {"valid_to": moved}),
        (LEO, FINANCE, FIN, {"valid_from": moved, "valid_to": gone}),
    )
    for number, (person_id, unit, manager, dates) in enumerate(placed, 1):
        put(session, models.Assignment, id=number, employee_id=person_id, department_id=unit, manager_id=manager, org_version_id=1, **dates)


def put_results(session: Session) -> None:
    """Two quarters: the first computed once, the second twice, so that its first run holds no more."""
    for number, code in enumerate(("sales.amount", "field.visits"), 1):
        label = {"label_zh": f"指标{number}", "label_en": f"Indicator {number}"}
        put(session, models.Indicator, id=number, code=code, owner="sales", kind="result", unit="money", direction="higher", **label)
    put(session, models.Plan, id=1, code="sales", label_zh="销售方案", label_en="Sales plan")
    put(session, models.PlanVersion, id=1, plan_id=1, number=1, valid_from=date(2026, 1, 1))
    for number, weight in enumerate((600_000, 400_000), 1):
        put(session, models.PlanItem, id=number, plan_version_id=1, indicator_id=number, weight=weight, target=100 * MILLION if number == 1 else None)
    quarters = (1, "2026Q2", date(2026, 4, 1), date(2026, 7, 1), 1), (2, "2026Q3", date(2026, 7, 1), date(2026, 10, 1), 3)
    for number, code, starts, ends, run in quarters:
        put(session, models.Period, id=number, code=code, kind="quarter", starts_on=starts, ends_on=ends, status="open", run_id=run)
    for run, period, number in ((1, 1, 1), (2, 2, 1), (3, 2, 2)):
        put(session, models.Run, id=run, period_id=period, number=number)
        for person in (SAM, EVA, TOM):
            for indicator in (1, 2):
                value = (run * 100 + person * 10 + indicator) * MILLION
                same = {"run_id": run, "employee_id": person, "indicator_id": indicator}
                put(session, models.Measurement, **same, numerator=value, denominator=MILLION, value=value, sample=run)
                put(session, models.Score, **same, plan_item_id=indicator, target=100 * MILLION, attainment=value // 100, points=value // 200)
            put(session, models.Scorecard, run_id=run, employee_id=person, plan_version_id=1, points=run * person * MILLION, gate=MILLION)
    label = {"label_zh": "提成", "label_en": "Commission", "period_kind": "quarter"}
    put(session, models.IncentiveRule, id=1, code="commission", number=1, type_code="incentives.tiered", parameters={}, **label)
    for number, person in enumerate((SAM, EVA, TOM), 1):
        same = {"id": number, "employee_id": person, "currency": "CNY"}
        award = {"rule_id": 1, "period_id": 2, "number": 1, "run_id": 3, "amount": 123_456_500_000, "entitled": 123_456_500_000}
        put(session, models.Award, **same, **award, status="approved", trace={})
        payout = {"award_id": number, "legal_entity_id": 1, "due_period_id": 2, "amount": -5 if person == TOM else 123_457, "reverses_id": None}
        put(session, models.Payout, **same, **payout, rounding="half_up", status="released")


def put_company(session: Session) -> None:
    """All of it, committed."""
    put_people(session)
    put_results(session)
    session.commit()
