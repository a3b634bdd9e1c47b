"""The types of the chain: indicators, plans, periods, measurements, scores, awards, payouts."""

from __future__ import annotations

from bole.contracts.schema import Column, Dated, Kind, Many, One, Step, Type, step
from bole.graphql.core_people import axes, end_of, texts
from bole.models import (
    Award,
    Employee,
    IncentiveRule,
    Indicator,
    LegalEntity,
    Measurement,
    OrgVersion,
    Payout,
    Period,
    Plan,
    PlanItem,
    PlanVersion,
    Run,
    Score,
    Scorecard,
)

RESULT, PLAN_READ, AWARD_READ, PAYOUT_READ = "core.result.read", "core.plan.read", "core.award.read", "core.payout.read"
_E, _L, _I, _PE = Employee.table.c, LegalEntity.table.c, Indicator.table.c, Period.table.c
_PL, _PV, _PT, _R = Plan.table.c, PlanVersion.table.c, PlanItem.table.c, Run.table.c
_M, _S, _SC = Measurement.table.c, Score.table.c, Scorecard.table.c
_IR, _AW, _PO = IncentiveRule.table.c, Award.table.c, Payout.table.c
_ORG = OrgVersion.table.c.id


def _millionths(name: str, column: object, description: str = "") -> Column:
    return Column(name, column, Kind.MILLIONTHS, description=description)  # type: ignore[arg-type]  # a column of a table is one


INDICATOR = Type(
    "Indicator",
    Indicator.table,
    (_I.id,),
    "core.indicator.read",
    columns=texts(_I, "code", "owner", "kind", "unit", "direction", "label_zh", "label_en", "source_zh", "source_en", "formula"),
    description="A named measure.",
)

PERIOD = Type(
    "Period",
    Period.table,
    (_PE.id,),
    permission="",
    columns=(*texts(_PE, "code", "kind", "status"), Column("startsOn", _PE.starts_on, Kind.DATE), Column("endsOn", _PE.ends_on, Kind.DATE)),
    order=(_PE.starts_on, _PE.id),
    descending=True,
    description="A month, quarter or year for which results are kept; the end is exclusive.",
)

RUN = Type(
    "Run",
    Run.table,
    (_R.id,),
    RESULT,
    columns=(
        Column("number", _R.number, Kind.INTEGER, description="Counts the computations of the period."),
        Column("knownAt", _R.known_at, Kind.MOMENT, description="The facts known then went into it."),
        Column("startedAt", _R.started_at, Kind.MOMENT),
        *texts(_R, "started_by"),
        Column("employees", _R.employees, Kind.INTEGER, description="How many employees it covers."),
    ),
    ones=(
        One("period", "Period", (step(_R.period_id, _PE.id),), nullable=False),
        One("orgVersion", "OrgVersion", (step(_R.org_version_id, _ORG),), description="The version of the organisation that it was computed with."),
    ),
    description="One computation of a period.",
)

PLAN = Type(
    "Plan",
    Plan.table,
    (_PL.id,),
    PLAN_READ,
    columns=texts(_PL, "code", "label_zh", "label_en"),
    manys=(Many("versions", "PlanVersion", (step(_PL.id, _PV.plan_id),), order=(_PV.number,), description="Every version it ever had."),),
    description="A performance plan; what it says stands in its versions.",
)

PLAN_VERSION = Type(
    "PlanVersion",
    PlanVersion.table,
    (_PV.id,),
    PLAN_READ,
    columns=(
        Column("number", _PV.number, Kind.INTEGER),
        Column("priority", _PV.priority, Kind.INTEGER, description="Of several that fit, the highest holds."),
        *texts(_PV, "audience", "reason", "recorded_by"),
        *axes(_PV),
    ),
    ones=(One("plan", "Plan", (step(_PV.plan_id, _PL.id),), nullable=False),),
    manys=(Many("items", "PlanItem", (step(_PV.id, _PT.plan_version_id),), description="Its indicators."),),
    description="What a plan says from one date to another.",
)

PLAN_ITEM = Type(
    "PlanItem",
    PlanItem.table,
    (_PT.id,),
    PLAN_READ,
    columns=(
        _millionths("weight", _PT.weight),
        _millionths("target", _PT.target, "For everybody without a target of his or her own."),
        _millionths("cap", _PT.cap, "The highest attainment that counts."),
        _millionths("gateBelow", _PT.gate_below, "Whoever measures under it meets the gate."),
        _millionths("gateFactor", _PT.gate_factor, "By which the gate multiplies incentives."),
    ),
    ones=(
        One("version", "PlanVersion", (step(_PT.plan_version_id, _PV.id),), nullable=False),
        One("indicator", "Indicator", (step(_PT.indicator_id, _I.id),), nullable=False),
    ),
    description="One indicator in a plan version.",
)


def _of_run(table: object) -> tuple[Step, ...]:
    """Return the side that shows only results of the run that holds for its period."""
    return (step(table.run_id, _PE.run_id),)  # type: ignore[attr-defined]  # a table's columns


_PERIOD = One("period", "Period", (step(_PE.id, _PE.id),), nullable=False)
"""The period of a result, by the side that `_of_run` joins."""


def _in_period(to_period: Step) -> Dated:
    """Return that rows are judged by the last day of the period to which a join leads."""
    return Dated(end=_PE.ends_on, path=(to_period,))


def _number(employee: object) -> Column:
    return Column(
        "employeeNumber",
        _E.number,
        nullable=True,
        path=(step(employee, _E.id),),  # type: ignore[arg-type]  # a column of a table is one
        description="The employee's number, also where today's structure puts the employee outside the reader's scope.",
    )


MEASUREMENT = Type(
    "Measurement",
    Measurement.table,
    (_M.run_id, _M.employee_id, _M.indicator_id),
    RESULT,
    employee=_M.employee_id,
    judged=_in_period(step(_M.run_id, _PE.run_id)),
    sides=_of_run(_M),
    columns=(
        _number(_M.employee_id),
        _millionths("value", _M.value, "Numerator by denominator, half up; empty where there was nothing to measure."),
        Column("numerator", _M.numerator, Kind.COUNT),
        Column("denominator", _M.denominator, Kind.COUNT),
        Column("sample", _M.sample, Kind.COUNT, description="How many facts stand behind it."),
    ),
    ones=(
        One("employee", "Employee", (step(_M.employee_id, _E.id),)),
        One("indicator", "Indicator", (step(_M.indicator_id, _I.id),), nullable=False),
        One("run", "Run", (step(_M.run_id, _R.id),), nullable=False),
        One("orgVersion", "OrgVersion", (step(_M.org_version_id, _ORG),), description="The version in force on the last day that it measures."),
        _PERIOD,
    ),
    description="An indicator's value for an employee and a period.",
)

SCORE = Type(
    "Score",
    Score.table,
    (_S.run_id, _S.employee_id, _S.indicator_id),
    RESULT,
    employee=_S.employee_id,
    judged=_in_period(step(_S.run_id, _PE.run_id)),
    sides=_of_run(_S),
    columns=(
        _number(_S.employee_id),
        _millionths("target", _S.target),
        _millionths("attainment", _S.attainment, "The measurement against the target."),
        _millionths("points", _S.points, "Attainment, capped and weighted."),
    ),
    ones=(
        One("employee", "Employee", (step(_S.employee_id, _E.id),)),
        One("indicator", "Indicator", (step(_S.indicator_id, _I.id),), nullable=False),
        One("planItem", "PlanItem", (step(_S.plan_item_id, _PT.id),)),
        One(
            "measurement",
            "Measurement",
            (Step(Measurement.table, ((_S.run_id, _M.run_id), (_S.employee_id, _M.employee_id), (_S.indicator_id, _M.indicator_id))),),
        ),
        _PERIOD,
    ),
    description="A measurement against its target.",
)

SCORECARD = Type(
    "Scorecard",
    Scorecard.table,
    (_SC.run_id, _SC.employee_id),
    RESULT,
    employee=_SC.employee_id,
    judged=_in_period(step(_SC.run_id, _PE.run_id)),
    sides=_of_run(_SC),
    columns=(
        _number(_SC.employee_id),
        _millionths("points", _SC.points, "The sum of the scores."),
        _millionths("gate", _SC.gate, "By which incentives are multiplied."),
    ),
    ones=(
        One("employee", "Employee", (step(_SC.employee_id, _E.id),)),
        One("planVersion", "PlanVersion", (step(_SC.plan_version_id, _PV.id),)),
        _PERIOD,
    ),
    description="An employee's scores of a period, added up.",
)

INCENTIVE_RULE = Type(
    "IncentiveRule",
    IncentiveRule.table,
    (_IR.id,),
    AWARD_READ,
    columns=(
        *texts(_IR, "code", "type_code", "label_zh", "label_en", "period_kind", "audience", "recorded_by"),
        Column("number", _IR.number, Kind.INTEGER),
        Column("parameters", _IR.parameters, Kind.DOCUMENT),
        Column("validFrom", _IR.valid_from, Kind.DATE),
        Column("validTo", end_of(_IR.valid_to), Kind.DATE, description="Exclusive; empty where none is known."),
        Column("recordedAt", _IR.recorded_at, Kind.MOMENT),
    ),
    description="One configured use of an incentive type.",
)

AWARD = Type(
    "Award",
    Award.table,
    (_AW.id,),
    AWARD_READ,
    employee=_AW.employee_id,
    judged=_in_period(step(_AW.period_id, _PE.id)),
    columns=(
        _number(_AW.employee_id),
        *texts(_AW, "key", "reward", "status", "decided_by"),
        Column("number", _AW.number, Kind.INTEGER),
        Column("entitled", _AW.entitled, Kind.FINE_MONEY, _AW.currency, nullable=True, description="What the rule gives in all; not yet rounded."),
        Column("amount", _AW.amount, Kind.FINE_MONEY, _AW.currency, nullable=True, description="What this award adds; not yet rounded."),
        Column("trace", _AW.trace, Kind.DOCUMENT, description="How it came about."),
        Column("createdAt", _AW.created_at, Kind.MOMENT),
        Column("decidedAt", _AW.decided_at, Kind.MOMENT),
    ),
    ones=(
        One("employee", "Employee", (step(_AW.employee_id, _E.id),)),
        One("rule", "IncentiveRule", (step(_AW.rule_id, _IR.id),), nullable=False),
        One("period", "Period", (step(_AW.period_id, _PE.id),), nullable=False),
        One("run", "Run", (step(_AW.run_id, _R.id),)),
    ),
    manys=(Many("payouts", "Payout", (step(_AW.id, _PO.award_id),)),),
    description="What an employee earned under a rule.",
)

PAYOUT = Type(
    "Payout",
    Payout.table,
    (_PO.id,),
    PAYOUT_READ,
    employee=_PO.employee_id,
    judged=_in_period(step(_PO.due_period_id, _PE.id)),
    columns=(
        _number(_PO.employee_id),
        Column("amount", _PO.amount, Kind.MONEY, _PO.currency),
        *texts(_PO, "rounding", "status", "released_by", "settled_by"),
        Column("releasedAt", _PO.released_at, Kind.MOMENT),
        Column("settledAt", _PO.settled_at, Kind.MOMENT),
    ),
    ones=(
        One("award", "Award", (step(_PO.award_id, _AW.id),)),
        One("employee", "Employee", (step(_PO.employee_id, _E.id),)),
        One("legalEntity", "LegalEntity", (step(_PO.legal_entity_id, _L.id),), nullable=False),
        One("duePeriod", "Period", (step(_PO.due_period_id, _PE.id),), nullable=False),
        One("reverses", "Payout", (step(_PO.reverses_id, _PO.id),), description="What it takes back, where it is a reversal."),
    ),
    description="Money released for payment; a negative amount takes back.",
)

RESULTS = (INDICATOR, PERIOD, RUN, PLAN, PLAN_VERSION, PLAN_ITEM, MEASUREMENT, SCORE, SCORECARD, INCENTIVE_RULE, AWARD, PAYOUT)
