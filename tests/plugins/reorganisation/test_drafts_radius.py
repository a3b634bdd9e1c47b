"""The blast radius of a draft: whom it touches, whose manager becomes another, who sees whom."""

from __future__ import annotations

import pytest

from bole.access import Actor, Scope, Work
from bole.contracts.impact import Reorganisation, Touched
from bole.contracts.label import Label
from bole.errors import Forbidden
from bole.services.entries import DatedEntry, Entry
from bole.services.managers import managers_on
from bole.services.people import register_employees
from bole.services.structure import change_departments, change_positions
from bole_reorganisation.drafts import activate_draft, blast_radius, draft_changes
from bole_reorganisation.drafts.impacts import assess_scopes
from bole_reorganisation.drafts.standing import weighed
from tests.core.services.organisation import employee, later
from tests.plugins.reorganisation.reorganising import NEXT_MONTH, TODAY, department, drafted, person, post


def radius(work: Work, code: str) -> dict[str, tuple[int, list[str]]]:
    """What of the plugin's own a draft touches: count and items by kind."""
    found = blast_radius(work, code)
    return {each.code.partition(".")[2]: (each.count, [item.en for item in each.items]) for each in found if each.code.startswith("reorganisation.")}


def touched(work: Work, code: str) -> dict[str, str]:
    """The numbers of all whom a draft touches, with the department in which they would work."""
    change = weighed(draft_changes(work, code), work, TODAY)
    numbers = {employee(work, f"E{place}"): f"E{place}" for place in range(1, 8)}
    assert list(change.employees) == sorted(change.employees) == list(change.departments)
    return {numbers[who]: place for who, place in change.departments.items()}


def test_a_moved_department_touches_all_below_it(company: Work):
    """Nobody works elsewhere, but the way up is another, and with it managers and sight."""
    drafted(company, "plan", department("SALES", parent="FIN"))

    assert touched(company, "plan") == {"E2": "EAST", "E3": "EAST", "E4": "EAST", "E5": "SALES"}
    assert radius(company, "plan") == {
        "people": (0, []),
        "along": (4, ["Person E2 (E2): East", "Person E3 (E3): East", "Person E4 (E4): East", "Person E5 (E5): Sales"]),
        "managers": (2, ["Person E2 (E2): Person E1 (E1) → Person E6 (E6)", "Person E5 (E5): Person E1 (E1) → Person E6 (E6)"]),
        "scopes": (1, ["Person E6 (E6): sees 4 more"]),
    }


def test_another_head_manages_and_sees_others(company: Work):
    """Only those whose nearest head it was get another manager; all below are seen by the new one."""
    drafted(company, "plan", department("HQ", head="E6"))

    assert touched(company, "plan") == {"E1": "HQ", "E2": "EAST", "E5": "SALES", "E6": "FIN"}
    assert radius(company, "plan") == {
        "people": (0, []),
        "along": (0, []),
        "managers": (
            4,
            [
                "Person E1 (E1): nobody → Person E6 (E6)",
                "Person E2 (E2): Person E1 (E1) → Person E6 (E6)",
                "Person E5 (E5): Person E1 (E1) → Person E6 (E6)",
                "Person E6 (E6): Person E1 (E1) → nobody",
            ],
        ),
        "scopes": (2, ["Person E1 (E1): sees 6 no longer", "Person E6 (E6): sees 5 more"]),
    }


def test_people_who_move_are_named(company: Work):
    """With where from and where to; a named manager is a manager and sees."""
    change_positions(company, [DatedEntry("P1", TODAY, {"department": "FIN"})])
    drafted(later(company, hours=1), "plan", person("E3", department="FIN", position="P1", manager="E7"), person("E5"))

    assert touched(company, "plan") == {"E3": "FIN", "E5": ""}
    assert radius(company, "plan") == {
        "people": (2, ["Person E3 (E3): East → Finance (P1)", "Person E5 (E5): Sales → no department"]),
        "along": (0, []),
        "managers": (2, ["Person E3 (E3): Person E2 (E2) → Person E7 (E7)", "Person E5 (E5): Person E1 (E1) → nobody"]),
        "scopes": (
            4,
            ["Person E1 (E1): sees 1 no longer", "Person E2 (E2): sees 1 no longer", "Person E6 (E6): sees 1 more", "Person E7 (E7): sees 1 more"],
        ),
    }


def test_names_touch_nobody(company: Work):
    """Neither does a post's title; where a post stands does."""
    change_positions(company, [DatedEntry("P1", TODAY, {"department": "FIN"})])
    work = later(company, hours=1)
    drafted(work, "first", department("EAST", name_en="Far east"), post("P1", title_en="Clerk"), department("WEST", parent="HQ"))
    drafted(work, "second", person("E7", position="P1"))
    activate_draft(work, "second")
    drafted(later(work, hours=1), "third", post("P1", grade="9"))

    assert touched(work, "first") == {}
    assert touched(later(work, hours=2), "third") == {"E7": "FIN"}


def test_who_has_left_manages_nobody(company: Work):
    """Neither before nor after."""
    register_employees(company, [Entry("E2", {"left_on": TODAY})])
    drafted(company, "plan", department("EAST", head="E3"))

    assert radius(company, "plan")["managers"] == (1, ["Person E4 (E4): Person E1 (E1) → Person E3 (E3)"])


def test_managers_are_those_of_the_core(company: Work):
    """What is told before is what the core tells afterwards."""
    change_departments(company, [DatedEntry("LAB", TODAY, {"parent": "EAST", "head": "E4"})])
    work = later(company, hours=1)
    drafted(
        work,
        "plan",
        department("EAST", parent="FIN", head="E3"),
        department("LAB", parent="HQ"),
        person("E7", department="LAB"),
        person("E5", department="EAST"),
    )
    before = managers_on(work, TODAY)
    told = radius(work, "plan")["managers"]

    activate_draft(work, "plan")

    after = managers_on(later(work, hours=1), TODAY)
    numbers = {employee(work, f"E{place}"): f"E{place}" for place in range(1, 8)}
    called = {who: f"Person {number} ({number})" for who, number in numbers.items()}
    differ = [
        f"{name}: {called.get(before.get(who, 0), 'nobody')} → {called.get(after.get(who, 0), 'nobody')}"
        for who, name in called.items()
        if before.get(who) != after.get(who)
    ]
    assert differ == [
        "Person E2 (E2): Person E1 (E1) → Person E3 (E3)",
        "Person E3 (E3): Person E2 (E2) → Person E6 (E6)",
        "Person E4 (E4): Person E2 (E2) → Person E3 (E3)",
        "Person E5 (E5): Person E1 (E1) → Person E3 (E3)",
        "Person E7 (E7): Person E6 (E6) → Person E4 (E4)",
    ]
    assert told == (5, differ)


def test_what_others_ask_is_the_same(company: Work):
    """Whoever gives the plain change only is told the same."""
    drafted(company, "plan", department("SALES", parent="FIN"))
    change = weighed(draft_changes(company, "plan"), company, TODAY)

    plain = Reorganisation(change.on, change.diff, change.employees, change.departments)

    assert (
        assess_scopes(company, plain)
        == assess_scopes(company, change)
        == Touched(1, (Label("Person E6（E6）：新增可见 4 人", "Person E6 (E6): sees 4 more"),))
    )


def test_every_kind_is_told_once(company: Work):
    """The core's and the plugin's, in the order of the plugins; what is not touched is zero."""
    drafted(company, "plan", department("EAST", name_en="Far east"))

    found = blast_radius(company, "plan", on=NEXT_MONTH)

    assert [each.code for each in found] == list(company.host.registry.org_impacts)
    assert {"reorganisation.people", "reorganisation.managers", "reorganisation.scopes", "core.payouts"} <= {each.code for each in found}
    assert {each.count for each in found} == {0}


def test_the_radius_takes_the_sight_of_drafts(company: Work):
    """It tells what is planned."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    with pytest.raises(Forbidden):
        blast_radius(company.acting_as(Actor("eve", grants={"core.org.read": Scope.COMPANY})), "plan")


def test_people_are_numbers_to_whom_their_names_are_hidden(company: Work):
    """Whoever may see drafts and no employees reads numbers; whoever may see one of them reads that one's name."""
    drafted(company, "plan", department("SALES", parent="FIN"))
    grants = dict.fromkeys(("core.org.read", "reorganisation.draft.write"), Scope.COMPANY)

    blind = company.acting_as(Actor("planner", grants=grants))
    own = company.acting_as(Actor("e2", employee_id=employee(company, "E2"), grants=grants | {"core.employee.read": Scope.SELF}))

    assert radius(blind, "plan")["managers"] == (2, ["E2: E1 → E6", "E5: E1 → E6"])
    assert radius(own, "plan")["managers"] == (2, ["Person E2 (E2): E1 → E6", "E5: E1 → E6"])
