"""Payroll through GraphQL: payslips and runs, scoped, with their employees and payouts; computing and settling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bole.access import SYSTEM, Actor, Scope, Work
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole_payroll.services.runs import run_payroll
from tests.plugins.payroll.paying import earn, hire, pay, slips

Ask = Callable[..., dict[str, Any]]
READS = ("core.employee.read", "core.org.read", "core.payout.read", "core.award.read", "payroll.payslip.read")


@pytest.fixture
def ask(database: Database, payroll: Work) -> Ask:
    """Ask the API: ``ask(document, actor=…)``."""
    service = GraphQLService(payroll.host, database)

    def answer(text: str, *, actor: Actor = SYSTEM) -> dict[str, Any]:
        with service.session() as session:
            return orjson.loads(service.answer(Work(session, payroll.host, actor, payroll.clock), text, None, None).body)

    return answer


def reader(employee: int, scope: Scope = Scope.SELF) -> Actor:
    """Somebody who reads within a scope."""
    return Actor("reader", employee_id=employee, grants=dict.fromkeys(READS, scope))


def test_payslips_with_employee_run_and_payouts(payroll: Work, ask: Ask) -> None:
    """A month's payslips tell amounts as money, whose they are, which run made them and what they paid."""
    hire(payroll, "E1", base_salary=30_000)
    earn(payroll, "E1", 500_00, "2026-07")
    pay(payroll, "2026-07")

    answer = ask(
        '{ payslips(month: "2026-07") { nodes { key month status gross { amount currency } tax { amount } net { amount }'
        " employee { number } legalEntity { code } run { key status slips } paidPayouts { amount { amount } status } } } }"
    )

    assert answer == {
        "data": {
            "payslips": {
                "nodes": [
                    {
                        "key": 1,
                        "month": "2026-07",
                        "status": "settled",
                        "gross": {"amount": "30500.00", "currency": "CNY"},
                        "tax": {"amount": "765.00"},
                        "net": {"amount": "29735.00"},
                        "employee": {"number": "E1"},
                        "legalEntity": {"code": "cn"},
                        "run": {"key": 1, "status": "settled", "slips": 1},
                        "paidPayouts": [{"amount": {"amount": "500.00"}, "status": "settled"}],
                    }
                ]
            }
        }
    }


def test_an_employee_sees_the_own_payslips_alone(payroll: Work, ask: Ask) -> None:
    """With scope self: one's own once approved, also below the employee and the payout; nobody else's, and no drafts."""
    first = hire(payroll, "E1", base_salary=30_000)
    hire(payroll, "E2", base_salary=20_000)
    pay(payroll, "2026-06")
    run_payroll(payroll, "2026-07")
    query = "{ payslips { nodes { month employee { number } } } employees { nodes { number payslips { month } } } }"

    own, everybody = ask(query, actor=reader(first)), ask(query, actor=reader(first, Scope.COMPANY))

    assert own["data"]["payslips"]["nodes"] == [{"month": "2026-06", "employee": {"number": "E1"}}]
    assert own["data"]["employees"]["nodes"] == [{"number": "E1", "payslips": [{"month": "2026-06"}]}]
    assert len(everybody["data"]["payslips"]["nodes"]) == 4


def test_payslips_and_runs_want_their_permissions(payroll: Work, ask: Ask) -> None:
    """Without them the fields are refused and named."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2026-07")
    nobody = Actor("nobody", grants={"core.employee.read": Scope.COMPANY})

    for query, permission in (
        ("{ payslips { nodes { month } } }", "payroll.payslip.read"),
        ("{ payrollRuns { nodes { month } } }", "payroll.run.read"),
    ):
        answer = ask(query, actor=nobody)
        assert answer["errors"][0]["message"] == f"nobody lacks the permission '{permission}'."


def test_a_month_is_computed_approved_and_settled(payroll: Work, ask: Ask) -> None:
    """Three mutations pay a month; a second settlement is an error told as data."""
    hire(payroll, "E1", base_salary=30_000)

    computed = ask(
        'mutation { runPayroll(month: "2026-07") { result { key month legalEntity payslips gross { amount } tax { amount } } errors { code } } }'
    )
    approved = ask("mutation { approvePayroll(runs: [1]) { result errors { code } } }")
    settled = ask("mutation { settlePayroll(runs: [1]) { result errors { code } } }")
    again = ask("mutation { settlePayroll(runs: [1]) { result errors { code message } } }")

    assert computed["data"]["runPayroll"] == {
        "result": [{"key": 1, "month": "2026-07", "legalEntity": "cn", "payslips": 1, "gross": {"amount": "30000.00"}, "tax": {"amount": "750.00"}}],
        "errors": [],
    }
    assert (approved["data"]["approvePayroll"]["result"], settled["data"]["settlePayroll"]["result"]) == (1, 1)
    assert again["data"]["settlePayroll"] == {
        "result": None,
        "errors": [{"code": "payroll.run_status", "message": "run 1 is settled, not approved; it cannot be settled."}],
    }
    assert slips(payroll, "2026-07", "status") == {"E1": "settled"}


def test_a_payslip_is_explained_as_a_tree(payroll: Work, ask: Ask) -> None:
    """In the language asked for."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2026-07")

    told = ask('{ payslipExplanation(key: 1, language: "en") }')["data"]["payslipExplanation"]

    assert (told["label"], told["value"], told["children"][0]["label"]) == ("Payslip 1 (2026-07)", "29,250.00 CNY", "Base pay")


def test_runs_are_listed_by_month_and_state(payroll: Work, ask: Ask) -> None:
    """The latest first, of one legal entity where asked for."""
    hire(payroll, "E1", base_salary=30_000)
    hire(payroll, "E2", "us", base_salary=1_000)
    pay(payroll, "2026-06")
    run_payroll(payroll, "2026-07", ["cn"])

    query = '{ payrollRuns(legalEntity: "cn") { nodes { month status stale leftOut net { amount currency } legalEntity { code } } } }'

    assert ask(query)["data"]["payrollRuns"]["nodes"] == [
        {
            "month": "2026-07",
            "status": "draft",
            "stale": False,
            "leftOut": 0,
            "net": {"amount": "28270.00", "currency": "CNY"},
            "legalEntity": {"code": "cn"},
        },
        {
            "month": "2026-06",
            "status": "settled",
            "stale": False,
            "leftOut": 0,
            "net": {"amount": "29250.00", "currency": "CNY"},
            "legalEntity": {"code": "cn"},
        },
    ]
