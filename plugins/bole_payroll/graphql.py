"""The fields of payroll in the GraphQL schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bole import Money, Work, tables
from bole.graphql import Call, Column, Connection, Dated, Extension, Filter, GraphQLPart, Kind, Many, One, Type, step
from bole_payroll.models import Payslip, PayslipPayout, Run
from bole_payroll.months import EndOfMonth

_S, _R, _L = Payslip.table.c, Run.table.c, PayslipPayout.table.c
_E, _LE, _P = tables.Employee.table.c, tables.LegalEntity.table.c, tables.Payout.table.c
_KEY = "By which mutations, and the command line, name it."


@dataclass(frozen=True, slots=True)
class ComputedPayroll:
    """What one run of a month came to."""

    key: int
    month: str
    legal_entity: str
    payslips: int
    left_out: int
    gross: Money
    tax: Money
    net: Money


def run_payroll(work: Work, month: str, legal_entities: tuple[str, ...] = ()) -> tuple[ComputedPayroll, ...]:
    """Compute the payslips of a month; drafts of it are superseded."""
    from bole_payroll.services import runs  # brings Polars, which reading needs not

    return tuple(
        ComputedPayroll(
            done.id,
            done.month,
            done.legal_entity,
            done.slips,
            done.left_out,
            *(Money.of_minor(amount, done.currency) for amount in (done.gross, done.tax, done.net)),
        )
        for done in runs.run_payroll(work, month, legal_entities)
    )


def approve_payroll(work: Work, runs: tuple[int, ...]) -> int:
    """Approve drafts and return how many payslips they hold."""
    from bole_payroll.services.runs import approve_runs  # as above

    return approve_runs(work, runs)


def settle_payroll(work: Work, runs: tuple[int, ...]) -> int:
    """Settle approved runs with the payouts in them and return how many payslips were paid."""
    from bole_payroll.services.runs import settle_runs  # as above

    return settle_runs(work, runs)


def payslip_explanation(work: Work, key: int, language: str = "zh", chain: bool = False) -> dict[str, Any]:
    """Return one payslip line by line, with its payouts and, asked for, what is behind them."""
    from bole_payroll.services.slips import explain_payslip  # as above

    return explain_payslip(work, key, chain=chain).document(language)


def _money(name: str, column: Any, description: str = "") -> Column:
    return Column(name, column, Kind.MONEY, _S.currency, description=description)


PAYSLIP = Type(
    "Payslip",
    Payslip.table,
    (_S.id,),
    "payroll.payslip.read",
    employee=_S.shown_to,
    judged=Dated(end=EndOfMonth(_S.month)),
    columns=(
        Column("key", _S.id, Kind.COUNT, description=_KEY),
        Column("month", _S.month),
        Column("status", _S.status, description="draft, approved, settled or superseded."),
        Column("scheme", _S.scheme, description="By which rules it was computed."),
        Column("days", _S.days, Kind.INTEGER, description="Days of the month that were paid for."),
        _money("base", _S.base, "Base salary for these days."),
        _money("allowances", _S.allowances, "Salary components."),
        _money("payouts", _S.payouts, "Incentives paid with it."),
        _money("gross", _S.gross),
        Column("city", _S.city, description="City of insurance; empty for who is not insured."),
        _money("pension", _S.pension),
        _money("medical", _S.medical),
        _money("unemployment", _S.unemployment),
        _money("housingFund", _S.housing_fund),
        _money("taxableCumulative", _S.taxable_cumulative, "Taxable income of the year so far."),
        _money("tax", _S.tax, "Tax withheld."),
        _money("taxCumulative", _S.tax_cumulative, "Tax withheld of the year so far."),
        _money("net", _S.net),
    ),
    ones=(
        One("employee", "Employee", (step(_S.employee_id, _E.id),)),
        One("legalEntity", "LegalEntity", (step(_S.legal_entity_id, _LE.id),), nullable=False),
        One("run", "PayrollRun", (step(_S.run_id, _R.id),)),
    ),
    manys=(Many("paidPayouts", "Payout", (step(_S.id, _L.payslip_id), step(_L.payout_id, _P.id)), description="The payouts in it."),),
    order=(_S.month, _S.id),
    descending=True,
    description="What an employee is paid for a month. Below the scope of the company it is seen once it is approved.",
)

RUN = Type(
    "PayrollRun",
    Run.table,
    (_R.id,),
    "payroll.run.read",
    columns=(
        Column("key", _R.id, Kind.COUNT, description=_KEY),
        Column("month", _R.month),
        Column("number", _R.number, Kind.INTEGER, description="Counts the computations of the month."),
        Column("status", _R.status, description="computing, draft, approved, settled or superseded."),
        Column("scheme", _R.scheme),
        Column("stale", _R.stale, Kind.FLAG, description="Payouts due in the month were released after it was computed."),
        Column("slips", _R.slips, Kind.INTEGER),
        Column("leftOut", _R.left_out, Kind.INTEGER, description="People with whom no salary is agreed and to whom nothing is due."),
        *(Column(name, _R[name], Kind.MONEY, _R.currency) for name in ("gross", "tax", "net")),
        Column("startedAt", _R.started_at, Kind.MOMENT),
        Column("startedBy", _R.started_by),
        Column("approvedAt", _R.approved_at, Kind.MOMENT),
        Column("approvedBy", _R.approved_by),
        Column("settledAt", _R.settled_at, Kind.MOMENT),
        Column("settledBy", _R.settled_by),
    ),
    ones=(One("legalEntity", "LegalEntity", (step(_R.legal_entity_id, _LE.id),), nullable=False),),
    order=(_R.month, _R.id),
    descending=True,
    description="One computation of a month for a legal entity.",
)

_MONTH, _STATUS = Filter("month", _S.month, description="2026-07."), Filter("status", _S.status)
_OF_PAYOUT = Many(
    "payslips", "Payslip", (step(_P.id, _L.payout_id), step(_L.payslip_id, _S.id)), description="The payslips it is in; the settled one paid it."
)
_OF_EMPLOYEE = Many(
    "payslips", "Payslip", (step(_E.id, _S.employee_id),), filters=(_MONTH, _STATUS), description="What he or she is paid, month by month."
)

PART = GraphQLPart(
    types=(PAYSLIP, RUN),
    extends=(Extension("Employee", manys=(_OF_EMPLOYEE,)), Extension("Payout", manys=(_OF_PAYOUT,))),
    query=(
        Connection(
            "payslips",
            "Payslip",
            (_MONTH, _STATUS, Filter("employee", _E.number, through=("employee",), description="Number of the employee.")),
            "The payslips that the actor may see, the latest month first.",
        ),
        Connection(
            "payrollRuns",
            "PayrollRun",
            (
                Filter("month", _R.month),
                Filter("status", _R.status),
                Filter("legalEntity", _LE.code, through=("legalEntity",), description="Code of the legal entity."),
            ),
            "The payroll runs, the latest month first.",
        ),
        Call("payslipExplanation", payslip_explanation, "One payslip line by line, computed anew, with its sources."),
    ),
    mutation=(
        Call("runPayroll", run_payroll, "Compute the payslips of a month; whoever was paid for it already is left alone."),
        Call("approvePayroll", approve_payroll, "Approve drafts."),
        Call("settlePayroll", settle_payroll, "Settle approved runs, and with them the payouts in them."),
    ),
)
