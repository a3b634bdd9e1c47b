"""Reading payslips: who sees which, and one told line by line down to the facts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.label import Label
from bole.errors import Conflict, Forbidden, NotFound
from bole_payroll.services.components import write_component
from bole_payroll.services.runs import approve_runs, run_payroll
from bole_payroll.services.slips import explain_payslip, read_payslips
from tests.plugins.payroll.paying import agree, earn, hire, pay


def slip_of(work: Work, number: str, month: str = "2026-07") -> int:
    """The id of an employee's payslip."""
    return int(read_payslips(work, month).row(by_predicate=pl.col("number") == number, named=True)["id"])


def reader(employee: int, scope: Scope = Scope.SELF, **more: Scope) -> Actor:
    """Somebody who may read payslips within a scope."""
    return Actor(
        "reader", employee_id=employee, grants={"payroll.payslip.read": scope, **{name.replace("_", "."): each for name, each in more.items()}}
    )


def test_everybody_sees_only_the_own_payslips(payroll: Work) -> None:
    """With scope self a month is one's own row; with scope company it is everybody's."""
    first = hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2", base_salary=20_000)
    pay(payroll, "2026-07")

    assert read_payslips(payroll, "2026-07")["number"].to_list() == ["E1", "E2"]
    assert read_payslips(payroll.acting_as(reader(first)), "2026-07")["number"].to_list() == ["E1"]
    assert read_payslips(payroll.acting_as(reader(first, Scope.COMPANY)), "2026-07").height == 2
    with pytest.raises(Forbidden, match=r"lacks the permission 'payroll\.payslip\.read'"):
        read_payslips(payroll.acting_as(Actor("eve")), "2026-07")


def test_a_payslip_of_somebody_else_does_not_exist_for_the_reader(payroll: Work) -> None:
    """Explaining it is refused in the same words as one that there is not."""
    first = hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2", base_salary=20_000)
    pay(payroll, "2026-07")
    other = slip_of(payroll, "E2")

    with pytest.raises(NotFound, match=f"there is no payslip {other} that reader may see"):
        explain_payslip(payroll.acting_as(reader(first)), other)
    with pytest.raises(NotFound, match="there is no payslip 999 that system may see"):
        explain_payslip(payroll, 999)


def test_a_draft_is_seen_by_the_company_only(payroll: Work) -> None:
    """Below that a payslip appears with its approval, and vanishes when the approval is taken back."""
    first = hire(payroll, "E1", base_salary=10_000)
    (run,) = run_payroll(payroll, "2026-07")
    own = payroll.acting_as(reader(first))

    assert (read_payslips(payroll, "2026-07").height, read_payslips(own, "2026-07").height) == (1, 0)
    with pytest.raises(NotFound):
        explain_payslip(own, slip_of(payroll, "E1"))
    approve_runs(payroll, [run.id])
    assert read_payslips(own, "2026-07").height == 1


def test_a_payslip_is_told_line_by_line(payroll: Work) -> None:
    """Base pay in its pieces, components, payouts, contributions, deductions, tax, net; with how and the sources, in two languages."""
    write_component(payroll, "meals", label=Label("餐补", "Meals"), formula="days_worked * 15", valid_from=date(2026, 1, 1))
    hire(payroll, "E1", "sh", base_salary=20_000, fund_rate="0.07", special_deduction=2_000)
    agree(payroll, "E1", date(2026, 7, 17), base_salary=24_000)
    payout = earn(payroll, "E1", 500_00, "2026-07")
    pay(payroll, "2026-07")

    told = explain_payslip(payroll, slip_of(payroll, "E1"))

    english = "\n".join(told.lines("en"))
    assert told.value.en == "18,349.47 CNY"
    assert [line for line in english.splitlines() if not line.startswith("      ")][:12] == [
        "Payslip 1 (2026-07): 18,349.47 CNY",
        "    Employee: Person E1 (E1)",
        "    Legal entity: Company sh",
        "    Status: settled",
        "    Payroll run: 1",
        "  Base pay: 21,935.48 CNY",
        "  Meals: 465.00 CNY",
        "  Payouts: 500.00 CNY",
        "    Payout 1: 500.00 CNY",
        "  Gross pay: 22,900.48 CNY",
        "  Pension: 1,920.00 CNY",
        "  Medical insurance: 480.00 CNY",
    ]
    assert "      How: 20,000.00 × 16/31 + 24,000.00 × 15/31" in english
    assert "      How: days_worked * 15" in english
    assert f"Payout {payout}" in english
    chinese = "\n".join(told.lines("zh"))
    assert "  本月预扣个税: " in chinese
    assert "      依据: 中华人民共和国个人所得税法" in chinese


def test_a_payslip_without_deductions_is_told(payroll: Work) -> None:
    """Base pay, payouts, gross and net."""
    hire(payroll, "E1", "us", base_salary=5_000)
    pay(payroll, "2026-07")

    told = explain_payslip(payroll, slip_of(payroll, "E1"))

    assert [(step.label.en, step.value.en) for step in told.children] == [
        ("Base pay", "5,000.00 USD"),
        ("Payouts", "0.00 USD"),
        ("Gross pay", "5,000.00 USD"),
        ("Net pay", "5,000.00 USD"),
    ]


def test_a_payslip_is_explained_by_what_was_known_then(payroll: Work) -> None:
    """A salary agreed later for the same days does not change the explanation; a corrected date of hire is said."""
    hire(payroll, "E1", "us", hired=date(2026, 7, 17), since=date(2026, 1, 1), base_salary=31_000)
    pay(payroll, "2026-07")
    payroll.session.execute(text("update core_employee set hired_on = '2026-07-16'"))
    payroll.session.commit()

    base = explain_payslip(payroll, slip_of(payroll, "E1")).children[0]

    assert (base.value.en, [value.en for _, value in base.detail]) == (
        "15,000.00 USD",
        ["terms or days of employment were corrected since; the amount is as it was computed then"],
    )


def test_an_altered_payslip_is_not_explained(payroll: Work) -> None:
    """The figures are counted anew, and must give what the row says."""
    hire(payroll, "E1", "sh", base_salary=20_000)
    pay(payroll, "2026-07")
    slip = slip_of(payroll, "E1")
    payroll.session.execute(text("update payroll_payslip set pension = pension - 1"))
    payroll.session.commit()

    with pytest.raises(Conflict, match=r"pension: the slip says 1,599.99, the figures of 2026-07-01 give 1,600.00"):
        explain_payslip(payroll, slip)


def test_the_chain_is_followed_as_far_as_the_reader_may_see(payroll: Work) -> None:
    """With the permission for payouts the payout's award stands below it; without it, and without asking, the amount alone."""
    first = hire(payroll, "E1", base_salary=10_000)
    earn(payroll, "E1", 100, "2026-07")
    pay(payroll, "2026-07")
    slip = slip_of(payroll, "E1")

    def below(work: Work, *, chain: bool) -> list[str]:
        payouts = next(step for step in explain_payslip(work, slip, chain=chain).children if step.label.en == "Payouts")
        return [child.kind for child in payouts.children[0].children]

    assert below(payroll, chain=False) == []
    assert below(payroll, chain=True)[0] == "award"
    assert below(payroll.acting_as(reader(first)), chain=True) == []
    assert below(payroll.acting_as(reader(first, core_payout_read=Scope.SELF)), chain=True)[0] == "award"
