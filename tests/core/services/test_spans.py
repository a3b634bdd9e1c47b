"""Rows about an employee and a day are within a scope by the structure of that day, held against walking the tree day by day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, insert, literal, select

from bole.access import Actor, Scope, Work
from bole.clock import FixedClock
from bole.db import Database
from bole.errors import Forbidden, InvalidValue, ProblemsFound
from bole.host import Config, Host
from bole.models import Employee, Model, Term
from bole.services.entries import DatedEntry, Entry
from bole.services.orgstates import read_structure
from bole.services.people import assign_employees, define_legal_entities, register_employees, revise_assignments
from bole.services.structure import change_departments
from bole.services.visibility import demand_sight, demand_sight_of, last_day, seen_days, visible_employees, visible_rows
from bole.values import DateInterval
from tests.conftest import NOW
from tests.core.services.organisation import ENTITY, FOUNDED, employee, found_company, later

PERMISSION = "core.result.read"
FIRST, TODAY = date(2026, 10, 8), date(2026, 10, 15)
DAYS = [FIRST + timedelta(days=number) for number in range(12)]
PEOPLE, UNITS = ["E1", "E2", "E3", "E4"], ["A", "B", "C"]
MAY = date(2026, 5, 1)

Step = tuple[str, str, int, Any]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("head"), st.sampled_from(UNITS), st.integers(0, 11), st.sampled_from([None, *PEOPLE])),
        st.tuples(st.just("parent"), st.sampled_from(UNITS), st.integers(0, 11), st.sampled_from([None, *UNITS])),
        st.tuples(st.just("department"), st.sampled_from(PEOPLE), st.integers(0, 11), st.sampled_from(UNITS)),
        st.tuples(st.just("manager"), st.sampled_from(PEOPLE), st.integers(0, 11), st.sampled_from([None, *PEOPLE])),
    ),
    max_size=10,
)


@contextmanager
def company(url: str) -> Iterator[Work]:
    """Four people in three departments, and a row (a term) about each of them and each day."""
    database = Database(url)
    Model.metadata.drop_all(database.engine)
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        work = Work(session, Host(Config(), packages={}), clock=FixedClock(NOW))
        define_legal_entities(work, [Entry("cn", ENTITY)])
        register_employees(work, [Entry(number, {"name_en": number, "hired_on": FOUNDED, "legal_entity": "cn"}) for number in PEOPLE])
        heads = {"A": "E1", "B": "E2", "C": None}
        change_departments(work, [DatedEntry(code, FOUNDED, {"parent": None if code == "A" else "A", "head": head}) for code, head in heads.items()])
        assign_employees(work, [DatedEntry(number, FOUNDED, {"department": unit}) for number, unit in zip(PEOPLE, "ABBC", strict=True)])
        known = {"code": "row", "value": 0, "known_from": NOW}
        people = session.scalars(select(Employee.id)).all()
        rows = [{"employee_id": who, "valid_from": day, "valid_to": day + timedelta(days=1), **known} for who in people for day in DAYS]
        session.execute(insert(Term), rows)
        session.commit()
        yield work
    database.engine.dispose()


def take(work: Work, steps: list[Step]) -> None:
    """Take the steps that the rules of the organisation allow."""
    for field, code, day, value in steps:
        entry = DatedEntry(code, DAYS[day], {field: value})
        with suppress(ProblemsFound):
            (change_departments if code in UNITS else assign_employees)(work, [entry])


def walked(work: Work, me: str, scope: Scope, day: date) -> set[str]:
    """The people within a scope on a day: the tree of that day, walked."""
    structure = read_structure(work, day)
    mine = {code for code, facts in structure.departments.items() if facts["head"] == me}
    for _ in structure.departments:
        mine |= {code for code, facts in structure.departments.items() if facts["parent"] in mine}
    found = {number for number, facts in structure.assignments.items() if facts["manager"] == me}
    if scope is Scope.UNIT:
        found |= {number for number, facts in structure.assignments.items() if facts["department"] in mine}
    return found | {me}


def rows_seen(work: Work, **judged: Any) -> set[tuple[str, date]]:
    """Number and day of every row within the actor's scope."""
    condition = visible_rows(work, PERMISSION, Term.employee_id, **judged)
    assert condition is not None
    query = select(Employee.number, Term.valid_from).join(Term, Term.employee_id == Employee.id).where(condition)
    return {(number, day) for number, day in work.session.execute(query)}


def check(url: str, steps: list[Step]) -> None:
    """Hold rows, by day and by end, and the days of each person against the walk."""
    with company(url) as work:
        take(work, steps)
        ids = {row.id: row.number for row in work.session.execute(select(Employee.id, Employee.number))}
        for me, name in ids.items():
            for scope in (Scope.REPORTS, Scope.UNIT):
                actor = work.acting_as(Actor("somebody", employee_id=me, grants={PERMISSION: scope}))
                by_day = {day: walked(work, name, scope, day) for day in DAYS}

                assert rows_seen(actor, day=Term.table.c.valid_from) == {(who, day) for day in DAYS for who in by_day[day]}
                assert rows_seen(actor, end=Term.valid_to) == {(who, day) for day in DAYS for who in by_day[min(day, TODAY)]}
                spans = seen_days(actor, PERMISSION)
                assert spans is not None
                assert {(ids[who], day) for who, all_of in spans.items() for day in DAYS if any(day in each for each in all_of)} == {
                    (who, day) for day in DAYS for who in by_day[day]
                }


@given(steps=STEPS)
@settings(max_examples=40)
def test_rows_are_judged_by_their_own_day_on_sqlite(steps: list[Step]) -> None:
    """Whatever changed, a row is within the scope exactly where the tree of its day says so."""
    check("sqlite://", steps)


@given(steps=STEPS)
@settings(max_examples=5)
def test_rows_are_judged_by_their_own_day_on_postgresql(postgresql_url: str, steps: list[Step]) -> None:
    """The same holds on PostgreSQL."""
    check(postgresql_url, steps)


@pytest.fixture
def moved(work: Work) -> Work:
    """The small company, in which E2 heads the east until May and E5 from then on; E4 went to finance in June."""
    found_company(work)
    change_departments(work, [DatedEntry("EAST", MAY, {"head": "E5"})])
    assign_employees(work, [DatedEntry("E4", date(2026, 6, 1), {"department": "FIN"})])
    return work


def acting(work: Work, number: str, scope: Scope = Scope.UNIT) -> Work:
    """The work on behalf of an employee who holds the permission within a scope."""
    return work.acting_as(Actor(number, employee_id=employee(work, number), grants={PERMISSION: scope}))


def on(work: Work, number: str, day: date) -> list[str]:
    """The numbers of those whom an employee sees by the structure of a day."""
    visible = visible_employees(acting(work, number), PERMISSION, day)
    assert visible is not None
    return sorted(work.session.scalars(select(Employee.number).where(Employee.id.in_(visible))))


def test_the_head_of_then_sees_then_and_the_head_of_now_sees_now(moved: Work) -> None:
    """Each sees the people of the days on which he or she led them, and oneself on every day."""
    assert on(moved, "E2", date(2026, 4, 30)) == ["E2", "E3", "E4"]
    assert on(moved, "E2", MAY) == ["E2"]
    assert on(moved, "E5", date(2026, 4, 30)) == ["E5"]
    assert on(moved, "E5", MAY) == ["E2", "E3", "E4", "E5"]
    assert on(moved, "E5", date(2026, 6, 1)) == ["E2", "E3", "E5"]


def test_a_revision_is_what_counts_of_an_earlier_day(moved: Work) -> None:
    """The structure of a day is the one known now: whom a revision puts elsewhere in April is seen from there in April."""
    revise_assignments(later(moved, days=1), [DatedEntry("E3", date(2026, 4, 1), {"department": "FIN"}, MAY)])

    assert on(moved, "E2", date(2026, 4, 15)) == ["E2", "E4"]
    assert on(moved, "E6", date(2026, 4, 15)) == ["E3", "E6", "E7"]


def test_the_days_of_one_person(moved: Work) -> None:
    """The days on which one is within the scope, and nothing for who never is."""
    days = seen_days(acting(moved, "E5"), PERMISSION, [employee(moved, "E4"), employee(moved, "E7")])

    assert days is not None
    assert {who: [(each.start, each.end) for each in spans] for who, spans in days.items()} == {employee(moved, "E4"): [(MAY, date(2026, 6, 1))]}
    before = seen_days(acting(moved, "E2"), PERMISSION, [employee(moved, "E3")])
    assert before == {employee(moved, "E3"): [DateInterval(FOUNDED, MAY)]}


@pytest.mark.parametrize("scope", [Scope.SELF, Scope.UNIT])
def test_oneself_is_seen_on_every_day(moved: Work, scope: Scope) -> None:
    """Whatever the structure says, everybody sees the own rows."""
    assert (on(moved, "E7", date(1999, 1, 1)), on(moved, "E7", TODAY)) == (["E7"], ["E7"])
    days = seen_days(acting(moved, "E7", scope), PERMISSION)
    assert days is not None
    assert list(days) == [employee(moved, "E7")]
    assert date(1999, 1, 1) in days[employee(moved, "E7")][0]


def test_the_company_needs_no_condition(moved: Work) -> None:
    """Scope company gives nothing to filter by, for rows as for days."""
    actor = moved.acting_as(Actor("hr", grants={PERMISSION: Scope.COMPANY}))

    assert visible_rows(actor, PERMISSION, Term.employee_id, end=Term.valid_to) is None
    assert seen_days(actor, PERMISSION) is None


def test_who_is_no_employee_sees_no_row(moved: Work) -> None:
    """An actor without an employee sees nobody on any day, below the company."""
    nobody = moved.acting_as(Actor("nobody", grants={PERMISSION: Scope.UNIT}))

    assert seen_days(nobody, PERMISSION) == {}
    assert seen_days(moved.acting_as(Actor("nobody", grants={PERMISSION: Scope.SELF})), PERMISSION) == {}
    assert rows_seen(nobody, end=Term.valid_to) == set()


def test_a_row_has_a_day_or_an_end(moved: Work) -> None:
    """Neither, or both, is a mistake of the caller."""
    for judged in ({}, {"day": Term.table.c.valid_from, "end": Term.valid_to}):
        with pytest.raises(InvalidValue, match="are asked for with day="):
            visible_rows(moved, PERMISSION, Term.employee_id, **judged)


def test_sight_on_a_day_is_demanded(moved: Work) -> None:
    """The head of April passes for April and is refused for May, with the day in the words."""
    actor = acting(moved, "E2")
    three = employee(moved, "E3")

    demand_sight(actor, PERMISSION, three, date(2026, 4, 30))
    demand_sight_of(actor, PERMISSION, [(three, MAY), (employee(moved, "E2"), date(2027, 1, 1))])

    with pytest.raises(Forbidden, match=rf"E2 holds 'core.result.read', but not for employee {three} on 2026-05-31\."):
        demand_sight_of(actor, PERMISSION, [(three, MAY), (three, date(2026, 6, 1))])
    with pytest.raises(Forbidden, match=rf"but not for employee {three}\."):
        demand_sight(actor, PERMISSION, three)


def test_a_running_period_is_judged_by_today(moved: Work) -> None:
    """The last day of a period counts once it is there; until then it is the day where the company is."""
    assert last_day(moved, date(2026, 10, 1)) == date(2026, 9, 30)
    assert last_day(moved, date(2026, 11, 1)) == TODAY
    assert last_day(moved, date(2026, 10, 16)) == TODAY
    assert last_day(moved, MAY, NOW - timedelta(days=180)) == date(2026, 4, 18)


def test_spans_are_walked_once_for_many_rows(moved: Work) -> None:
    """However often the condition stands in a statement, the tree is walked in one place."""
    condition = visible_rows(acting(moved, "E2"), PERMISSION, Term.employee_id, day=literal(TODAY, Date))
    assert condition is not None

    text = str(select(Term.id).where(condition).compile(moved.session.get_bind()))

    assert text.count("WITH RECURSIVE") == 1
    assert text.count("head_id = ") == 1
