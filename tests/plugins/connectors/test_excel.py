"""Excel workbooks: rows and columns as the spreadsheet shows them, cells as their author reads them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from bole.access import Work
from bole.contracts.extension import ImportOutcome
from bole.errors import BoleError, ProblemsFound
from bole.models import Observation
from bole_connectors.cells import text_of
from bole_connectors.excel_faults import faults_of
from bole_connectors.excel_table import ExcelTable
from bole_connectors.mapping import FileForm
from bole_connectors.tables import Fault, Limits
from tests.plugins.connectors.conftest import HEADER, SALES, Write

Run = Callable[..., ImportOutcome]
EXCEL = SALES.replace('"csv"', '"excel"')
LIMITS = Limits(200, 2000, 300)


def book(*rows: list[Any], at: str = "A1", merged: str = "", title: str = "Sheet") -> bytes:
    """Return the bytes of a workbook whose rows begin at a cell."""
    workbook, target = openpyxl.Workbook(), io.BytesIO()
    sheet = workbook.active
    sheet.title = title
    first = sheet[at]
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            sheet.cell(first.row + down, first.column + right, value)
    if merged:
        sheet.merge_cells(merged)
    workbook.create_sheet("二月").append(["A"])
    workbook.save(target)
    return target.getvalue()


def table(write: Write, content: bytes, form: FileForm | None = None) -> ExcelTable:
    """Return a workbook as a table."""
    return ExcelTable(write("book.xlsx", content), form or FileForm(), LIMITS)


def test_a_workbook_is_imported_like_a_csv_file(shop: Work, run: Run, write: Write) -> None:
    """Numbers, dates and texts of a sheet go in; a bad cell is named with the sheet and its row there."""
    rows = [
        HEADER.split(","),
        [1001, date(2026, 7, 1), "A1", 1234.5],
        ["1002", datetime(2026, 7, 2, 9, 30), 17, "20.25"],
        [1001, date(2026, 7, 3), "A3", "ten"],
    ]
    file = write("sales.xlsx", book(*rows, at="C4", title="七月"))

    outcome = run(shop, EXCEL + "[file]\nheader_row = 4\n", file)

    stored = shop.session.execute(select(Observation.external_key, Observation.amount).order_by(Observation.external_key)).all()
    assert [tuple(row) for row in stored] == [("17", 2025), ("A1", 123450)]
    assert [(problem.where, problem.row, problem.column, problem.value) for problem in outcome.problems] == [(f"{file} [七月]", 7, "Sum", "ten")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (502097814.0, "502097814"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (-12.5, "-12.5"),
        (True, "true"),
        (date(2026, 7, 1), "2026-07-01"),
        (datetime(2026, 7, 1), "2026-07-01"),
        (datetime(2026, 7, 1, 9, 30), "2026-07-01 09:30:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        ("  x ", "x"),
        ("", None),
    ],
)
def test_a_cell_reads_as_its_author_sees_it(cell: Any, text: str | None) -> None:
    """A number has the fifteen digits that a spreadsheet shows, a date no time, a duration its hours."""
    assert text_of(cell, FileForm()) == text


def test_a_number_reads_with_the_decimal_mark_of_the_file() -> None:
    """A number of a sheet and a number in a text cell of the same file are read alike."""
    assert text_of(12.5, FileForm(decimal_mark=",")) == "12,5"


def test_columns_and_rows_count_as_the_spreadsheet_shows_them(write: Write) -> None:
    """Empty rows above and empty columns left of the table count."""
    read = table(write, book(["A", "B"], [1, 2], [None, None], [3, 4], at="B3"), FileForm(header_row=3))

    assert read.header == ("", "A", "B")
    assert list(read.rows()) == [(4, ["", 1.0, 2.0]), (5, ["", "", ""]), (6, ["", 3.0, 4.0])]


def test_a_merged_header_speaks_for_all_its_columns(write: Write) -> None:
    """A header of two rows joins what stands below one another; a merged cell stands above each of its columns."""
    read = table(write, book(["Staff", "Sales", None], [None, "Q1", "Q2"], [1, 2, 3], merged="B1:C1"), FileForm(header_rows=2))

    assert read.header == ("Staff", "Sales Q1", "Sales Q2")
    assert [number for number, _ in read.rows()] == [3]


def test_a_sheet_is_chosen_by_name_or_number(write: Write) -> None:
    """The second sheet is found by its name and by its number; an unknown name is refused with those there are."""
    content = book(["A"])

    with pytest.raises(BoleError) as caught:
        table(write, content, FileForm(sheet="März"))

    assert table(write, content, FileForm(sheet="二月")).where.endswith("book.xlsx [二月]")
    assert table(write, content, FileForm(sheet=2)).where.endswith("book.xlsx [二月]")
    assert (caught.value.code, caught.value.hint) == ("connectors.no_sheet", "Its sheets are: Sheet, 二月.")


def test_an_empty_sheet_has_no_header(write: Write) -> None:
    """A sheet with nothing in the header's row is refused."""
    with pytest.raises(BoleError, match="row 1 holds no names of columns"):
        table(write, book())


def test_an_error_and_a_formula_without_result_are_no_empty_cells(shop: Work, run: Run, write: Write) -> None:
    """A cell that shows an error, or a formula that was never computed, makes a problem instead of a missing value."""
    rows = [HEADER.split(","), [1001, date(2026, 7, 1), "A1", "#N/A"], [1001, date(2026, 7, 1), "A2", "=1+1"], [1001, date(2026, 7, 1), "A3", 3]]

    outcome = run(shop, EXCEL, write("sales.xlsx", book(*rows)))

    told = [(problem.row, problem.column, problem.value, problem.reason.partition(".")[0]) for problem in outcome.problems]
    assert told == [(2, "Sum", "#N/A", "the cell shows an error"), (3, "Sum", "=1+1", "the cell holds a formula whose result was not saved")]
    assert outcome.recorded == 1


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c><c r="B1"><f>SUM(C1:D1)</f><v>7</v></c>'
    '<c r="C1" s="2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1" t="n"><f t="shared" si="0"/></c><c r="AB1" t="e"><v>#REF!</v></c>'
    "{filling}</row></sheetData></worksheet>"
)


@pytest.mark.parametrize("filling", ["", '<c r="AC1"><v>1</v></c>' * 60_000], ids=["small", "over-several-pieces"])
def test_faults_are_found_by_row_and_column(write: Write, filling: str) -> None:
    """Errors and formulas without a result are found wherever they stand; a formula whose result is an empty text is none."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["A"]))) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, SHEET.format(filling=filling).encode() if name == "xl/worksheets/sheet1.xml" else source.read(name))

    found = faults_of(write("book.xlsx", target.getvalue()), "Sheet")

    assert {place: fault.shown for place, fault in found[1].items()} == {2: "#DIV/0!", 3: "=", 27: "#REF!"}
    assert list(found) == [1] and all(isinstance(fault, Fault) for fault in found[1].values())


def test_a_workbook_lacking_a_column_is_refused_with_its_sheet(desk: Work, run: Run, write: Write) -> None:
    """The refusal names file, sheet, row of the header and column."""
    file = write("sales.xlsx", book(["Staff", "Day", "Order"]))

    with pytest.raises(ProblemsFound) as caught:
        run(desk, EXCEL, file)

    assert [(problem.where, problem.row, problem.column) for problem in caught.value.problems] == [(f"{file} [Sheet]", 1, "Sum")]
