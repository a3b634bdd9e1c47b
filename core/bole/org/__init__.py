"""The organisation as values: structures, what differs between them, merging, and what is wrong with one."""

from bole.org.checks import Finding, Severity, check
from bole.org.diff import apply, compare, inverse
from bole.org.meaning import DiffLine, Verb, counts, explain
from bole.org.merging import WHOLE, Keep, MergeConflict, Merged, merge, settle
from bole.org.naming import FIELD_WORDS, PART_WORDS, name_of, names_of
from bole.org.snapshot import OrgSnapshot
from bole.org.structure import DECIMALS, FIELDS, LINE, Change, Facts, OrgDiff, Part, Records, Structure, complete, in_order, read, written
from bole.org.wording import sentence

__all__ = [
    "DECIMALS",
    "FIELDS",
    "FIELD_WORDS",
    "LINE",
    "PART_WORDS",
    "WHOLE",
    "Change",
    "DiffLine",
    "Facts",
    "Finding",
    "Keep",
    "MergeConflict",
    "Merged",
    "OrgDiff",
    "OrgSnapshot",
    "Part",
    "Records",
    "Severity",
    "Structure",
    "Verb",
    "apply",
    "check",
    "compare",
    "complete",
    "counts",
    "explain",
    "in_order",
    "inverse",
    "merge",
    "name_of",
    "names_of",
    "read",
    "sentence",
    "settle",
    "written",
]
