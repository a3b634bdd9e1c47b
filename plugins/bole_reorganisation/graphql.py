"""The fields of drafts in the GraphQL schema, and those of requests with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from bole import Change, Explained, Instant, OrgDiff, Part, Problem, Scope, Work, company_day, explained, refuse_if_any, write_facts
from bole.graphql import Call, GraphQLPart
from bole_reorganisation import drafts
from bole_reorganisation.drafts import Choice, DraftNote, Edit
from bole_reorganisation.requests import graphql as requests


@dataclass(frozen=True, slots=True)
class OrgDraft:
    """A proposed organisation, and how it stands."""

    key: int
    code: str
    title: str
    reason: str
    status: str
    base_version: str | None
    base_day: date
    revision: int
    changes: int
    created_at: datetime
    created_by: str
    edited_at: datetime
    edited_by: str
    version: str | None


@dataclass(frozen=True, slots=True)
class OrgDraftRecord:
    """What a draft says of one department, post or person; before and after are objects of fields, or null."""

    part: str
    code: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    revision: int
    edited_at: datetime
    edited_by: str


@dataclass(frozen=True, slots=True)
class OrgDraftLine:
    """One thing that becomes different, in words: a department that moves, with all below it, is one line."""

    verb: str
    part: str
    code: str
    sentence_zh: str
    sentence_en: str
    others: tuple[str, ...]
    size: int
    follows: str


@dataclass(frozen=True, slots=True)
class OrgDraftContent:
    """A draft with what it says."""

    draft: OrgDraft
    records: tuple[OrgDraftRecord, ...]


@dataclass(frozen=True, slots=True)
class OrgDraftConflict:
    """What the draft and somebody else both made something else; the field is empty where it is about the whole record."""

    part: str
    code: str
    field: str
    base: str | None
    draft: str | None
    live: str | None
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class OrgDraftFinding:
    """What would be wrong, or dubious, by the draft."""

    severity: str
    kind: str
    part: str
    code: str
    others: tuple[str, ...]
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class OrgDraftLater:
    """What is planned already and ends what the draft says."""

    part: str
    code: str
    field: str
    on: date
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class OrgDraftPreview:
    """A draft as it would come into force on a day."""

    on: date
    revision: int
    live_version: str | None
    lines: tuple[OrgDraftLine, ...]
    conflicts: tuple[OrgDraftConflict, ...]
    findings: tuple[OrgDraftFinding, ...]
    later: tuple[OrgDraftLater, ...]


@dataclass(frozen=True, slots=True)
class OrgDraftImpact:
    """One kind of thing that a draft touches: how many, and the first of them."""

    code: str
    label_zh: str
    label_en: str
    count: int
    items_zh: tuple[str, ...]
    items_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrgVersionMade:
    """A version that was recorded, and what it made different."""

    version: str | None
    lines: tuple[OrgDraftLine, ...]


@dataclass(frozen=True, slots=True)
class OrgDraftKey:
    """One record: department, position, assignment (an employee's number) or membership (number@department)."""

    part: str
    code: str


@dataclass(frozen=True, slots=True)
class OrgDraftEdit:
    """What shall become different of one record: values by field, or that it is closed."""

    part: str
    code: str
    values: dict[str, Any] | None = None
    close: bool = False


@dataclass(frozen=True, slots=True)
class OrgDraftChoice:
    """Which side of a conflict shall hold: draft or live."""

    part: str
    code: str
    field: str
    keep: str


def org_drafts(work: Work, status: str | None = "open") -> tuple[OrgDraft, ...]:
    """Return the drafts of a status, the last edited first; all where it is null."""
    return tuple(_draft(note) for note in drafts.draft_notes(work, status=status))


def org_draft(work: Work, code: str, since: int = 0) -> OrgDraftContent:
    """Return a draft with what it says; only what was edited after a revision, where one is given."""
    records = tuple(
        OrgDraftRecord(each.part, each.code, write_facts(each.before), write_facts(each.after), each.revision, each.edited_at, each.edited_by)
        for each in drafts.draft_lines(work, code, since=since)
    )
    return OrgDraftContent(_draft(drafts.draft_note(work, code)), records)


def org_draft_preview(work: Work, code: str, on: date | None = None) -> OrgDraftPreview:
    """Return a draft as it would come into force on a day."""
    shown = drafts.preview(work, code, on=on)
    return OrgDraftPreview(
        shown.on,
        shown.revision,
        shown.live_version_code,
        _lines(shown.lines),
        tuple(
            OrgDraftConflict(
                each.part, each.code, each.field, _text(each.base), _text(each.draft), _text(each.live), each.sentence.zh, each.sentence.en
            )
            for each in shown.conflicts
        ),
        tuple(
            OrgDraftFinding(each.severity, each.code, each.part, each.key, each.others, each.message.zh, each.message.en) for each in shown.findings
        ),
        tuple(OrgDraftLater(each.part, each.code, each.field, each.on, each.sentence.zh, each.sentence.en) for each in shown.later),
    )


def org_draft_radius(work: Work, code: str, on: date | None = None) -> tuple[OrgDraftImpact, ...]:
    """Return what a draft touches, each kind once."""
    return tuple(
        OrgDraftImpact(
            each.code, each.label.zh, each.label.en, each.count, tuple(item.zh for item in each.items), tuple(item.en for item in each.items)
        )
        for each in drafts.blast_radius(work, code, on=on)
    )


def start_org_draft(work: Work, code: str, title: str = "", reason: str = "", base: str | None = None, on: date | None = None) -> OrgDraft:
    """Begin a draft, from the live organisation or from a version."""
    return _draft(drafts.start_draft(work, code, title=title, reason=reason, base=base, on=on))


def rename_org_draft(work: Work, code: str, title: str | None = None, reason: str | None = None, new_code: str | None = None) -> OrgDraft:
    """Give a draft another title, reason or code."""
    return _draft(drafts.rename_draft(work, code, title=title, reason=reason, new_code=new_code))


def edit_org_draft(work: Work, code: str, edits: tuple[OrgDraftEdit, ...], seen: int) -> OrgDraft:
    """Say in a draft what shall become different; all edits are written, or none."""
    problems: list[Problem] = []
    wanted = []
    for place, edit in enumerate(edits, 1):
        part = _part(edit.part, edit.code, place, problems)
        values: object = edit.values  # the schema takes any JSON here
        if not isinstance(values, dict | None):
            problems.append(Problem(edit.part, place, "values", edit.code, "gives no object of fields.", "Give values by field."))
        elif edit.close == (values is not None):
            reason = "gives values, and closes." if edit.close else "neither gives values nor closes."
            problems.append(Problem(edit.part, place, "values", edit.code, reason, "Give values, or close: true."))
        elif part is not None:
            wanted.append(Edit(part, edit.code, values))
    _refuse(problems)
    return _draft(drafts.edit_draft(work, code, wanted, seen=seen))


def undo_org_draft_edits(work: Work, code: str, records: tuple[OrgDraftKey, ...], seen: int) -> OrgDraft:
    """Take back what a draft says of some records."""
    problems: list[Problem] = []
    keys = [(_part(each.part, each.code, place, problems), each.code) for place, each in enumerate(records, 1)]
    _refuse(problems)
    return _draft(drafts.undo_edits(work, code, [(part, name) for part, name in keys if part], seen=seen))


def resolve_org_draft_conflicts(work: Work, code: str, choices: tuple[OrgDraftChoice, ...], seen: int, on: date | None = None) -> OrgDraft:
    """Decide conflicts of a draft with what is live."""
    problems: list[Problem] = []
    parts = [_part(each.part, each.code, place, problems) for place, each in enumerate(choices, 1)]
    _refuse(problems)
    wanted = [Choice(part, each.code, each.field, cast(Any, each.keep)) for part, each in zip(parts, choices, strict=True) if part]
    return _draft(drafts.resolve_conflicts(work, code, wanted, seen=seen, on=on))


def activate_org_draft(work: Work, code: str, on: date | None = None, seen: int | None = None, live: str | None = None) -> OrgVersionMade:
    """Put a draft in force, at once or from a day on."""
    done = drafts.activate_draft(work, code, on=on, seen=seen, live=live)
    return OrgVersionMade(done.version_code, _told(work, done.diff.changes, on))


def archive_org_draft(work: Work, code: str) -> OrgDraft:
    """Put a draft away."""
    return _draft(drafts.archive_draft(work, code))


def reopen_org_draft(work: Work, code: str) -> OrgDraft:
    """Take an archived draft up again."""
    return _draft(drafts.reopen_draft(work, code))


def roll_back_org_version(work: Work, code: str, restore: bool = False, on: date | None = None, reason: str = "") -> OrgVersionMade:
    """Take back what a version changed, or bring back the structure that it was."""
    done = drafts.roll_back_version(work, code, restore=restore, on=on, reason=reason)
    return OrgVersionMade(done.code, _told(work, done.diff.changes, on))


def _draft(note: DraftNote) -> OrgDraft:
    made = (note.created_at, note.created_by, note.edited_at, note.edited_by, note.version_code)
    return OrgDraft(note.id, note.code, note.title, note.reason, note.status, note.base_code, note.base_day, note.revision, note.lines, *made)


def _lines(lines: Sequence[Explained]) -> tuple[OrgDraftLine, ...]:
    return tuple(
        OrgDraftLine(each.verb, each.part, each.code, said.zh, said.en, each.others, each.size, each.follows)
        for each, said in ((found.line, found.sentence) for found in lines)
    )


def _told(work: Work, changes: Sequence[Change], on: date | None) -> tuple[OrgDraftLine, ...]:
    """Return what was done in words; nothing to an actor who may do it and not see it."""
    if work.actor.scope("core.org.read") is not Scope.COMPANY:
        return ()
    return _lines(explained(work, OrgDiff(tuple(changes)), Instant(on or company_day(work))))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _part(part: str, code: str, place: int, problems: list[Problem]) -> Part | None:
    if part in {each.value for each in Part}:
        return Part(part)
    problems.append(Problem("part", place, "part", part, f"there is no such part of the organisation, for {code!r}.", f"It has: {', '.join(Part)}."))
    return None


def _refuse(problems: Sequence[Problem]) -> None:
    refuse_if_any(problems, code="reorganisation.input_refused", message=f"{len(problems)} problem(s) in the input; nothing was written.")


_REQUESTS = requests.PART
PART = GraphQLPart(
    types=_REQUESTS.types,
    extends=_REQUESTS.extends,
    query=(
        *_REQUESTS.query,
        Call("orgDrafts", org_drafts, "The drafts of the organisation, the last edited first: open, merged, archived, or all of them (null)."),
        Call("orgDraft", org_draft, "One draft with what it says, or with what was edited after a revision."),
        Call("orgDraftPreview", org_draft_preview, "A draft as it would come into force on a day: differences, conflicts, findings, later plans."),
        Call("orgDraftRadius", org_draft_radius, "What a draft touches: people, managers, plans, targets, approvals, payouts."),
    ),
    mutation=(
        *_REQUESTS.mutation,
        Call("startOrgDraft", start_org_draft, "Begin a draft, from the live organisation or from a version."),
        Call("renameOrgDraft", rename_org_draft, "Give an open draft another title, reason or code."),
        Call("editOrgDraft", edit_org_draft, "Say in a draft what shall become different; `seen` is the revision that was looked at."),
        Call("undoOrgDraftEdits", undo_org_draft_edits, "Take back what a draft says of some records."),
        Call("resolveOrgDraftConflicts", resolve_org_draft_conflicts, "Decide conflicts of a draft: keep draft or live."),
        Call("activateOrgDraft", activate_org_draft, "Put a draft in force, at once or from a day on."),
        Call("archiveOrgDraft", archive_org_draft, "Put a draft away; it can be reopened."),
        Call("reopenOrgDraft", reopen_org_draft, "Take an archived draft up again."),
        Call("rollBackOrgVersion", roll_back_org_version, "Take back what a version changed, or bring back the structure that it was."),
    ),
)
