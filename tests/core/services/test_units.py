"""Indicators of departments, held against adding up day by day."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bole.access import Actor, Scope, Work
from bole.contracts.observation import Observation
from bole.engine.exact import half_up
from bole.errors import Forbidden, InvalidValue, NotFound, ProblemsFound
from bole.models import Department, DepartmentInterval, Membership
from bole.services.entries import DatedEntry, Entry
from bole.services.orgstates import read_structure
from bole.services.people import assign_employees, define_legal_entities, register_employees, revise_assignments
from bole.services.recording import record_observations
from bole.services.structure import change_departments
from bole.services.units import UnitResult, unit_results
from bole.services.versions import open_version
from bole.values import UNTIL_REVISED
from tests.chain import NOW, at, sale, visit
from tests.core.services.organisation import ENTITY, employee, later
from tests.core.services.test_incremental import apply, fresh, observations, steps

HIRED, START = date(2024, 1, 1), date(2026, 7, 1)
PEOPLE, UNITS = ["E1", "E2", "E3"], ["A", "B", "C", "D"]
SHANGHAI = ZoneInfo("Asia/Shanghai")

Moves = list[tuple[str, str, int, str]]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("parent"), st.sampled_from(UNITS), st.integers(-3, 95), st.sampled_from(UNITS)),
        st.tuples(st.just("department"), st.sampled_from(PEOPLE), st.integers(-3, 95), st.sampled_from(UNITS)),
    ),
    max_size=8,
)


def place(work: Work) -> None:
    """A with B, C and D below it; one person in each of these."""
    change_departments(work, [DatedEntry(code, HIRED, {"parent": None if code == "A" else "A"}) for code in UNITS])
    assign_employees(work, [DatedEntry(number, HIRED, {"department": unit}) for number, unit in zip(PEOPLE, UNITS[1:], strict=True)])


def move(work: Work, moves: Moves) -> None:
    """Take the moves that the rules of the organisation allow."""
    for field, code, day, value in moves:
        with suppress(ProblemsFound):
            (change_departments if code in UNITS else assign_employees)(work, [DatedEntry(code, START + timedelta(days=day), {field: value})])


def facts_of(work: Work, unit: str, standing: Sequence[Observation]) -> list[Observation]:
    """The facts of a department in the quarter: for each day the tree is walked, and whoever is in it that day."""
    found = []
    for number in range(92):
        day = START + timedelta(days=number)
        structure, below = read_structure(work, day), {unit}
        for _ in structure.departments:
            below |= {code for code, facts in structure.departments.items() if facts["parent"] in below}
        members = {who for who, facts in structure.assignments.items() if facts["department"] in below}
        found += [each for each in standing if each.employee in members and each.moment.astimezone(SHANGHAI).date() == day]
    return found


def counted(facts: list[Observation], kind: str) -> list[Observation]:
    """The facts of a kind."""
    return [each for each in facts if each.kind == kind]


def expected(facts: list[Observation]) -> dict[str, tuple[int | None, int]]:
    """Value in millionths and sample of every indicator but the latest, by hand."""
    sales, visits, leads = counted(facts, "sale.closed"), counted(facts, "visit.made"), counted(facts, "lead.created")
    won, followed, rated = counted(facts, "lead.won"), counted(facts, "lead.followed_up"), counted(facts, "feedback.rated")
    in_time = [each for each in followed if each.answers_to and each.moment - each.answers_to <= timedelta(hours=24)]

    def share(over: Decimal | int, under: int) -> int | None:
        exact = Fraction(over) / under if under else None
        return None if exact is None else half_up(exact.numerator * 1_000_000, exact.denominator)

    def amount(of: list[Observation]) -> int:
        return int(sum((each.amount.amount for each in of if each.amount), Decimal(0)) * 1_000_000)

    new = [each for each in sales if each.attributes["new_customer"]]
    return {
        "sales": (amount(sales), len(sales)),
        "new_sales": (amount(new), len(new)),
        "visits": (len(visits) * 1_000_000, len(visits)),
        "customers": (len({each.attributes["customer"] for each in visits}) * 1_000_000, len(visits)),
        "conversion": (share(len(won), len(leads)), len(leads)),
        "in_time": (share(len(in_time), len(followed)), len(followed)),
        "satisfaction": (share(sum((each.quantity or Decimal(0) for each in rated), Decimal(0)), len(rated)), len(rated)),
        "effort": (share(3 * len(visits) + len(followed), 4), len(visits) + len(followed)),
        "unanswered": (share(len(followed), len(leads)), len(leads)),
    }


def said(results: Sequence[UnitResult]) -> dict[str, tuple[int | None, int]]:
    """Value and sample by indicator."""
    return {each.indicator: (each.value, each.sample) for each in results}


def check(url: str, folder: Path, given_steps: list[tuple[str, Any]], moves: Moves, late: tuple[Moves, list[Observation]]) -> None:
    """Hold every department against the walk; then change things, and ask what was known before."""
    with fresh(url, folder) as work:
        place(work)
        move(work, moves)
        standing = list(apply(work, given_steps).values())
        before = {}
        for unit in UNITS:
            before[unit] = unit_results(work, unit, "2026Q3")
            facts = facts_of(work, unit, standing)
            found = said(before[unit])
            latest = counted(facts, "feedback.rated")
            newest = [int((each.quantity or 0) * 1_000_000) for each in latest if each.moment == max(other.moment for other in latest)]
            value, sample = found.pop("latest")
            assert (sample, value in (newest or [0])) == (len(latest), True)
            if not any(each.currency for each in before[unit]):
                found |= {"sales": (0, 0), "new_sales": (0, 0)}
            assert found == expected(facts)

        then = NOW + timedelta(minutes=1)
        move(later(work, hours=1), late[0])
        record_observations(later(work, hours=1), late[1], source="later")

        assert {unit: unit_results(later(work, hours=1), unit, "2026Q3", known_at=then) for unit in UNITS} == before


LATE = st.tuples(MOVES, st.lists(observations(), min_size=1, max_size=4, unique_by=lambda each: each.external_key))


@given(given_steps=steps(), moves=MOVES, late=LATE)
@settings(max_examples=25)
def test_departments_add_up_day_by_day_on_sqlite(
    tmp_path_factory: pytest.TempPathFactory, given_steps: list[tuple[str, Any]], moves: Moves, late: tuple[Moves, list[Observation]]
) -> None:
    """Whoever moved and whatever was recorded, each department has the facts of whoever was in it on each day."""
    check("sqlite://", tmp_path_factory.getbasetemp(), given_steps, moves, late)


@given(given_steps=steps(), moves=MOVES, late=LATE)
@settings(max_examples=4)
def test_departments_add_up_day_by_day_on_postgresql(
    postgresql_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    given_steps: list[tuple[str, Any]],
    moves: Moves,
    late: tuple[Moves, list[Observation]],
) -> None:
    """The same holds on PostgreSQL."""
    check(postgresql_url, tmp_path_factory.getbasetemp(), given_steps, moves, late)


@pytest.fixture
def units(work_company: Work) -> Work:
    """The company in departments; E1 goes from B to C on the eleventh of July, having sold and visited on both sides of it."""
    place(work_company)
    assign_employees(work_company, [DatedEntry("E1", date(2026, 7, 11), {"department": "C"})])
    facts = [sale("a", "100", day=9), sale("b", "50", day=10), sale("c", "7", employee="E2", day=3), visit("v", day=9), visit("w", employee="E3")]
    record_observations(work_company, facts, source="crm")
    return work_company


def values(work: Work, unit: str, period: str = "2026-07", **known: datetime) -> dict[str, int | None]:
    """The values, in millionths, of what has facts."""
    return {each.indicator: each.value for each in unit_results(work, unit, period, **known) if each.sample and each.indicator in ("sales", "visits")}


def test_a_move_splits_a_persons_facts(units: Work) -> None:
    """What was done before the move stays with the old department; what siblings have adds up to what is above them."""
    assert values(units, "B") == {"sales": 100_000_000, "visits": 1_000_000}
    assert values(units, "C") == {"sales": 57_000_000}
    assert values(units, "D") == {"visits": 1_000_000}
    assert values(units, "A") == {"sales": 157_000_000, "visits": 2_000_000}


def test_a_revision_moves_facts_and_the_earlier_answer_stays(units: Work) -> None:
    """When it turns out that E1 was in D on the tenth, D has the facts of that day; as known before, B has."""
    then = NOW + timedelta(minutes=1)
    revise_assignments(later(units, hours=1), [DatedEntry("E1", date(2026, 7, 10), {"department": "D"}, date(2026, 7, 11))])

    assert (values(units, "B"), values(units, "D")) == ({}, {"sales": 100_000_000, "visits": 2_000_000})
    assert values(later(units, hours=1), "B", known_at=then) == {"sales": 100_000_000, "visits": 1_000_000}
    assert values(later(units, hours=1), "D", known_at=then) == {"visits": 1_000_000}


def test_a_department_that_moves_takes_its_facts_along_from_that_day(units: Work) -> None:
    """B below C from the tenth: its facts of the tenth are C's, too, and those of before are not."""
    record_observations(units, [sale("e", "1000", day=8)], source="crm")
    change_departments(units, [DatedEntry("B", date(2026, 7, 10), {"parent": "C"})])

    assert values(units, "C") == {"sales": 157_000_000, "visits": 1_000_000}
    assert values(units, "B")["sales"] == 1_100_000_000


def test_money_is_told_by_currency(units: Work) -> None:
    """A department whose people are paid in two currencies has a result for each; what is no money is told once."""
    define_legal_entities(units, [Entry("us", ENTITY | {"currency": "USD", "country": "US"})])
    register_employees(units, [Entry("E9", {"name_en": "Person 9", "hired_on": HIRED, "legal_entity": "us"})])
    assign_employees(units, [DatedEntry("E9", HIRED, {"department": "B"})])
    record_observations(units, [sale("d", "3", employee="E9", currency="USD"), visit("x", employee="E9")], source="crm")

    found = [each for each in unit_results(units, "B", "2026-07") if each.indicator in ("sales", "visits", "latest")]

    assert found == [
        UnitResult("latest", None, 0, 10_000, 0, 0),
        UnitResult("sales", "CNY", 10_000, 100, 100_000_000, 1),
        UnitResult("sales", "USD", 300, 100, 3_000_000, 1),
        UnitResult("visits", None, 2, 1, 2_000_000, 2),
    ]


def test_where_nobody_is_there_is_no_money(units: Work) -> None:
    """A department in which nobody was has counts of zero, ratios of nothing, and no currency to tell amounts in."""
    change_departments(units, [DatedEntry("Z", HIRED, {"parent": "A"})])

    found = {each.indicator: each.value for each in unit_results(units, "Z", "2026-07")}

    assert "sales" not in found
    assert (found["visits"], found["conversion"]) == (0, None)


def test_beside_the_line_memberships_count_each_fact_once(units: Work) -> None:
    """A project has the facts of its members' days, once also where somebody belongs to two parts of it at a time."""
    version = open_version(units, "projects", HIRED)
    axes = {"known_from": NOW, "known_to": UNTIL_REVISED, "org_version_id": version}
    for number, (code, parent) in enumerate([("P", None), ("Q", 91)], 91):
        units.session.execute(insert(Department).values(id=number, code=code, line="project"))
        units.session.execute(insert(DepartmentInterval).values(department_id=number, parent_id=parent, valid_from=HIRED, **axes))
    first = employee(units, "E1")
    for unit, since, until in ((91, date(2026, 7, 10), date(2026, 7, 12)), (92, date(2026, 7, 1), date(2026, 7, 11))):
        units.session.execute(insert(Membership).values(employee_id=first, department_id=unit, valid_from=since, valid_to=until, **axes))
    units.session.commit()

    assert values(units, "P") == {"sales": 150_000_000, "visits": 1_000_000}
    assert values(units, "Q") == {"sales": 100_000_000, "visits": 1_000_000}


def test_whoever_heads_it_or_one_above_may_ask(units: Work) -> None:
    """The head on the period's last day passes, for the department and those below; its head of before and a member do not."""
    change_departments(units, [DatedEntry("C", HIRED, {"head": "E2"})])
    change_departments(units, [DatedEntry("C", date(2026, 8, 1), {"head": "E3"})])

    def asks(number: str, unit: str, period: str, scope: Scope = Scope.UNIT) -> bool:
        actor = Actor("reader", employee_id=employee(units, number), grants={"core.result.read": scope})
        try:
            unit_results(units.acting_as(actor), unit, period)
        except Forbidden as error:
            assert error.code == "core.outside_scope"
            return False
        return True

    assert (asks("E2", "C", "2026-07"), asks("E2", "C", "2026-08")) == (True, False)
    assert (asks("E3", "C", "2026-07"), asks("E3", "C", "2026-08")) == (False, True)
    assert [asks("E3", "A", "2026-08"), asks("E3", "C", "2026-08", Scope.REPORTS), asks("E3", "C", "2026-08", Scope.SELF)] == [False, False, False]
    assert asks("E1", "A", "2026-08", Scope.COMPANY)
    with pytest.raises(Forbidden, match=r"lacks the permission 'core\.result\.read'"):
        unit_results(units.acting_as(Actor("visitor")), "C", "2026-07")


@pytest.mark.parametrize(
    ("unit", "period", "error", "words"),
    [("X", "2026-07", NotFound, "there is no department 'X'"), ("A", "July", InvalidValue, "'July' is not a period")],
)
def test_what_there_is_not_cannot_be_asked(units: Work, unit: str, period: str, error: type[Exception], words: str) -> None:
    """An unknown department and a text that is no period are refused by name."""
    with pytest.raises(error, match=words):
        unit_results(units, unit, period)


def test_latest_means_latest_of_anybody(units: Work) -> None:
    """Of two people's ratings the later one is the department's latest."""
    rated = [Observation(who, "feedback.rated", at(day), f"r{day}", quantity=Decimal(q)) for who, day, q in (("E2", 5, "0.7"), ("E1", 12, "0.9"))]
    record_observations(units, [*rated, Observation("E3", "feedback.rated", at(20), "r20", quantity=Decimal("0.1"))], source="crm")

    found = {each.indicator: each.value for each in unit_results(units, "C", "2026-07")}

    assert (found["latest"], found["satisfaction"]) == (900_000, 800_000)
