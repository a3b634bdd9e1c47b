"""From rows to the records of an organisation: each once, and all that is wrong with them by file and row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bole import ImportRow, Part, Problem, Structure
from bole_connectors.cells import Unfit
from bole_connectors.checking import field_type
from bole_connectors.fields import FieldReader, Lookups
from bole_connectors.mapping import FileMapping
from bole_connectors.rows import Conversion
from bole_connectors.snapshot_mapping import FORMS
from bole_connectors.tables import Table

_CHUNK = 10_000


@dataclass
class Gathering:
    """
    The records of a snapshot as they come in.

    Args:
        records: part and code to what is said; parts that are not spoken of are missing.
        where: part and code to the file and row in which a record stood first.
        untold: how many problems there are beyond `problems`.
    """

    records: dict[Part, dict[str, dict[str, Any]]] = field(default_factory=dict)
    where: dict[tuple[Part, str], tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0

    def structure(self, line: str) -> Structure:
        """Return all records as a structure."""
        return Structure(**{f"{part}s": records for part, records in self.records.items()}, line=line)

    def read(self, part: Part, mapping: FileMapping, table: Table, lookups: Lookups) -> None:
        """Take in what the rows of a file say of a part."""
        conversion = Conversion(mapping, FORMS[part], lookups, _CHUNK)
        labels = conversion.labels()
        records = self.records.setdefault(part, {})
        for chunk in conversion.chunks([table]):
            self._add(part, records, chunk, labels)
        self.problems += conversion.problems
        self.untold += conversion.untold

    def state(self, part: Part, mapping: FileMapping) -> None:
        """Take in one record that a mapping itself states."""
        values: dict[str, Any] = {}
        for name, rule in mapping.fields.items():
            try:
                values[name] = FieldReader(name, field_type(FORMS[part], name, rule), rule, mapping, {}, {}).read(())
            except Unfit as unfit:
                self.problems.append(Problem(str(mapping.path), 0, name, unfit.value, unfit.reason, unfit.hint))
                return
        self._add(part, self.records.setdefault(part, {}), [ImportRow(str(mapping.path), 0, values)], {})

    def demand_some(self, where: str) -> None:
        """Add a problem for each part of which there is not a single record: all there is of it would end."""
        if not self.problems:
            for part, records in self.records.items():
                if not records:
                    self.problems.append(Problem(where, 0, "", "", f"names no {part} at all.", f"A snapshot states every {part} there is."))

    def _add(self, part: Part, records: dict[str, dict[str, Any]], rows: Iterable[ImportRow], labels: Mapping[str, str]) -> None:
        form = FORMS[part]
        for row in rows:
            missing = [name for name in form.required if row.values.get(name) is None]
            for name in missing:
                self.problems.append(Problem(row.where, row.row, labels.get(name, name), "", f"is empty, and every {part} needs it.", "Fill it."))
            if missing:
                continue
            code = "@".join(row.values[name] for name in form.key)
            own = () if part is Part.MEMBERSHIP else form.key
            said = {name: value for name, value in row.values.items() if name not in own}
            first = self.where.setdefault((part, code), (row.where, row.row))
            held = records.setdefault(code, said)
            for name in said:
                if name in held and held[name] != said[name]:
                    there = f"row {first[1]}" if first[0] == row.where else f"{first[0]}, row {first[1]}"
                    reason = f"{_shown(held[name])} stands in {there}, of the same {part} {code!r}."
                    value = "" if said[name] is None else str(said[name])
                    self.problems.append(Problem(row.where, row.row, labels.get(name, name), value, reason, "Let them agree, or mend the code."))
            held.update({name: value for name, value in said.items() if name not in held})


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(str(value))
