"""Excel workbooks (.xlsx) as tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, load_workbook

from bole_connectors.excel_faults import faults_of
from bole_connectors.mapping import FileForm
from bole_connectors.problems import suggestion
from bole_connectors.signatures import ZIP, not_text, recognised
from bole_connectors.tables import MEGABYTE, Cell, Limits, Row, check_size, names_of, refuse_file


class ExcelTable:
    """
    One sheet of a workbook that was looked through.

    Rows and columns count as the spreadsheet shows them, empty ones above and left of the table included.

    Raises:
        NotFound: there is no such file.
        InvalidValue: it is too large, is no workbook, has no such sheet, or no header.
    """

    def __init__(self, path: Path, form: FileForm, limits: Limits, *, where: str = "") -> None:
        self.path, self.form = path, form
        self._file = where or str(path)
        check_size(path, limits)
        _check_archive(path, self._file, limits)
        sheet = self._open()
        self.where = f"{self._file} [{sheet.name}]"
        self.header_row = form.last_header_row
        self._left = sheet.start[1] if sheet.start else 0
        self.header = self._names(sheet)
        self._faults = faults_of(path, sheet.name)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header; the sheet is in memory only as long as that lasts."""
        for number, cells in enumerate(self._open().iter_rows(), 1):
            if number > self.header_row:
                yield number, self._with_faults(number, self._placed(cells))

    def _open(self) -> CalamineSheet:
        try:
            return self._chosen()
        except (CalamineError, PasswordError) as error:
            hint = "Open it in Excel and save it again, without a password."
            raise refuse_file(self._file, "broken_workbook", f"cannot be read as an Excel workbook: {error}.", hint) from error

    def _chosen(self) -> CalamineSheet:
        workbook: CalamineWorkbook = load_workbook(str(self.path))
        names = workbook.sheet_names
        wanted = self.form.sheet
        if isinstance(wanted, int) and wanted <= len(names):
            return workbook.get_sheet_by_index(wanted - 1)
        if not wanted and names:
            return workbook.get_sheet_by_index(0)
        if wanted in names:
            return workbook.get_sheet_by_name(str(wanted))
        hint = suggestion(str(wanted), names, "Its sheets are")
        raise refuse_file(self._file, "no_sheet", f"the workbook has no sheet {wanted!r}.", hint or "Set sheet under [file] of the mapping.")

    def _placed(self, cells: Sequence[Cell]) -> list[Cell]:
        return [*[""] * self._left, *cells]

    def _names(self, sheet: CalamineSheet) -> tuple[str, ...]:
        rows: list[list[Cell]] = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > self.header_row:
                break
            if number >= self.form.header_row:
                rows.append(self._placed(cells))
        # A merged cell holds its text in its first column only, and is meant for all of them.
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in range(max(top, self.form.header_row - 1), min(bottom, self.header_row - 1) + 1):
                line = rows[row - self.form.header_row + 1] if row - self.form.header_row + 1 < len(rows) else []
                for place in range(left, min(right, len(line) - 1) + 1):
                    line[place] = rows[max(top - self.form.header_row + 1, 0)][left]
        if not any(str(cell).strip() for row in rows for cell in row):
            hint = "Set header_row under [file] of the mapping."
            raise refuse_file(f"{self._file} [{sheet.name}]", "no_header", f"row {self.header_row} holds no names of columns.", hint)
        return names_of(rows)

    def _with_faults(self, number: int, cells: list[Cell]) -> Sequence[Cell]:
        for place, fault in self._faults.get(number, {}).items():
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = fault
        return cells


def sheets_of(path: Path, limits: Limits) -> list[str]:
    """
    Return the names of a workbook's sheets.

    Raises:
        NotFound, InvalidValue: as for `ExcelTable`.
    """
    check_size(path, limits)
    _check_archive(path, str(path), limits)
    try:
        return list(load_workbook(str(path)).sheet_names)
    except (CalamineError, PasswordError) as error:
        hint = "Open it in Excel and save it again, without a password."
        raise refuse_file(str(path), "broken_workbook", f"cannot be read as an Excel workbook: {error}.", hint) from error


def _check_archive(path: Path, where: str, limits: Limits) -> None:
    """Let pass only an archive that is sound and unpacks to what may be read."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.startswith(ZIP):
        what, hint = recognised(head)
        if not what:
            what, hint = (
                ("a file of zero bytes or of another program", "")
                if not_text(head, "utf-8")[0]
                else ("a text file", 'Import it with connector = "csv".')
            )
        raise refuse_file(where, "not_a_workbook", f"the file is {what}, and no Excel workbook (.xlsx).", hint)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > limits.max_workbook_mb * MEGABYTE:
                raise refuse_file(
                    where,
                    "unpacked_too_large",
                    f"it unpacks to {unpacked / MEGABYTE:,.1f} MB, and a workbook of at most {limits.max_workbook_mb:,} MB is read.",
                    "Save the sheet as CSV, which is read row by row, or raise max_workbook_mb under [plugins.connectors].",
                )
            # Reads every member to its stated size and holds it against its checksum, so that none unpacks to more than it says.
            broken = archive.testzip()
    except zipfile.BadZipFile as error:
        raise refuse_file(where, "broken_workbook", f"cannot be unpacked: {error}.", "Transfer the file again.") from error
    if broken:
        raise refuse_file(where, "broken_workbook", f"its part {broken!r} is damaged.", "Transfer the file again.")
