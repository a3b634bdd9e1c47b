"""The one mechanism of all interval tables, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.sql.visitors import iterate

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database, unit_of_work
from bole.host import Host
from bole.models import Assignment, DepartmentInterval, Employee, LegalEntity, Model, OrgVersion, Term
from bole.services.intervals import ASSIGNMENTS, TERMS, Fact, Refusal, as_of, change, revise, stored_lines
from bole.values import FOREVER, UNTIL_REVISED
from tests.core.services.organisation import FOUNDED, NOW, department, employee, found_company, later, size

FIRST = date(2026, 1, 1)


@pytest.fixture
def person(work: Work) -> int:
    """The id of an employee of whom nothing is agreed."""
    entity = LegalEntity(code="cn", name_zh="青禾", name_en="Verdant", country="CN", currency="CNY", time_zone="Asia/Shanghai")
    work.session.add(entity)
    work.session.flush()
    someone = Employee(number="E1", hired_on=FIRST, legal_entity_id=entity.id)
    work.session.add(someone)
    work.session.commit()
    return someone.id


def rows(work: Work, code: str = "pay") -> list[tuple[object, ...]]:
    """Every stored row of a term, in the order in which they were written."""
    table = Term.table
    query = select(table.c.value, table.c.valid_from, table.c.valid_to, table.c.known_from, table.c.known_to).where(table.c.code == code)
    return [tuple(row) for row in work.session.execute(query.order_by(table.c.id))]


def value_on(work: Work, day: date, known_at: datetime | None = None, code: str = "pay") -> list[int]:
    """All values that hold on a day; more than one would be wrong."""
    table = Term.table
    return list(work.session.scalars(select(table.c.value).where(table.c.code == code, as_of(table, day, known_at))))


def fact(person: int, value: int | None, start: date, end: date | None = None, code: str = "pay") -> Fact:
    """A term of a person."""
    return Fact((person, code), None if value is None else {"value": value}, start, end)


def test_a_change_closes_the_old_row_and_writes_two(work: Work, person: int):
    """The old row only gets the moment until which it was known; a shortened one and the new one stand beside it."""
    change(work, TERMS, [fact(person, 100, FIRST)])
    after = later(work, days=1)

    laid = change(after, TERMS, [fact(person, 200, date(2026, 3, 1))])

    moment = NOW + timedelta(days=1)
    assert laid.outcomes == {0: "recorded"}
    assert sorted(rows(work), key=str) == sorted(
        [
            (100, FIRST, FOREVER, NOW, moment),
            (100, FIRST, date(2026, 3, 1), moment, UNTIL_REVISED),
            (200, date(2026, 3, 1), FOREVER, moment, UNTIL_REVISED),
        ],
        key=str,
    )


def test_what_we_believed_then_can_still_be_asked(work: Work, person: int):
    """A revision changes what is known now, not what was known before it."""
    change(work, TERMS, [fact(person, 100, FIRST)])
    after = later(work, days=1)

    laid = revise(after, TERMS, [fact(person, 150, date(2026, 2, 1), date(2026, 3, 1))])

    assert laid.outcomes == {0: "corrected"}
    assert value_on(work, date(2026, 2, 10), NOW) == [100]
    assert value_on(work, date(2026, 2, 10)) == [150]
    assert value_on(work, date(2026, 3, 1)) == [100]


def test_a_revision_without_end_overrides_what_is_known_of_later_days(work: Work, person: int):
    """Unlike a change, a revision from a day on says that everything held of later days was wrong."""
    change(work, TERMS, [fact(person, 100, FIRST), fact(person, 200, date(2026, 6, 1))])

    revise(work, TERMS, [fact(person, 300, date(2026, 3, 1))])

    assert [value_on(work, date(2026, month, 1)) for month in (1, 3, 6)] == [[100], [300], [300]]


def test_saying_it_again_writes_nothing(work: Work, person: int):
    """The same facts a second time are unchanged, in whatever order they come."""
    facts = [fact(person, 100, FIRST), fact(person, 200, date(2026, 3, 1)), fact(person, 100, date(2026, 5, 1))]
    change(work, TERMS, facts)
    before = rows(work)

    laid = change(later(work, days=1), TERMS, facts[::-1])

    assert laid.outcomes == {0: "unchanged", 1: "unchanged", 2: "unchanged"}
    assert rows(work) == before


def test_another_value_from_the_same_day_is_a_correction(work: Work, person: int):
    """A fact that replaces one of the same first day counts as corrected."""
    change(work, TERMS, [fact(person, 100, FIRST)])

    assert change(later(work, days=1), TERMS, [fact(person, 110, FIRST)]).outcomes == {0: "corrected"}


def test_a_term_can_end(work: Work, person: int):
    """A fact without values ends what holds; before that day it still holds."""
    change(work, TERMS, [fact(person, 100, FIRST)])

    change(later(work, days=1), TERMS, [fact(person, None, date(2026, 7, 1))])

    assert value_on(work, date(2026, 6, 30)) == [100]
    assert value_on(work, date(2026, 7, 1)) == []


def test_identities_do_not_touch_each_other(work: Work, person: int):
    """A fact of one term leaves another term of the same person alone."""
    change(work, TERMS, [fact(person, 100, FIRST), fact(person, 7, FIRST, code="rate")])

    change(later(work, days=1), TERMS, [fact(person, 200, date(2026, 3, 1))])

    assert len(rows(work, "rate")) == 1


def test_what_is_refused_is_not_written(work: Work, person: int):
    """A check may refuse identities; the others are written."""
    facts = [fact(person, 100, FIRST), fact(person, 7, FIRST, code="rate")]

    laid = change(work, TERMS, facts, check=lambda lines, _: {each: Refusal("value", "no") for each in lines if each[1] == "pay"})

    assert laid.refused == {0: Refusal("value", "no")}
    assert laid.outcomes == {1: "recorded"}
    assert (rows(work), len(rows(work, "rate"))) == ([], 1)


def test_a_clock_that_was_set_back_cannot_turn_history_round(work: Work, person: int):
    """No row is known for less than no time."""
    change(work, TERMS, [fact(person, 100, FIRST)])

    change(later(work, days=-1), TERMS, [fact(person, 200, date(2026, 3, 1))])

    assert all(start <= end for _, _, _, start, end in rows(work))
    assert value_on(work, date(2026, 4, 1)) == [200]


def test_every_batch_that_changes_something_has_one_org_version(work: Work):
    """A batch without a version gets one, from its first day on; a batch that changes nothing gets none."""
    found_company(work)
    before = size(work, OrgVersion)
    east, finance = employee(work, "E3"), employee(work, "E7")
    target = department(work, "SALES")
    facts = [Fact((east,), {"department_id": target}, date(2026, 5, 1)), Fact((finance,), {"department_id": target}, date(2026, 4, 1))]

    laid = change(later(work, days=1), ASSIGNMENTS, facts)
    again = change(later(work, days=2), ASSIGNMENTS, facts)

    version = work.session.get_one(OrgVersion, laid.version)
    assert (version.code, version.kind, version.valid_from) == (f"change-{version.id}", "change", date(2026, 4, 1))
    assert again.version is None
    assert size(work, OrgVersion) == before + 1


def test_a_shortened_row_keeps_the_version_that_brought_its_fact(work: Work):
    """The new version stands on the new fact only."""
    found_company(work)
    someone = employee(work, "E3")
    before = stored_lines(work.session, ASSIGNMENTS, [(someone,)])[someone,][0].version

    laid = change(later(work, days=1), ASSIGNMENTS, [Fact((someone,), {"department_id": department(work, "SALES")}, date(2026, 5, 1))])

    line = stored_lines(work.session, ASSIGNMENTS, [(someone,)])[someone,]
    assert [(each.start, each.version) for each in line] == [(FOUNDED, before), (date(2026, 5, 1), laid.version)]


def test_a_given_version_is_named(work: Work):
    """Facts name the version that they are said to belong to, and no other is made."""
    found_company(work)
    before = size(work, OrgVersion)
    given_version = work.session.scalar(select(func.max(OrgVersion.id)))

    transfer = Fact((employee(work, "E3"),), {"department_id": department(work, "SALES")}, date(2026, 5, 1))

    laid = change(work, ASSIGNMENTS, [transfer], version=given_version)

    assert laid.version == given_version
    assert size(work, OrgVersion) == before


def test_a_failure_leaves_nothing_behind(work: Work, person: int):
    """A value that the database refuses undoes the whole batch."""
    change(work, TERMS, [fact(person, 100, FIRST)])
    before = rows(work)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        change(work, TERMS, [fact(person, 200, FIRST), fact(-1, 5, FIRST)])

    work.session.rollback()
    assert rows(work) == before


def test_thousands_of_facts_take_a_handful_of_statements(work: Work, person: int):
    """The number of statements does not grow with the number of facts."""
    found = []
    event.listen(work.session.get_bind(), "before_cursor_execute", lambda *arguments: found.append(arguments[2]))

    change(work, TERMS, [fact(person, number, FIRST, code=f"t{number}") for number in range(3000)])
    first = len(found)
    change(later(work, days=1), TERMS, [fact(person, number + 1, date(2026, 2, 1), code=f"t{number}") for number in range(3000)])

    assert first <= 4
    assert len(found) - first <= 5
    assert size(work, Term) == 9000


def test_two_sessions_cannot_lay_over_the_same_line(postgresql_url: str, host: Host):
    """The second one waits for the first and lays its fact over what the first has left."""
    database = Database(postgresql_url)
    Model.metadata.create_all(database.engine)
    with database.session() as one, database.session() as two, database.session() as watcher, ThreadPoolExecutor() as pool:
        first, second = Work(session=one, host=host, clock=FixedClock(NOW)), Work(session=two, host=host, clock=FixedClock(NOW))
        found_company(first)
        someone = employee(first, "E3")
        with unit_of_work(one):
            change(first, TERMS, [fact(someone, 100, FIRST)])
            other = pool.submit(change, second, TERMS, [fact(someone, 200, FIRST)])
            while not watcher.scalar(text("select count(*) from pg_locks where locktype = 'advisory' and not granted")):
                watcher.rollback()

        assert other.result().outcomes == {0: "corrected"}
        assert value_on(first, FIRST) == [200]
    database.engine.dispose()


@pytest.mark.parametrize("table", [DepartmentInterval.table, Assignment.table, Term.table], ids=lambda table: table.name)
def test_as_of_needs_both_axes(table):
    """The condition names all four columns, or the open end of knowledge where no moment is given."""
    assert {column.name for column in _columns(as_of(table, FIRST, NOW))} == {"valid_from", "valid_to", "known_from", "known_to"}
    assert {column.name for column in _columns(as_of(table, FIRST))} == {"valid_from", "valid_to", "known_to"}


def _columns(condition):
    return [each for each in iterate(condition) if each.__visit_name__ == "column"]


STEP = st.tuples(st.booleans(), st.integers(0, 11), st.none() | st.integers(1, 12), st.integers(1, 3))
STEPS = st.lists(STEP.filter(lambda step: step[2] is None or step[2] > step[1]), min_size=1, max_size=6)


@settings(max_examples=25)
@given(steps=STEPS)
def test_history_is_never_rewritten(work: Work, person: int, steps):
    """After any changes and revisions every day has one value at every moment of knowledge, and it is the one that was given at that moment."""
    code = f"t{size(work, Term)}"
    days = [FIRST + timedelta(days=number) for number in range(13)]
    at = work
    answers: dict[datetime, list[list[int]]] = {}
    change(at, TERMS, [fact(person, 0, FIRST, code=code)])
    answers[at.clock.now()] = [value_on(work, day, code=code) for day in days]
    for revising, start, end, value in steps:
        at = later(at, seconds=1)
        last = answers[at.clock.now() - timedelta(seconds=1)]

        (revise if revising else change)(at, TERMS, [fact(person, value, days[start], None if end is None else days[end], code)])

        now = answers[at.clock.now()] = [value_on(work, day, code=code) for day in days]
        assert now[:start] == last[:start]
        assert now[start] == [value]
        if end is not None:
            assert now[end:] == last[end:]
    for moment, believed in answers.items():
        assert [value_on(work, day, moment, code) for day in days] == believed
        assert all(len(values) == 1 for values in believed)
