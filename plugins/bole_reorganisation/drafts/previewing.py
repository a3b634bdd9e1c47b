"""Looking at a draft as it would come into force on a day, and deciding where it is at odds with what is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select

from bole import (
    Change,
    Explained,
    Facts,
    Finding,
    Instant,
    MergeConflict,
    OrgDiff,
    Part,
    Problem,
    Structure,
    Work,
    company_day,
    demand_company,
    explained,
    merge_changes,
    refuse_if_any,
    requires,
    settle_change,
    tables,
    unit_of_work,
    version_on,
)
from bole_reorganisation.drafts.access import demand_drafts
from bole_reorganisation.drafts.checking import caused_findings
from bole_reorganisation.drafts.live import Later, codes_of, later_plans, live_records, merged_with_live
from bole_reorganisation.drafts.notes import DraftNote, note_of
from bole_reorganisation.drafts.proposing import problem
from bole_reorganisation.drafts.stored import Key, Lines, claim_revision, find_draft, read_lines, write_lines
from bole_reorganisation.errors import EditedMeanwhile, OtherEdit
from bole_reorganisation.texts import text_flaw

Keep = Literal["draft", "live"]
WRITE = "reorganisation.draft.write"


@dataclass(frozen=True, slots=True)
class Preview:
    """
    A draft as it would come into force.

    Args:
        on: the day from which it would hold.
        revision: of the draft; whoever activates says which one he or she has seen.
        live_version_code: the version in force on that day; nothing where there is none. Whoever activates may say that it must be so still.
        changes: from the organisation of the day to what it would be; what is in conflict is left out.
        conflicts: what the draft and somebody else both made something else since it began; they must be decided first.
        findings: what would be wrong or dubious by the draft, errors first; what is so already is left out.
        lines: the changes in words.
        later: what is planned already and ends what the draft says.
    """

    on: date
    revision: int
    live_version_code: str | None
    changes: OrgDiff
    conflicts: tuple[MergeConflict, ...]
    findings: tuple[Finding, ...]
    lines: tuple[Explained, ...]
    later: tuple[Later, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """
    Which side of a conflict shall hold.

    Args:
        field: as the conflict names it; empty where it is about the whole record.
        keep: what the draft says, or what is live.
    """

    part: Part
    code: str
    field: str
    keep: Keep

    @property
    def key(self) -> Key:
        """The part and the code."""
        return self.part, self.code


@requires("core.org.read")
def preview(work: Work, code: str, *, on: date | None = None) -> Preview:
    """
    Return what a draft would make of the organisation of a day, as known now.

    Args:
        on: today where not given.

    Raises:
        NotFound: no draft has this code.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    draft, day = find_draft(work.session, code), on or company_day(work)
    version = version_code_on(day, work)
    merged = merged_with_live(read_lines(work.session, draft).values(), work, day)
    diff = OrgDiff(merged.changes)
    findings = caused_findings(merged.changes, work, day)
    lines, later = explained(work, diff, Instant(day)), later_plans(merged.changes, work, day)
    return Preview(day, draft.revision, version, diff, merged.conflicts, findings, lines, later)


@requires("reorganisation.draft.write")
def resolve_conflicts(work: Work, code: str, choices: Sequence[Choice], *, seen: int, on: date | None = None) -> DraftNote:
    """
    Decide conflicts of a draft with what is live, and return the draft; all are decided, or none.

    Args:
        choices: which side shall hold, field by field.
        seen: the draft's revision that was looked at.
        on: the day for which the conflicts were found; today where not given.

    Raises:
        ProblemsFound: a choice is about no conflict, or names neither side.
        EditedMeanwhile: somebody else edited the same records since.
        NotFound: no draft has this code.
        Conflict: the draft is not open.
    """
    demand_company(work, WRITE)
    problems: list[Problem] = []
    with unit_of_work(work.session) as session:
        draft = claim_revision(code, work, seen=seen)
        lines = read_lines(session, draft, {choice.key for choice in choices if not text_flaw(choice.code)})
        changes = [line.change for line in lines.values()]
        live = live_records(codes_of(changes), work, on or company_day(work))
        chosen = _chosen(choices, changes, live, problems)
        refuse_if_any(problems, code="reorganisation.choices_refused", message=f"no conflict of the draft {code!r} was decided.")
        settled = {key: settle_change(lines[key].change, live.get(*key), keep) for key, keep in chosen.items()}
        _refuse_others(code, seen, lines, settled, chosen)
        write_lines(draft, work, settled.values())
        return note_of(code, work)


def version_code_on(on: date, work: Work) -> str | None:
    """Return the code of the version in force on a day, as known now."""
    number, version = version_on(work, on), tables.OrgVersion.table.c
    return None if number is None else work.session.scalar(select(version.code).where(version.id == number))


def _chosen(choices: Sequence[Choice], changes: Sequence[Change], live: Structure, problems: list[Problem]) -> dict[Key, dict[str, Keep]]:
    """Return the choices by record and field; those that cannot be are told."""
    conflicts = {(each.part, each.code, each.field) for each in merge_changes(changes, live).conflicts}
    chosen: dict[Key, dict[str, Keep]] = {}
    for place, choice in enumerate(choices, 1):
        if choice.keep not in ("draft", "live"):
            problems.append(problem(choice.key, place, choice.field, choice.keep, "is neither side.", "Keep `draft` or `live`."))
        elif (*choice.key, choice.field) not in conflicts:
            problems.append(problem(choice.key, place, choice.field, choice.code, "there is no such conflict.", "Look at the draft again."))
        else:
            chosen.setdefault(choice.key, {})[choice.field] = choice.keep
    return chosen


def _refuse_others(code: str, seen: int, lines: Lines, settled: Mapping[Key, Change], chosen: Mapping[Key, Mapping[str, Keep]]) -> None:
    """
    Refuse to decide about edits that were not seen.

    Raises:
        EditedMeanwhile: with every field that was to be decided.
    """
    others = []
    for key, fields in chosen.items():
        line = lines[key]
        if line.revision > seen:
            for name in fields:
                theirs, mine = (_value(facts, name, line.code) for facts in (line.after, settled[key].after))
                others.append(OtherEdit(line.part, line.code, name, theirs, mine, line.edited_at, line.edited_by))
    if others:
        raise EditedMeanwhile(code, others)


def _value(facts: Facts | None, name: str, code: str) -> object:
    return None if facts is None else facts[name] if name else code
