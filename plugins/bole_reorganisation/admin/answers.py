"""What the tree page's script is told: values of the services as plain JSON, in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bole import BoleError, Explained, Label, MergeConflict, ProblemsFound, VersionNote, write_facts
from bole_reorganisation.charts import Node
from bole_reorganisation.drafts import DraftNote, EditedMeanwhile, ImpactFound, OtherEdit, Preview

Json = dict[str, Any]


def version_told(note: VersionNote) -> Json:
    """Return a version."""
    return {
        "code": note.code,
        "kind": note.kind,
        "validFrom": note.valid_from.isoformat(),
        "recordedAt": note.recorded_at.isoformat(),
        "recordedBy": note.recorded_by,
        "reason": note.reason,
        "state": note.state,
        "base": note.base,
        "undoes": note.undoes,
        "undoneBy": note.undone_by,
    }


def draft_told(note: DraftNote) -> Json:
    """Return how a draft stands."""
    return {
        "code": note.code,
        "title": note.title,
        "reason": note.reason,
        "status": note.status,
        "baseCode": note.base_code,
        "baseDay": note.base_day.isoformat(),
        "revision": note.revision,
        "lines": note.lines,
        "editedAt": note.edited_at.isoformat(),
        "editedBy": note.edited_by,
        "versionCode": note.version_code,
    }


def node_told(node: Node, heads: Mapping[str, Label], language: str) -> Json:
    """Return a department of a chart."""
    head = heads.get(node.head or "")
    return {
        "code": node.code,
        "name": node.name.of(language),
        "names": node.names,
        "parent": node.parent or "",
        "head": node.head,
        "headName": head.of(language) if head else node.head or "",
        "own": node.own,
        "total": node.total,
        "children": node.children,
        "mark": node.mark,
        "note": node.note.of(language),
        "parentBefore": node.parent_before,
    }


def lines_told(lines: Sequence[Explained], language: str) -> Json:
    """Return a diff in words, and how often each verb occurs."""
    told = [
        {
            "verb": each.line.verb,
            "part": each.line.part,
            "code": each.line.code,
            "name": each.line.name.of(language),
            "sentence": each.sentence.of(language),
            "size": each.line.size,
            "follows": each.line.follows,
            "others": each.line.others,
        }
        for each in lines
    ]
    return {"lines": told, "counts": Counter(each["verb"] for each in told)}


def preview_told(preview: Preview, language: str) -> Json:
    """Return a draft as it would come into force."""
    return {
        "on": preview.on.isoformat(),
        "revision": preview.revision,
        "live": preview.live_version_code,
        "conflicts": [conflict_told(each, language) for each in preview.conflicts],
        "findings": [
            {"severity": each.severity, "code": each.code, "part": each.part, "key": each.key, "message": each.message.of(language)}
            for each in preview.findings
        ],
        **lines_told(preview.lines, language),
        "later": [each.sentence.of(language) for each in preview.later],
    }


def conflict_told(conflict: MergeConflict, language: str) -> Json:
    """Return one field that a draft and somebody else both changed."""
    values = write_facts({"base": conflict.base, "draft": conflict.draft, "live": conflict.live})
    return {"part": conflict.part, "code": conflict.code, "field": conflict.field, "sentence": conflict.sentence.of(language), **(values or {})}


def impact_told(impact: ImpactFound, language: str) -> Json:
    """Return one kind of thing that a draft touches."""
    items = [each.of(language) for each in impact.items]
    return {"code": impact.code, "label": impact.label.of(language), "count": impact.count, "items": items}


def error_told(error: BoleError) -> Json:
    """Return an error, with everything that is wrong."""
    problems = error.problems if isinstance(error, ProblemsFound) else ()
    listed = [{"where": each.where, "column": each.column, "value": each.value, "reason": each.reason, "hint": each.hint} for each in problems]
    told = {"code": error.code, "message": error.message, "hint": error.hint, "problems": listed}
    if isinstance(error, EditedMeanwhile):
        told["others"] = [_other_told(each) for each in error.others]
    return {"error": told}


def _other_told(other: OtherEdit) -> Json:
    """Return what somebody else did meanwhile to one field."""
    values = {"theirs": other.theirs, "mine": other.mine}
    shown = {name: value if value is None or isinstance(value, str) else str(value) for name, value in values.items()}
    return {"part": other.part, "code": other.code, "field": other.field, **shown, "at": other.edited_at.isoformat(), "by": other.edited_by}
