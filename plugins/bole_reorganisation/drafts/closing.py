"""Closing a department in a draft together with what is in it: everything goes to another one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bole import InvalidValue, NotFound, Part, Problem, Structure, Work, refuse_if_any, requires
from bole_reorganisation.drafts.editing import edit_draft
from bole_reorganisation.drafts.notes import DraftNote
from bole_reorganisation.drafts.proposing import Edit
from bole_reorganisation.drafts.states import draft_structure


@requires("reorganisation.draft.write")
def close_into(work: Work, code: str, department: str, into: str, *, seen: int) -> DraftNote:
    """
    Close a department of a draft, and put its departments, posts and people into another one: a merger.

    Args:
        code: of the draft.
        department, into: codes of the department that closes, and of the one that takes over.
        seen: the draft's revision that was looked at.

    Raises:
        NotFound: the draft knows no such department.
        InvalidValue: it would go into itself, or into one below it.
        EditedMeanwhile: somebody else edited one of these records since.
    """
    found = draft_structure(work, code)
    for name in (department, into):
        if name not in found.departments:
            raise NotFound("reorganisation.unknown_department", f"there is no department {name!r} in the draft {code!r}.", "Choose another one.")
    above: str | None = into
    while above is not None:
        if above == department:
            raise InvalidValue("reorganisation.into_itself", f"{department!r} cannot go into {into!r}, which is below it.", "Choose another one.")
        above = (found.departments.get(above) or {}).get("parent")
    edits = [*_moved(found, department, into), Edit(Part.DEPARTMENT, department, None)]
    return edit_draft(work, code, edits, seen=seen)


@requires("reorganisation.draft.write")
def demand_new(work: Work, code: str, departments: Sequence[str]) -> None:
    """
    Let pass only codes that no department of a draft has: who adds a department does not mean to change another one.

    Raises:
        ProblemsFound: every code that is taken.
    """
    if not departments:
        return
    known = draft_structure(work, code, parts=(Part.DEPARTMENT,), line=None).departments
    taken = [
        Problem("department", 0, "code", each, "there is such a department already.", "Choose another code.") for each in departments if each in known
    ]
    message = f"{len(taken)} department(s) exist already; nothing was added to the draft {code!r}."
    refuse_if_any(taken, code="reorganisation.department_exists", message=message)


def _moved(found: Structure, department: str, into: str) -> Iterator[Edit]:
    """Yield the edits that empty a department."""
    for part, field in ((Part.DEPARTMENT, "parent"), (Part.POSITION, "department"), (Part.ASSIGNMENT, "department")):
        for code, facts in found.records(part).items():
            if facts[field] == department:
                yield Edit(part, code, {field: into})
