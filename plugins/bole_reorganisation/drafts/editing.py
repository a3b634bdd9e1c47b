"""Editing drafts: several people at once, each against what he or she has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bole import Change, Facts, Problem, Work, demand_company, refuse_if_any, requires, unit_of_work
from bole_reorganisation.drafts.notes import DraftNote, note_of
from bole_reorganisation.drafts.proposing import Edit, Proposed, problem, propose, well_formed
from bole_reorganisation.drafts.references import check_references
from bole_reorganisation.drafts.states import base_of
from bole_reorganisation.drafts.stored import Key, Line, Lines, StoredDraft, claim_revision, read_lines, write_lines
from bole_reorganisation.errors import EditedMeanwhile, OtherEdit
from bole_reorganisation.texts import text_flaw

WRITE = "reorganisation.draft.write"
WHOLE = ""


@requires("reorganisation.draft.write")
def edit_draft(work: Work, code: str, edits: Sequence[Edit], *, seen: int) -> DraftNote:
    """
    Say in a draft what shall become different, and return the draft; all edits are written, or none.

    Args:
        edits: laid one after the other; what they name must exist in the draft.
        seen: the draft's revision that was looked at. What others have edited since stands in the way only of edits of
            the same records.

    Raises:
        EditedMeanwhile: somebody else edited the same records since; who, when and both values are named.
        ProblemsFound: an edit gives a field or value that cannot be, names what does not exist, or puts something above itself.
        NotFound: no draft has this code.
        Conflict: the draft is not open.
    """
    demand_company(work, WRITE)
    problems: list[Problem] = []
    with unit_of_work(work.session) as session:
        draft = claim_revision(code, work, seen=seen)
        good = well_formed(edits, problems)
        keys = {edit.key for _, edit in good}
        lines = read_lines(session, draft, keys)
        proposed = propose(good, lines, base_of(draft, work, keys - lines.keys()), problems)
        _refuse_others(draft, seen, lines, proposed.changes.values())
        check_references(draft, work, proposed, problems)
        problems.sort(key=lambda each: each.row)
        refuse_if_any(
            problems,
            code="reorganisation.edits_refused",
            message=f"{len(problems)} problem(s) in {len(edits)} edit(s) of the draft {code!r}; nothing was written.",
        )
        write_lines(draft, work, _new(proposed, lines))
        return note_of(code, work)


@requires("reorganisation.draft.write")
def undo_edits(work: Work, code: str, keys: Iterable[Key], *, seen: int) -> DraftNote:
    """
    Take back what a draft says of some records, and return the draft; all or none.

    Args:
        keys: part and code of each record.
        seen: the draft's revision that was looked at.

    Raises:
        EditedMeanwhile: somebody else edited the same records since.
        ProblemsFound: the draft says nothing of a record.
        NotFound: no draft has this code.
        Conflict: the draft is not open.
    """
    demand_company(work, WRITE)
    wanted = list(dict.fromkeys(keys))
    with unit_of_work(work.session) as session:
        draft = claim_revision(code, work, seen=seen)
        lines = read_lines(session, draft, [key for key in wanted if not text_flaw(key[1])])
        problems = [problem(key, place, "", key[1], "the draft says nothing of it.") for place, key in enumerate(wanted, 1) if key not in lines]
        refuse_if_any(problems, code="reorganisation.nothing_to_undo", message=f"the draft {code!r} was not changed.")
        changes = [Change(line.part, line.code, line.before, line.before) for line in lines.values()]
        _refuse_others(draft, seen, lines, changes)
        write_lines(draft, work, [change for change in changes if lines[change.part, change.code].after != change.after])
        return note_of(code, work)


def _new(proposed: Proposed, lines: Lines) -> list[Change]:
    """Return the changes that say something else than the draft says already."""
    return [
        change for key, change in proposed.changes.items() if (lines[key].after != change.after if key in lines else change.before != change.after)
    ]


def _refuse_others(draft: StoredDraft, seen: int, lines: Lines, changes: Iterable[Change]) -> None:
    """
    Refuse what would overwrite an edit that was not seen.

    Raises:
        EditedMeanwhile: with every value at odds.
    """
    others: list[OtherEdit] = []
    for change in changes:
        line = lines.get((change.part, change.code))
        if line is not None and line.revision > seen and line.after != change.after:
            others += _at_odds(line, change.after)
    if others:
        raise EditedMeanwhile(draft.code, others)


def _at_odds(line: Line, mine: Facts | None) -> list[OtherEdit]:
    if line.after is None or mine is None:
        values = [(WHOLE, _kept(line, line.after), _kept(line, mine))]
    else:
        values = [(name, line.after[name], mine[name]) for name in line.after if line.after[name] != mine[name]]
    return [OtherEdit(line.part, line.code, name, theirs, here, line.edited_at, line.edited_by) for name, theirs, here in values]


def _kept(line: Line, facts: Facts | None) -> str | None:
    """Return the code of a record that is kept, and nothing of one that is closed."""
    return None if facts is None else line.code
