"""Departments and positions as of any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select, text

from bole.access import Actor, Scope, Work
from bole.db import Database
from bole.errors import Forbidden, ProblemsFound
from bole.host import Host
from bole.models import Department, DepartmentInterval, Model, OrgVersion, Position, PositionInterval
from bole.services.entries import DatedEntry
from bole.services.people import assign_employees
from bole.services.structure import (
    Headcount,
    change_departments,
    change_positions,
    department_tree,
    headcount,
    headcounts,
    move_department,
    revise_departments,
    revise_positions,
    subtree,
    subtree_ids,
)
from tests.core.services.organisation import FOUNDED, NOW, department, found_company, later, problem_lines, size

MAY = date(2026, 5, 1)


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company."""
    return found_company(work)


def tree(work: Work, on: date, known_at=None) -> list[tuple[str, int]]:
    """Code and depth of every department."""
    return [(node.code, node.depth) for node in department_tree(work, on, known_at)]


def refused(call, *arguments, **keywords) -> list[tuple[int, str, str, str]]:
    """The problems for which a call is refused."""
    with pytest.raises(ProblemsFound) as caught:
        call(*arguments, **keywords)
    return problem_lines(caught.value.problems)


def test_the_tree_of_a_day(company: Work):
    """Parents stand before their children, siblings in order of code."""
    assert tree(company, FOUNDED) == [("HQ", 0), ("FIN", 1), ("SALES", 1), ("EAST", 2)]


def test_before_its_foundation_there_is_no_company(company: Work):
    """On a day before all others the tree is empty."""
    assert tree(company, date(2019, 12, 31)) == []


def test_a_node_says_what_held(company: Work):
    """Names, parent and head are those of the day."""
    change_departments(later(company, days=1), [DatedEntry("EAST", MAY, {"name_en": "East China", "name_zh": "华东"})])

    before, after = ({node.code: node for node in department_tree(company, day)}["EAST"] for day in (date(2026, 4, 30), MAY))

    assert (before.name_en, before.name_zh, after.name_en, after.name_zh) == ("East", "", "East China", "华东")
    assert (after.parent_id, after.head_id) == (department(company, "SALES"), before.head_id)


def test_a_move_takes_the_subtree_along(company: Work):
    """From the day of the move the department hangs elsewhere with all below it; the day before it does not."""
    move_department(later(company, days=1), "SALES", "FIN", MAY)

    assert tree(company, date(2026, 4, 30)) == [("HQ", 0), ("FIN", 1), ("SALES", 1), ("EAST", 2)]
    assert tree(company, MAY) == [("HQ", 0), ("FIN", 1), ("SALES", 2), ("EAST", 3)]


def test_a_move_is_one_row(company: Work):
    """Nothing is written for what hangs below: one row is closed, its shortened self and the new one are written."""
    before = size(company, DepartmentInterval)

    move_department(later(company, days=1), "SALES", "FIN", MAY)

    assert size(company, DepartmentInterval) == before + 2


def test_what_we_believed_of_the_tree(company: Work):
    """Asked with a moment before the move, the tree of after the move is the old one."""
    move_department(later(company, days=1), "SALES", "FIN", MAY)

    assert tree(company, MAY, NOW) == [("HQ", 0), ("FIN", 1), ("SALES", 1), ("EAST", 2)]


def test_a_revision_changes_the_past(company: Work):
    """A department that was entered under the wrong parent was never there."""
    revise_departments(later(company, days=1), [DatedEntry("FIN", FOUNDED, {"parent": "SALES"})])

    assert tree(company, FOUNDED) == [("HQ", 0), ("SALES", 1), ("EAST", 2), ("FIN", 2)]
    assert company.session.scalar(select(OrgVersion.code).order_by(OrgVersion.id.desc()).limit(1)).startswith("revision-")


def test_a_ring_is_refused_with_the_way_that_leads_round(company: Work):
    """A department cannot be put below what hangs below it, and nothing is written."""
    before = size(company, DepartmentInterval)

    problems = refused(move_department, company, "SALES", "EAST", MAY)

    assert problems == [(1, "parent", "EAST", "from 2026-05-01 on it would stand above itself: SALES → EAST → SALES.")]
    assert size(company, DepartmentInterval) == before


def test_a_ring_that_would_close_later_is_refused(company: Work):
    """A move that collides with one planned for a later day names that day."""
    move_department(company, "FIN", "EAST", date(2026, 9, 1))

    problems = refused(move_department, later(company, days=1), "SALES", "FIN", MAY)

    assert problems == [(1, "parent", "FIN", "from 2026-09-01 on it would stand above itself: SALES → FIN → EAST → SALES.")]


def test_a_department_is_not_its_own_parent(company: Work):
    """The shortest ring is one."""
    assert refused(move_department, company, "SALES", "SALES", MAY) == [
        (1, "parent", "SALES", "from 2026-05-01 on it would stand above itself: SALES → SALES.")
    ]


def test_children_may_come_before_their_parents(work: Work):
    """The order of entries does not matter."""
    outcome = change_departments(work, [DatedEntry("B", FOUNDED, {"parent": "A"}), DatedEntry("A", FOUNDED, {})])

    assert (outcome.recorded, tree(work, FOUNDED)) == (2, [("A", 0), ("B", 1)])


def test_good_departments_go_in_although_others_are_bad(work: Work):
    """Each bad one is reported with its reason; whatever would hang below it is bad, too."""
    entries = [
        DatedEntry("A", FOUNDED, {}),
        DatedEntry("B", FOUNDED, {"parent": "NOWHERE"}),
        DatedEntry("C", FOUNDED, {"parent": "B"}),
        DatedEntry("D", FOUNDED, {"parent": "A", "head": "E99", "legal_entity": "xx"}),
        DatedEntry("E", FOUNDED, {"parent": "F"}),
        DatedEntry("F", FOUNDED, {"parent": "E"}),
        DatedEntry("G", FOUNDED, {"parent": "A"}, date(2019, 1, 1)),
        DatedEntry("", FOUNDED, {}),
        DatedEntry("H", FOUNDED, {"name_en": "x" * 121, "colour": "red"}),
        DatedEntry("I", FOUNDED, {"parent": "A"}),
    ]

    outcome = change_departments(work, entries, good_only=True)

    assert (outcome.recorded, outcome.unchanged) == (2, 0)
    assert problem_lines(outcome.problems) == [
        (2, "parent", "NOWHERE", "no department has this code."),
        (3, "parent", "B", "no department has this code."),
        (4, "head", "E99", "no employee has this number."),
        (4, "legal_entity", "xx", "no legal entity has this code."),
        (5, "parent", "F", "from 2020-01-01 on it would stand above itself: E → F → E."),
        (6, "parent", "E", "from 2020-01-01 on it would stand above itself: E → F → E."),
        (7, "valid_to", "2019-01-01", "is not after 2020-01-01, the day from which it is said to hold."),
        (8, "code", "", "is missing."),
        (9, "name_en", "x" * 121, "has 121 characters; 120 is the most."),
        (9, "colour", "red", "a department has no such field."),
    ]
    assert tree(work, FOUNDED) == [("A", 0), ("I", 1)]
    assert set(work.session.scalars(select(Department.code))) == {"A", "I"}


def test_all_or_nothing_is_the_rule(work: Work):
    """Without being asked for the good ones alone, one bad entry keeps all of them out."""
    with pytest.raises(ProblemsFound, match="1 problem\\(s\\) in 2 department\\(s\\); nothing was recorded") as caught:
        change_departments(work, [DatedEntry("A", FOUNDED, {}), DatedEntry("B", FOUNDED, {"parent": "X"})])

    assert caught.value.code == "core.departments_refused"
    assert (size(work, Department), size(work, DepartmentInterval), size(work, OrgVersion)) == (0, 0, 0)


def test_a_parent_must_exist_for_as_long(company: Work):
    """A department cannot be older than the one above it."""
    problems = refused(change_departments, company, [DatedEntry("NEW", date(2019, 1, 1), {"parent": "HQ"})])

    assert problems == [(1, "parent", "HQ", "the department 'HQ' does not exist on 2019-01-01.")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("HQ", "the department 'SALES' still names it as its parent on 2026-05-01.", id="a department below"),
        pytest.param("FIN", "the assignment of employee 'E6' still names it as its department on 2026-05-01.", id="people"),
    ],
)
def test_what_is_needed_cannot_be_closed(company: Work, code: str, reason: str):
    """A department is closed only when nothing hangs below it and nobody works there."""
    change_departments(company, [DatedEntry("FIN", date(2026, 4, 1), {"parent": "SALES"})])

    assert refused(change_departments, later(company, days=1), [DatedEntry(code, MAY, None)]) == [(1, "valid_to", "", reason)]


def test_an_empty_department_can_be_closed(company: Work):
    """It is gone from that day on; the day before it is there."""
    assign_employees(company, [DatedEntry(number, MAY, {"department": "SALES"}) for number in ("E2", "E3", "E4")])

    change_departments(later(company, days=1), [DatedEntry("EAST", MAY, None)])

    assert tree(company, date(2026, 4, 30))[-1] == ("EAST", 2)
    assert tree(company, MAY) == [("HQ", 0), ("FIN", 1), ("SALES", 1)]


def test_saying_it_again_changes_nothing(company: Work):
    """The same departments a second time are unchanged, and no version is made."""
    before = size(company, OrgVersion), size(company, DepartmentInterval)

    outcome = change_departments(later(company, days=1), [DatedEntry("EAST", FOUNDED, {"name_en": "East", "parent": "SALES", "head": "E2"})])

    assert (outcome.recorded, outcome.corrected, outcome.unchanged) == (0, 0, 1)
    assert (size(company, OrgVersion), size(company, DepartmentInterval)) == before


def test_two_entries_of_one_day_must_agree(company: Work):
    """The second entry that says something else is refused; one that says the same counts as unchanged."""
    entries = [DatedEntry("EAST", MAY, {"name_en": "A"}), DatedEntry("EAST", MAY, {"name_en": "B"}), DatedEntry("EAST", MAY, {"name_en": "A"})]

    outcome = change_departments(company, entries, good_only=True)

    assert (outcome.recorded, outcome.unchanged) == (1, 1)
    assert problem_lines(outcome.problems) == [(2, "", "EAST 2026-05-01", "row 1 says something else of the same.")]


def test_subtree(company: Work):
    """A subtree holds the department and all below it on that day."""
    move_department(later(company, days=1), "EAST", "FIN", MAY)
    sales, east, finance = (department(company, code) for code in ("SALES", "EAST", "FIN"))

    assert subtree_ids(company, sales, FOUNDED) == tuple(sorted([sales, east]))
    assert subtree_ids(company, sales, MAY) == (sales,)
    assert subtree_ids(company, sales, MAY, NOW) == tuple(sorted([sales, east]))
    assert subtree_ids(company, finance, MAY) == tuple(sorted([finance, east]))


def test_headcount_of_a_subtree(company: Work):
    """All who work in the department or below it count, as of the day and as known then."""
    assign_employees(later(company, days=1), [DatedEntry("E4", MAY, {"department": "FIN"})])
    sales = department(company, "SALES")

    assert headcount(company, sales, FOUNDED) == 4
    assert headcount(company, sales, MAY) == 3
    assert headcount(company, sales, MAY, NOW) == 4


def test_headcounts_of_all(company: Work):
    """Each department has its own people and the total of its subtree."""
    expected = {"HQ": (1, 7), "FIN": (2, 2), "SALES": (1, 4), "EAST": (3, 3)}

    found = headcounts(company, FOUNDED)

    assert found == tuple(Headcount(department(company, code), *expected[code]) for code in ("HQ", "FIN", "SALES", "EAST"))


def test_positions_have_a_line_of_their_own(company: Work):
    """A position reports to another one, and the line must not be a ring."""
    supervisor = DatedEntry("SUP", FOUNDED, {"department": "SALES", "title_en": "Sales supervisor"})
    change_positions(company, [supervisor, DatedEntry("REP", FOUNDED, {"department": "EAST", "reports_to": "SUP"})])

    problems = refused(change_positions, company, [DatedEntry("SUP", MAY, {"reports_to": "REP"})])

    assert problems == [(1, "reports_to", "REP", "from 2026-05-01 on it would stand above itself: SUP → REP → SUP.")]
    assert size(company, PositionInterval) == 2


def test_a_new_position_needs_a_department(company: Work):
    """Without department there is nothing to record, and no identity stays behind."""
    problems = refused(change_positions, company, [DatedEntry("REP", FOUNDED, {"title_en": "Representative"})])

    assert problems == [(1, "valid_from", "", "nothing is known to hold on 2020-01-01 that could be changed in part.")]
    assert size(company, Position) == 0


def test_a_position_can_be_revised(company: Work):
    """A grade that was wrong from the beginning is corrected for its whole time."""
    change_positions(company, [DatedEntry("REP", FOUNDED, {"department": "EAST", "grade": "A"})])

    outcome = revise_positions(later(company, days=1), [DatedEntry("REP", FOUNDED, {"grade": "B"})])

    assert outcome.corrected == 1


def test_the_subtree_is_sought_by_index(sqlite_url: str, host: Host):
    """SQLite seeks the children of each department in the index made for it, and builds none of its own."""
    database = Database(sqlite_url)
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        tree = subtree(session, literal(1), MAY)
        statement = select(tree.c.id).compile(database.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in session.execute(text(f"explain query plan {statement}"))]

    steps = [step for step in plan if "child" in step]
    assert len(steps) == 1
    assert "ix_core_department_interval_parent_id_valid_from_valid_to_department_id (parent_id=? AND valid_from<?)" in steps[0]
    assert not [step for step in plan if "AUTOMATIC" in step or "BLOOM" in step]
    database.engine.dispose()


CODES = "ABCDEF"
MOVES = st.lists(st.tuples(st.sampled_from(CODES), st.none() | st.sampled_from(CODES), st.integers(0, 5), st.booleans()), max_size=8)


@settings(max_examples=25)
@given(moves=MOVES)
def test_whatever_is_moved_it_stays_a_tree(work: Work, moves):
    """After any moves and revisions of six departments all six hang in the tree of every day; what would make a ring is refused."""
    prefix = f"{size(work, Department)}-"
    days = [FOUNDED + timedelta(days=number) for number in range(7)]
    change_departments(work, [DatedEntry(prefix + code, FOUNDED, {}) for code in CODES])
    for code, parent, start, revising in moves:
        entry = DatedEntry(prefix + code, days[start], {"parent": parent and prefix + parent})

        outcome = (revise_departments if revising else change_departments)(work, [entry], good_only=True)

        assert all("stand above itself" in problem.reason for problem in outcome.problems)
        for day in days:
            assert {node.code for node in department_tree(work, day) if node.code.startswith(prefix)} == {prefix + each for each in CODES}


@pytest.mark.parametrize("scope", [None, Scope.UNIT], ids=["without permission", "for the unit only"])
def test_changing_the_structure_takes_the_whole_company(company: Work, scope: Scope | None):
    """Who may not change the organisation, or only a part of it, changes nothing."""
    actor = Actor("somebody", employee_id=1, grants={} if scope is None else {"core.org.write": scope})
    before = size(company, DepartmentInterval)

    with pytest.raises(Forbidden):
        move_department(company.acting_as(actor), "SALES", "FIN", MAY)

    assert size(company, DepartmentInterval) == before
