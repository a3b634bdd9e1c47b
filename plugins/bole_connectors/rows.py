"""From the rows of tables to chunks of converted rows; bad ones become problems, unwanted ones are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bole import ImportRow, Problem
from bole_connectors.cells import Unfit, text_of
from bole_connectors.checking import Receiver, field_type
from bole_connectors.fields import FieldReader, Lookups
from bole_connectors.mapping import FieldRule, FileMapping, LeaveOut
from bole_connectors.problems import MOST
from bole_connectors.tables import Cell, Fault, Table, letter


@dataclass
class Conversion:
    """
    Converts the rows of one import, in chunks.

    Args:
        problems: the first thousand rows that cannot be converted, with what is wrong.
        untold: how many problems there are beyond those.
        left_out: reason to number of rows.
    """

    mapping: FileMapping
    target: Receiver
    lookups: Lookups
    chunk_rows: int
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def chunks(self, tables: Sequence[Table]) -> Iterator[list[ImportRow]]:
        """Yield the good rows of the tables, at most `chunk_rows` at a time; nothing is kept of those handed out."""
        chunk: list[ImportRow] = []
        for table in tables:
            for row in self._converted(table):
                chunk.append(row)
                if len(chunk) >= self.chunk_rows:
                    yield chunk
                    chunk = []
        if chunk:
            yield chunk

    def labels(self) -> Mapping[str, str]:
        """Return for each field how the file calls it, for the words of problems that the target finds."""
        return {name: _label(name, rule) for name, rule in self.mapping.fields.items()}

    def _converted(self, table: Table) -> Iterator[ImportRow]:
        places = {name: place for place, name in reversed(list(enumerate(table.header)))}
        readers = [
            # Repeats are counted over all files of an import: the keys of one system are one set.
            FieldReader(name, field_type(self.target, name, rule), rule, self.mapping, self.lookups, places, self.seen.setdefault(name, {}))
            for name, rule in self.mapping.fields.items()
        ]
        for number, cells in table.rows():
            if all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in cells):
                continue
            problems, values = self._read(table, readers, places, number, cells)
            if values is None:
                continue
            if problems:
                self._note(problems)
            else:
                yield ImportRow(table.where, number, values)

    def _read(
        self, table: Table, readers: Sequence[FieldReader], places: Mapping[str, int], number: int, cells: Sequence[Cell]
    ) -> tuple[list[Problem], dict[str, object] | None]:
        """Return what is wrong with a row and its values; no values at all for a row that is left out."""
        wide = [place for place in range(len(table.header), len(cells)) if not _is_blank(cells[place])]
        if wide:
            reason = f"the row goes on to column {letter(wide[-1])}, and the header ends at {letter(len(table.header) - 1)}."
            hint = "Look for a delimiter within a value that is not in quotes."
            return [Problem(table.where, number, "", str(cells[wide[0]])[:200], reason, hint)], {}
        problems: list[Problem] = []
        try:
            reason = self._unwanted(places, cells)
        except Unfit as unfit:
            return [Problem(table.where, number, unfit.column, unfit.value, unfit.reason, unfit.hint)], {}
        if reason:
            self.left_out[reason] = self.left_out.get(reason, 0) + 1
            return [], None
        values: dict[str, object] = {}
        for reader in readers:
            try:
                values[reader.name] = reader.read(cells)
            except Unfit as unfit:
                problems.append(Problem(table.where, number, unfit.column or reader.label, unfit.value, unfit.reason, unfit.hint))
        return problems, values

    def _unwanted(self, places: Mapping[str, int], cells: Sequence[Cell]) -> str:
        """Return the reason for which a row is left out; an empty text for a row that is wanted."""
        for rule in self.mapping.leave_out:
            place = places[rule.column]
            try:
                text = text_of(cells[place], self.mapping.file) if place < len(cells) else None
            except Unfit as unfit:
                unfit.column = rule.column
                raise
            if self._applies(rule, text):
                return rule.reason
        return ""

    def _applies(self, rule: LeaveOut, text: str | None) -> bool:
        if rule.is_empty is not None:
            return (text is None) is rule.is_empty
        if rule.not_in:
            return text not in self.lookups[rule.not_in]
        if rule.matches:
            return bool(rule.matches.fullmatch(text or ""))
        return text in rule.equals if rule.equals else (text or "") not in rule.other_than

    def _note(self, problems: Sequence[Problem]) -> None:
        told = max(0, MOST - len(self.problems))
        self.problems += problems[:told]
        self.untold += len(problems) - len(problems[:told])


def _label(name: str, rule: FieldRule) -> str:
    columns = ", ".join(rule.columns)
    # Where the column's value became another one, a problem with that one must not seem to quote the file.
    as_it_stands = rule.column and not (rule.lookup or rule.values or rule.extract or rule.fallback or rule.period)
    return columns if as_it_stands else f"{columns} → {name}" if columns else name


def _is_blank(cell: Cell) -> bool:
    return not isinstance(cell, Fault) and not str(cell).strip()
