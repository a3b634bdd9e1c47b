"""The library's functions under the names by which plugins know them: longer ones, for they stand beside everything else."""

from __future__ import annotations

from bole.org.checks import check as check_structure
from bole.org.diff import apply as apply_diff
from bole.org.diff import compare as compare_structures
from bole.org.diff import inverse as inverse_diff
from bole.org.meaning import counts as count_lines
from bole.org.meaning import explain as explain_diff
from bole.org.merging import merge as merge_changes
from bole.org.merging import settle as settle_change
from bole.org.naming import name_of as name_of_record
from bole.org.structure import complete as complete_facts
from bole.org.structure import read as read_facts
from bole.org.structure import written as write_facts
from bole.org.wording import sentence as diff_sentence

__all__ = [
    "apply_diff",
    "check_structure",
    "compare_structures",
    "complete_facts",
    "count_lines",
    "diff_sentence",
    "explain_diff",
    "inverse_diff",
    "merge_changes",
    "name_of_record",
    "read_facts",
    "settle_change",
    "write_facts",
]
