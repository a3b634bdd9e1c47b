"""Targets and what we knew of them when."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from bole.access import Actor, Scope, Work
from bole.errors import Forbidden
from bole.models import Indicator, Period, Target
from bole.services.entries import Entry
from bole.services.targets import set_targets, targets_for
from tests.core.services.organisation import NOW, employee, found_company, later, problem_lines, size

SALES, VISITS = "sales.amount", "visit.count"


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company, with two indicators and the targets of two people."""
    found_company(work)
    about = {"owner": "sales", "kind": "result", "unit": "money", "direction": "up", "label_zh": "销售", "label_en": "Sales"}
    work.session.add_all([Indicator(id=1, code=SALES, **about), Indicator(id=2, code=VISITS, **about)])
    work.session.commit()
    assert set_targets(work, [target("E2", SALES, 28000), target("E3", SALES, 7000), target("E3", VISITS, 40)]).recorded == 3
    return work


def target(number: str, indicator: str, value: object, period: str = "2026Q3", **more: object) -> Entry:
    """A target of an employee."""
    return Entry((number, indicator, period), {"value": Decimal(str(value)), **more})


def test_targets_of_a_period(company: Work):
    """One row an employee and indicator, in millionths; the period is entered when first needed."""
    two, three = employee(company, "E2"), employee(company, "E3")

    assert targets_for(company, "2026Q3").rows() == [(two, 1, 28_000_000_000), (three, 1, 7_000_000_000), (three, 2, 40_000_000)]
    assert targets_for(company, "2026-Q3", [VISITS]).rows() == [(three, 2, 40_000_000)]
    assert targets_for(company, "2026Q4").rows() == []
    assert company.session.execute(select(Period.code, Period.kind, Period.status)).all() == [("2026Q3", "quarter", "open")]


def test_a_new_value_is_a_correction_and_the_old_one_stays_known(company: Work):
    """What was known before the correction can be asked for."""
    outcome = set_targets(later(company, days=1), [target("E2", SALES, "30000.5")])

    two = employee(company, "E2")
    assert (outcome.recorded, outcome.corrected) == (0, 1)
    assert targets_for(company, "2026Q3", [SALES]).filter(employee_id=two)["value"].to_list() == [30_000_500_000]
    assert targets_for(company, "2026Q3", [SALES], NOW).filter(employee_id=two)["value"].to_list() == [28_000_000_000]


def test_the_same_target_again_writes_nothing(company: Work):
    """However the period and the figure are written."""
    outcome = set_targets(later(company, days=1), [target("E2", SALES, "28000.00", "2026-Q3"), target("E2", SALES, 28000)])

    assert (outcome.recorded, outcome.corrected, outcome.unchanged) == (0, 0, 2)
    assert size(company, Target) == 3


def test_a_target_can_be_taken_away(company: Work):
    """Without values there is no target any more; taking away nothing is unchanged."""
    outcome = set_targets(later(company, days=1), [Entry(("E2", SALES, "2026Q3"), None), Entry(("E7", SALES, "2026Q3"), None)])

    assert (outcome.corrected, outcome.unchanged) == (1, 1)
    assert targets_for(company, "2026Q3", [SALES])["employee_id"].to_list() == [employee(company, "E3")]


def test_bad_targets_are_named_and_good_ones_go_in(company: Work):
    """Unknown employees, indicators and periods, figures that are too fine, contradictions."""
    entries = [
        target("E99", SALES, 1),
        target("E2", "nothing.known", 1),
        target("E2", SALES, 1, "2026Q5"),
        target("E2", SALES, "0.0000001"),
        Entry(("E2", SALES, "2026Q3"), {"value": None}),
        target("E4", SALES, 5),
        target("E4", SALES, 6, "2026-Q3"),
    ]

    outcome = set_targets(company, entries, good_only=True)

    assert outcome.recorded == 1
    assert problem_lines(outcome.problems) == [
        (1, "employee", "E99", "no employee has this number."),
        (2, "indicator", "nothing.known", "no indicator has this code."),
        (3, "period", "2026Q5", "'2026Q5' is not a period."),
        (4, "value", "1E-7", "1E-7 is finer than six decimal places, or too large."),
        (5, "value", "", "cannot be empty."),
        (7, "", "E4 sales.amount 2026Q3", "row 6 says something else of the same."),
    ]
    assert size(company, Target) == 4


def test_targets_are_seen_as_far_as_the_scope_reaches(company: Work):
    """One's own target is no news; that of others is."""
    two = employee(company, "E2")
    actor = Actor("e2", employee_id=two, grants={"core.result.read": Scope.SELF, "core.plan.read": Scope.COMPANY})

    assert targets_for(company.acting_as(actor), "2026Q3")["employee_id"].to_list() == [two]


def test_setting_targets_takes_the_permission(company: Work):
    """Without it nothing is written."""
    with pytest.raises(Forbidden):
        set_targets(company.acting_as(Actor("e2", grants={"core.plan.read": Scope.COMPANY})), [target("E2", SALES, 1)])

    assert size(company, Target) == 3
