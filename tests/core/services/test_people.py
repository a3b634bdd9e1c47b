"""Legal entities, employees, and where they work."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bole.access import Actor, Scope, Work
from bole.errors import Forbidden, ProblemsFound
from bole.models import Assignment, Employee, LegalEntity
from bole.services.entries import DatedEntry, Entry
from bole.services.intervals import as_of
from bole.services.people import assign_employees, define_legal_entities, register_employees, revise_assignments
from bole.services.structure import change_positions
from tests.core.services.organisation import ENTITY, FOUNDED, NOW, department, employee, found_company, later, problem_lines, size

MAY, JULY = date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company."""
    return found_company(work)


def places(work: Work, number: str, known_at=None) -> list[tuple[int, date]]:
    """Department and first day of every assignment that an employee has on some first of a month of 2026."""
    table, found = Assignment.table, []
    for month in range(1, 13):
        condition = as_of(table, date(2026, month, 1), known_at) & (table.c.employee_id == employee(work, number))
        found += [tuple(row) for row in work.session.execute(select(table.c.department_id, table.c.valid_from).where(condition))]
    return list(dict.fromkeys(found))


def counts(outcome) -> tuple[int, int, int]:
    """Rows recorded, corrected and unchanged."""
    return outcome.recorded, outcome.corrected, outcome.unchanged


def test_legal_entities_are_entered_once(work: Work):
    """The second time the same entity is unchanged; another name is a correction."""
    assert counts(define_legal_entities(work, [Entry("cn", ENTITY)])) == (1, 0, 0)
    assert counts(define_legal_entities(work, [Entry("cn", ENTITY)])) == (0, 0, 1)
    assert counts(define_legal_entities(work, [Entry("cn", {"name_en": "Verdant Ltd"})])) == (0, 1, 0)
    assert work.session.scalars(select(LegalEntity.name_en)).all() == ["Verdant Ltd"]


def test_a_legal_entity_has_a_country_a_currency_and_a_time_zone(work: Work):
    """Each of the three is checked, all problems come together, and nothing is written."""
    wrong = ENTITY | {"country": "China", "currency": "RMB", "time_zone": "Peking"}

    with pytest.raises(ProblemsFound) as caught:
        define_legal_entities(work, [Entry("a", wrong), Entry("b", {"name_en": "B"})])

    assert problem_lines(caught.value.problems) == [
        (1, "country", "China", "has 5 characters; 2 is the most."),
        (2, "name_zh", "", "is missing."),
        (2, "country", "", "is missing."),
        (2, "currency", "", "is missing."),
        (2, "time_zone", "", "is missing."),
    ]
    assert size(work, LegalEntity) == 0


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("country", "cn", "is not a country."),
        ("currency", "RMB", "unknown currency 'RMB'."),
        ("time_zone", "Asia/Peking", "is not a time zone."),
        ("time_zone", "../etc/passwd", "is not a time zone."),
    ],
)
def test_a_wrong_value_is_named(work: Work, field: str, value: str, reason: str):
    """Country, currency and time zone are codes of their standards."""
    outcome = define_legal_entities(work, [Entry("a", ENTITY | {field: value}), Entry("b", ENTITY)], good_only=True)

    assert problem_lines(outcome.problems) == [(1, field, value, reason)]
    assert outcome.recorded == 1


def test_the_currency_of_an_employer_stays(company: Work):
    """A legal entity that has employees cannot pay in another currency from one day to the next."""
    with pytest.raises(ProblemsFound, match="cn has employees and pays in CNY"):
        define_legal_entities(company, [Entry("cn", {"currency": "USD"})])

    assert company.session.scalars(select(LegalEntity.currency)).all() == ["CNY"]


def test_employees_are_registered_once(company: Work):
    """The same number with the same values is unchanged; another value is a correction; nothing is doubled."""
    same = Entry("E1", {"name_en": "Person E1", "hired_on": FOUNDED, "legal_entity": "cn"})
    other = Entry("E2", {"job_title": "Head of East"})
    new = Entry("E8", {"name_zh": "八", "hired_on": MAY, "legal_entity": "cn"})

    assert counts(register_employees(company, [same, other, new])) == (1, 1, 1)
    assert counts(register_employees(company, [same, other, new])) == (0, 0, 3)
    assert company.session.scalars(select(Employee.job_title).where(Employee.number == "E2")).all() == ["Head of East"]
    assert size(company, Employee) == 8


def test_what_is_not_said_of_an_employee_stays(company: Work):
    """A field that is left out keeps its value; a field that is empty loses it."""
    register_employees(company, [Entry("E1", {"email": "ada@example.com", "phone": "1"})])

    register_employees(company, [Entry("E1", {"phone": None, "name_zh": None})])

    row = company.session.execute(select(Employee.email, Employee.phone, Employee.name_zh).where(Employee.number == "E1")).one()
    assert tuple(row) == ("ada@example.com", None, "")


def test_bad_employees_are_named_and_good_ones_go_in(company: Work):
    """Missing and wrong values are reported by row, column and value."""
    outcome = register_employees(
        company,
        [
            Entry("E20", {"hired_on": MAY, "legal_entity": "cn"}),
            Entry("E21", {"legal_entity": "xx", "hired_on": MAY}),
            Entry("E22", {"name_en": "Nobody"}),
            Entry("E23", {"hired_on": MAY, "left_on": FOUNDED, "legal_entity": "cn"}),
            Entry("E20", {"hired_on": JULY, "legal_entity": "cn"}),
            Entry("E24", {"hired_on": MAY, "legal_entity": "cn", "email": "a\0b"}),
        ],
        good_only=True,
    )

    assert counts(outcome) == (1, 0, 0)
    assert problem_lines(outcome.problems) == [
        (2, "legal_entity", "xx", "no legal entity has this code."),
        (3, "hired_on", "", "is missing."),
        (3, "legal_entity", "", "is missing."),
        (4, "left_on", "2020-01-01", "is not after 2026-05-01, the day of hire."),
        (5, "", "E20", "row 1 says something else of the same."),
        (6, "email", "a\0b", "holds a NUL character."),
    ]


def test_thousands_of_employees_at_once(company: Work):
    """A large batch goes in whole, and is unchanged the second time."""
    entries = [Entry(f"M{number}", {"name_en": f"P{number}", "hired_on": MAY, "legal_entity": "cn"}) for number in range(5000)]

    assert counts(register_employees(company, entries)) == (5000, 0, 0)
    assert counts(register_employees(company, entries)) == (0, 0, 5000)


def test_who_leaves_works_nowhere_from_that_day_on(company: Work):
    """The assignment ends with the employment, and what we believed before stays."""
    register_employees(later(company, days=1), [Entry("E3", {"left_on": MAY})])

    def placed(day: date, known_at=None) -> list[int]:
        return sorted(company.session.scalars(select(Assignment.employee_id).where(as_of(Assignment.table, day, known_at))))

    everybody = placed(FOUNDED)
    assert placed(date(2026, 4, 30)) == everybody
    assert placed(MAY) == [each for each in everybody if each != employee(company, "E3")]
    assert placed(MAY, NOW) == everybody


def test_an_assignment_holds_from_its_day_on(company: Work):
    """A transfer changes the department from that day on."""
    outcome = assign_employees(later(company, days=1), [DatedEntry("E3", MAY, {"department": "FIN"})])

    assert counts(outcome) == (1, 0, 0)
    assert places(company, "E3") == [(department(company, "EAST"), FOUNDED), (department(company, "FIN"), MAY)]
    assert places(company, "E3", NOW) == [(department(company, "EAST"), FOUNDED)]


def test_an_assignment_may_say_only_what_becomes_different(company: Work):
    """A new manager leaves department and position as they are."""
    change_positions(company, [DatedEntry("REP", FOUNDED, {"department": "EAST"})])
    assign_employees(company, [DatedEntry("E3", MAY, {"position": "REP"})])

    assign_employees(later(company, days=1), [DatedEntry("E3", JULY, {"manager": "E5"})])

    table = Assignment.table
    query = select(table.c.department_id, table.c.position_id.is_not(None), table.c.manager_id)
    row = company.session.execute(query.where(as_of(table, JULY), table.c.employee_id == employee(company, "E3"))).one()
    assert tuple(row) == (department(company, "EAST"), True, employee(company, "E5"))


def test_bad_assignments_are_named_and_good_ones_go_in(company: Work):
    """Unknown names, wrong order, overlaps, people who have left: each with row, column, value and reason."""
    register_employees(company, [Entry("E7", {"left_on": MAY})])
    outcome = assign_employees(
        later(company, days=1),
        [
            DatedEntry("E99", MAY, {"department": "FIN"}),
            DatedEntry("E2", MAY, {"department": "NOWHERE", "position": "P", "manager": "E98"}),
            DatedEntry("E3", JULY, {"department": "FIN"}, MAY),
            DatedEntry("E4", MAY, {"department": "FIN"}, JULY),
            DatedEntry("E4", date(2026, 6, 1), {"department": "SALES"}),
            DatedEntry("E5", MAY, {"manager": "E5"}),
            DatedEntry("E7", JULY, {"department": "SALES"}),
            DatedEntry("E7", date(2026, 2, 1), {"department": "SALES"}, JULY),
            DatedEntry("E6", date(2019, 5, 1), {"department": "FIN"}),
            DatedEntry("E6", MAY, {"department": None}),
            DatedEntry("E1", MAY, {"department": "SALES"}),
        ],
        good_only=True,
    )

    assert counts(outcome) == (2, 0, 0)
    assert problem_lines(outcome.problems) == [
        (1, "employee", "E99", "no employee has this number."),
        (2, "department", "NOWHERE", "no department has this code."),
        (2, "position", "P", "no position has this code."),
        (2, "manager", "E98", "no employee has this number."),
        (3, "valid_to", "2026-05-01", "is not after 2026-07-01, the day from which it is said to hold."),
        (5, "valid_from", "2026-06-01", "overlaps row 4, which says what holds from 2026-05-01 to 2026-07-01."),
        (6, "manager", "E5", "nobody is his or her own manager."),
        (7, "valid_from", "2026-07-01", "employee E7 has left on 2026-05-01."),
        (8, "valid_to", "2026-07-01", "employee E7 has left on 2026-05-01."),
        (9, "department", "FIN", "the department 'FIN' does not exist on 2019-05-01."),
        (10, "department", "", "cannot be empty."),
    ]
    assert places(company, "E1")[-1] == (department(company, "SALES"), MAY)
    assert places(company, "E2") == [(department(company, "EAST"), FOUNDED)]


def test_a_history_with_an_open_end_is_the_same_the_second_time(company: Work):
    """Rows with and without end, also of somebody who has left, change nothing when they come again."""
    history = [
        DatedEntry("E3", date(2026, 2, 1), {"department": "FIN"}, date(2026, 4, 1)),
        DatedEntry("E3", date(2026, 4, 1), {"department": "SALES"}),
        DatedEntry("E7", FOUNDED, {"department": "HQ"}),
    ]
    register_employees(company, [Entry("E7", {"left_on": MAY})])
    assert counts(assign_employees(later(company, days=1), history)) == (2, 1, 0)
    before = size(company, Assignment)

    assert counts(assign_employees(later(company, days=2), history)) == (0, 0, 3)
    assert size(company, Assignment) == before


def test_a_wrong_assignment_is_revised(company: Work):
    """The correction holds for the days it names, and the old belief stays known."""
    revise_assignments(later(company, days=1), [DatedEntry("E3", date(2026, 2, 1), {"department": "FIN"}, date(2026, 4, 1))])

    east, finance = department(company, "EAST"), department(company, "FIN")
    assert places(company, "E3") == [(east, FOUNDED), (finance, date(2026, 2, 1)), (east, date(2026, 4, 1))]
    assert places(company, "E3", NOW) == [(east, FOUNDED)]


@pytest.mark.parametrize("grants", [{}, {"core.employee.write": Scope.UNIT, "core.org.write": Scope.REPORTS}], ids=["none", "not for the company"])
def test_writing_takes_the_permission_for_the_company(company: Work, grants):
    """Without it nothing is written."""
    somebody = company.acting_as(Actor("somebody", employee_id=1, grants=grants))
    before = size(company, Employee), size(company, Assignment)

    for call in (
        lambda: register_employees(somebody, [Entry("E50", {"hired_on": MAY, "legal_entity": "cn"})]),
        lambda: assign_employees(somebody, [DatedEntry("E3", MAY, {"department": "FIN"})]),
        lambda: define_legal_entities(somebody, [Entry("us", ENTITY)]),
    ):
        with pytest.raises(Forbidden):
            call()

    assert (size(company, Employee), size(company, Assignment)) == before
