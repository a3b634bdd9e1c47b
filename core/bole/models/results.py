"""Plans and what follows from them: measurements, scores, awards, payouts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bole.models.base import Model
from bole.models.people import Employee
from bole.models.types import Document, Moment, Serial
from bole.values import FOREVER, UNTIL_REVISED

MILLION = 1_000_000
"""Values, targets, weights, attainments and scores are stored as integers of millionths."""


class Indicator(Model, owner="core"):
    """A named measure that a plugin declared, as an aggregate of facts or a formula over other indicators."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    owner: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(10))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    source_zh: Mapped[str] = mapped_column(String(120), default="")
    source_en: Mapped[str] = mapped_column(String(120), default="")
    formula: Mapped[str] = mapped_column(String(2000), default="")

    def __str__(self) -> str:
        return self.label_en


class Period(Model, owner="core"):
    """A month, quarter or year for which results are kept."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10), default="open")
    run_id: Mapped[int | None] = mapped_column(Integer)

    def __str__(self) -> str:
        return self.code


class Plan(Model, owner="core"):
    """A performance plan; what it says stands in its versions."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))

    def __str__(self) -> str:
        return self.label_en


class PlanVersion(Model, owner="core"):
    """
    What a plan says from one date to another. Never edited; a new version replaces it.

    ``audience`` is a formula of truth over an employee's facts (``tenure_months < 12``);
    empty means everybody. Of several versions that fit an employee on a day the one of
    highest ``priority`` holds. ``statement`` is the canonical text of its items, as the ledger holds it.
    """

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("core_plan.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    known_from: Mapped[datetime] = mapped_column(Moment)
    known_to: Mapped[datetime] = mapped_column(Moment, default=UNTIL_REVISED)
    audience: Mapped[str] = mapped_column(String(2000), default="")
    priority: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(400), default="")
    recorded_by: Mapped[str] = mapped_column(String(120))
    statement: Mapped[str] = mapped_column(Text)
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)

    plan: Mapped[Plan] = relationship()
    items: Mapped[list[PlanItem]] = relationship(order_by="PlanItem.id")

    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    def __str__(self) -> str:
        return f"v{self.number}"


class PlanItem(Model, owner="core"):
    """
    One indicator in a plan version: weight, target, cap and, for balance, a gate.

    ``target`` is the value held against everybody without a target of his or her own; where ``target_formula`` stands, it is
    computed for each employee from what is known of him or her (``IF(tenure_months < 12, 20, 40)``) and the agreed terms.
    A gate (``gate_below``, ``gate_factor``) multiplies the incentives of whoever measures
    under it: satisfaction under 80 % with factor 0.5 halves the bonus.
    """

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("core_plan_version.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("core_indicator.id"))
    weight: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[int | None] = mapped_column(BigInteger)
    target_formula: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    cap: Mapped[int] = mapped_column(BigInteger, default=1_200_000)
    gate_below: Mapped[int | None] = mapped_column(BigInteger)
    gate_factor: Mapped[int | None] = mapped_column(BigInteger)

    indicator: Mapped[Indicator] = relationship()

    __table_args__ = (UniqueConstraint("plan_version_id", "indicator_id"),)


class Target(Model, owner="core"):
    """One employee's target (quota) for an indicator and period, with its history."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("core_indicator.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("core_period.id"))
    value: Mapped[int] = mapped_column(BigInteger)
    known_from: Mapped[datetime] = mapped_column(Moment)
    known_to: Mapped[datetime] = mapped_column(Moment, default=UNTIL_REVISED)
    source: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index(None, "period_id", "indicator_id", "employee_id"),)


class Run(Model, owner="core"):
    """One computation of a period: against which plan, organisation and knowledge."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("core_period.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    org_version_id: Mapped[int | None] = mapped_column(ForeignKey("core_org_version.id"))
    known_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str] = mapped_column(String(120))
    employees: Mapped[int] = mapped_column(Integer, default=0)
    input_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    period: Mapped[Period] = relationship()

    __table_args__ = (UniqueConstraint("period_id", "number"),)

    def __str__(self) -> str:
        return f"{self.period_id}/{self.number}"


class Measurement(Model, owner="core"):
    """
    An indicator's value for one employee in one run: exact, as a fraction.

    ``numerator / denominator`` is exact in the unit; ``value`` is the same in millionths, half up,
    empty where there was nothing to measure (no lead, so no conversion).
    ``sample`` counts the facts behind it. ``org_version_id`` is the version of the organisation in force on the last day that it
    measures: the period's, or the day it was measured while the period was not over.
    """

    run_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    indicator_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int | None] = mapped_column(BigInteger)
    sample: Mapped[int] = mapped_column(BigInteger)
    org_version_id: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (Index(None, "employee_id"), {"sqlite_with_rowid": False})


class Score(Model, owner="core"):
    """A measurement against its target: attainment, and weighted points, both in millionths."""

    run_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    indicator_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    plan_item_id: Mapped[int] = mapped_column(Integer)
    target: Mapped[int | None] = mapped_column(BigInteger)
    attainment: Mapped[int | None] = mapped_column(BigInteger)
    points: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "employee_id"), {"sqlite_with_rowid": False})


class Scorecard(Model, owner="core"):
    """The sum of one employee's scores in one run, with the plan version and gate that held."""

    run_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    plan_version_id: Mapped[int] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(BigInteger)
    gate: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "employee_id"), {"sqlite_with_rowid": False})


class IncentiveRule(Model, owner="core"):
    """
    One configured use of an incentive type, from one date to another.

    ``automatic`` means that what it gives is approved and released at once, without a person in between.
    """

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    type_code: Mapped[str] = mapped_column(String(80))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    parameters: Mapped[dict[str, Any]] = mapped_column(Document)
    period_kind: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str] = mapped_column(String(2000), default="")
    automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(String(120))
    statement: Mapped[str] = mapped_column(Text)
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)

    __table_args__ = (UniqueConstraint("code", "number"),)

    def __str__(self) -> str:
        return self.label_en


class Award(Model, owner="core"):
    """
    What an employee earned under a rule.

    ``entitled`` is what the rule gives in all for the period and ``key``; ``amount`` is what this
    award adds to the earlier ones of the same identity, so that a recomputation carries only the
    difference. Both are in millionths of a minor unit and unrounded; rounding happens at payout.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("core_incentive_rule.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("core_period.id"))
    key: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[int] = mapped_column(Integer)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("core_run.id"))
    reward: Mapped[str] = mapped_column(String(20), default="money")
    entitled: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(10))
    trace: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)
    decision_leaf: Mapped[int | None] = mapped_column(BigInteger, index=True)

    employee: Mapped[Employee] = relationship()
    rule: Mapped[IncentiveRule] = relationship()
    period: Mapped[Period] = relationship()

    __table_args__ = (
        UniqueConstraint("rule_id", "employee_id", "period_id", "key", "number"),
        Index(None, "employee_id"),
        Index(None, "period_id", "status"),
        Index(None, "run_id"),
    )


class Payout(Model, owner="core"):
    """
    Money released for payment: a positive or negative amount in minor units.

    A reversal is a row of its own that names what it takes back.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("core_award.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("core_legal_entity.id"))
    due_period_id: Mapped[int] = mapped_column(ForeignKey("core_period.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    rounding: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(10))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("core_payout.id"), unique=True)
    reversed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    released_at: Mapped[datetime] = mapped_column(Moment)
    released_by: Mapped[str] = mapped_column(String(120))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(120))
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)
    settlement_leaf: Mapped[int | None] = mapped_column(BigInteger, index=True)

    award: Mapped[Award] = relationship()
    employee: Mapped[Employee] = relationship()
    due_period: Mapped[Period] = relationship()

    __table_args__ = (UniqueConstraint("award_id", "reverses_id"), Index(None, "due_period_id", "status"))
