"""What drafts can be called, by one or by several at once, and what of it can neither be stored nor looked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bole import FOREVER
from bole.access import Work
from bole.db import Database
from bole.errors import BoleError, Conflict, InvalidValue, NotFound, ProblemsFound
from bole.org import Part
from bole_reorganisation.drafts import (
    Choice,
    DraftNote,
    activate_draft,
    archive_draft,
    blast_radius,
    draft_note,
    draft_notes,
    edit_draft,
    preview,
    rename_draft,
    reopen_draft,
    resolve_conflicts,
    roll_back_version,
    start_draft,
    undo_edits,
)
from bole_reorganisation.people import people_found
from tests.plugins.reorganisation.reorganising import department, drafted

UNPLAIN = ["a\0b", "a\ud800b"]


@pytest.mark.parametrize("code", ["two regions", "2027_v1.2-b", "两个大区", "Größe", "विभाग"])
def test_a_draft_is_called_in_any_script(company: Work, code: str):
    """With letters, digits, blanks inside, and - _ . among them."""
    assert start_draft(company, code).code == draft_note(company, code).code == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("a/b", "holds '/'."),
        ("a?b\tc", "holds '\\t', '?'."),
        (" ", "begins or ends with a blank, or holds no letter and no digit."),
        (" a", "begins or ends with a blank, or holds no letter and no digit."),
        ("..", "begins or ends with a blank, or holds no letter and no digit."),
        ("2026-07-01", "reads as a day; its version could not be asked for."),
        ("20260701", "reads as a day; its version could not be asked for."),
        ("2026-W30-1", "reads as a day; its version could not be asked for."),
        ("change-7", "is no code of 1 to 60 characters for a version."),
        ("a\0b", "is no code of 1 to 60 characters for a version."),
        ("a\ud800b", "is no code of 1 to 60 characters for a version."),
    ],
)
def test_what_no_code_can_be_is_refused(company: Work, code: str, reason: str):
    """When a draft is begun, and when it gets another code."""
    start_draft(company, "plan")

    for wrong in (lambda: start_draft(company, code), lambda: rename_draft(company, "plan", new_code=code)):
        with pytest.raises(ProblemsFound) as refused:
            wrong()
        assert [(each.column, each.reason) for each in refused.value.problems] == [("code", reason)]
    assert [note.code for note in draft_notes(company)] == ["plan"]


def test_another_name_raises_the_revision(company: Work):
    """Whoever looked at the draft before does not put it in force."""
    drafted(company, "plan", department("EAST", parent="FIN"))

    assert rename_draft(company, "plan", title="Another title").revision == 2
    assert rename_draft(company, "plan", new_code="plan-b").revision == 3
    with pytest.raises(Conflict, match="is at revision 3, and 1 was looked at"):
        activate_draft(company, "plan-b", seen=1)


def at_once(database: Database, company: Work, *tasks: Callable[[Work], DraftNote]) -> list[str]:
    """What each of some tasks came to, all begun at the same moment: the draft's code, or the code of the error."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[Work], DraftNote]) -> str:
        with database.session() as session:
            work = Work(session=session, host=company.host, clock=company.clock)
            barrier.wait(timeout=20)
            try:
                return task(work).code
            except BoleError as error:
                return error.code

    company.session.commit()
    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


def test_of_several_who_want_one_code_one_gets_it(database: Database, company: Work):
    """The others are told that it is taken, whether they begin a draft or rename one."""
    start_draft(company, "first")
    start_draft(company, "second")

    begun = at_once(database, company, *[lambda work: start_draft(work, "plan")] * 3)
    renamed = at_once(database, company, *[lambda work, code=code: rename_draft(work, code, new_code="new") for code in ("first", "second")])

    assert begun == ["plan", "reorganisation.code_taken", "reorganisation.code_taken"]
    assert renamed == ["new", "reorganisation.code_taken"]


@pytest.mark.parametrize("text", UNPLAIN)
def test_a_draft_is_not_looked_for_by_what_cannot_be_stored(company: Work, text: str):
    """There is none, on either database."""
    for wrong in (
        lambda: draft_note(company, text),
        lambda: preview(company, text),
        lambda: blast_radius(company, text),
        lambda: edit_draft(company, text, [], seen=0),
        lambda: undo_edits(company, text, [], seen=0),
        lambda: rename_draft(company, text, title="x"),
        lambda: archive_draft(company, text),
        lambda: reopen_draft(company, text),
        lambda: activate_draft(company, text),
    ):
        with pytest.raises(NotFound, match="there is no draft"):
            wrong()


@pytest.mark.parametrize("text", UNPLAIN)
def test_what_cannot_be_stored_is_refused_everywhere_in_a_draft(company: Work, text: str):
    """Titles, reasons, codes, values, versions; nothing is written."""
    drafted(company, "plan", department("EAST", parent="FIN"))

    for wrong in (
        lambda: start_draft(company, "other", title=text),
        lambda: start_draft(company, "other", base=text),
        lambda: rename_draft(company, "plan", reason=text),
        lambda: edit_draft(company, "plan", [department(text, name_en="x")], seen=1),
        lambda: edit_draft(company, "plan", [department("EAST", name_en=text)], seen=1),
        lambda: edit_draft(company, "plan", [department("EAST", parent=text)], seen=1),
        lambda: edit_draft(company, "plan", [department("EAST", **{text: "x"})], seen=1),
        lambda: undo_edits(company, "plan", [(Part.DEPARTMENT, text)], seen=1),
        lambda: resolve_conflicts(company, "plan", [Choice(Part.DEPARTMENT, text, text, "live")], seen=1),
        lambda: activate_draft(company, "plan", live=text),
        lambda: roll_back_version(company, text),
        lambda: roll_back_version(company, "change-2", reason=text),
        lambda: draft_notes(company, status=text),
        lambda: people_found(company, text, 10),
    ):
        with pytest.raises((InvalidValue, ProblemsFound)) as refused:
            wrong()
        for each in getattr(refused.value, "problems", ()):
            assert str(each).encode()
    assert draft_note(company, "plan").revision == 1


def test_a_revision_beyond_all_is_refused(company: Work):
    """A number that no database holds is one that nobody has seen."""
    drafted(company, "plan", department("EAST", parent="FIN"))

    with pytest.raises(InvalidValue, match="nobody can have seen"):
        activate_draft(company, "plan", seen=10**30)


def test_nothing_begins_on_the_day_that_stands_for_no_end(company: Work):
    """Neither is its radius told."""
    drafted(company, "plan", department("EAST", parent="FIN"))

    for wrong in (lambda: blast_radius(company, "plan", on=FOREVER), lambda: activate_draft(company, "plan", on=FOREVER)):
        with pytest.raises(InvalidValue, match="stands for no end"):
            wrong()
