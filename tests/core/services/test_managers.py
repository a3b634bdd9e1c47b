"""Who is whose manager."""

from __future__ import annotations

from datetime import date

import pytest

from bole.access import Actor, Scope, Work
from bole.errors import Forbidden, NotFound
from bole.services.entries import DatedEntry, Entry
from bole.services.managers import manager_of, managers_on
from bole.services.people import assign_employees, register_employees
from bole.services.structure import change_departments, move_department
from tests.core.services.organisation import FOUNDED, NOW, PLACES, employee, found_company, later

MAY = date(2026, 5, 1)


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company."""
    return found_company(work)


def managers(work: Work, on: date, known_at=None) -> dict[str, str]:
    """Number of the manager by number of the employee, one by one and all at once."""
    ids = {number: employee(work, number) for number in PLACES}
    numbers = {identity: number for number, identity in ids.items()}
    one_by_one = {number: found for number, identity in ids.items() if (found := manager_of(work, identity, on, known_at)) is not None}
    at_once = managers_on(work, on, known_at)
    assert {ids[number]: found for number, found in one_by_one.items()} == at_once
    return {number: numbers[found] for number, found in one_by_one.items()}


def test_the_head_of_the_department_or_the_nearest_above_is_the_manager(company: Work):
    """A head answers to the next head above, a department without head to the one above, and the head of all to nobody."""
    assert managers(company, MAY) == {"E2": "E1", "E3": "E2", "E4": "E2", "E5": "E1", "E6": "E1", "E7": "E6"}


def test_a_named_manager_stands_before_the_head(company: Work):
    """From the day on which the assignment names one."""
    assign_employees(later(company, days=1), [DatedEntry("E3", MAY, {"manager": "E7"})])

    assert managers(company, date(2026, 4, 30))["E3"] == "E2"
    assert managers(company, MAY)["E3"] == "E7"
    assert managers(company, MAY, NOW)["E3"] == "E2"


def test_who_heads_both_levels_answers_to_the_level_above(company: Work):
    """Nobody is his or her own manager, however many departments he or she heads."""
    change_departments(company, [DatedEntry("SALES", MAY, {"head": "E2"})])

    assert managers(company, MAY)["E2"] == "E1"
    assert managers(company, MAY)["E5"] == "E2"


def test_a_move_changes_the_managers_below(company: Work):
    """Who is managed through the tree follows the tree."""
    move_department(company, "SALES", "FIN", MAY)

    assert managers(company, MAY)["E2"] == "E6"
    assert managers(company, date(2026, 4, 30))["E2"] == "E1"


def test_who_has_left_manages_nobody(company: Work):
    """The next one above steps in, for heads and for named managers."""
    assign_employees(company, [DatedEntry("E7", FOUNDED, {"manager": "E2"})])
    register_employees(company, [Entry("E2", {"left_on": MAY})])

    assert (managers(company, date(2026, 4, 30))["E3"], managers(company, date(2026, 4, 30))["E7"]) == ("E2", "E2")
    assert (managers(company, MAY)["E3"], managers(company, MAY)["E7"]) == ("E1", "E6")
    assert "E2" not in managers(company, MAY)


def test_before_the_first_assignment_there_is_no_manager(company: Work):
    """Who works nowhere has no manager."""
    assert managers(company, date(2019, 1, 1)) == {}


def test_an_unknown_employee_is_an_error(company: Work):
    """A number that nobody has is told from somebody without manager."""
    with pytest.raises(NotFound, match="no employee has the id 999"):
        manager_of(company, 999, MAY)


def test_managers_are_seen_only_of_those_one_may_see(company: Work):
    """The scope of the permission decides whose manager is told."""
    myself = employee(company, "E3")
    actor = Actor("e3", employee_id=myself, grants={"core.employee.read": Scope.SELF})

    assert managers_on(company.acting_as(actor), MAY) == {myself: employee(company, "E2")}
    with pytest.raises(Forbidden):
        manager_of(company.acting_as(actor), employee(company, "E4"), MAY)
