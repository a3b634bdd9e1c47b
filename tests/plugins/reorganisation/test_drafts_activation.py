"""Putting drafts in force: at once, from a day on, two at the same moment; and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bole.access import Actor, Scope, Work
from bole.db import Database
from bole.errors import BoleError, Conflict, ConflictsFound, Forbidden, InvalidValue, ProblemsFound
from bole.models import OrgVersion
from bole.org import Part, apply
from bole.services.entries import DatedEntry
from bole.services.history import org_versions, version_diff
from bole.services.orgstates import read_structure
from bole.services.structure import change_departments, department_tree, move_department
from bole.services.versions import open_version
from bole_reorganisation.drafts import (
    Activated,
    activate_draft,
    draft_changes,
    draft_note,
    draft_notes,
    edit_draft,
    preview,
    roll_back_version,
    start_draft,
)
from tests.core.services.organisation import later, size
from tests.plugins.reorganisation.reorganising import DRAFTS, NEXT_MONTH, TODAY, department, drafted, person, post


def parent(work: Work, code: str) -> str | None:
    """The department above another, today."""
    found: str | None = read_structure(work, TODAY, parts=(Part.DEPARTMENT,)).departments[code]["parent"]
    return found


def test_a_draft_comes_into_force_at_once(company: Work):
    """The next question sees it; its version tells what it changed, by whom and why."""
    drafted(company, "plan", department("EAST", parent="HQ"), person("E3", department="FIN"), reason="shorter ways", base="change-2")
    wanted = apply(read_structure(company, TODAY), draft_changes(company, "plan"))

    done = activate_draft(company, "plan")

    version = org_versions(company, limit=1)[0]
    assert read_structure(company, TODAY) == wanted
    assert (version.code, version.kind, version.valid_from, version.reason, version.state) == ("plan", "merge", TODAY, "shorter ways", "in_force")
    assert (version.base, version.recorded_by) == ("change-2", "system")
    assert (done.version_code, done.version_id, done.diff) == ("plan", version.id, draft_changes(company, "plan"))
    assert version_diff(later(company, hours=1), "plan") == done.diff
    note = draft_note(company, "plan")
    assert (note.status, note.version_code, draft_notes(company)) == ("merged", "plan", ())


def test_a_draft_comes_into_force_on_a_day(company: Work):
    """Until then everything is as it is."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    activate_draft(company, "plan", on=NEXT_MONTH)

    assert parent(company, "EAST") == "SALES"
    assert read_structure(company, NEXT_MONTH).departments["EAST"]["parent"] == "HQ"
    assert read_structure(company, NEXT_MONTH - timedelta(days=1)).departments["EAST"]["parent"] == "SALES"
    assert org_versions(company, limit=1)[0].state == "scheduled"


def test_everything_at_once_is_laid_in_the_right_order(company: Work):
    """A department closes whose people, posts and departments go elsewhere, some of it new."""
    edits = [
        department("SALES"),
        department("EAST", parent="MARKET"),
        department("MARKET", parent="HQ", name_en="Market", head="E5"),
        post("P1", department="MARKET"),
        post("P2", department="EAST", reports_to="P1"),
        person("E5", department="MARKET", position="P1"),
    ]
    drafted(company, "plan", *edits)
    wanted = apply(read_structure(company, TODAY), draft_changes(company, "plan"))

    activate_draft(company, "plan")

    assert read_structure(company, TODAY) == wanted
    assert [node.code for node in department_tree(company, TODAY)] == ["HQ", "FIN", "MARKET", "EAST"]


def test_a_day_that_is_over_is_refused(company: Work):
    """What was wrong before is revised, not planned."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    with pytest.raises(InvalidValue, match="2026-10-14: today is 2026-10-15") as caught:
        activate_draft(company, "plan", on=TODAY - timedelta(days=1))

    assert "revision" in caught.value.hint
    assert (draft_note(company, "plan").status, parent(company, "EAST")) == ("open", "SALES")


def test_a_draft_of_nothing_is_refused(company: Work):
    """And so is one whose changes have been made already."""
    drafted(company, "empty")
    drafted(company, "done", department("EAST", parent="HQ"))
    move_department(later(company, hours=1), "EAST", "HQ", TODAY)

    for code in ("empty", "done"):
        with pytest.raises(InvalidValue, match="nothing would become different"):
            activate_draft(later(company, hours=2), code)
        assert draft_note(company, code).status == "open"


def test_errors_stand_in_the_way_and_doubts_do_not(company: Work):
    """Everything that would be wrong is named, and nothing is written."""
    drafted(company, "bad", department("EAST"), department("FIN", parent="SALES"))
    drafted(company, "odd", post("P1", department="FIN"))
    versions = size(company, OrgVersion)

    with pytest.raises(ProblemsFound) as caught:
        activate_draft(company, "bad")

    assert [(problem.where, problem.value, problem.column) for problem in caught.value.problems] == [
        ("assignment", number, "no_department") for number in ("E2", "E3", "E4")
    ]
    assert (size(company, OrgVersion), draft_note(company, "bad").status, parent(company, "FIN")) == (versions, "open", "HQ")
    assert [finding.code for finding in preview(company, "odd").findings] == ["empty_post"]
    assert activate_draft(company, "odd").version_code == "odd"


def test_the_second_of_two_drafts_shows_its_conflicts(company: Work):
    """What both changed differently must be decided; nothing of the second is written before."""
    drafted(company, "first", department("EAST", parent="HQ"))
    drafted(company, "second", department("EAST", parent="FIN", name_en="Far east"), department("FIN", head="E7"))
    activate_draft(company, "first")
    work = later(company, hours=1)

    with pytest.raises(ConflictsFound, match="1 place") as caught:
        activate_draft(work, "second")

    assert [(problem.value, problem.column, problem.reason) for problem in caught.value.problems] == [
        ("EAST", "parent", "department EAST: department above is FIN in the draft and HQ now (was SALES).")
    ]
    assert (draft_note(work, "second").status, parent(work, "EAST")) == ("open", "HQ")
    assert read_structure(work, TODAY).departments["FIN"]["head"] == "E6"


def test_what_was_looked_at_must_be_so_still(company: Work):
    """The draft's revision and the version in force, where they are given."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    shown = preview(company, "plan")
    edit_draft(company, "plan", [department("FIN", head="E7")], seen=1)

    with pytest.raises(Conflict, match="is at revision 2, and 1 was looked at: system edited it"):
        activate_draft(company, "plan", seen=shown.revision)
    change_departments(later(company, hours=1), [DatedEntry("SALES", TODAY, {"head": "E5"})])
    with pytest.raises(Conflict, match="beside the version 'change-2': since then came 'change-3' by system"):
        activate_draft(later(company, hours=2), "plan", seen=2, live=shown.live_version_code)
    assert draft_note(company, "plan").status == "open"
    assert activate_draft(later(company, hours=2), "plan", seen=2, live="change-3").version_code == "plan"


def test_a_draft_comes_into_force_once(company: Work):
    """Afterwards it cannot be edited, activated or put away."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    activate_draft(company, "plan")

    for again in (
        lambda: activate_draft(company, "plan"),
        lambda: edit_draft(company, "plan", [department("EAST", parent="FIN")], seen=1),
    ):
        with pytest.raises(Conflict, match="was put in force"):
            again()
    assert parent(company, "EAST") == "HQ"


def test_a_code_that_a_version_took_meanwhile_is_a_conflict(company: Work):
    """The draft stays open, to be named otherwise."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    open_version(company, "plan", TODAY)

    with pytest.raises(Conflict, match="'plan' exists already"):
        activate_draft(later(company, hours=1), "plan")
    assert (draft_note(company, "plan").status, parent(company, "EAST")) == ("open", "SALES")


def test_putting_in_force_is_a_permission_of_its_own(company: Work):
    """Editing is not enough; and who holds it need not be allowed to write the organisation otherwise."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    editor = company.acting_as(Actor("ed", grants=dict.fromkeys(("core.org.read", "core.org.write", DRAFTS[0]), Scope.COMPANY)))
    head = company.acting_as(Actor("max", grants=dict.fromkeys(("core.org.read", *DRAFTS), Scope.UNIT)))
    boss = company.acting_as(Actor("ann", grants=dict.fromkeys(("core.org.read", DRAFTS[1]), Scope.COMPANY)))

    for other in (editor, head):
        for wrong in (lambda work: activate_draft(work, "plan"), lambda work: roll_back_version(work, "change-2")):
            with pytest.raises(Forbidden):
                wrong(other)
    assert parent(company, "EAST") == "SALES"
    activate_draft(boss, "plan")
    assert (parent(company, "EAST"), org_versions(company, limit=1)[0].recorded_by) == ("HQ", "ann")
    roll_back_version(later(boss, hours=1), "plan", reason="no")
    assert (parent(company, "EAST"), org_versions(company, limit=1)[0].recorded_by) == ("SALES", "ann")


def test_a_draft_in_force_is_taken_back(company: Work):
    """By a version that names it; the structure is as before."""
    before = read_structure(company, TODAY)
    drafted(company, "plan", department("WEST", parent="HQ"), department("EAST", parent="WEST"), person("E5", department="WEST"))
    activate_draft(company, "plan")

    undone = roll_back_version(later(company, hours=1), "plan")

    assert read_structure(later(company, hours=2), TODAY) == before
    assert [(note.code, note.undoes) for note in org_versions(later(company, hours=2), limit=1)] == [(undone.code, "plan")]


def test_a_draft_comes_into_force_after_the_base_was_left_behind(company: Work):
    """It is merged with what is so now, not with what it began from."""
    drafted(company, "plan", department("EAST", name_en="Far east"))
    change_departments(later(company, hours=1), [DatedEntry("EAST", TODAY, {"parent": "FIN"}), DatedEntry("LAB", TODAY, {"parent": "EAST"})])

    activate_draft(later(company, hours=2), "plan")

    east = read_structure(later(company, hours=3), TODAY).departments["EAST"]
    assert (east["name_en"], east["parent"], parent(company, "LAB")) == ("Far east", "FIN", "EAST")


def both(database: Database, company: Work, *tasks: Callable[[Work], Activated]) -> list[Activated | BoleError]:
    """What each of some tasks came to, all begun at the same moment by threads with sessions of their own."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[Work], Activated]) -> Activated | BoleError:
        with database.session() as session:
            work = Work(session=session, host=company.host, clock=company.clock)
            barrier.wait(timeout=20)
            try:
                return task(work)
            except BoleError as error:
                return error

    company.session.commit()
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def whole(work: Work) -> bool:
    """Whether every department hangs in the tree, and everybody works in one."""
    found = read_structure(work, TODAY)
    return len(department_tree(work, TODAY)) == len(found.departments) and all(
        facts["department"] in found.departments for facts in found.assignments.values()
    )


def test_two_conflicting_drafts_at_the_same_moment(database: Database, company: Work):
    """One wins, the other gets its conflict, and the tree is whole."""
    drafted(company, "first", department("EAST", parent="HQ"))
    drafted(company, "second", department("EAST", parent="FIN"))

    outcomes = both(database, company, lambda work: activate_draft(work, "first"), lambda work: activate_draft(work, "second"))

    won = [each for each in outcomes if isinstance(each, Activated)]
    lost = [each for each in outcomes if not isinstance(each, Activated)]
    assert (len(won), [type(error) for error in lost]) == (1, [ConflictsFound])
    company.session.commit()
    assert parent(company, "EAST") == {"first": "HQ", "second": "FIN"}[won[0].version_code]
    assert sorted(note.status for note in draft_notes(company, status=None)) == ["merged", "open"]
    assert whole(company)


def test_two_drafts_that_make_a_ring_together_at_the_same_moment(database: Database, company: Work):
    """Neither is in conflict with the other by itself; the second is refused for what both would be."""
    drafted(company, "first", department("FIN", parent="SALES"))
    drafted(company, "second", department("SALES", parent="FIN"))

    outcomes = both(database, company, lambda work: activate_draft(work, "first"), lambda work: activate_draft(work, "second"))

    assert sorted(type(each).__name__ for each in outcomes) == ["Activated", "ProblemsFound"]
    company.session.commit()
    assert whole(company)


def test_two_disjoint_drafts_at_the_same_moment(database: Database, company: Work):
    """Both merge."""
    drafted(company, "first", department("EAST", parent="HQ"))
    drafted(company, "second", department("FIN", head="E7"))

    outcomes = both(database, company, lambda work: activate_draft(work, "first"), lambda work: activate_draft(work, "second"))

    assert [type(each) for each in outcomes] == [Activated, Activated]
    company.session.commit()
    found = read_structure(company, TODAY).departments
    assert (found["EAST"]["parent"], found["FIN"]["head"]) == ("HQ", "E7")
    assert whole(company)


def test_two_disjoint_drafts_that_were_looked_at_beside_the_same_version(database: Database, company: Work):
    """One wins; the other is told what came in between, and is looked at again."""
    drafted(company, "first", department("EAST", parent="HQ"))
    drafted(company, "second", department("FIN", head="E7"))
    live = preview(company, "first").live_version_code

    outcomes = both(database, company, lambda work: activate_draft(work, "first", live=live), lambda work: activate_draft(work, "second", live=live))

    won = [each for each in outcomes if isinstance(each, Activated)]
    lost = [each for each in outcomes if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 1)
    assert f"since then came {won[0].version_code!r} by system" in lost[0].message
    company.session.commit()
    assert sorted(note.status for note in draft_notes(company, status=None)) == ["merged", "open"]


def test_one_draft_twice_at_the_same_moment(database: Database, company: Work):
    """It becomes one version."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    versions = size(company, OrgVersion)

    outcomes = both(database, company, *[lambda work: activate_draft(work, "plan")] * 2)

    assert sorted(type(each).__name__ for each in outcomes) == ["Activated", "Conflict"]
    company.session.commit()
    assert size(company, OrgVersion) == versions + 1


def test_one_draft_edited_twice_at_the_same_moment(database: Database, company: Work):
    """Edits of different records are both written, each under a revision of its own."""
    start_draft(company, "plan")
    edits = [[department("EAST", parent="HQ")], [department("FIN", head="E7")]]

    outcomes = both(database, company, *(lambda work, some=some: edit_draft(work, "plan", some, seen=0) for some in edits))  # type: ignore[arg-type]  # a draft instead of a version

    company.session.commit()
    assert sorted(each.revision for each in outcomes) == [1, 2]  # type: ignore[union-attr]  # as above
    assert draft_note(company, "plan").lines == 2
