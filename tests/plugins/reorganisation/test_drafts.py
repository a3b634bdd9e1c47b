"""Drafts: begun, edited by several, undone, put away."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bole.access import Actor, Scope, Work
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound, ProblemsFound
from bole.org import OrgSnapshot, Part, Structure, apply
from bole.services.entries import DatedEntry
from bole.services.history import record_structure
from bole.services.orgstates import read_structure
from bole.services.structure import change_departments, change_positions, move_department
from bole.services.versions import open_version
from bole_reorganisation.drafts import (
    Edit,
    EditedMeanwhile,
    archive_draft,
    draft_changes,
    draft_lines,
    draft_note,
    draft_notes,
    draft_structure,
    edit_draft,
    rename_draft,
    reopen_draft,
    start_draft,
    undo_edits,
)
from tests.core.services.organisation import later, problem_lines
from tests.plugins.reorganisation.reorganising import TODAY, department, drafted, person, post


def somebody(work: Work, name: str, scope: Scope = Scope.COMPANY, *permissions: str) -> Work:
    """The same work on behalf of somebody who may see the organisation and edit drafts, or holds the permissions given."""
    held = permissions or ("core.org.read", "reorganisation.draft.write")
    return work.acting_as(Actor(name, grants=dict.fromkeys(held, scope)))


def test_a_draft_begins_with_what_is_known_now(company: Work):
    """It says nothing yet, and is the structure of today."""
    note = start_draft(company, "two-regions", title="Two regions", reason="growth")

    assert (note.code, note.title, note.reason, note.status, note.revision, note.lines) == ("two-regions", "Two regions", "growth", "open", 0, 0)
    assert (note.base_day, note.version_code, note.created_by) == (TODAY, None, "system")
    assert note.base_code == "change-2"
    assert draft_structure(company, "two-regions") == read_structure(company, TODAY)
    assert not draft_changes(company, "two-regions")


def test_a_draft_begins_with_an_earlier_version(company: Work):
    """Its base is the structure of that version, not today's."""
    before = read_structure(company, TODAY)
    open_version(company, "first", date(2026, 1, 1))
    move_department(later(company, hours=1), "EAST", "FIN", TODAY)

    note = start_draft(later(company, hours=2), "back", base="first")

    assert (note.base_code, note.base_day) == ("first", date(2026, 1, 1))
    assert draft_structure(company, "back") == before
    with pytest.raises(NotFound, match="'none'"):
        start_draft(company, "nowhere", base="none")


def test_a_draft_stays_what_it_began_with(company: Work):
    """What changes in the organisation afterwards does not show in it."""
    drafted(company, "plan")
    before = draft_structure(company, "plan")

    move_department(later(company, hours=1), "EAST", "FIN", TODAY)

    assert draft_structure(later(company, hours=2), "plan") == before


@pytest.mark.parametrize("code", ["", "x" * 61, "change-7", "a\0b"])
def test_a_code_must_be_one_for_a_version(company: Work, code: str):
    """The version that carries the draft out has the same code; all that is wrong is told at once."""
    with pytest.raises(ProblemsFound) as caught:
        start_draft(company, code, title="t" * 121, reason="r" * 401)

    assert [problem.column for problem in caught.value.problems] == ["code", "title", "reason"]
    assert draft_notes(company, status=None) == ()


def test_a_code_is_taken_once(company: Work):
    """By a draft or by a version."""
    start_draft(company, "plan")
    open_version(company, "live", TODAY)

    for code, by in (("plan", "a draft"), ("live", "an org version")):
        with pytest.raises(Conflict, match=by):
            start_draft(company, code)
    assert [note.code for note in draft_notes(company)] == ["plan"]


def test_an_edit_says_only_what_becomes_different(company: Work):
    """The other fields stay, also those that somebody else edits at the same time."""
    note = drafted(company, "plan", department("EAST", parent="HQ"), person("E3", department="SALES", manager="E5"))
    edit_draft(company, "plan", [department("EAST", name_en="Far east"), department("EAST", name_zh="远东")], seen=1)

    found = {change.code: change for change in draft_changes(company, "plan")}
    assert (note.revision, note.lines) == (1, 2)
    assert found["EAST"].before == {"name_zh": "", "name_en": "East", "parent": "SALES", "head": "E2", "legal_entity": None}
    assert found["EAST"].after == {"name_zh": "远东", "name_en": "Far east", "parent": "HQ", "head": "E2", "legal_entity": None}
    assert found["E3"].fields == ("department", "manager")
    assert draft_structure(company, "plan") == apply(read_structure(company, TODAY), draft_changes(company, "plan"))
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "SALES"


def test_records_begin_and_end_in_a_draft(company: Work):
    """New ones have every field; what was closed comes back as it was; what began and ended again changes nothing."""
    drafted(company, "plan", department("WEST", parent="SALES", name_en="West"), post("P1", department="WEST", fte="2.50"), department("FIN"))

    found = draft_structure(company, "plan")
    assert found.departments["WEST"] == {"name_zh": "", "name_en": "West", "parent": "SALES", "head": None, "legal_entity": None}
    assert found.positions["P1"] == {"department": "WEST", "reports_to": None, "title_zh": "", "title_en": "", "grade": "", "fte": Decimal("2.5")}
    assert "FIN" not in found.departments

    note = edit_draft(company, "plan", [department("FIN", name_en="Money"), post("P1"), department("WEST")], seen=1)

    assert draft_structure(company, "plan").departments["FIN"]["head"] == "E6"
    assert [(change.code, change.fields) for change in draft_changes(company, "plan")] == [("FIN", ("name_en",))]
    assert (note.lines, len(draft_lines(company, "plan"))) == (1, 3)


def test_all_that_is_wrong_with_edits_is_told_at_once(company: Work):
    """With the place of the edit, the field and the value; nothing is written."""
    start_draft(company, "plan")
    edits = [
        department("EAST", parent="NONE", head="E99", colour="red"),
        department("NEW", name_en="n" * 121, legal_entity="xx"),
        post("P1", title_en="Clerk"),
        post("P2", department="FIN", fte="-1", reports_to="P3"),
        person("E42", department="FIN"),
        person("E3", manager="E3"),
        department("GONE"),
        department(" FIN"),
        Edit(Part.MEMBERSHIP, "E3", {"role": "lead"}),
        Edit(Part.MEMBERSHIP, "E3@FIN", {"role": "lead"}),
    ]

    with pytest.raises(ProblemsFound) as caught:
        edit_draft(company, "plan", edits, seen=0)

    assert [line[:3] for line in problem_lines(caught.value.problems)] == [
        (1, "colour", "red"),
        (1, "parent", "NONE"),
        (1, "head", "E99"),
        (2, "name_en", "n" * 121),
        (2, "legal_entity", "xx"),
        (3, "department", ""),
        (4, "fte", "-1"),
        (4, "reports_to", "P3"),
        (5, "employee", "E42"),
        (6, "manager", "E3"),
        (7, "", "GONE"),
        (8, "", " FIN"),
        (9, "", "E3"),
        (10, "department", "FIN"),
    ]
    assert (draft_note(company, "plan").revision, draft_lines(company, "plan")) == (0, ())


@pytest.mark.parametrize(("value", "stored"), [(2, "2"), (0.1, "0.1"), ("1.250000", "1.25"), (None, "1"), ("", "1")])
def test_numbers_are_taken_as_they_are_written(company: Work, value: Any, stored: str):
    """And read as they come out of the database later."""
    drafted(company, "plan", post("P1", department="FIN", fte=value))

    assert str(draft_structure(company, "plan").positions["P1"]["fte"]) == stored


@pytest.mark.parametrize("value", [True, "many", "NaN", "0.0000001", 10**14, [1]])
def test_what_is_no_number_is_refused(company: Work, value: Any):
    """Truth, words, and what is finer than a millionth."""
    with pytest.raises(ProblemsFound) as caught:
        drafted(company, "plan", post("P1", department="FIN", fte=value))

    assert [problem.column for problem in caught.value.problems] == ["fte"]


def test_nothing_is_put_above_itself(company: Work):
    """In one edit or over several; the way round is told."""
    with pytest.raises(ProblemsFound, match="SALES → EAST → SALES"):
        drafted(company, "plan", department("SALES", parent="EAST"))
    with pytest.raises(ProblemsFound, match="EAST → EAST"):
        edit_draft(company, "plan", [department("EAST", parent="EAST")], seen=0)
    with pytest.raises(ProblemsFound, match="P1 → P2 → P1"):
        edit_draft(company, "plan", [post("P1", department="FIN", reports_to="P2"), post("P2", department="FIN", reports_to="P1")], seen=0)
    assert draft_changes(company, "plan").changes == ()


def test_two_may_edit_different_records_at_once(company: Work):
    """Each says the revision that he or she has seen; whoever gets a later one back reads what came between."""
    start_draft(company, "plan")
    edit_draft(somebody(company, "ann"), "plan", [department("EAST", parent="HQ")], seen=0)

    note = edit_draft(somebody(company, "bob"), "plan", [department("FIN", parent="SALES")], seen=0)

    assert (note.revision, note.edited_by, note.lines) == (2, "bob", 2)
    assert [(line.code, line.edited_by, line.revision) for line in draft_lines(company, "plan")] == [("EAST", "ann", 1), ("FIN", "bob", 2)]
    assert [line.code for line in draft_lines(company, "plan", since=1)] == ["FIN"]
    assert [line.code for line in draft_lines(company, "plan", keys=[(Part.DEPARTMENT, "EAST")])] == ["EAST"]


def test_an_edit_of_what_somebody_else_edited_is_a_conflict(company: Work):
    """Who, when and both values are told, and nothing of the whole batch is written."""
    start_draft(company, "plan")
    edit_draft(somebody(later(company, hours=1), "ann"), "plan", [department("EAST", parent="HQ", head="E3")], seen=0)

    with pytest.raises(EditedMeanwhile, match="ann edited 1 of these records") as caught:
        edit_draft(somebody(company, "bob"), "plan", [department("FIN", head="E7"), department("EAST", parent="FIN", head="E3")], seen=0)

    moment = later(company, hours=1).clock.now()
    assert [(other.code, other.field, other.theirs, other.mine, other.edited_by, other.edited_at) for other in caught.value.others] == [
        ("EAST", "parent", "HQ", "FIN", "ann", moment)
    ]
    assert "ann made it 'HQ' at 2026-10-15 10:30:00 UTC; here it is 'FIN'." in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).others == caught.value.others
    assert (draft_note(company, "plan").revision, [line.code for line in draft_lines(company, "plan")]) == (1, ["EAST"])


def test_saying_the_same_is_no_conflict(company: Work):
    """A request that is sent twice is harmless."""
    start_draft(company, "plan")
    for _ in range(2):
        edit_draft(company, "plan", [department("EAST", parent="HQ")], seen=0)

    assert [line.revision for line in draft_lines(company, "plan")] == [1]


def test_closing_what_somebody_edits_is_a_conflict(company: Work):
    """And so is beginning what somebody else begins."""
    drafted(company, "plan", department("EAST", name_en="Far east"), department("NEW", parent="HQ"))

    with pytest.raises(EditedMeanwhile, match="it is kept there; here it is closed"):
        edit_draft(company, "plan", [department("EAST")], seen=0)
    with pytest.raises(EditedMeanwhile) as caught:
        edit_draft(company, "plan", [department("NEW", parent="FIN")], seen=0)
    assert [(other.field, other.theirs, other.mine) for other in caught.value.others] == [("parent", "HQ", "FIN")]


def test_nobody_has_seen_what_is_to_come(company: Work):
    """A revision beyond the draft's is refused."""
    start_draft(company, "plan")

    with pytest.raises(InvalidValue, match=r"revision 1 .* it is at 0"):
        edit_draft(company, "plan", [department("EAST", parent="HQ")], seen=1)
    assert draft_note(company, "plan").revision == 0


def test_edits_are_taken_back(company: Work):
    """Line by line; what the draft says nothing of cannot be."""
    drafted(company, "plan", department("EAST", parent="HQ"), department("NEW", parent="HQ"), department("FIN", head="E7"))

    note = undo_edits(company, "plan", [(Part.DEPARTMENT, "EAST"), (Part.DEPARTMENT, "NEW")], seen=1)

    assert (note.revision, note.lines, [change.code for change in draft_changes(company, "plan")]) == (2, 1, ["FIN"])
    assert draft_structure(company, "plan").departments["EAST"]["parent"] == "SALES"
    with pytest.raises(ProblemsFound, match="says nothing of it"):
        undo_edits(company, "plan", [(Part.DEPARTMENT, "SALES")], seen=2)
    with pytest.raises(EditedMeanwhile):
        undo_edits(company, "plan", [(Part.DEPARTMENT, "FIN")], seen=0)
    assert draft_note(company, "plan").lines == 1


def test_a_draft_is_put_away_and_taken_up_again(company: Work):
    """In between it cannot be edited; reopened it says what it said."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    assert archive_draft(company, "plan").status == "archived"
    assert (draft_notes(company), [note.code for note in draft_notes(company, status="archived")]) == ((), ["plan"])
    for wrong in (
        lambda: edit_draft(company, "plan", [department("EAST", parent="FIN")], seen=1),
        lambda: archive_draft(company, "plan"),
        lambda: rename_draft(company, "plan", title="x"),
    ):
        with pytest.raises(Conflict, match="archived"):
            wrong()
    assert reopen_draft(company, "plan").status == "open"
    assert len(draft_changes(company, "plan")) == 1
    with pytest.raises(Conflict, match="is open"):
        reopen_draft(company, "plan")


def test_a_draft_gets_another_name(company: Work):
    """Title, reason and code; a code that is taken is refused."""
    start_draft(company, "plan")
    start_draft(company, "other")

    note = rename_draft(company, "plan", title="A plan", reason="why not", new_code="plan-b")

    assert (note.code, note.title, note.reason) == ("plan-b", "A plan", "why not")
    assert rename_draft(company, "plan-b", title="").reason == "why not"
    with pytest.raises(Conflict, match="'other'"):
        rename_draft(company, "plan-b", new_code="other")
    with pytest.raises(NotFound, match="'plan'"):
        draft_note(company, "plan")


def test_an_archived_draft_whose_code_a_version_took_stays_archived(company: Work):
    """It could never come into force."""
    start_draft(company, "plan")
    archive_draft(company, "plan")
    open_version(company, "plan", TODAY)

    with pytest.raises(Conflict, match="that of an org version"):
        reopen_draft(company, "plan")


def test_drafts_are_not_for_everybody(company: Work):
    """Whoever sees the organisation sees no drafts; whoever edits them for a unit only does not either."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    for reader in (somebody(company, "eve", Scope.COMPANY, "core.org.read"), somebody(company, "max", Scope.UNIT)):
        assert draft_notes(reader) == ()
        for read in (draft_note, draft_lines, draft_changes, draft_structure):
            with pytest.raises(Forbidden):
                read(reader, "plan")
    for write in (
        lambda work: start_draft(work, "mine"),
        lambda work: edit_draft(work, "plan", [department("EAST", parent="FIN")], seen=1),
        lambda work: undo_edits(work, "plan", [(Part.DEPARTMENT, "EAST")], seen=1),
        lambda work: archive_draft(work, "plan"),
    ):
        for reader in (somebody(company, "eve", Scope.COMPANY, "core.org.read"), somebody(company, "max", Scope.UNIT)):
            with pytest.raises(Forbidden):
                write(reader)
    assert [(note.code, note.revision, note.status) for note in draft_notes(company)] == [("plan", 1, "open")]


def test_a_draft_edits_memberships_beside_the_line(company: Work):
    """People join projects; the line and what stands beside it are not mixed."""
    team = Structure({"P": {"name_en": "Projects"}, "P1": {"parent": "P"}}, line="project")
    record_structure(company, OrgSnapshot("projects", TODAY, team, frozenset({Part.DEPARTMENT})))
    work = later(company, hours=1)

    drafted(work, "plan", Edit(Part.MEMBERSHIP, "E3@P1", {"role": "lead", "share": "0.4"}), department("P1", name_en="Pilot"))

    assert draft_structure(work, "plan", line="project").memberships == {
        "E3@P1": {"employee": "E3", "department": "P1", "role": "lead", "share": Decimal("0.4")}
    }
    assert draft_structure(work, "plan", line="project").departments["P1"]["name_en"] == "Pilot"
    assert draft_structure(work, "plan") == read_structure(work, TODAY)
    assert len(draft_structure(work, "plan", line=None).departments) == 6
    for wrong in (department("P1", parent="HQ"), person("E3", department="P1"), department("NEW", parent="P")):
        with pytest.raises(ProblemsFound, match="project"):
            edit_draft(work, "plan", [wrong], seen=1)


def test_only_the_parts_that_are_asked_for_are_read(company: Work):
    """A page of the tree need not read people."""
    change_positions(company, [DatedEntry("P1", TODAY, {"department": "FIN"})])
    drafted(later(company, hours=1), "plan", department("EAST", parent="HQ"), person("E3", department="FIN"), post("P1", grade="7"))

    found = draft_structure(later(company, hours=1), "plan", parts=(Part.DEPARTMENT,))

    assert (len(found.departments), found.positions, found.assignments) == (4, {}, {})
    assert found.departments["EAST"]["parent"] == "HQ"


def test_a_clock_that_was_set_back_hides_nothing(company: Work):
    """A draft begins with what was recorded last, whatever the clock says."""
    change_departments(later(company, hours=5), [DatedEntry("WEST", TODAY, {"parent": "HQ"})])
    early = replace(company, clock=later(company, hours=-3).clock)

    start_draft(early, "plan")

    assert "WEST" in draft_structure(company, "plan").departments


def test_unknown_drafts_are_named(company: Work):
    """Whatever is asked of them."""
    for ask in (
        lambda: draft_note(company, "none"),
        lambda: draft_structure(company, "none"),
        lambda: edit_draft(company, "none", [], seen=0),
        lambda: archive_draft(company, "none"),
    ):
        with pytest.raises(NotFound, match="there is no draft 'none'"):
            ask()
