"""Drafts of the organisation: made, edited by many, checked, compared, merged, put in force and taken back."""

from bole_reorganisation.drafts.access import sees_drafts
from bole_reorganisation.drafts.activating import Activated, activate_draft, foresee_roll_back_version, roll_back_version
from bole_reorganisation.drafts.editing import edit_draft, undo_edits
from bole_reorganisation.drafts.lifecycle import archive_draft, rename_draft, reopen_draft, start_draft
from bole_reorganisation.drafts.live import Later
from bole_reorganisation.drafts.notes import DraftNote, LineNote, draft_lines, draft_note, draft_notes
from bole_reorganisation.drafts.previewing import Choice, Preview, preview, resolve_conflicts
from bole_reorganisation.drafts.proposing import Edit
from bole_reorganisation.drafts.radius import ImpactFound, blast_radius
from bole_reorganisation.drafts.states import draft_changes, draft_structure
from bole_reorganisation.errors import EditedMeanwhile, OtherEdit

__all__ = [
    "Activated",
    "Choice",
    "DraftNote",
    "Edit",
    "EditedMeanwhile",
    "ImpactFound",
    "Later",
    "LineNote",
    "OtherEdit",
    "Preview",
    "activate_draft",
    "archive_draft",
    "blast_radius",
    "draft_changes",
    "draft_lines",
    "draft_note",
    "draft_notes",
    "draft_structure",
    "edit_draft",
    "foresee_roll_back_version",
    "preview",
    "rename_draft",
    "reopen_draft",
    "resolve_conflicts",
    "roll_back_version",
    "sees_drafts",
    "start_draft",
    "undo_edits",
]
