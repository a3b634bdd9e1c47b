"""What a change of the organisation touches of the core's own: exact counts and sentences, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.impact import LISTED, Reorganisation, Touched
from bole.contracts.label import Label
from bole.db import Database
from bole.org import OrgDiff
from bole.services.awards import approve_awards, void_awards
from bole.services.entries import DatedEntry, Entry
from bole.services.payouts import release_payouts, reverse_payout
from bole.services.people import assign_employees, register_employees
from bole.services.periods import close_period
from bole.services.plans import Item, write_plan_version
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole.services.structure import change_departments
from bole.services.targets import set_targets
from bole.values import PeriodKind
from tests.chain import company, sale

FOUNDED, ON = date(2024, 1, 1), date(2026, 11, 1)
OCTOBER = 93
"""Days from 1 July to 2 October 2026."""
PLACES = {"E1": "EAST", "E2": "WEST", "E3": "EAST", "E4": "HQ", "E5": "EAST", "E6": "WEST"}
OWN = Item("sales", Decimal(1), Decimal(500))


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Iterator[Work]:
    """Six people in three departments; one plan for all, and one before it for the east."""
    with company(database, tmp_path / "instance", people=6) as work:
        change_departments(work, [DatedEntry(code, FOUNDED, {"name_en": code}) for code in ("HQ", "EAST", "WEST")])
        assign_employees(work, [DatedEntry(number, FOUNDED, {"department": code}) for number, code in PLACES.items()])
        label = Label("东区", "East")
        write_plan_version(work, "east", label=label, items=[OWN], valid_from=FOUNDED, audience='department = "EAST"', priority=1)
        yield work


def to(work: Work, on: date = ON, **departments: str) -> Reorganisation:
    """The change that puts employees into departments from a day on; an empty one is none."""
    ids = dict(tuple(row) for row in work.session.execute(text("select number, id from core_employee order by id")))
    work.session.rollback()
    told = {ids[number]: departments[number] for number in ids if number in departments}
    return Reorganisation(on, OrgDiff(), tuple(told), told)


def assess(work: Work, code: str, change: Reorganisation) -> Touched:
    """What an impact says, in a session that has read nothing before."""
    found = work.host.registry.org_impacts[code].assess(work, change)
    assert not (work.session.new or work.session.dirty or work.session.deleted)
    work.session.rollback()
    return found


def said(touched: Touched, locale: str = "en") -> list[str]:
    """The sentences in one language."""
    return [item.of(locale) for item in touched.items]


def limited(work: Work, **grants: Scope) -> Work:
    """The same work for somebody who may change the organisation and holds some more permissions of the core."""
    held = {f"core.{name.replace('_', '.')}": scope for name, scope in grants.items()}
    return work.acting_as(Actor("Zhou", grants={"core.org.write": Scope.COMPANY, **held}))


def commission(work: Work, code: str, audience: str = "") -> None:
    """A rule that gives a twentieth of the quarter's sales."""
    labels = {"west": Label("西区提成", "West commission")}
    label = labels.get(code, Label("提成", "Commission"))
    write_rule(work, code, type_code="trial.commission", label=label, parameters={"rate": 50_000}, valid_from=FOUNDED, audience=audience)


def test_the_core_tells_four_kinds_of_things(work: Work) -> None:
    """They stand in the registry, each with the core as its owner."""
    registry = work.host.registry

    assert list(registry.org_impacts) == ["core.plans", "core.targets", "core.approvals", "core.payouts"]
    assert {registry.owner("org_impacts", code) for code in registry.org_impacts} == {"core"}


@pytest.mark.parametrize("code", ["core.plans", "core.targets", "core.approvals", "core.payouts"])
def test_a_change_that_touches_nobody_touches_nothing(work: Work, code: str) -> None:
    """No employees, no things."""
    run_period(work, "2026Q4")

    assert assess(work, code, to(work)) == Touched(0)


def test_plans_become_others_where_the_audience_asks_for_the_department(work: Work) -> None:
    """Leaving the east and coming to it change the plan; moving elsewhere, or along with the east, does not."""
    change = to(work, E1="WEST", E2="EAST", E3="EAST", E4="WEST", E5="")

    found = assess(work, "core.plans", change)

    assert found.count == 3
    assert said(found) == ["E1: East v1 → Sales v1", "E2: Sales v1 → East v1", "E5: East v1 → Sales v1"]
    assert said(found, "zh") == ["E1：东区 v1 → 销售 v1", "E2：销售 v1 → 东区 v1", "E5：东区 v1 → 销售 v1"]


def test_the_plans_of_the_first_day_count(work: Work) -> None:
    """A plan that begins later is none yet; whoever has left by then has none; none is a plan, too."""
    write_plan_version(
        work, "west", label=Label("西区", "West"), items=[OWN], valid_from=date(2026, 12, 1), audience='department = "WEST"', priority=2
    )
    write_plan_version(work, "sales", label=Label("销售", "Sales"), items=[OWN], valid_from=date(2026, 11, 1), audience='department <> "HQ"')
    work.session.execute(text("update core_plan_version set valid_to = '2026-11-01' where audience = '' and known_to > 9000000000000000"))
    work.session.commit()
    register_employees(work, [Entry("E3", {"left_on": date(2026, 11, 1)})])

    assert said(assess(work, "core.plans", to(work, E1="WEST", E2="HQ", E3="WEST", E4="WEST"))) == [
        "E1: East v1 → Sales v2",
        "E2: Sales v2 → no plan",
        "E4: no plan → Sales v2",
    ]


def test_who_may_not_see_employees_gets_the_number_alone(work: Work) -> None:
    """A permission for less than the company, or for plans alone, opens no names."""
    change = to(work, E1="WEST", E2="EAST")

    own_unit = assess(limited(work, employee_read=Scope.UNIT, plan_read=Scope.COMPANY), "core.plans", change)
    no_plans = assess(limited(work, employee_read=Scope.COMPANY), "core.plans", change)
    both = assess(limited(work, employee_read=Scope.COMPANY, plan_read=Scope.COMPANY), "core.plans", change)

    assert (own_unit, no_plans) == (Touched(2), Touched(2))
    assert said(both) == ["E1: East v1 → Sales v1", "E2: Sales v1 → East v1"]


def test_only_so_many_items_are_told_and_all_are_counted(work: Work) -> None:
    """Of more employees than one query would name, the first are told."""
    crowd = [f"N{number:04}" for number in range(600)]
    register_employees(work, [Entry(number, {"name_en": "N", "hired_on": FOUNDED, "legal_entity": "cn"}) for number in crowd])
    assign_employees(work, [DatedEntry(number, FOUNDED, {"department": "EAST"}) for number in crowd])

    found = assess(work, "core.plans", to(work, **dict.fromkeys(crowd, "WEST")))

    assert (found.count, len(found.items)) == (600, LISTED)
    assert (said(found)[0], said(found)[-1]) == ("N0000: East v1 → Sales v1", "N0049: East v1 → Sales v1")


def goal(employee: str, indicator: str, period: str, value: str) -> Entry:
    """A target of an employee's own."""
    return Entry((employee, indicator, period), {"value": Decimal(value), "source": "test"})


def test_own_targets_of_periods_that_are_not_over(work: Work) -> None:
    """The value known now counts, of whoever is touched; periods that are closed, or over by the first day, do not."""
    set_targets(work, [goal("E1", "sales", "2026Q4", "1000"), goal("E1", "conversion", "2026Q4", "0.305"), goal("E1", "sales", "2026Q3", "9")])
    set_targets(work, [goal("E1", "sales", "2026Q4", "1200.5"), goal("E2", "visits", "2026-11", "40"), goal("E3", "visits", "2026-11", "41")])
    set_targets(work, [goal("E2", "effort", "2026-10", "7"), goal("E2", "effort", "2026", "7.50")])
    work.session.execute(text("update core_period set status = 'closed' where code = '2026'"))
    work.session.commit()

    found = assess(work, "core.targets", to(work, E1="EAST", E2="EAST"))

    assert found.count == 3
    assert said(found) == ["E1: conversion 2026Q4, 30.50%", "E1: sales 2026Q4, 1,200.50 CNY", "E2: visits 2026-11, 40"]
    assert said(found, "zh")[1] == "E1：sales 2026Q4，1,200.50 CNY"
    assert assess(limited(work, employee_read=Scope.COMPANY), "core.targets", to(work, E1="EAST", E2="EAST")) == Touched(3)


def awarded(work: Work, **sales: str) -> dict[str, int]:
    """Record sales of October, compute the quarter, and return the award of each employee."""
    record_observations(work, [sale(number, amount, employee=number, day=OCTOBER) for number, amount in sales.items()], source="test")
    run_period(work, "2026Q4")
    rows = work.session.execute(
        text("select e.number, a.id from core_award a join core_employee e on e.id = a.employee_id where a.status = 'proposed'")
    )
    found = dict(tuple(row) for row in rows)
    work.session.rollback()
    return found


def test_awards_that_wait_for_approval(work: Work) -> None:
    """Those of touched employees that nobody has decided count; approved and voided ones do not."""
    commission(work, "commission")
    awards = awarded(work, E1="100000", E2="2000", E3="3000", E4="4000")
    approve_awards(work, [awards["E2"]])
    void_awards(work, [awards["E3"]])
    change = to(work, E1="EAST", E2="EAST", E3="EAST")

    found = assess(work, "core.approvals", change)

    assert (found.count, said(found)) == (1, ["E1: Commission 2026Q4, 5,000.00 CNY"])
    assert said(found, "zh") == ["E1：提成 2026Q4，5,000.00 CNY"]
    assert assess(limited(work, award_read=Scope.COMPANY), "core.approvals", change) == Touched(1)


def test_an_award_that_is_no_money_has_no_amount(work: Work) -> None:
    """A course waits for approval as well."""
    commission(work, "commission")
    awarded(work, E1="100000")
    work.session.execute(text("update core_award set reward = 'course'"))
    work.session.commit()

    assert said(assess(work, "core.approvals", to(work, E1="WEST"))) == ["E1: Commission 2026Q4"]
    assert said(assess(work, "core.payouts", to(work, E1="WEST"))) == ["E1: 2026Q4 no money so far (East v1 → Sales v1)"]


def test_results_of_an_open_period_that_another_plan_or_rule_would_give(work: Work) -> None:
    """Plan, or audience of a rule, becomes another for three; each tells what was awarded until now, and why."""
    commission(work, "commission", audience='department <> "HQ"')
    commission(work, "west", audience='department = "WEST"')
    awarded(work, E1="100000", E2="2000", E3="3000", E4="4000")
    change = to(work, E1="WEST", E2="HQ", E3="EAST", E4="EAST")

    found = assess(work, "core.payouts", change)

    assert found.count == 3
    assert said(found) == [
        "E1: 2026Q4 5,000.00 CNY so far (East v1 → Sales v1; the rule West commission holds from now on)",
        "E2: 2026Q4 200.00 CNY so far (the rule Commission no longer holds; the rule West commission no longer holds)",
        "E4: 2026Q4 no money so far (Sales v1 → East v1; the rule Commission holds from now on)",
    ]
    assert said(found, "zh")[1:] == [
        "E2：2026Q4 已计 200.00 CNY（不再适用规则“提成”；不再适用规则“西区提成”）",
        "E4：2026Q4 尚无金额（销售 v1 → 东区 v1；新适用规则“提成”）",
    ]
    assert assess(limited(work, employee_read=Scope.COMPANY, award_read=Scope.COMPANY), "core.payouts", change) == Touched(3)


def test_what_was_taken_back_is_not_held(work: Work) -> None:
    """An award whose payout was reversed counts as not given, and a void one neither."""
    commission(work, "commission")
    awards = awarded(work, E1="100000", E3="3000")
    approve_awards(work, [awards["E1"]])
    reverse_payout(work, release_payouts(work, [awards["E1"]], due="2026-11").payouts[0], due="2026-11")
    void_awards(work, [awards["E3"]])

    assert said(assess(work, "core.payouts", to(work, E1="WEST", E3="WEST"))) == [
        "E1: 2026Q4 no money so far (East v1 → Sales v1)",
        "E3: 2026Q4 no money so far (East v1 → Sales v1)",
    ]


def test_closed_periods_and_those_without_results_do_not_change(work: Work) -> None:
    """A closed quarter stays; one that nobody computed has nothing to change; one that is over by then keeps its departments."""
    run_period(work, "2026-10")
    run_period(work, "2026Q4")
    close_period(work, "2026Q4")
    set_targets(work, [goal("E1", "sales", "2026-12", "1")])

    assert assess(work, "core.payouts", to(work, E1="WEST")) == Touched(0)
    assert said(assess(work, "core.payouts", to(work, date(2026, 10, 31), E1="WEST"))) == ["E1: 2026-10 no money so far (East v1 → Sales v1)"]


def test_an_employee_counts_once_for_all_periods(work: Work) -> None:
    """Month and year are told in one sentence, in order of their beginning."""
    run_period(work, "2026-10")
    run_period(work, "2026")

    found = assess(work, "core.payouts", to(work, date(2026, 10, 20), E1="WEST"))

    assert (found.count, said(found)) == (
        1,
        ["E1: 2026 no money so far (East v1 → Sales v1); 2026-10 no money so far (East v1 → Sales v1)"],
    )


def test_a_move_that_is_already_known_for_later_stands(work: Work) -> None:
    """Who goes to the west in December anyway ends the quarter there, whatever becomes of November."""
    assign_employees(work, [DatedEntry("E1", date(2026, 12, 1), {"department": "WEST"})])
    run_period(work, "2026Q4")
    change = to(work, E1="HQ", E3="HQ")

    assert said(assess(work, "core.payouts", change)) == ["E3: 2026Q4 no money so far (East v1 → Sales v1)"]
    assert assess(work, "core.plans", change).count == 2


def test_a_target_computed_from_the_department_becomes_another(work: Work) -> None:
    """The plan stays and its formula gives another target; whoever has a target of his or her own keeps it."""
    items = [Item("sales", Decimal(1), target_formula='IF(department = "HQ", 100, 200)')]
    write_plan_version(work, "sales", label=Label("销售", "Sales"), items=items, valid_from=date(2026, 10, 1))
    set_targets(work, [goal("E6", "sales", "2026Q4", "5")])
    run_period(work, "2026Q4")

    found = assess(work, "core.payouts", to(work, E2="HQ", E4="WEST", E6="HQ"))

    assert said(found) == [
        "E2: 2026Q4 no money so far (a target is computed from the department)",
        "E4: 2026Q4 no money so far (a target is computed from the department)",
    ]
    assert said(found, "zh")[0] == "E2：2026Q4 尚无金额（目标按部门计算）"


def test_a_rule_whose_formula_asks_for_the_department(work: Work) -> None:
    """The audience stays, and a formula in the parameters may still give another amount."""
    commission(work, "commission")
    awarded(work, E2="2000")
    asks = '{"rate": 50000, "tiers": [{"rate": "IF(department = \\"HQ\\", 1%, 2%)"}]}'
    work.session.execute(text("update core_incentive_rule set parameters = :asks"), {"asks": asks})
    work.session.commit()

    assert said(assess(work, "core.payouts", to(work, E2="HQ"))) == ["E2: 2026Q4 100.00 CNY so far (the rule Commission asks for the department)"]


def test_a_rule_of_another_kind_of_period_is_left_out(work: Work) -> None:
    """What is computed for the year changes nothing in the quarter; of a rule's versions the newest in force speaks."""
    given = {"type_code": "trial.commission", "label": Label("提成", "Commission"), "parameters": {"rate": 1}}
    write_rule(work, "year", **given, valid_from=FOUNDED, period_kind=PeriodKind.YEAR, audience='department = "HQ"')
    write_rule(work, "quarter", **given, valid_from=FOUNDED, audience='department = "HQ"')
    write_rule(work, "quarter", **given, valid_from=FOUNDED)
    run_period(work, "2026Q4")

    assert assess(work, "core.payouts", to(work, E2="HQ")) == Touched(0)
