"""Recording entries in plain tables: what is new is inserted, what differs is updated, the rest is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update
from sqlalchemy.orm import Session

from bole.db import bulk_insert
from bole.services.entries import Findings, check_repeats, check_values, default_of, filled, numbers_of, parts
from bole.services.intervals import among


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """
    How entries of a plain table are recorded.

    Args:
        key: the column of the code that names a row.
        fields: name of each field to the column it ends in.
        references: field to the column in which its code stands.
    """

    table: Table
    key: str
    fields: Mapping[str, str]
    references: Mapping[str, Column[Any]] = field(default_factory=dict)


Rows = dict[int, dict[str, Any]]
"""Values by column, by the place of the entry."""


def compare(session: Session, plain: Plain, findings: Findings) -> tuple[Rows, Rows]:
    """
    Return what an entry would make of its row, and what the row holds now (nothing for a new one), by place.

    Entries that cannot be taken are noted in `findings`.
    """
    check_values(findings, plain.table, plain.fields, (plain.key,))
    check_repeats(findings, [(parts(entry), dict(entry.values or {})) for entry in findings.entries])
    named = {name: {(findings.entries[place].values or {}).get(name) for place in findings.good} for name in plain.references}
    ids = {name: numbers_of(session, column, [code for code in named[name] if code]) for name, column in plain.references.items()}
    columns = [column for column in plain.table.columns if column.name != "id"]
    keys = {parts(findings.entries[place])[0] for place in findings.good}
    stored = {
        row[plain.key]: dict(row)
        for row in session.execute(select(*columns).where(among(session, plain.table.c[plain.key], sorted(keys)))).mappings()
    }
    wanted: Rows = {}
    held: Rows = {}
    for place in findings.good:
        (code,) = parts(findings.entries[place])
        given = _resolved(plain, findings, place, ids)
        held[place] = stored.get(code, {})
        wanted[place] = {**({column.name: default_of(column) for column in columns} | {plain.key: code}), **held[place], **given}
        for name, column_name in plain.fields.items():
            column = plain.table.c[column_name]
            if wanted[place][column_name] is None and not column.nullable and name not in (findings.entries[place].values or {}):
                findings.add(place, name, "", "is missing.", "A new one needs it.")
    return wanted, held


def _resolved(plain: Plain, findings: Findings, place: int, ids: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in (findings.entries[place].values or {}).items():
        column = plain.references.get(name)
        if column is not None and value is not None and value not in ids[name]:
            noun = column.table.name.removeprefix("core_").replace("_", " ")
            findings.add(place, name, value, f"no {noun} has this {column.name}.", "Enter it first, or mend the code.")
        values[plain.fields[name]] = ids[name].get(value) if column is not None else value
    return filled(plain.table, values)


def write(session: Session, plain: Plain, findings: Findings, wanted: Rows, held: Rows) -> list[int]:
    """Write the rows of good entries and return the places of those that changed an existing row."""
    names = [column.name for column in plain.table.columns if column.name != "id"]
    good = findings.good
    new = [place for place in good if not held[place]]
    changed = [place for place in good if held[place] and held[place] != wanted[place]]
    bulk_insert(session, plain.table, names, (tuple(_plain(wanted[place][name]) for name in names) for place in new))
    if changed:
        statement = update(plain.table).where(plain.table.c[plain.key] == bindparam("known_by"))
        others = [name for name in names if name != plain.key]
        statement = statement.values({name: bindparam(f"new_{name}") for name in others})
        rows = [{"known_by": wanted[place][plain.key], **{f"new_{name}": wanted[place][name] for name in others}} for place in changed]
        session.connection().execute(statement, rows)
    findings.outcomes = {**dict.fromkeys(good, "unchanged"), **dict.fromkeys(new, "recorded"), **dict.fromkeys(changed, "corrected")}
    return changed


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
