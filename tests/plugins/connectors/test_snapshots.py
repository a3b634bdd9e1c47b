"""Snapshots whose columns are named as the fields are: departments, posts and places of people as of the date in the name."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from bole.access import Work
from bole.errors import BoleError, Conflict, InvalidValue, NotFound, ProblemsFound
from bole.models import OrgVersion
from bole.org import OrgSnapshot, Part, Structure
from bole.services.history import Recorded, record_structure
from bole.services.orgstates import read_structure
from bole.services.structure import department_tree
from tests.plugins.connectors.conftest import Write, put

SNAPSHOT = "code,parent,name_en,name_zh,head\nTOP,,Company,公司,1001\nA,TOP,North,北方,\nB,TOP,South,南方,1002\n"
POSTS = "code,department,reports_to,title_en,grade,fte\nP1,TOP,,Director,G1,1\nP2,A,P1,Clerk,G7,2.5\n"
PLACES = "employee,department,position,manager\n1001,TOP,P1,\n1002,A,P2,1001\n"


def read(work: Work, address: Path | str) -> OrgSnapshot:
    """Return what an address says."""
    return work.host.registry.org_sources["connectors.snapshot"].read(work, str(address))


def addresses(work: Work, address: Path | str) -> tuple[str, ...]:
    """Return the addresses of the snapshots that an address stands for."""
    listed = work.host.registry.org_sources["connectors.snapshot"].addresses
    assert listed is not None
    return tuple(listed(work, str(address)))


def load(work: Work, address: Path | str) -> Recorded:
    """Record what an address says."""
    return record_structure(work, read(work, address))


def tree(work: Work, day: date) -> list[tuple[str, int]]:
    """Return code and depth of the departments of a day."""
    return [(node.code, node.depth) for node in department_tree(work, day)]


def versions(work: Work) -> list[tuple[str, str, date]]:
    """Return code, kind and first day of every version, in order."""
    return [tuple(row) for row in work.session.execute(select(OrgVersion.code, OrgVersion.kind, OrgVersion.valid_from).order_by(OrgVersion.id))]


def book(sheets: Mapping[str, str]) -> bytes:
    """Return the bytes of a workbook with these sheets, given as CSV."""
    workbook, target = openpyxl.Workbook(), io.BytesIO()
    workbook.remove(workbook.active)
    for name, text in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in text.splitlines():
            sheet.append(line.split(","))
    workbook.save(target)
    return target.getvalue()


def test_bole_org_versions(shop: Work, write: Write) -> None:
    """A snapshot is an org version of the file's name and date; a later one moves, adds and ends departments."""
    first, later = write("departments-2026-01-01.csv", SNAPSHOT), write("departments-2026-07-01.csv", SNAPSHOT.replace("B,TOP", "C,A"))

    recorded = [load(shop, first), load(shop, later)]

    assert [each.code for each in recorded] == ["departments-2026-01-01", "departments-2026-07-01"]
    assert [(change.code, change.before is None, change.after is None) for change in recorded[1].diff] == [("B", False, True), ("C", True, False)]
    assert tree(shop, date(2026, 6, 30)) == [("TOP", 0), ("A", 1), ("B", 1)]
    assert tree(shop, date(2026, 7, 1)) == [("TOP", 0), ("A", 1), ("C", 2)]
    assert versions(shop) == [(recorded[0].code, "snapshot", date(2026, 1, 1)), (recorded[1].code, "snapshot", date(2026, 7, 1))]


def test_reading_writes_nothing(shop: Work, write: Write) -> None:
    """What a file says is returned with the row of each record, and nothing is recorded."""
    path = write("departments-2026-01-01.csv", SNAPSHOT)

    snapshot = read(shop, path)

    assert (snapshot.code, snapshot.valid_from, snapshot.parts, snapshot.below) == (path.stem, date(2026, 1, 1), {Part.DEPARTMENT}, "")
    assert snapshot.structure.departments["A"] == {"parent": "TOP", "name_en": "North", "name_zh": "北方", "head": None}
    assert snapshot.where[Part.DEPARTMENT, "B"] == (str(path), 4)
    assert versions(shop) == []


def test_a_snapshot_again_changes_nothing_and_another_one_is_refused(shop: Work, write: Write) -> None:
    """The same file is recognised; a changed file under the same name is refused, and nothing is changed."""
    path = write("departments-2026-01-01.csv", SNAPSHOT)
    load(shop, path)

    again = load(shop, path)
    write(path.name, SNAPSHOT.replace("B,TOP", "B,A"))
    with pytest.raises(Conflict, match=r"would change 1 record"):
        load(shop, path)

    assert (again.version_id, len(again.diff)) == (None, 0)
    assert tree(shop, date(2026, 1, 1)) == [("TOP", 0), ("A", 1), ("B", 1)]


def test_columns_that_a_file_lacks_say_nothing(shop: Work, write: Write) -> None:
    """A later file without names and heads moves departments, and names and heads stay."""
    load(shop, write("departments-2026-01-01.csv", SNAPSHOT))

    load(shop, write("departments-2026-07-01.csv", "code,parent\nTOP,\nA,TOP\nB,A\n"))

    assert read_structure(shop, date(2026, 7, 1), parts={Part.DEPARTMENT}).departments["B"] == {
        "name_zh": "南方",
        "name_en": "South",
        "parent": "A",
        "head": "1002",
        "legal_entity": None,
    }


def test_a_department_that_is_needed_does_not_go(shop: Work, write: Write) -> None:
    """A snapshot without a department in which somebody works is refused whole."""
    load(shop, write("departments-2026-01-01.csv", SNAPSHOT))
    put(shop, "assignments", employee="1001", department="B", valid_from=date(2026, 1, 1))

    with pytest.raises(ProblemsFound, match=r"department 'B'.*the assignment of employee '1001' still names it"):
        load(shop, write("departments-2026-07-01.csv", SNAPSHOT.replace("B,TOP", "C,TOP")))

    assert tree(shop, date(2026, 7, 1)) == [("TOP", 0), ("A", 1), ("B", 1)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("departments.csv", SNAPSHOT, "does not end in the date"),
        ("departments-2026-13-01.csv", SNAPSHOT, "does not end in the date"),
        ("d-2026-01-01.csv", "code,boss\nTOP,\n", "'boss': is no column of a snapshot"),
        ("d-2026-01-01.csv", "code,parent,parent\nTOP,,\n", "'parent': the file has this column 2 times, in B and C"),
        ("d-2026-01-01.csv", "parent,name_en\n,x\n", "'code': the file has no such column"),
        ("d-2026-01-01.csv", "code,parent\n", "names no department at all"),
        ("d-2026-01-01.csv", "code,parent\n,x\n", "row 2, column 'code': is empty, and every department needs it"),
        ("d-2026-01-01.csv", "code,parent\nA,\nB,A\nA,B\n", "row 4, column 'parent': 'B': nothing stands in row 2, of the same department 'A'"),
        ("d-2026-01-01.csv", SNAPSHOT.replace("1002", "7777"), "row 4, column 'head': '7777'"),
        ("d-2026-01-01.csv", SNAPSHOT.replace("TOP,,", "TOP,B,"), "it would stand above itself"),
        ("d-2026-01-01.csv", SNAPSHOT.replace("B,TOP", "B,NONE"), "row 4, column 'parent': 'NONE': no department has this code"),
        ("p-2026-01-01.csv", POSTS.replace("2.5", "two"), "row 3, column 'fte': 'two': is no number"),
        ("p-2026-01-01.csv", POSTS.replace("P2,A", "P2,"), "row 3, column 'department': is empty, and every position needs it"),
        ("p-2026-01-01.csv", POSTS, "row 2, column 'department': 'TOP': no department has this code"),
        ("a-2026-01-01.csv", PLACES.replace("manager", "boss"), "'boss': is no column of a snapshot"),
    ],
    ids=[
        "no-date",
        "no-such-date",
        "unknown-column",
        "column-twice",
        "no-code",
        "empty",
        "empty-code",
        "contradiction",
        "unknown-head",
        "ring",
        "unknown-parent",
        "no-number",
        "no-department",
        "unknown-department",
        "unknown-column-of-places",
    ],
)
def test_a_snapshot_that_cannot_be_is_refused(shop: Work, write: Write, name: str, content: str, words: str) -> None:
    """A file whose name, columns or rows make no snapshot is refused with the place, and no version is left."""
    with pytest.raises((InvalidValue, ProblemsFound)) as caught:
        load(shop, write(name, content))

    assert words in str(caught.value)
    assert versions(shop) == []


WHOLE = Structure(
    departments={
        "TOP": {"name_zh": "公司", "name_en": "Company", "parent": None, "head": "1001", "legal_entity": None},
        "A": {"name_zh": "北方", "name_en": "North", "parent": "TOP", "head": None, "legal_entity": None},
        "B": {"name_zh": "南方", "name_en": "South", "parent": "TOP", "head": "1002", "legal_entity": None},
    },
    positions={
        "P1": {"department": "TOP", "reports_to": None, "title_zh": "", "title_en": "Director", "grade": "G1", "fte": Decimal(1)},
        "P2": {"department": "A", "reports_to": "P1", "title_zh": "", "title_en": "Clerk", "grade": "G7", "fte": Decimal("2.5")},
    },
    assignments={
        "1001": {"department": "TOP", "position": "P1", "manager": None},
        "1002": {"department": "A", "position": "P2", "manager": "1001"},
    },
)


def test_the_files_of_a_date_in_a_folder_are_one_snapshot(shop: Work, write: Write, tmp_path: Path) -> None:
    """``folder/DATE`` reads departments, posts and places together, packed or not; they become one version."""
    write("departments-2026-01-01.csv", SNAPSHOT)
    write("places-2026-01-01.csv", PLACES)
    write("posts-2026-01-01.csv.gz", gzip.compress(POSTS.encode()))
    write("departments-2026-02-01.csv", SNAPSHOT)

    recorded = load(shop, f"{tmp_path}/2026-01-01")

    assert read_structure(shop, date(2026, 1, 1)) == WHOLE
    assert versions(shop) == [(f"{tmp_path.name}-2026-01-01", "snapshot", date(2026, 1, 1))]
    assert len(recorded.diff) == 7


def test_a_workbook_may_hold_all_parts(shop: Work, write: Write) -> None:
    """The sheets departments, positions and assignments of a workbook are one snapshot; other sheets are for people."""
    sheets = {"notes": "to whom it may concern", "departments": SNAPSHOT, "positions": POSTS, "assignments": PLACES}

    load(shop, write("company-2026-01-01.xlsx", book(sheets)))

    assert read_structure(shop, date(2026, 1, 1)) == WHOLE


def test_a_workbook_without_such_sheets_is_read_from_the_first(shop: Work, write: Write) -> None:
    """A workbook is told with its sheet; of one with other sheets the first is read."""
    path = write("d-2026-01-01.xlsx", book({"Tabelle1": SNAPSHOT.replace("1002", "7777"), "x": "y"}))

    with pytest.raises(ProblemsFound, match=r"d-2026-01-01.xlsx \[Tabelle1\], row 4, column 'head': '7777'"):
        load(shop, path)


def test_places_that_a_snapshot_does_not_name_end(shop: Work, write: Write) -> None:
    """Whoever a later snapshot of places does not name works nowhere from then on; departments and posts stay."""
    load(shop, write("company-2026-01-01.xlsx", book({"departments": SNAPSHOT, "positions": POSTS, "assignments": PLACES})))

    recorded = load(shop, write("places-2026-07-01.csv", "employee,department\n1001,B\n"))

    assert [(change.part, change.code, change.fields) for change in recorded.diff] == [
        (Part.ASSIGNMENT, "1001", ("department",)),
        (Part.ASSIGNMENT, "1002", ("department", "position", "manager")),
    ]
    now = read_structure(shop, date(2026, 7, 1))
    assert (now.departments, now.positions) == (WHOLE.departments, WHOLE.positions)
    assert now.assignments == {"1001": {"department": "B", "position": "P1", "manager": None}}


def test_addresses_of_a_folder(desk: Work, write: Write, tmp_path: Path) -> None:
    """A folder stands for the dates of its files, oldest first; files without a date in their names are none of them."""
    for name in ("d-2026-07-01.csv", "d-2025-12-31.csv", "p-2026-07-01.csv.gz", "readme-2026-01-01.txt", "d-2026-02-30.csv", "d.csv"):
        write(name, SNAPSHOT)

    assert addresses(desk, tmp_path) == (f"{tmp_path}/2025-12-31", f"{tmp_path}/2026-07-01")
    assert addresses(desk, f"{tmp_path}/2026-07-01") == (f"{tmp_path}/2026-07-01",)
    assert addresses(desk, tmp_path / "d-2026-07-01.csv") == (str(tmp_path / "d-2026-07-01.csv"),)


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("", InvalidValue, "stands for 2 snapshots: "),
        ("/2026-05-01", NotFound, "there is no file whose name ends in 2026-05-01."),
        ("/d-2027-01-01.csv", NotFound, "there is no file "),
        ("/empty", NotFound, "there is no file of a snapshot of "),
    ],
    ids=["several", "another-date", "no-file", "no-files"],
)
def test_an_address_that_names_no_snapshot_is_refused(
    desk: Work, write: Write, tmp_path: Path, address: str, error: type[BoleError], words: str
) -> None:
    """A folder of several dates, a date without files and a missing file are refused by their names."""
    write("d-2026-07-01.csv", SNAPSHOT)
    write("d-2025-12-31.csv", SNAPSHOT)
    (tmp_path / "empty").mkdir()

    with pytest.raises(error, match=words):
        read(desk, f"{tmp_path}{address}")
