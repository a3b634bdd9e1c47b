"""The core's part of the schema."""

from __future__ import annotations

from bole.contracts.schema import Call, Connection, Filter, GraphQLPart
from bole.graphql.core_org import ORG_VERSION
from bole.graphql.core_org import QUERY as ORG_QUERY
from bole.graphql.core_people import AWARD_PERIOD, DUE_PERIOD, EMPLOYEE_NUMBER, PEOPLE, PERIOD_CODE
from bole.graphql.core_recording import record_observations
from bole.graphql.core_results import RESULTS
from bole.graphql.core_units import QUERY as UNIT_QUERY
from bole.models import Award, Department, Employee, IncentiveRule, Indicator, LegalEntity, Payout, Period, Plan

_INDICATOR = Filter("indicator", Indicator.table.c.code, through=("indicator",), description="Code of the indicator.")


def part() -> GraphQLPart:
    """Return the core's types, connections and mutations."""
    employees = Connection(
        "employees",
        "Employee",
        (
            Filter("number", Employee.table.c.number, description="The employee's number."),
            Filter("numbers", Employee.table.c.number, operator="in", description="Any of these numbers."),
            Filter("department", Department.table.c.code, through=("department",), description="Code of the department, today."),
            Filter("legalEntity", LegalEntity.table.c.code, through=("legalEntity",), description="Code of the employer."),
        ),
        "The employees that the actor may see.",
    )
    return GraphQLPart(
        types=(*PEOPLE, ORG_VERSION, *RESULTS),
        query=(
            employees,
            *(*ORG_QUERY, *UNIT_QUERY),
            Connection("departments", "Department", (Filter("code", Department.table.c.code),), "The departments that exist on a day."),
            Connection(
                "indicators", "Indicator", (Filter("code", Indicator.table.c.code), Filter("kind", Indicator.table.c.kind)), "All indicators."
            ),
            Connection("plans", "Plan", (Filter("code", Plan.table.c.code),), "All performance plans."),
            Connection(
                "periods",
                "Period",
                tuple(Filter(name, Period.table.c[name]) for name in ("code", "kind", "status")),
                "All periods, the latest first.",
            ),
            Connection("incentiveRules", "IncentiveRule", (Filter("code", IncentiveRule.table.c.code),), "All incentive rules."),
            Connection(
                "measurements", "Measurement", (EMPLOYEE_NUMBER, PERIOD_CODE, _INDICATOR), "Indicators' values, of each period's run that holds."
            ),
            Connection("scores", "Score", (EMPLOYEE_NUMBER, PERIOD_CODE, _INDICATOR), "Scores, of each period's run that holds."),
            Connection("scorecards", "Scorecard", (EMPLOYEE_NUMBER, PERIOD_CODE), "Total scores, of each period's run that holds."),
            Connection("awards", "Award", (EMPLOYEE_NUMBER, AWARD_PERIOD, Filter("status", Award.table.c.status)), "What people earned."),
            Connection("payouts", "Payout", (EMPLOYEE_NUMBER, DUE_PERIOD, Filter("status", Payout.table.c.status)), "Money released for payment."),
        ),
        mutation=(
            Call("recordObservations", record_observations, "Record facts; the same external key again is the same fact, so a repeat does no harm."),
        ),
    )
