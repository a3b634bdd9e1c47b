"""Services about results let pass whoever led on the days that the results are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from bole.access import Actor, Scope, Work
from bole.contracts.label import Label
from bole.errors import Forbidden, NotFound, ProblemsFound
from bole.models import Award, Employee
from bole.services.awards import approve_awards
from bole.services.entries import DatedEntry, Entry
from bole.services.explain import explain_payout
from bole.services.payouts import release_payouts, reverse_payout
from bole.services.people import assign_employees
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole.services.structure import change_departments
from bole.services.targets import set_targets, targets_for
from tests.chain import sale, visit
from tests.core.services.organisation import employee

HIRED, OCTOBER = date(2024, 1, 1), date(2026, 10, 1)
GRANTS = ("core.award.approve", "core.payout.release", "core.payout.read", "core.result.read", "core.observation.record")


@pytest.fixture
def team(work_company: Work) -> Work:
    """E2 led the team of E1 until the third quarter was over; E3 leads it since October. E1 sold for 100 in July."""
    change_departments(work_company, [DatedEntry("T", HIRED, {"head": "E2"}), DatedEntry("T", OCTOBER, {"head": "E3"})])
    assign_employees(work_company, [DatedEntry("E1", HIRED, {"department": "T"})])
    label = Label("提成", "Commission")
    write_rule(work_company, "share", type_code="trial.commission", label=label, parameters={"rate": 100_000}, valid_from=date(2026, 1, 1))
    record_observations(work_company, [sale("s", "100")], source="crm")
    run_period(work_company, "2026Q3")
    return work_company


def acting(work: Work, number: str) -> Work:
    """The work on behalf of an employee who holds everything for the unit."""
    return work.acting_as(Actor(number, employee_id=employee(work, number), grants=dict.fromkeys(GRANTS, Scope.UNIT)))


def awards(work: Work) -> list[int]:
    """The awards there are."""
    return list(work.session.scalars(select(Award.id)))


def test_awards_are_approved_by_who_led_at_the_periods_end(team: Work) -> None:
    """Whoever leads the team since the period ended may not decide it; nothing is decided then."""
    with pytest.raises(Forbidden, match=r"holds 'core.award.approve', but not for employee \d+ on 2026-09-30"):
        approve_awards(acting(team, "E3"), awards(team))
    assert team.session.scalars(select(Award.status)).all() == ["proposed"]

    assert approve_awards(acting(team, "E2"), awards(team)).awards == 1


def test_release_is_judged_by_the_award_and_reversal_by_the_payout(team: Work) -> None:
    """An award of the third quarter is released by its head; the payout, due in October, is the new head's to reverse and to explain."""
    approve_awards(team, awards(team))
    with pytest.raises(Forbidden):
        release_payouts(acting(team, "E3"), awards(team), due="2026-10")

    (payout,) = release_payouts(acting(team, "E2"), awards(team), due="2026-10").payouts

    with pytest.raises(NotFound, match=f"there is no payout {payout} that E2 may see"):
        explain_payout(acting(team, "E2"), payout)
    assert explain_payout(acting(team, "E3"), payout).kind == "payout"
    with pytest.raises(Forbidden):
        reverse_payout(acting(team, "E2"), payout, due="2026-10")
    assert len(reverse_payout(acting(team, "E3"), payout, due="2026-10").payouts) == 1


def seen_targets(work: Work, number: str, period: str) -> Sequence[str]:
    """The numbers of those whose targets somebody sees."""
    found = targets_for(acting(work, number), period)["employee_id"].to_list()
    return sorted(work.session.scalars(select(Employee.number).where(Employee.id.in_(found))))


def test_targets_are_seen_by_who_leads_at_the_periods_end(team: Work) -> None:
    """Of the third quarter the former head sees the target, of the fourth the present one."""
    set_targets(team, [Entry(("E1", "sales", period), {"value": Decimal(10)}) for period in ("2026Q3", "2026Q4")])

    assert (seen_targets(team, "E2", "2026Q3"), seen_targets(team, "E2", "2026Q4")) == (["E1"], [])
    assert (seen_targets(team, "E3", "2026Q3"), seen_targets(team, "E3", "2026Q4")) == ([], ["E1"])


def test_facts_are_recorded_by_who_leads_on_their_day(team: Work) -> None:
    """The head of the day of a fact may record and correct it; the other head is told that it is outside the scope."""
    old, new = visit("old", day=91), visit("new", day=92)

    assert record_observations(acting(team, "E2"), [old], source="hand").recorded == 1
    assert record_observations(acting(team, "E3"), [new], source="hand").recorded == 1
    for number, fact in (("E2", new), ("E3", old)):
        with pytest.raises(ProblemsFound) as caught:
            record_observations(acting(team, number), [fact], source="other")
        assert [(each.column, each.reason) for each in caught.value.problems] == [
            ("employee", f"is outside the scope for which {number} may record.")
        ]


def test_a_moment_without_a_time_zone_is_told_once(team: Work) -> None:
    """A fact whose day cannot be told is refused for its moment, not with an error of its own."""
    fact = replace(visit("k", day=95), moment=datetime(2026, 10, 4, 2))

    with pytest.raises(ProblemsFound) as caught:
        record_observations(acting(team, "E3"), [fact], source="hand")

    assert [(each.column, each.reason) for each in caught.value.problems] == [("moment", "has no time zone.")]


def test_a_key_of_another_day_is_taken(team: Work) -> None:
    """A key that stands for a fact of days on which somebody else led is not to be had, whatever it would say now."""
    record_observations(team, [visit("k", day=10)], source="hand")

    with pytest.raises(ProblemsFound) as caught:
        record_observations(acting(team, "E3"), [visit("k", day=95)], source="hand", correct=True)

    assert [(each.column, each.reason) for each in caught.value.problems] == [("external_key", "the key is taken.")]
