"""A payslip is judged by the structure of its month's last day."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from sqlalchemy import Date, literal, select

from bole.access import Actor, Scope, Work
from bole.db import Database
from bole.errors import NotFound
from bole.graphql.service import GraphQLService
from bole.services.entries import DatedEntry
from bole.services.people import assign_employees
from bole.services.structure import change_departments
from bole_admin.listing import Rows
from bole_admin.names import within_scope
from bole_payroll.models import Payslip
from bole_payroll.months import EndOfMonth
from bole_payroll.pages import views
from bole_payroll.services.slips import explain_payslip, read_payslips
from tests.plugins.payroll.paying import HIRED, hire, pay

PERMISSION = "payroll.payslip.read"
AUGUST = date(2026, 8, 1)


@pytest.fixture
def team(payroll: Work) -> Work:
    """E1 works in a team that E2 heads in July and E3 from August on; July and August are paid."""
    for number in ("E1", "E2", "E3"):
        hire(payroll, number, base_salary=10_000)
    change_departments(payroll, [DatedEntry("T", HIRED, {"head": "E2"}), DatedEntry("T", AUGUST, {"head": "E3"})])
    assign_employees(payroll, [DatedEntry("E1", HIRED, {"department": "T"})])
    pay(payroll, "2026-07")
    pay(payroll, "2026-08")
    return payroll


def head(work: Work, number: str, scope: Scope = Scope.UNIT) -> Work:
    """The work on behalf of an employee who reads payslips within a scope."""
    return work.acting_as(Actor(number, employee_id=int(number[1:]), grants={PERMISSION: scope}))


def seen(work: Work, number: str) -> dict[str, list[str]]:
    """The numbers of those whose payslips somebody reads, by month."""
    return {month: read_payslips(head(work, number), month)["number"].to_list() for month in ("2026-07", "2026-08")}


def test_a_month_is_read_by_its_own_head(team: Work) -> None:
    """July's payslip is the former head's to see, August's the present one's."""
    assert seen(team, "E2") == {"2026-07": ["E1", "E2"], "2026-08": ["E2"]}
    assert seen(team, "E3") == {"2026-07": ["E3"], "2026-08": ["E1", "E3"]}


def test_a_payslip_is_explained_to_its_months_head(team: Work) -> None:
    """To the other head it does not exist."""
    july = team.session.scalars(select(Payslip.id).where(Payslip.month == "2026-07", Payslip.employee_id == 1)).one()

    assert explain_payslip(head(team, "E2"), july).kind == "payslip"
    with pytest.raises(NotFound, match=f"there is no payslip {july} that E3 may see"):
        explain_payslip(head(team, "E3"), july)


def test_the_api_shows_the_same(team: Work, database: Database) -> None:
    """The list of payslips is judged month by month."""
    service = GraphQLService(team.host, database)

    def asked(number: str) -> Any:
        with service.session() as session:
            work = Work(session, team.host, head(team, number).actor, team.clock)
            nodes = orjson.loads(service.answer(work, "{ payslips { nodes { month gross { amount } } } }", None, None).body)["data"]["payslips"][
                "nodes"
            ]
        return [each["month"] for each in nodes]

    assert (asked("E2"), asked("E3")) == (["2026-08", "2026-07", "2026-07"], ["2026-08", "2026-08", "2026-07"])


def test_the_back_office_lists_the_same(team: Work) -> None:
    """The view names the end of the month as what its rows are judged by."""
    view = next(view for view in views() if view.code == "payroll.payslip")

    def listed(number: str) -> list[tuple[str, int]]:
        rows = Rows(view, {view.code: view})
        rows.narrow(within_scope(head(team, number), rows, PERMISSION))
        return sorted((slip.month, slip.employee_id) for slip in rows.page(team.session, 0, 50))

    assert listed("E2") == [("2026-07", 1), ("2026-07", 2), ("2026-08", 2)]
    assert listed("E3") == [("2026-07", 3), ("2026-08", 1), ("2026-08", 3)]


@pytest.mark.parametrize(("month", "end"), [("2026-02", date(2026, 3, 1)), ("2024-12", date(2025, 1, 1)), ("2026-07", AUGUST)])
def test_the_end_of_a_month(payroll: Work, month: str, end: date) -> None:
    """It is the first day after the month, a date on both kinds of database."""
    assert payroll.session.scalar(select(EndOfMonth(literal(month)))) == end
    assert payroll.session.scalar(select(EndOfMonth(literal(month)) > literal(AUGUST, Date))) is (end > AUGUST)
