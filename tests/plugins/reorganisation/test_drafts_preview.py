"""Looking at a draft beside what is live: what merges, what is in conflict, what would be wrong, what is planned already."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bole.access import Actor, Scope, Work
from bole.errors import Forbidden, ProblemsFound
from bole.org import OrgSnapshot, Part, Severity, Structure
from bole.services.entries import DatedEntry, Entry
from bole.services.history import record_structure
from bole.services.orgstates import read_structure
from bole.services.people import assign_employees, register_employees
from bole.services.structure import change_departments, change_positions, move_department
from bole_reorganisation.charts import chart
from bole_reorganisation.drafts import (
    Choice,
    EditedMeanwhile,
    Preview,
    activate_draft,
    draft_changes,
    draft_lines,
    draft_note,
    draft_structure,
    edit_draft,
    preview,
    resolve_conflicts,
)
from tests.core.services.organisation import later
from tests.plugins.reorganisation.reorganising import NEXT_MONTH, TODAY, department, drafted, person, post


def found(shown: Preview) -> list[tuple[str, str, str]]:
    """Severity, kind and code of every finding."""
    return [(finding.severity.value, finding.code, finding.key) for finding in shown.findings]


def test_a_preview_tells_what_would_become_different(company: Work):
    """In changes and in words, with what moves along."""
    drafted(company, "plan", department("SALES", parent="FIN"), department("FIN", head="E7"), person("E5", department="EAST"))

    shown = preview(company, "plan", on=NEXT_MONTH)

    assert (shown.on, shown.revision, shown.live_version_code, shown.conflicts) == (NEXT_MONTH, 1, "change-2", ())
    assert shown.changes == draft_changes(company, "plan")
    assert [each.sentence.en for each in shown.lines] == [
        "Sales moved from Head office to Finance, with 1 department below it",
        "Finance is now headed by Person E7 instead of Person E6",
        "Person E5 moved from Sales to East",
    ]
    assert preview(company, "plan").on == TODAY


def test_what_others_changed_elsewhere_is_no_conflict(company: Work):
    """Other records, and other fields of the same, go together; what is so already is done."""
    drafted(company, "plan", department("EAST", parent="HQ", name_en="Far east"), department("FIN", head="E7"))
    work = later(company, hours=1)
    change_departments(
        work, [DatedEntry("EAST", TODAY, {"head": "E4"}), DatedEntry("FIN", TODAY, {"head": "E7"}), DatedEntry("SALES", TODAY, {"head": "E5"})]
    )

    shown = preview(later(work, hours=1), "plan")

    assert shown.conflicts == ()
    assert [(change.code, change.fields, change.before["head"]) for change in shown.changes if change.before] == [
        ("EAST", ("name_en", "parent"), "E4")
    ]


@pytest.fixture
def conflicting(company: Work) -> Work:
    """A draft and the organisation that both changed the same since it began."""
    drafted(company, "plan", department("EAST", parent="HQ", head="E3"), department("SALES", name_en="Selling"), department("NEW", parent="HQ"))
    work = later(company, hours=1)
    change_departments(work, [DatedEntry("EAST", TODAY, {"parent": "FIN", "head": "E4"}), DatedEntry("NEW", TODAY, {"parent": "FIN"})])
    return later(work, hours=1)


def test_conflicts_name_both_sides(conflicting: Work):
    """What nobody disputes is merged already."""
    shown = preview(conflicting, "plan")

    assert [(each.code, each.field, each.base, each.draft, each.live) for each in shown.conflicts] == [
        ("EAST", "parent", "SALES", "HQ", "FIN"),
        ("EAST", "head", "E2", "E3", "E4"),
        ("NEW", "parent", None, "HQ", "FIN"),
    ]
    assert [change.code for change in shown.changes] == ["SALES"]


def test_conflicts_are_decided_field_by_field(conflicting: Work):
    """Kept from the draft, or from what is live; what is left open stays a conflict."""
    choices = [Choice(Part.DEPARTMENT, "EAST", "parent", "draft"), Choice(Part.DEPARTMENT, "EAST", "head", "live")]

    note = resolve_conflicts(conflicting, "plan", choices, seen=1)

    shown = preview(conflicting, "plan")
    east = shown.changes.of(Part.DEPARTMENT)[0]
    assert (note.revision, [each.code for each in shown.conflicts]) == (2, ["NEW"])
    assert east.after is not None
    assert (east.code, east.fields, east.after["parent"], east.after["head"]) == ("EAST", ("parent",), "HQ", "E4")


def test_a_record_may_stay_as_it_is_live(conflicting: Work):
    """Then the draft says nothing of it any more."""
    resolve_conflicts(conflicting, "plan", [Choice(Part.DEPARTMENT, "NEW", "parent", "live")], seen=1)

    assert "NEW" not in {change.code for change in preview(conflicting, "plan").changes}
    assert "NEW" not in {each.code for each in preview(conflicting, "plan").conflicts}


def test_a_choice_must_be_about_a_conflict(conflicting: Work):
    """All that is wrong is told; nothing is decided."""
    choices: list[Any] = [
        Choice(Part.DEPARTMENT, "EAST", "name_en", "draft"),
        Choice(Part.DEPARTMENT, "FIN", "head", "live"),
        Choice(Part.DEPARTMENT, "EAST", "parent", "mine"),  # type: ignore[arg-type]  # that is what is tested
        Choice(Part.DEPARTMENT, "EAST", "head", "draft"),
    ]

    with pytest.raises(ProblemsFound) as caught:
        resolve_conflicts(conflicting, "plan", choices, seen=1)

    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(1, "name_en"), (2, "head"), (3, "parent")]
    assert (draft_note(conflicting, "plan").revision, len(preview(conflicting, "plan").conflicts)) == (1, 3)


def test_nobody_decides_about_an_edit_that_was_not_seen(conflicting: Work):
    """Somebody else has made the draft say something else meanwhile."""
    edit_draft(conflicting, "plan", [department("EAST", head="E7")], seen=1)

    with pytest.raises(EditedMeanwhile) as caught:
        resolve_conflicts(conflicting, "plan", [Choice(Part.DEPARTMENT, "EAST", "head", "live")], seen=1)

    assert [(other.theirs, other.mine) for other in caught.value.others] == [("E7", "E4")]


def test_what_was_closed_meanwhile_is_a_conflict_about_the_whole(company: Work):
    """The draft may begin it again, or let it be."""
    change_departments(company, [DatedEntry("LAB", TODAY, {"parent": "HQ"}), DatedEntry("YARD", TODAY, {"parent": "HQ"})])
    work = later(company, hours=1)
    drafted(work, "plan", department("LAB", name_en="Labs"), department("YARD", name_en="Yards"))
    change_departments(later(work, hours=1), [DatedEntry("LAB", TODAY, None), DatedEntry("YARD", TODAY, None)])
    now = later(work, hours=2)

    assert [(each.code, each.field) for each in preview(now, "plan").conflicts] == [("LAB", ""), ("YARD", "")]
    resolve_conflicts(now, "plan", [Choice(Part.DEPARTMENT, "LAB", "", "draft"), Choice(Part.DEPARTMENT, "YARD", "", "live")], seen=1)

    shown = preview(now, "plan")
    assert shown.conflicts == ()
    assert [(change.code, change.before, change.after and change.after["name_en"]) for change in shown.changes] == [("LAB", None, "Labs")]


def test_a_draft_that_would_make_something_wrong_is_told_so(company: Work):
    """Orphans, people without department, heads who are not there; errors first."""
    register_employees(company, [Entry("E6", {"left_on": NEXT_MONTH})])
    drafted(company, "plan", department("EAST"), department("SALES", head="E6"), person("E7"))

    assert found(preview(company, "plan", on=NEXT_MONTH)) == [
        ("error", "head_not_employed", "SALES"),
        ("error", "no_department", "E2"),
        ("error", "no_department", "E3"),
        ("error", "no_department", "E4"),
        ("warning", "heads_several", "E6"),
        ("warning", "no_department", "E7"),
    ]


def test_rings_of_two_drafts_are_found(company: Work):
    """Each is sound by itself; together they would put departments above each other."""
    drafted(company, "plan", department("FIN", parent="EAST"))
    move_department(later(company, hours=1), "SALES", "FIN", TODAY)

    shown = preview(later(company, hours=2), "plan")

    assert (shown.conflicts, found(shown)) == ((), [("error", "ring", "EAST")])


def test_doubtful_things_are_warnings(company: Work):
    """Empty posts, posts held by too many, two heads, a second root, an employee who heads departments side by side."""
    drafted(
        company,
        "plan",
        post("BOSS", department="FIN"),
        post("CHIEF", department="FIN"),
        post("CLERK", department="FIN", reports_to="BOSS", fte=2),
        person("E6", position="BOSS"),
        person("E7", position="BOSS"),
        department("FIN", parent=None, head="E2"),
    )

    shown = preview(company, "plan")

    assert {finding.severity for finding in shown.findings} == {Severity.WARNING}
    assert [(code, key) for _, code, key in found(shown)] == [
        ("new_root", "FIN"),
        ("two_heads", "FIN"),
        ("empty_post", "CHIEF"),
        ("empty_post", "CLERK"),
        ("overlapping", "BOSS"),
        ("heads_several", "E2"),
    ]


def test_what_is_wrong_already_is_left_out(company: Work):
    """A draft is asked only for what it makes worse; a head who has left stands in nobody's way."""
    change_positions(company, [DatedEntry("P1", TODAY, {"department": "FIN"})])
    register_employees(company, [Entry("E6", {"left_on": TODAY})])
    work = later(company, hours=1)
    drafted(work, "plan", department("FIN", name_en="Money", parent="SALES"), post("P1", grade="7"), person("E3", department="FIN"))

    assert found(preview(work, "plan")) == []


def test_what_is_planned_already_is_told(company: Work):
    """Each field holds until the day from which something else is known of it."""
    december, march = date(2026, 12, 1), date(2027, 3, 1)
    change_departments(company, [DatedEntry("EAST", december, {"parent": "FIN"}), DatedEntry("EAST", march, {"name_en": "Farther east"})])
    change_departments(company, [DatedEntry("LAB", december, {"parent": "HQ"}), DatedEntry("FIN", march, {"head": "E7"})])
    assign_employees(company, [DatedEntry("E4", december, None)])
    work = later(company, hours=1)
    drafted(
        work,
        "plan",
        department("EAST", parent="HQ", name_en="Far east", head="E3"),
        department("LAB", parent="FIN"),
        department("FIN", parent="SALES"),
        person("E4", department="FIN"),
    )

    later_plans = preview(work, "plan", on=NEXT_MONTH).later

    assert [(each.code, each.field, each.on, each.value) for each in later_plans] == [
        ("E4", "", december, None),
        ("EAST", "parent", december, "FIN"),
        ("LAB", "", december, "LAB"),
        ("EAST", "name_en", march, "Farther east"),
    ]
    activate_draft(work, "plan", on=NEXT_MONTH)
    winter, spring = (read_structure(work, day) for day in (december, march))
    assert (winter.departments["EAST"]["parent"], spring.departments["EAST"]["name_en"]) == ("FIN", "Farther east")
    assert (winter.departments["LAB"]["parent"], spring.departments["FIN"]["parent"], "E4" in winter.assignments) == ("HQ", "SALES", False)
    assert [each.sentence.en for each in later_plans][:3] == [
        "employee E4: from 2026-12-01 on it is planned to be closed",
        "department EAST: from 2026-12-01 on the department above is FIN, as is planned already",
        "department LAB: from 2026-12-01 on something else is planned of it",
    ]


def test_a_preview_takes_the_sight_of_drafts(company: Work):
    """And nobody decides conflicts who may not edit."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    reader = company.acting_as(Actor("eve", grants={"core.org.read": Scope.COMPANY}))

    with pytest.raises(Forbidden):
        preview(reader, "plan")
    with pytest.raises(Forbidden):
        resolve_conflicts(reader, "plan", [], seen=1)
    assert [line.revision for line in draft_lines(company, "plan")] == [1]


def test_what_names_a_closed_record_is_found(company: Work):
    """Posts in a closed department, people at a closed post, and whoever works in a closed project beside the line."""
    team = Structure({"P": {}, "P1": {"parent": "P"}}, memberships={"E3@P1": {"employee": "E3", "department": "P1", "role": "lead"}}, line="project")
    record_structure(company, OrgSnapshot("projects", TODAY, team, frozenset({Part.DEPARTMENT, Part.MEMBERSHIP})))
    change_positions(later(company, hours=1), [DatedEntry(code, TODAY, {"department": code[1:]}) for code in ("PFIN", "PEAST")])
    assign_employees(later(company, hours=2), [DatedEntry("E7", TODAY, {"position": "PFIN"}), DatedEntry("E3", TODAY, {"position": "PEAST"})])
    work = later(company, hours=3)
    drafted(work, "plan", department("FIN"), post("PEAST"), department("P1"))

    assert found(preview(work, "plan")) == [
        ("error", "orphan", "PFIN"),
        ("error", "no_department", "E6"),
        ("error", "no_department", "E7"),
        ("error", "orphan", "E3"),
        ("error", "orphan", "E3@P1"),
    ]


def test_a_department_that_stays_after_all_is_still_in_the_draft(company: Work):
    """The draft closes it, somebody renames it, and what is live is kept: others can be put there, and it can be closed after all."""
    drafted(company, "plan", person("E6", department="HQ"), person("E7", department="HQ"), department("FIN"))
    change_departments(later(company, hours=1), [DatedEntry("FIN", TODAY, {"name_en": "Finance & Tax"})])
    work = later(company, hours=2)

    note = resolve_conflicts(work, "plan", [Choice(Part.DEPARTMENT, "FIN", "name_en", "live")], seen=1)

    assert (note.lines, preview(work, "plan").conflicts) == (2, ())
    assert draft_structure(work, "plan").departments["FIN"]["name_en"] == "Finance & Tax"
    assert "FIN" in chart(work, draft="plan").departments
    note = edit_draft(work, "plan", [person("E5", department="FIN"), department("FIN", head="E5")], seen=note.revision)
    assert preview(work, "plan").conflicts == ()
    note = edit_draft(work, "plan", [person("E5", department="HQ"), department("FIN")], seen=note.revision)
    shown = preview(work, "plan")
    assert (shown.conflicts, [change.code for change in shown.changes if change.after is None]) == ((), ["FIN"])


def test_who_has_left_by_the_day_cannot_be_assigned(company: Work):
    """Nor brought back where the draft shall hold against the leaving; an error before anything is written."""
    drafted(company, "moved", person("E5", department="FIN"))
    register_employees(later(company, hours=1), [Entry("E5", {"left_on": NEXT_MONTH})])
    work = later(company, hours=2)
    drafted(work, "placed", person("E5", department="FIN"), on=NEXT_MONTH)
    resolve_conflicts(work, "moved", [Choice(Part.ASSIGNMENT, "E5", "", "draft")], seen=1, on=NEXT_MONTH)

    for code in ("moved", "placed"):
        assert found(preview(work, code, on=NEXT_MONTH)) == [("error", "left", "E5")]
        with pytest.raises(ProblemsFound, match="employee E5 left on 2026-11-01 and cannot be assigned"):
            activate_draft(work, code, on=NEXT_MONTH)
        assert draft_note(work, code).status == "open"
