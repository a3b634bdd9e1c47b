"""Bad input: every fault is named with file, row, column and value, and nothing is half-written."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bole.access import Work
from bole.contracts.extension import ImportOutcome, ImportRow
from bole.db import unit_of_work
from bole.errors import BoleError, NotFound, ProblemsFound
from bole.host import Host
from bole.models import Observation
from tests.plugins.connectors.conftest import HEADER, SALES, Write, make_host

Run = Callable[..., ImportOutcome]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def stored(work: Work) -> int:
    """Return how many observations there are."""
    return work.session.scalar(select(func.count()).select_from(Observation)) or 0


def workbook() -> bytes:
    """Return the bytes of a small Excel workbook."""
    import openpyxl

    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEADER.split(","))
    book.save(target)
    return target.getvalue()


def archive(name: str, content: bytes) -> bytes:
    """Return the bytes of a zip archive with one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return target.getvalue()


def test_an_unknown_column_is_refused_with_the_nearest_one(shop: Work, run: Run, write: Write) -> None:
    """A column that the file lacks is named with file, row of the header and a near miss; the good rows do not go in either."""
    file = write("sales.csv", "Staff,Day,Order No,Sum\n1001,2026-07-01,A1,10\n")

    with pytest.raises(ProblemsFound) as caught:
        run(shop, SALES.replace('"Order"', '"OrderNo"'), file)

    problem = caught.value.problems[0]
    assert (problem.where, problem.row, problem.column) == (str(file), 1, "OrderNo")
    assert (problem.reason, problem.hint) == ("the file has no such column.", "Did you mean 'Order No'?")
    assert stored(shop) == 0


BAD_ROWS = (
    ("1001,2026-07-01,B1,ten", "Sum", "ten", "is no number."),
    ("1001,1 July,B2,10", "Day", "1 July", "is not written as 2026-07-31 or 2026-07-31 17:30."),
    ("1001,2026-02-30,B3,10", "Day", "2026-02-30", "is no date: day is out of range for month."),
    ("7777,2026-07-01,B4,10", "Staff", "7777", "no employee has this number."),
    ("1001,2026-07-01,A1,11", "Order", "A1", "row 1 of the same batch has this key with other content."),
    ("1001,2026-07-01,B5,10.005", "Sum", "10.005", "has more than 2 decimal places."),
    ("1001,2026-07-01,B6,", "Sum", "", "sale.closed needs an amount of money."),
    (",2026-07-01,B7,10", "Staff", "", "is missing."),
    ("1001,2026-07-01,B8,=SUM(D1:D9)", "Sum", "=SUM(D1:D9)", "is a formula, and no value."),
    ("1001,2026-07-01,B9,1.5E+7", "Sum", "1.5E+7", "is written with an exponent, which may have cost it digits."),
    ("1001,2026-07-01,C1,10,oops", "", "oops", "the row goes on to column E, and the header ends at D."),
    ("1001,2027-07-01,C2,10", "Day", "2027-06-30T16:00:00+00:00", "lies in the future."),
)


def test_bad_rows_are_named_and_the_good_ones_go_in(shop: Work, run: Run, write: Write) -> None:
    """Each bad row among good ones is reported with file, row, column, value and reason; the good ones are recorded."""
    rows = "\n".join(row for row, *_ in BAD_ROWS)
    file = write("sales.csv", f"{HEADER}\n1001,2026-07-01,A1,10\n\n{rows}\n1002,2026-07-02,A2,20\n")

    outcome = run(shop, SALES, file)

    assert (outcome.recorded, stored(shop)) == (2, 2)
    assert [(problem.where, problem.row, problem.column, problem.value, problem.reason) for problem in outcome.problems] == [
        (str(file), row, column, value, reason) for row, (_, column, value, reason) in enumerate(BAD_ROWS, 4)
    ]


def test_an_unknown_currency_is_named(shop: Work, run: Run, write: Write) -> None:
    """A currency that does not exist is reported in the column where it stands."""
    file = write("sales.csv", "Staff,Day,Order,Sum,Cur\n1001,2026-07-01,A1,10,CNY\n1001,2026-07-01,A2,10,RMB\n")
    mapping = SALES.replace('column = "Sum"', 'column = "Sum"\ncurrency_column = "Cur"')

    outcome = run(shop, mapping, file)

    (problem,) = outcome.problems
    assert (problem.row, problem.column, problem.value, problem.reason) == (3, "Cur", "RMB", "unknown currency 'RMB'.")
    assert stored(shop) == 1


def test_every_fault_of_a_row_is_told(shop: Work, run: Run, write: Write) -> None:
    """A row with two faults makes two problems."""
    outcome = run(shop, SALES, write("sales.csv", f"{HEADER}\n1001,never,A1,much\n"))

    assert [(problem.row, problem.column) for problem in outcome.problems] == [(2, "Day"), (2, "Sum")]


def test_a_second_import_changes_nothing(shop: Work, run: Run, write: Write) -> None:
    """The same file again is recognised row by row and adds nothing."""
    file = write("sales.csv", f"{HEADER}\n1001,2026-07-01,A1,10\n1002,2026-07-02,A2,20.50\n")

    first, second = run(shop, SALES, file), run(shop, SALES, file)

    assert (first.recorded, first.unchanged) == (2, 0)
    assert (second.recorded, second.corrected, second.unchanged) == (0, 0, 2)
    assert stored(shop) == 2


def test_a_dry_run_leaves_no_trace(shop: Work, run: Run, write: Write) -> None:
    """Inside a unit of work that fails afterwards an import tells what it would do, and nothing stays."""
    file = write("sales.csv", f"{HEADER}\n1001,2026-07-01,A1,10\n")

    with pytest.raises(KeyError), unit_of_work(shop.session):
        outcome = run(shop, SALES, file)
        raise KeyError

    assert outcome.recorded == 1
    assert stored(shop) == 0


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        pytest.param("a.csv", workbook(), "not_text", "is a zip archive, as Excel workbooks (.xlsx) are, and no text", id="xlsx-as-csv"),
        pytest.param("a.csv", PNG, "not_text", "is a PNG picture, and no text", id="png-as-csv"),
        pytest.param("a.csv", b"%PDF-1.7\n", "not_text", "is a PDF document, and no text", id="pdf-as-csv"),
        pytest.param("a.csv", b"<!DOCTYPE html>\n<html></html>", "not_text", "is a web page, and no text", id="web-page-as-csv"),
        pytest.param("a.csv", gzip.compress(b"x"), "not_text", "is packed with gzip, and no text", id="gzip-as-csv"),
        pytest.param("a.csv", HEADER.encode("utf-16"), "not_text", "is text in UTF-16, and not in utf-8-sig", id="utf-16-as-utf-8"),
        pytest.param("a.csv", b"Staff\0Day\0", "not_text", "holds zero bytes, and is no text", id="zero-bytes"),
        pytest.param("a.csv", b"", "file_empty", "the file is empty", id="empty"),
        pytest.param("a.csv", b"\n\n", "no_header", "row 1 holds no names of columns", id="no-header"),
        pytest.param("a.csv.gz", HEADER.encode(), "not_gzip", "is not packed with gzip", id="csv-as-gzip"),
        pytest.param("a.csv.gz", PNG, "not_gzip", "is not packed with gzip, it is a PNG picture", id="png-as-gzip"),
        pytest.param("a.csv.gz", gzip.compress(PNG), "not_text", "is a PNG picture", id="png-in-gzip"),
        pytest.param("a.csv.gz", gzip.compress(HEADER.encode() * 999)[:-20], "broken_gzip", "cannot be unpacked", id="cut-off-gzip"),
        pytest.param("a.csv", f'{HEADER}\n1001,"2026'.encode(), "not_csv", "row 2 is no CSV: unexpected end of data", id="quote-not-closed"),
        pytest.param("a.csv", b"x" * 1_200_000, "line_too_long", "line 1 has more than 1,000,000 characters", id="no-line-ends"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(desk: Work, run: Run, write: Write, name: str, content: bytes, code: str, words: str) -> None:
    """A file of another kind is refused with its name and what it really is, before anything is read into the database."""
    file = write(name, content)

    with pytest.raises(BoleError) as caught:
        run(desk, SALES, file)

    assert caught.value.code == f"connectors.{code}"
    assert caught.value.message.startswith(f"{file}: ") and words in caught.value.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(f"{HEADER}\n".encode(), "is a text file, and no Excel workbook", id="csv"),
        pytest.param(PNG, "is a PNG picture, and no Excel workbook", id="png"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old Excel workbook (.xls), or one that is locked", id="xls"),
        pytest.param(workbook()[:-300], "cannot be unpacked", id="cut-off"),
        pytest.param(archive("notes.txt", b"no workbook"), "cannot be read as an Excel workbook", id="other-archive"),
    ],
)
def test_a_file_named_xlsx_that_is_none(desk: Work, run: Run, write: Write, content: bytes, words: str) -> None:
    """A file that is no workbook is refused with what it really is."""
    file = write("a.xlsx", content)

    with pytest.raises(BoleError) as caught:
        run(desk, SALES.replace('"csv"', '"excel"'), file)

    assert words in caught.value.message


def test_a_text_in_another_encoding_is_named_with_row_and_remedy(desk: Work, run: Run, write: Write) -> None:
    """Chinese text in GB 18030 read as UTF-8 is refused with the row, and the hint names the encodings that fit."""
    file = write("a.csv", f"{HEADER}\n1001,2026-07-01,A1,10\n张伟,2026-07-01,A2,10\n".encode("gb18030"))

    with pytest.raises(BoleError) as caught:
        run(desk, SALES, file)

    assert caught.value.code == "connectors.wrong_encoding"
    assert "row 3 holds" in caught.value.message
    assert caught.value.hint == "Set encoding under [file] of the mapping; the text can be read as gb18030 and as cp1252."


def test_a_file_of_more_than_200_mb_is_refused_unread(desk: Work, run: Run, tmp_path: Path) -> None:
    """A file over the limit is refused by its size alone: the refusal names size and setting and costs no memory."""
    file = tmp_path / "large.csv"
    with file.open("wb") as sparse:
        sparse.truncate(201_500_000)
    tracemalloc.start()

    with pytest.raises(BoleError) as caught:
        run(desk, SALES, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert caught.value.message == f"{file}: the file has 201.5 MB, and at most 200 MB are read. Nothing was imported."
    assert "max_file_mb" in caught.value.hint
    assert peak < 5_000_000


def test_a_gzip_bomb_is_stopped_at_the_limit(write: Write, run: Run, desk: Work) -> None:
    """A small file that unpacks to more than the limit is refused, and no more of it is unpacked."""
    line = b"1001,2026-07-01,A1,10\n"
    file = write("bomb.csv.gz", gzip.compress(HEADER.encode() + b"\n" + line * 60_000, 9))
    bounded = replace(desk, host=make_host(max_unpacked_mb=1))

    with pytest.raises(BoleError) as caught:
        run(bounded, SALES, file)

    assert caught.value.code == "connectors.unpacked_too_large"
    assert "it unpacks to more than 1 MB" in caught.value.message
    assert "max_unpacked_mb" in caught.value.hint


def test_a_workbook_that_unpacks_too_far_is_refused(write: Write, run: Run, desk: Work) -> None:
    """A workbook whose parts say that they unpack to more than the limit is refused before any is unpacked."""
    bomb = archive("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    bounded = replace(desk, host=make_host(max_workbook_mb=2))

    with pytest.raises(BoleError) as caught:
        run(bounded, SALES.replace('"csv"', '"excel"'), write("bomb.xlsx", bomb))

    assert caught.value.code == "connectors.unpacked_too_large"
    assert "it unpacks to 3.0 MB, and a workbook of at most 2 MB is read" in caught.value.message


def test_a_missing_file_is_named(desk: Work, run: Run, tmp_path: Path) -> None:
    """A path that leads nowhere is named."""
    with pytest.raises(NotFound, match=r"there is no file .*absent\.csv"):
        run(desk, SALES, tmp_path / "absent.csv")


def counting(host: Host, seen: list[int]) -> Host:
    """Return the host with a target for observations that only counts the rows of each chunk."""

    def load(work: Work, chunks: Iterable[Sequence[ImportRow]], options: Mapping[str, Any]) -> ImportOutcome:
        seen.extend(len(chunk) for chunk in chunks)
        return ImportOutcome(recorded=sum(seen))

    targets = dict(host.registry.import_targets)
    host.registry = replace(host.registry, import_targets={**targets, "observations": replace(targets["observations"], load=load)})
    return host


def peak_of_importing(desk: Work, run: Run, file: Path, rows: int) -> int:
    """Return the most bytes in use at a time while a file of that many rows is imported in chunks of a hundred."""
    body = (HEADER + "\n" + "".join(f"1001,2026-07-01,A{number:06},{number}.50\n" for number in range(rows))).encode()
    file.write_bytes(gzip.compress(body, 1) if file.suffix == ".gz" else body)
    del body
    chunks: list[int] = []
    bounded = replace(desk, host=counting(make_host(chunk_rows=100), chunks))
    tracemalloc.start()
    outcome = run(bounded, SALES, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (outcome.recorded, set(chunks)) == (rows, {100})
    return peak


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz"])
def test_memory_does_not_grow_with_the_file(run: Run, desk: Work, tmp_path: Path, name: str) -> None:
    """A file of four times the rows needs at most three tenths more memory than the smaller one's."""
    small = peak_of_importing(desk, run, tmp_path / name, 8_000)

    large = peak_of_importing(desk, run, tmp_path / name, 32_000)

    assert large < small * 1.3


def test_only_the_first_thousand_problems_are_told(shop: Work, run: Run, write: Write) -> None:
    """Of 1,500 bad rows a thousand are told and five hundred counted; the good row goes in."""
    rows = "".join(f"1001,2026-07-01,A{number},x\n" for number in range(1500))

    outcome = run(shop, SALES, write("sales.csv", f"{HEADER}\n{rows}1001,2026-07-01,B1,1\n"))

    assert (len(outcome.problems), outcome.untold, outcome.recorded) == (1000, 500, 1)
    assert outcome.problems[-1].row == 1001


def test_problems_found_by_converting_and_by_recording_are_bounded_together(shop: Work, run: Run, write: Write) -> None:
    """Bad numbers and unknown employees share the thousand, in the order of the file."""
    rows = "".join(f"{'7777' if number % 2 else '1001'},2026-07-01,A{number},{'1' if number % 2 else 'x'}\n" for number in range(1200))

    outcome = run(shop, SALES, write("sales.csv", f"{HEADER}\n{rows}"))

    assert (len(outcome.problems), outcome.untold) == (1000, 200)
    assert [problem.row for problem in outcome.problems] == list(range(2, 1002))
