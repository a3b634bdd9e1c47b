"""Runs and measurements name the version of the organisation in force on the last day that they measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from bole.access import Work
from bole.contracts.label import Label
from bole.models import OrgVersion
from bole.services import live
from bole.services.awards import approve_awards
from bole.services.entries import DatedEntry
from bole.services.explain import explain_payout
from bole.services.payouts import release_payouts
from bole.services.people import assign_employees, revise_assignments
from bole.services.periods import close_period
from bole.services.plans import Item, write_plan_version
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import rescore_period, run_period
from bole.services.structure import change_departments
from bole.services.versions import open_version, version_on
from tests.chain import ITEMS, NOW, results, sale, visit
from tests.core.services.organisation import later

HIRED, OCTOBER = date(2024, 1, 1), date(2026, 10, 1)


@pytest.fixture
def company(work_company: Work) -> Work:
    """Three people in departments B and C, with a plan for each of these, put there by the version ``founding``."""
    version = open_version(work_company, "founding", HIRED)
    change_departments(work_company, [DatedEntry(code, HIRED, {}) for code in "BC"], version=version)
    places = {"E1": "B", "E2": "C", "E3": "C"}
    assign_employees(work_company, [DatedEntry(number, HIRED, {"department": unit}) for number, unit in places.items()], version=version)
    for code in "BC":
        items = [Item("visits", Decimal(1), Decimal(2 if code == "B" else 4))]
        label = Label(code, code)
        write_plan_version(work_company, code, label=label, items=items, valid_from=HIRED, audience=f'department = "{code}"', priority=1)
    record_observations(work_company, [visit("v"), visit("w"), sale("s", "100")], source="crm")
    return work_company


def reorganise(work: Work, code: str, valid_from: date, **values: str) -> int:
    """Record a version that renames a department, and return its id."""
    version = open_version(work, code, valid_from)
    change_departments(work, [DatedEntry("C", valid_from, {"name_en": code, **values})], version=version)
    return version


def named(work: Work, run: int, employee: str = "") -> set[str | None]:
    """The codes of the versions that a run's measurements name, of one employee where given."""
    query = (
        "select distinct v.code from core_measurement m join core_employee e on e.id = m.employee_id left join core_org_version v "
        "on v.id = m.org_version_id where m.run_id = :run and (e.number = :who or :who = '')"
    )
    return set(work.session.scalars(text(query), {"run": run, "who": employee}))


def of_run(work: Work, run: int) -> str | None:
    """The code of the version that a run names."""
    query = "select v.code from core_run r left join core_org_version v on v.id = r.org_version_id where r.id = :run"
    return work.session.scalar(text(query), {"run": run})


def plans(work: Work, run: int) -> dict[str, str]:
    """The plan by which each employee was scored."""
    query = (
        "select e.number, p.code from core_scorecard c join core_employee e on e.id = c.employee_id join core_plan_version v "
        "on v.id = c.plan_version_id join core_plan p on p.id = v.plan_id where c.run_id = :run"
    )
    return {row[0]: row[1] for row in work.session.execute(text(query), {"run": run})}


def test_a_period_that_is_over_names_the_version_of_its_last_day(company: Work) -> None:
    """A version valid from the day after is left out, one valid within counts; run and measurements say the same."""
    reorganise(later(company, hours=1), "in-september", date(2026, 9, 30))
    reorganise(later(company, hours=2), "in-october", OCTOBER)

    run = run_period(later(company, hours=3), "2026Q3").id

    assert (named(company, run), of_run(company, run)) == ({"in-september"}, "in-september")


def test_of_several_versions_the_last_recorded_counts(company: Work) -> None:
    """It is the rule of version_on: of those valid by the day, the one recorded last, whichever begins later."""
    reorganise(later(company, hours=1), "first-recorded", date(2026, 9, 1))
    second = reorganise(later(company, hours=2), "then-recorded", date(2026, 5, 1))

    run = run_period(later(company, hours=3), "2026Q3").id

    assert named(company, run) == {"then-recorded"}
    assert version_on(company, date(2026, 9, 30)) == second
    assert company.session.scalar(select(OrgVersion.id).where(OrgVersion.code == of_run(company, run))) == second


def test_a_running_period_names_the_version_of_today(company: Work) -> None:
    """What is planned for later in the quarter is not in force yet; when its day has come it is."""
    reorganise(later(company, hours=1), "today", date(2026, 10, 15))
    reorganise(later(company, hours=2), "next-week", date(2026, 10, 22))

    now = run_period(later(company, hours=3), "2026Q4").id
    then = run_period(later(company, days=7), "2026Q4").id

    assert (named(company, now), of_run(company, now)) == ({"today"}, "today")
    assert (named(company, then), of_run(company, then)) == ({"next-week"}, "next-week")


def test_without_any_version_none_is_named(work_company: Work) -> None:
    """A company that keeps no structure computes all the same."""
    run = run_period(work_company, "2026Q3").id

    assert (named(work_company, run), of_run(work_company, run)) == ({None}, None)


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Both ways of keeping results up to date: on plain integers, and as frames."""
    before = live.FEW
    live.FEW = before if request.param == "few" else 0
    yield request.param
    live.FEW = before


def test_what_is_measured_anew_names_the_version_of_then(company: Work, way: str) -> None:
    """A fact recorded after a version came into force makes its employee's measurements name that version; the others stay."""
    run = run_period(company, "2026Q4").id
    reorganise(later(company, hours=1), "midway", date(2026, 10, 20))

    record_observations(later(company, days=2), [visit("x", day=107)], source="crm")
    assert named(company, run) == {"founding"}

    record_observations(later(company, days=6), [visit("y", day=111)], source="crm")

    assert "midway" in named(company, run, "E1")
    assert named(company, run, "E2") == {"founding"}


def test_a_rescore_keeps_what_its_measurements_name(company: Work) -> None:
    """Nothing is measured anew, so the measurements name what they named; the run names what is in force now."""
    run_period(company, "2026Q4")
    reorganise(later(company, hours=1), "midway", date(2026, 10, 15))

    run = rescore_period(later(company, hours=2), "2026Q4").id

    assert (named(company, run), of_run(company, run)) == ({"founding"}, "midway")


def test_plans_ask_for_the_department_of_today_while_the_period_runs(company: Work) -> None:
    """A move planned for later in the quarter changes the plan when its day has come; at the end the last day decides."""
    assign_employees(later(company, hours=1), [DatedEntry("E1", date(2026, 12, 31), {"department": "C"})])

    now = run_period(later(company, hours=2), "2026Q4").id
    over = run_period(later(company, days=90), "2026Q4").id

    assert plans(company, now) == {"E1": "B", "E2": "C", "E3": "C"}
    assert plans(company, over) == {"E1": "C", "E2": "C", "E3": "C"}


def test_a_run_as_known_then_counts_that_day_as_today(company: Work) -> None:
    """Computed again later with the knowledge of the fifteenth, a quarter that was running then is judged by the fifteenth."""
    then = NOW + timedelta(hours=1)
    first = run_period(later(company, hours=1), "2026Q4").id
    assign_employees(later(company, hours=2), [DatedEntry("E1", date(2026, 11, 1), {"department": "C"})])

    again = run_period(later(company, days=90), "2026Q4", known_at=then).id

    assert results(company, again) == results(company, first)
    assert (plans(company, again)["E1"], named(company, again)) == ("B", {"founding"})


def test_behind_a_closed_period_the_old_result_can_be_given_again(company: Work) -> None:
    """After a revision of last quarter's structure a run as known before gives the old plans, scores and version; one as known now the new."""
    first = run_period(later(company, hours=1), "2026Q3").id
    then: datetime = NOW + timedelta(hours=1)
    close_period(later(company, hours=1), "2026Q3")
    revise_assignments(later(company, hours=2), [DatedEntry("E1", date(2026, 9, 1), {"department": "C"})])

    believed = run_period(later(company, hours=3), "2026Q3", known_at=then).id
    corrected = run_period(later(company, hours=3), "2026Q3").id

    assert results(company, believed) == results(company, first)
    assert (plans(company, believed)["E1"], plans(company, corrected)["E1"]) == ("B", "C")
    assert named(company, believed) == {"founding"}
    (code,) = named(company, corrected)
    assert code is not None
    assert code.startswith("revision-")
    cards = {run: results(company, run)["core_scorecard"][0][2] for run in (first, corrected)}
    assert cards == {first: 1_000_000, corrected: 500_000}


def test_an_explanation_names_the_version(company: Work) -> None:
    """Among what stands behind a measurement is the version of the organisation, in both languages."""
    write_plan_version(company, "sales", label=Label("销售", "Sales"), items=ITEMS, valid_from=date(2026, 1, 1), priority=2)
    label = Label("提成", "Commission")
    write_rule(company, "share", type_code="trial.commission", label=label, parameters={"rate": 100_000}, valid_from=date(2026, 1, 1))
    run = run_period(company, "2026Q3").id
    awards = company.session.scalars(text("select id from core_award where run_id = :run"), {"run": run}).all()
    company.session.rollback()
    approve_awards(company, awards)
    (payout,) = release_payouts(company, awards, due="2026-10").payouts

    lines = {language: [line.strip() for line in explain_payout(company, payout).lines(language)] for language in ("zh", "en")}

    assert "Org version: founding" in lines["en"]
    assert "组织版本: founding" in lines["zh"]
