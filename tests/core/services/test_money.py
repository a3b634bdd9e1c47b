"""From award to payout: decided once, rounded once, reversed by rows, carried forward as differences."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.label import Label
from bole.db import Database
from bole.errors import BoleError, Conflict, Forbidden, NotFound, ProblemsFound
from bole.services.awards import approve_awards, void_awards
from bole.services.explain import explain_payout
from bole.services.payouts import release_payouts, reverse_payout, settle_payouts
from bole.services.periods import close_period
from bole.services.recording import record_observations, withdraw_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from tests.chain import sale, visit


def commission(work: Work, rate: int = 100_000) -> None:
    """A rule that pays a flat share of sales."""
    write_rule(work, "comm", type_code="trial.commission", label=Label("提成", "Commission"), parameters={"rate": rate}, valid_from=date(2026, 1, 1))


def awards(work: Work, status: str = "proposed") -> list[int]:
    """Ids of the awards in a status."""
    found = list(work.session.scalars(text("select id from core_award where status = :status order by id"), {"status": status}))
    work.session.rollback()
    return found


def amounts(work: Work, table: str = "core_payout") -> list[int]:
    """Amounts in the order of their rows."""
    found = [int(amount) for amount in work.session.scalars(text(f"select amount from {table} order by id"))]
    work.session.rollback()
    return found


def test_an_award_is_unrounded_and_its_payout_rounded_half_up(work_company: Work) -> None:
    """10 % of 123.45 is 12.345, paid as 12.35."""
    commission(work_company)
    record_observations(work_company, [sale("a", "123.45")], source="crm")
    run_period(work_company, "2026Q3")

    approve_awards(work_company, awards(work_company))
    release_payouts(work_company, awards(work_company, "approved"), due="2026-10")

    assert amounts(work_company, "core_award") == [1_234_500_000]
    assert amounts(work_company) == [1235]


def test_a_second_run_voids_proposals_and_proposes_anew(work_company: Work) -> None:
    """Nothing is awarded twice."""
    commission(work_company)
    record_observations(work_company, [sale("a", "100")], source="crm")

    run_period(work_company, "2026Q3")
    run_period(work_company, "2026Q3")

    assert (len(awards(work_company)), len(awards(work_company, "void"))) == (1, 1)


def test_late_facts_behind_a_closed_period_carry_only_the_difference(work_company: Work) -> None:
    """100 was paid on; a late sale of 50 and a cancelled one add and take exactly their share."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100"), sale("b", "30")], source="crm")
    run_period(work, "2026Q3")
    approve_awards(work, awards(work))
    release_payouts(work, awards(work, "approved"), due="2026-10")
    close_period(work, "2026Q3")

    record_observations(work, [sale("late", "50")], source="crm")
    withdraw_observations(work, ["b"], source="crm")
    run_period(work, "2026Q3")
    fresh = awards(work)
    approve_awards(work, fresh)
    release_payouts(work, fresh, due="2026-11")

    assert amounts(work) == [1300, 200]


def test_a_reversal_takes_back_what_was_paid_and_only_once(work_company: Work) -> None:
    """A row of the opposite amount; a second reversal, and the reversal of a reversal, are refused."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100")], source="crm")
    run_period(work, "2026Q3")
    approve_awards(work, awards(work))
    (payout,) = release_payouts(work, awards(work, "approved"), due="2026-10").payouts
    settle_payouts(work, [payout], by="test")

    (reversal,) = reverse_payout(work, payout, due="2026-11").payouts

    assert amounts(work) == [1000, -1000]
    with pytest.raises(Conflict, match=f"payout {payout} was reversed before"):
        reverse_payout(work, payout, due="2026-11")
    with pytest.raises(Conflict, match="is itself the reversal"):
        reverse_payout(work, reversal, due="2026-11")
    with pytest.raises(NotFound, match="there is no payout 999"):
        reverse_payout(work, 999, due="2026-11")
    assert amounts(work) == [1000, -1000]


def test_what_is_decided_released_or_settled_is_so_once(work_company: Work) -> None:
    """The second call conflicts, and nothing of a mixed list happens."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100"), sale("b", "100", employee="E2")], source="crm")
    run_period(work, "2026Q3")
    first, second = awards(work)
    approve_awards(work, [first])

    with pytest.raises(Conflict, match=f"award {first} is not open for a decision"):
        approve_awards(work, [second, first])
    with pytest.raises(Conflict, match="is not an approved, unreleased award"):
        release_payouts(work, [first, second], due="2026-10")
    (payout,) = release_payouts(work, [first], due="2026-10").payouts
    with pytest.raises(Conflict, match="is not an approved, unreleased award"):
        release_payouts(work, [first], due="2026-10")
    settle_payouts(work, [payout], by="test")
    with pytest.raises(Conflict, match="is not waiting for payment"):
        settle_payouts(work, [payout], by="test")

    assert (awards(work), len(amounts(work))) == ([second], 1)


def test_two_who_approve_at_once_do_not_both_succeed(work_company: Work, database: Database) -> None:
    """One wins, the other gets a conflict, and one decision stands in the ledger."""
    commission(work_company)
    record_observations(work_company, [sale("a", "100")], source="crm")
    run_period(work_company, "2026Q3")
    chosen, start, outcomes = awards(work_company), threading.Barrier(2), []

    def approve() -> None:
        with database.session() as session:
            work = Work(session=session, host=work_company.host, clock=work_company.clock)
            start.wait()
            try:
                approve_awards(work, chosen)
                outcomes.append("won")
            except BoleError as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=approve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["core.award_decided", "won"]


def test_the_explanation_reaches_from_the_payout_to_the_facts_and_the_ledger(work_company: Work) -> None:
    """Its lines name employee, rule, score, measurement, observation and leaf, in both languages."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100")], source="crm")
    run_period(work, "2026Q3")
    approve_awards(work, awards(work))
    (payout,) = release_payouts(work, awards(work, "approved"), due="2026-10").payouts

    step = explain_payout(work, payout)

    english = [line.strip() for line in step.lines("en")]
    assert english[0] == "Payout 1: 10.00 CNY"
    for line in ("Employee: Person 1 (E1)", "Score: sales: 10.00%", "Exact fraction: 10000 / 100", "Key at source: a"):
        assert line in english
    assert "发放 1: 10.00 CNY" in list(step.lines("zh"))
    assert any(line.startswith("Ledger leaf") for line in english)


def test_a_payout_outside_the_scope_is_not_explained(work_company: Work) -> None:
    """Somebody who may see only his own payouts does not learn that another exists."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100")], source="crm")
    run_period(work, "2026Q3")
    approve_awards(work, awards(work))
    (payout,) = release_payouts(work, awards(work, "approved"), due="2026-10").payouts
    colleague = work.acting_as(Actor("colleague", employee_id=2, grants={"core.payout.read": Scope.SELF}))

    with pytest.raises(NotFound, match="there is no payout 1 that colleague may see"):
        explain_payout(colleague, payout)


def test_without_the_permission_nothing_is_approved(work_company: Work) -> None:
    """Denied, and the award is still proposed."""
    commission(work_company)
    record_observations(work_company, [sale("a", "100")], source="crm")
    run_period(work_company, "2026Q3")
    visitor = work_company.acting_as(Actor("visitor"))

    with pytest.raises(Forbidden):
        approve_awards(visitor, awards(work_company))
    with pytest.raises(Forbidden):
        void_awards(visitor, awards(work_company))

    assert len(awards(work_company)) == 1


def test_a_rule_with_wrong_parameters_is_refused_whole(work_company: Work) -> None:
    """Every wrong key is named, and nothing is written."""
    with pytest.raises(ProblemsFound) as caught:
        write_rule(work_company, "comm", type_code="trial.commission", label=Label("", ""), parameters={"rat": 1}, valid_from=date(2026, 1, 1))

    assert sorted(problem.column for problem in caught.value.problems) == ["rat", "rate"]
    assert work_company.session.scalar(text("select count(*) from core_incentive_rule")) == 0


def test_a_scope_of_reports_decides_and_pays_only_for_them(work_company: Work) -> None:
    """Somebody granted approval for himself only cannot decide a colleague's award; nothing is decided."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100"), sale("b", "100", employee="E2")], source="crm")
    run_period(work, "2026Q3")
    grants = dict.fromkeys(("core.award.approve", "core.payout.release", "core.observation.record", "core.run.start"), Scope.SELF)
    first = work.acting_as(Actor("first", employee_id=1, grants=grants))
    own, others = awards(work)

    with pytest.raises(Forbidden, match="but not for employee 2"):
        approve_awards(first, [own, others])
    assert awards(work) == [own, others]
    approve_awards(first, [own])
    approve_awards(work, [others])
    with pytest.raises(Forbidden, match="but not for employee 2"):
        release_payouts(first, [others], due="2026-10")
    with pytest.raises(ProblemsFound, match="is outside the scope for which first may record"):
        record_observations(first, [visit("c", employee="E2")], source="phone")
    with pytest.raises(ProblemsFound, match="is reported by a system; first may not record it by hand"):
        record_observations(first, [sale("c", "1")], source="phone")
    with pytest.raises(Forbidden, match="for the whole company"):
        run_period(first, "2026Q3")

    assert amounts(work) == []
    assert record_observations(first, [visit("c")], source="phone").recorded == 1


@pytest.mark.parametrize("correct", [True, False], ids=["correcting", "recording"])
def test_nobody_takes_a_fact_of_somebody_outside_his_scope(work_company: Work, correct: bool) -> None:
    """A key that stands for a colleague's fact is taken, whatever the content; the fact stays the colleague's."""
    work = work_company
    record_observations(work, [visit("theirs", employee="E2")], source="phone")
    first = work.acting_as(Actor("first", employee_id=1, grants={"core.observation.record": Scope.SELF}))

    with pytest.raises(ProblemsFound) as caught:
        record_observations(first, [visit("theirs")], source="phone", correct=correct)
    with pytest.raises(Forbidden):
        withdraw_observations(first, ["theirs"], source="phone")

    assert [problem.reason for problem in caught.value.problems] == ["the key is taken."]
    assert list(work.session.scalars(text("select employee_id from core_observation"))) == [2]


def test_what_was_reversed_is_proposed_again_by_the_next_run_for_people_to_decide(work_company: Work) -> None:
    """After a reversal the run offers the same award anew; it is not paid by itself."""
    work = work_company
    commission(work)
    record_observations(work, [sale("a", "100")], source="crm")
    run_period(work, "2026Q3")
    approve_awards(work, awards(work))
    (payout,) = release_payouts(work, awards(work, "approved"), due="2026-10").payouts
    reverse_payout(work, payout, due="2026-11")

    run_period(work, "2026Q3")

    assert len(awards(work)) == 1
    assert amounts(work) == [1000, -1000]
