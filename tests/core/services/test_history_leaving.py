"""Rolling back, restoring and recording structures when people have left: nobody comes back to work by it."""

from __future__ import annotations

from datetime import date

import pytest

from bole.access import Work
from bole.errors import ProblemsFound
from bole.org import Change, Part
from bole.services.entries import DatedEntry, Entry
from bole.services.history import apply_changes, foresee_roll_back, roll_back
from bole.services.orgstates import read_structure
from bole.services.people import assign_employees, register_employees
from bole.services.structure import change_departments
from bole.services.versions import open_version
from tests.core.services.organisation import later
from tests.core.services.test_history import NEXT_MONTH, TODAY, company, moved

__all__ = ["company"]


def test_who_has_left_does_not_come_back_to_work(company: Work):
    """Neither by restoring an earlier structure nor by rolling the departure back; others do come back."""
    moved(company, "EAST", "HQ", date(2026, 3, 1))
    register_employees(later(company, hours=1), [Entry("E3", {"left_on": TODAY})])
    assign_employees(later(company, hours=2), [DatedEntry("E4", TODAY, {"department": "FIN"})])

    roll_back(later(company, hours=3), "move-EAST", restore=True)

    placed = read_structure(company, TODAY).assignments
    assert "E3" not in placed
    assert placed["E4"]["department"] == "EAST"


def test_a_version_can_be_rolled_back_after_somebody_of_it_has_left(company: Work):
    """His or her place is left alone, and everybody else's is taken back."""
    number = open_version(company, "transfers", TODAY)
    assign_employees(company, [DatedEntry(who, TODAY, {"department": "FIN"}) for who in ("E3", "E4")], version=number)
    register_employees(later(company, hours=1), [Entry("E3", {"left_on": TODAY})])

    roll_back(later(company, hours=2), "transfers")

    placed = read_structure(company, TODAY).assignments
    assert (placed.get("E3"), placed["E4"]["department"]) == (None, "EAST")


def test_a_head_who_has_left_does_not_come_back(company: Work):
    """The department comes back without one."""
    number = open_version(company, "head", TODAY)
    change_departments(company, [DatedEntry("EAST", TODAY, {"head": "E4"})], version=number)
    register_employees(later(company, hours=1), [Entry("E2", {"left_on": TODAY})])

    roll_back(later(company, hours=2), "head")

    assert read_structure(company, TODAY).departments["EAST"]["head"] is None


def test_nobody_is_put_to_work_after_leaving(company: Work):
    """Changes and snapshots that say so are refused; an open end ends when he or she leaves."""
    register_employees(company, [Entry("E3", {"left_on": TODAY}), Entry("E4", {"left_on": NEXT_MONTH})])
    facts = {"department": "FIN", "position": None, "manager": None}
    work = later(company, hours=1)

    with pytest.raises(ProblemsFound, match="E3 has left on 2026-10-15"):
        apply_changes(work, [Change(Part.ASSIGNMENT, "E3", None, facts)], TODAY, version=open_version(work, "wrong", TODAY))
    old = read_structure(work, TODAY).assignments["E4"]
    right = open_version(later(work, hours=1), "right", TODAY)
    apply_changes(later(work, hours=1), [Change(Part.ASSIGNMENT, "E4", old, facts)], TODAY, version=right)

    assert read_structure(work, TODAY).assignments["E4"] == facts
    assert "E4" not in read_structure(work, NEXT_MONTH).assignments


def test_who_was_hired_since_stays_where_he_or_she_works(company: Work):
    """An earlier structure that comes back puts nobody out; what it would change is told before, and is what it changes."""
    moved(company, "EAST", "HQ", date(2026, 3, 1))
    register_employees(later(company, hours=1), [Entry("E8", {"name_en": "New", "hired_on": date(2026, 5, 1), "legal_entity": "cn"})])
    assign_employees(later(company, hours=2), [DatedEntry("E8", date(2026, 5, 1), {"department": "EAST"})])
    assign_employees(later(company, hours=3), [DatedEntry("E4", TODAY, {"department": "FIN"})])
    work = later(company, hours=4)
    foreseen = foresee_roll_back(work, "move-EAST", restore=True)

    done = roll_back(work, "move-EAST", restore=True)

    assert read_structure(company, TODAY).assignments["E8"]["department"] == "EAST"
    assert [change.code for change in foreseen] == ["E4"]
    assert foreseen == done.diff
