"""Payouts in payslips: taken once, settled with them, reversed in a later month."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.errors import Conflict, ProblemsFound
from bole.services.outbox import deliver
from bole.services.payouts import reverse_payout, settle_payouts
from bole_payroll.services.runs import approve_runs, reopen_runs, run_payroll, settle_runs
from tests.plugins.payroll.paying import NOW, earn, hire, pay, slips, status_of


def links(work: Work) -> list[tuple[int, int]]:
    """Payslip and payout of every link, in order."""
    found = [tuple(row) for row in work.session.execute(text("select payslip_id, payout_id from payroll_payslip_payout order by 1, 2"))]
    work.session.rollback()
    return found


def test_payouts_due_are_paid_and_settled_with_the_payslip(payroll: Work) -> None:
    """Two payouts add up on the slip; they are settled when it is, by the run's name, and not before."""
    hire(payroll, "E1", base_salary=10_000)
    paid = [earn(payroll, "E1", amount, "2026-07") for amount in (123_45, 200_00)]
    (run,) = run_payroll(payroll, "2026-07")
    approve_runs(payroll, [run.id])
    assert [status_of(payroll, "core_payout", payout) for payout in paid] == ["released", "released"]

    settle_runs(payroll, [run.id])

    assert slips(payroll, "2026-07", "base", "payouts", "gross")["E1"] == (1_000_000, 32_345, 1_032_345)
    rows = payroll.session.execute(text("select status, settled_by from core_payout order by id")).all()
    assert [tuple(row) for row in rows] == [("settled", f"payroll 2026-07, run {run.id}")] * 2


def test_a_payout_of_a_later_month_waits(payroll: Work) -> None:
    """What is due in August is not paid in July."""
    hire(payroll, "E1", base_salary=10_000)
    earn(payroll, "E1", 500_00, "2026-08")

    pay(payroll, "2026-07")
    pay(payroll, "2026-08")

    assert [slips(payroll, month, "payouts")["E1"] for month in ("2026-07", "2026-08")] == [0, 50_000]


def test_a_payout_released_for_a_month_already_paid_comes_with_the_next(payroll: Work) -> None:
    """Nothing that was released is lost: what is overdue is due."""
    hire(payroll, "E1", base_salary=10_000)
    pay(payroll, "2026-07")
    earn(payroll, "E1", 500_00, "2026-07")

    pay(payroll, "2026-08")

    assert slips(payroll, "2026-08", "payouts")["E1"] == 50_000


def test_a_reversal_after_settlement_is_taken_back_in_a_later_month(payroll: Work) -> None:
    """The paid slip stays as it is; the month in which the reversal is due pays less."""
    hire(payroll, "E1", base_salary=10_000)
    payout = earn(payroll, "E1", 3_000_00, "2026-07")
    pay(payroll, "2026-07")
    (reversal,) = reverse_payout(payroll, payout, due="2026-09").payouts

    pay(payroll, "2026-08")
    pay(payroll, "2026-09")

    assert [slips(payroll, f"2026-0{month}", "payouts", "gross")["E1"] for month in (7, 8, 9)] == [
        (300_000, 1_300_000),
        (0, 1_000_000),
        (-300_000, 700_000),
    ]
    assert [status_of(payroll, "core_payout", each) for each in (payout, reversal)] == ["settled", "settled"]
    assert slips(payroll, "2026-09", "income_cumulative")["E1"] == 3_000_000


def test_a_reversal_larger_than_the_pay_leaves_a_debt(payroll: Work) -> None:
    """Net pay may be below 0, and nothing is taxed."""
    hire(payroll, "E1", left=date(2026, 8, 1), base_salary=10_000)
    payout = earn(payroll, "E1", 3_000_00, "2026-07")
    pay(payroll, "2026-07")
    reverse_payout(payroll, payout, due="2026-08")

    pay(payroll, "2026-08")

    assert slips(payroll, "2026-08", "gross", "tax", "net")["E1"] == (-300_000, 0, -300_000)


def test_a_payout_taken_back_before_it_was_paid_comes_to_nothing(payroll: Work) -> None:
    """Payout and reversal stand in the same payslip and both are settled."""
    hire(payroll, "E1", base_salary=10_000)
    payout = earn(payroll, "E1", 3_000_00, "2026-07")
    reverse_payout(payroll, payout, due="2026-07")

    pay(payroll, "2026-07")

    assert slips(payroll, "2026-07", "payouts")["E1"] == 0
    assert len(links(payroll)) == 2


def test_the_payouts_of_a_draft_are_those_of_the_newest(payroll: Work) -> None:
    """Each computation links what it found; the superseded one keeps its links for whoever asks what it was made of."""
    hire(payroll, "E1", base_salary=10_000)
    first = earn(payroll, "E1", 100, "2026-07")
    run_payroll(payroll, "2026-07")
    second = earn(payroll, "E1", 200, "2026-07")

    run_payroll(payroll, "2026-07")

    assert links(payroll) == [(1, first), (2, first), (2, second)]


def test_a_draft_that_lacks_a_payout_is_marked_and_not_approved(database: Database, payroll: Work) -> None:
    """A payout released after the computation marks the draft once the news is delivered; approval is refused either way."""
    hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2", "us", base_salary=10_000)
    first, other = run_payroll(payroll, "2026-07")
    earn(payroll, "E1", 100, "2026-07")

    with pytest.raises(Conflict, match=f"run {first.id} lacks payouts due in 2026-07 that were released after it was computed"):
        approve_runs(payroll, [first.id])
    deliver(database, payroll.host, FixedClock(NOW))

    stale = payroll.session.execute(text("select id, stale from payroll_run order by id")).all()
    payroll.session.rollback()
    assert [(number, bool(flag)) for number, flag in stale] == [(first.id, True), (other.id, False)]
    (again,) = run_payroll(payroll, "2026-07", ["cn"])
    assert approve_runs(payroll, [again.id]) == 1


def test_a_payout_settled_elsewhere_stops_the_settlement(payroll: Work) -> None:
    """Nothing of the run is settled; computed again it pays without it."""
    hire(payroll, "E1", base_salary=10_000)
    payout = earn(payroll, "E1", 100, "2026-07")
    (run,) = run_payroll(payroll, "2026-07")
    approve_runs(payroll, [run.id])
    settle_payouts(payroll, [payout], by="the cashier")

    with pytest.raises(Conflict, match=f"payout {payout} is not waiting for payment"):
        settle_runs(payroll, [run.id])

    assert (status_of(payroll, "payroll_run", run.id), slips(payroll, "2026-07", "status")) == ("approved", {"E1": "approved"})
    reopen_runs(payroll, [run.id])
    pay(payroll, "2026-07")
    assert slips(payroll, "2026-07", "payouts")["E1"] == 0


def test_a_payout_in_another_currency_is_refused(payroll: Work) -> None:
    """It is named with its employee."""
    hire(payroll, "E1", base_salary=10_000)
    payout = earn(payroll, "E1", 100, "2026-07")
    payroll.session.execute(text("update core_payout set currency = 'USD'"))
    payroll.session.commit()

    with pytest.raises(ProblemsFound) as refusal:
        run_payroll(payroll, "2026-07")

    assert [str(problem) for problem in refusal.value.problems] == [f"payout {payout}, column 'currency': 'USD': employee E1 is paid in CNY."]


def test_who_was_paid_is_not_paid_again_by_a_later_run_of_the_month(payroll: Work) -> None:
    """A second run for somebody forgotten leaves the payouts of others for their next month, and may be approved."""
    hire(payroll, "E1", base_salary=10_000)
    pay(payroll, "2026-07")
    earn(payroll, "E1", 100, "2026-07")
    hire(payroll, "E2", base_salary=8_000)

    pay(payroll, "2026-07")
    pay(payroll, "2026-08")

    assert slips(payroll, "2026-07", "payouts") == {"E1": 0, "E2": 0}
    assert slips(payroll, "2026-08", "payouts") == {"E1": 100, "E2": 0}
