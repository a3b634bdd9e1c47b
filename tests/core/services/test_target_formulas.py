"""Targets that a plan computes by a formula, for each employee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.contracts.label import Label
from bole.errors import ProblemsFound
from bole.formula import FormulaError
from bole.services.ledger import verify_ledger
from bole.services.plans import Item, PlanWritten, write_plan_version
from bole.services.recording import record_observations
from bole.services.runs import rescore_period, run_period
from tests.chain import results, sale, visit


def write(work: Work, formula: str, target: Decimal | None = None) -> PlanWritten:
    """A plan of sales with a fixed target and visits with a computed one."""
    items = [Item("sales", Decimal("0.5"), Decimal(1000)), Item("visits", Decimal("0.5"), target, target_formula=formula)]
    return write_plan_version(work, "sales", label=Label("销售", "Sales"), items=items, valid_from=date(2026, 1, 1))


def targets(work: Work, run: int) -> Mapping[str, int | None]:
    """The target of visits by employee, in millionths."""
    query = (
        "select e.number, s.target from core_score s join core_employee e on e.id = s.employee_id "
        "join core_indicator i on i.id = s.indicator_id where i.code = 'visits' and s.run_id = :run"
    )
    found = dict(tuple(row) for row in work.session.execute(text(query), {"run": run}))
    work.session.rollback()
    return found


def newcomer(work: Work) -> None:
    """E2 was hired in June 2026."""
    hired = "2026-06-01"
    work.session.execute(text(f"update core_employee set hired_on = '{hired}' where number = 'E2'"))
    work.session.commit()


def test_a_target_follows_from_what_is_known_of_an_employee(work_company: Work) -> None:
    """Newcomers are held against 20 visits, veterans against 40."""
    newcomer(work_company)
    write(work_company, "如果(tenure_months < 12, 20, 40)")

    run = run_period(work_company, "2026Q3").id

    assert targets(work_company, run) == {"E1": 40_000_000, "E2": 20_000_000, "E3": 40_000_000}


def test_a_target_of_ones_own_stands_before_the_formula(work_company: Work) -> None:
    """Whoever was given a target keeps it; an agreed term serves the others."""
    work = work_company
    write(work, "term_quota * 2")
    period = run_period(work, "2026Q3")
    visits = "(select id from core_indicator where code = 'visits')"
    values = f"(1, {visits}, (select period_id from core_run where id = :run), 7000000, 0, 253402214400000000, '')"
    work.session.execute(
        text(f"insert into core_target (employee_id, indicator_id, period_id, value, known_from, known_to, source) values {values}"),
        {"run": period.id},
    )
    for employee in (1, 2):
        work.session.execute(
            text(
                "insert into core_term (employee_id, code, value, valid_from, valid_to, known_from, known_to) "
                f"values ({employee}, 'quota', 15000000, '2026-01-01', '9999-12-31', 0, 253402214400000000)"
            )
        )
    work.session.commit()

    run = run_period(work, "2026Q3").id

    assert targets(work, run) == {"E1": 7_000_000, "E2": 30_000_000, "E3": None}


def test_live_results_keep_the_computed_target(work_company: Work) -> None:
    """A fact that comes in later is held against it, and a rescore gives the same."""
    newcomer(work_company)
    write(work_company, "IF(tenure_months < 12, 20, 40)")
    run = run_period(work_company, "2026Q3").id

    record_observations(work_company, [sale("a", "10"), visit("v", employee="E2")], source="crm")

    live = results(work_company, run)
    assert live == results(work_company, rescore_period(work_company, "2026Q3").id)
    assert live == results(work_company, run_period(work_company, "2026Q3", from_rollups=False).id)


def test_the_ledger_holds_the_formula(work_company: Work) -> None:
    """An edit behind the platform's back is found."""
    write(work_company, "IF(tenure_months < 12, 20, 40)")
    assert verify_ledger(work_company).is_sound

    work_company.session.execute(text("update core_plan_item set target_formula = '1' where target_formula <> ''"))
    work_company.session.commit()

    assert "its items differ from what the ledger holds." in [fault.reason for fault in verify_ledger(work_company).faults]


def test_a_wrong_formula_or_both_kinds_of_target_are_refused(work_company: Work) -> None:
    """Nothing is written."""
    before = work_company.session.scalar(text("select count(*) from core_plan_version"))

    with pytest.raises(FormulaError, match="shoe_size"):
        write(work_company, "shoe_size * 2")
    with pytest.raises(ProblemsFound) as caught:
        write(work_company, "20", Decimal(3))

    assert [problem.reason for problem in caught.value.problems] == ["a target is a figure or a formula, not both."]
    assert work_company.session.scalar(text("select count(*) from core_plan_version")) == before
