"""What payroll lets files bring in. Salaries are the core's `terms`; this is what a year began with elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bole import FieldType, ImportField, ImportOutcome, ImportRow, ImportTarget, Label, Work

AMOUNTS = ("income", "special", "additional", "other", "exempt", "tax")


def load_openings(work: Work, chunks: Iterable[Sequence[ImportRow]], options: Mapping[str, Any]) -> ImportOutcome:
    """Record what employees had in a year before their first payslip here; see `record_openings`."""
    from bole_payroll.services.openings import OpeningEntry, record_openings  # services and what they need; a start must not wait for them

    done = ImportOutcome()
    for rows in chunks:
        entries = [
            OpeningEntry(row.where, row.row, **{name: row.values.get(name) for name in ("employee", "year", "months", *AMOUNTS)}) for row in rows
        ]
        done += record_openings(work, entries, good_only=True)
    return done


TARGETS = [
    ImportTarget(
        "payroll_openings",
        Label("年初至今薪资累计数", "Payroll figures of the year so far"),
        (
            ImportField("employee", FieldType.TEXT, required=True),
            ImportField("year", FieldType.INTEGER, required=True),
            ImportField("months", FieldType.INTEGER, required=True),
            *(ImportField(name, FieldType.DECIMAL) for name in AMOUNTS),
        ),
        load_openings,
    )
]
