"""Imports of files: mapping, target, look-ups and files are checked whole, then the rows go to the target in chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bole import ImportOutcome, ImportTarget, InvalidValue, Work
from bole_connectors.checking import check_mapping, target_of
from bole_connectors.csv_table import CsvTable
from bole_connectors.excel_table import ExcelTable
from bole_connectors.fields import Lookups
from bole_connectors.lookups import load_lookups
from bole_connectors.mapping import FileForm, FileMapping
from bole_connectors.problems import MOST
from bole_connectors.reading import read_mapping, refused
from bole_connectors.rows import Conversion
from bole_connectors.tables import Limits, Table, check_columns

OPENERS: Mapping[str, Callable[[Path, FileForm, Limits], Table]] = {"csv": CsvTable, "excel": ExcelTable}
"""The connectors of this module, and what makes a table of their files."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An import of which everything that can be checked without writing has been checked."""

    mapping: FileMapping
    target: ImportTarget
    lookups: Lookups
    tables: tuple[Table, ...]

    def run(self, work: Work) -> ImportOutcome:
        """Hand the rows to the target and return what became of them."""
        conversion = Conversion(self.mapping, self.target, self.lookups, work.host.settings["connectors"]["chunk_rows"])
        options = {**self.mapping.options, **({"source": self.mapping.source} if self.mapping.source else {})}
        outcome = self.target.load(work, conversion.chunks(self.tables), options)
        labels = conversion.labels()
        # The target speaks of its fields; whoever mends the file looks for its columns.
        found = [replace(problem, column=labels.get(problem.column, problem.column)) for problem in outcome.problems]
        order = {table.where: place for place, table in enumerate(self.tables)}
        problems = sorted([*conversion.problems, *found], key=lambda problem: (order.get(problem.where, -1), problem.row))
        untold = outcome.untold + conversion.untold + max(0, len(problems) - MOST)
        return replace(outcome, problems=tuple(problems[:MOST]), untold=untold, left_out=tuple(conversion.left_out.items()))


def import_files(work: Work, mapping: Path, files: Sequence[str]) -> ImportOutcome:
    """
    Import files as a mapping says: good rows go in, bad ones are returned as problems.

    Raises:
        NotFound, InvalidValue: a file is missing, too large, or not what its name says; nothing was imported.
        ProblemsFound: mapping, columns or look-ups are wrong (all of it is named); nothing was imported.
    """
    return prepare(work, mapping, files).run(work)


def prepare(work: Work, path: Path, files: Sequence[str]) -> Prepared:
    """
    Return an import that is ready to run; nothing is written.

    Args:
        path: of the mapping.
        files: to import, in order; for a folder (that of the mapping, where nothing is given) the file in it that the mapping names.

    Raises:
        NotFound, InvalidValue, ProblemsFound: as for `import_files`.
    """
    mapping = read_mapping(path)
    target = target_of(work.host.registry.import_targets, mapping)
    limits = Limits.of(work.host.settings["connectors"])
    problems = check_mapping(mapping, target)
    paths = [_located(mapping, Path(file)) for file in files or [str(path.parent)]]
    tables = tuple(OPENERS[mapping.connector](each, mapping.file, limits) for each in paths)
    for table in tables:
        problems += check_columns(table, mapping.columns)
    folders = list(dict.fromkeys([*(each.parent for each in paths), path.parent]))
    lookups, found = load_lookups(mapping, folders, limits)
    if problems or found:
        raise refused(path, [*problems, *found])
    return Prepared(mapping, target, lookups, tables)


def _located(mapping: FileMapping, path: Path) -> Path:
    if not path.is_dir():
        return path
    if not mapping.file.name:
        hint = "Name the file after the mapping, or set name under [file]."
        raise InvalidValue("connectors.no_name", f"{mapping.path} names no file in the folder {path}.", hint)
    return path / mapping.file.name
