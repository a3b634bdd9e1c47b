"""Snapshot mappings: published files whose rows become departments, posts and people, in the line or beside it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bole.access import Work
from bole.errors import BoleError, InvalidValue, NotFound, ProblemsFound
from bole.org import Part, Structure
from bole.services.orgstates import read_structure
from bole_connectors.snapshot_mapping import read_snapshot_mapping
from tests.plugins.connectors.conftest import Write, put
from tests.plugins.connectors.test_snapshots import SNAPSHOT, addresses, book, load, read

CHART = """
below = "hq"
reason = "chart of the year"
code = "chart-{date}"

[[records]]
part = "department"
fields.code = { constant = "hq" }
fields.name_en = { constant = "Head office" }

[[records]]
part = "department"
file = { name = "senior-{date}.csv" }
fields.code = { column = "Unit", prefix = "hq ", as_code = true }
fields.name_en = { column = "Unit" }
fields.parent = { constant = "hq" }

[[records]]
part = "position"
file = { name = "senior-{date}.csv", empty = ["XX"] }
fields.code = { column = "Ref", prefix = "hq-" }
fields.department = { column = "Unit", prefix = "hq ", as_code = true }
fields.reports_to = { column = "Superior", prefix = "hq-" }
fields.title_en = { column = "Title" }
fields.fte = { column = "FTE" }

[[records]]
part = "position"
file = { name = "junior-{date}.csv.gz" }
leave_out = [{ column = "Posts", equals = "0", reason = "no post" }]
fields.code = { template = "{Unit} {Superior} {Grade}", prefix = "hq ", as_code = true }
fields.department = { column = "Unit", prefix = "hq ", as_code = true }
fields.reports_to = { column = "Superior", prefix = "hq-" }
fields.grade = { column = "Grade" }
fields.fte = { column = "Posts" }
"""
SENIOR = "Ref,Title,Unit,Superior,FTE\n1,Chief,Office,XX,1\n2,Director,Sales & Service,1,0.8\n3,Director,Sales & Service,1,\n"
JUNIOR = "Unit,Superior,Grade,Posts\nSales & Service,2,Band 1,3.5\nOffice,1,Band 2,0\n"
Publish = Callable[..., str]

OFFICE = {"name_zh": "", "name_en": "Office", "parent": "hq", "head": None, "legal_entity": None}
SALES = {"name_zh": "", "name_en": "Sales & Service", "parent": "hq", "head": None, "legal_entity": None}
CHIEF = {"department": "hq-office", "reports_to": None, "title_zh": "", "title_en": "Chief", "grade": "", "fte": Decimal(1)}
DIRECTOR = {"department": "hq-sales-and-service", "reports_to": "hq-1", "title_zh": "", "title_en": "Director", "grade": ""}
PUBLISHED = Structure(
    departments={
        "hq": {"name_zh": "", "name_en": "Head office", "parent": None, "head": None, "legal_entity": None},
        "hq-office": OFFICE,
        "hq-sales-and-service": SALES,
    },
    positions={
        "hq-1": CHIEF,
        "hq-2": {**DIRECTOR, "fte": Decimal("0.8")},
        "hq-3": {**DIRECTOR, "fte": Decimal(1)},
        "hq-sales-and-service-2-band-1": {
            **DIRECTOR,
            "reports_to": "hq-2",
            "title_en": "",
            "grade": "Band 1",
            "fte": Decimal("3.5"),
        },
    },
)


@pytest.fixture
def publish(write: Write) -> Publish:
    """Write the files of a date beside the mapping and return its address."""

    def published(day: str, senior: str = SENIOR, junior: str = JUNIOR, mapping: str = CHART) -> str:
        write(f"senior-{day}.csv", senior)
        write(f"junior-{day}.csv.gz", gzip.compress(junior.encode()))
        return f"{write('chart.toml', mapping)}#{day}"

    return published


def test_published_files_become_departments_and_posts(shop: Work, publish: Publish) -> None:
    """Units are departments below the body, senior rows posts, junior rows groups of posts; what the mapping leaves out is left out."""
    recorded = load(shop, publish("2026-01-01"))

    assert read_structure(shop, date(2026, 1, 1)) == PUBLISHED
    assert (recorded.code, len(recorded.diff)) == ("chart-2026-01-01", 7)


def test_a_later_chart_ends_what_it_does_not_name(shop: Work, publish: Publish) -> None:
    """A post that is not in the later files ends, one whose superior is another moves, and the earlier day stays as it was."""
    load(shop, publish("2026-01-01"))

    later = SENIOR.replace("3,Director,Sales & Service,1,", "3,Director,Sales & Service,2,1"), JUNIOR.replace("Service,2", "Service,3")

    recorded = load(shop, publish("2026-07-01", *later))

    assert [(change.code, change.fields if change.before and change.after else change.after is None) for change in recorded.diff] == [
        ("hq-3", ("reports_to",)),
        ("hq-sales-and-service-2-band-1", True),
        ("hq-sales-and-service-3-band-1", False),
    ]
    assert read_structure(shop, date(2026, 6, 30)) == PUBLISHED


def test_a_chart_speaks_only_of_what_is_below_its_department(shop: Work, publish: Publish, write: Write) -> None:
    """With `below` other departments and posts stay as they are."""
    load(shop, write("departments-2025-01-01.csv", SNAPSHOT))
    load(shop, write("posts-2025-01-01.csv", "code,department\nP1,A\n"))

    load(shop, publish("2026-01-01"))

    now = read_structure(shop, date(2026, 1, 1))
    assert set(now.departments) == {"TOP", "A", "B", *PUBLISHED.departments}
    assert set(now.positions) == {"P1", *PUBLISHED.positions}


def test_an_address_of_a_mapping_stands_for_the_dates_of_its_files(desk: Work, publish: Publish, write: Write, tmp_path: Path) -> None:
    """Without a date a mapping stands for every date of which a file is there, beside it or in the folder that is named."""
    for day in ("2026-07-01", "2025-07-01"):
        publish(day)
    write("senior-2024-13-01.csv", SENIOR)
    chart, elsewhere = tmp_path / "chart.toml", tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in tmp_path.glob("*-2025-07-01.*"):
        (elsewhere / path.name).write_bytes(path.read_bytes())

    assert addresses(desk, chart) == (f"{chart}#2025-07-01", f"{chart}#2026-07-01")
    assert addresses(desk, f"{chart}#{elsewhere}") == (f"{chart}#{elsewhere}/2025-07-01",)
    assert addresses(desk, f"{chart}#2026-07-01") == (f"{chart}#2026-07-01",)
    assert read(desk, f"{chart}#{elsewhere}").valid_from == date(2025, 7, 1)
    assert read(desk, f"{chart}#{elsewhere}/2025-07-01").structure == read(desk, f"{chart}#2025-07-01").structure


def test_dates_in_names_may_be_written_otherwise(desk: Work, write: Write) -> None:
    """`date_format` says how names of files write the date; the address and the version write it as 2026-07-31."""
    mapping = 'date_format = "%d.%m.%y"\n[[records]]\npart = "department"\nfile = { name = "units {date}.csv" }\nfields.code = { column = "U" }\n'
    chart = write("units.toml", mapping)
    write("units 31.07.26.csv", "U\nA\n")
    write("units 1.8.26.csv", "U\nA\n")

    assert addresses(desk, chart) == (f"{chart}#2026-07-31",)
    assert (read(desk, chart).code, read(desk, chart).reason) == ("units-2026-07-31", "snapshot units.toml")


def test_a_mapping_may_look_things_up(desk: Work, write: Write) -> None:
    """A second file says under which parent a unit stands; a unit that it lacks is told with its row."""
    chart = write(
        "units.toml",
        'lookups.above = { file = "above.csv", key = "U", value = "P" }\n[[records]]\npart = "department"\nfile = { name = "units-{date}.csv" }\n'
        'fields.code = { column = "U" }\nfields.parent = { column = "U", lookup = "above" }\n',
    )
    write("above.csv", "U,P\nA,\nB,A\n")
    file = write("units-2026-01-01.csv", "U\nA\nB\n")

    assert read(desk, chart).structure.departments == {"A": {"parent": None}, "B": {"parent": "A"}}
    write("units-2026-01-01.csv", "U\nA\nC\n")
    with pytest.raises(ProblemsFound) as caught:
        read(desk, chart)
    assert [(each.where, each.row, each.column, each.value) for each in caught.value.problems] == [(str(file), 3, "U", "C")]


PROJECT = """
line = "project"
[[records]]
part = "department"
file = { name = "projects-{date}.xlsx", sheet = "Projects" }
fields.code = { column = "Code" }
fields.name_zh = { column = "名称" }
fields.head = { column = "Lead" }

[[records]]
part = "membership"
file = { name = "projects-{date}.xlsx", sheet = "People" }
fields.employee = { column = "No" }
fields.department = { column = "Project" }
fields.role = { column = "Role", values = { PM = "project manager", M = "member" } }
fields.share = { column = "Percent", factor = 0.01 }
"""


def test_a_project_organisation_stands_beside_the_line(shop: Work, write: Write) -> None:
    """Projects and who works in them come from a workbook; the line and people's places in it stay as they are."""
    load(shop, write("departments-2026-01-01.csv", SNAPSHOT))
    put(shop, "assignments", employee="1002", department="B", valid_from=date(2026, 1, 1))
    line = read_structure(shop, date(2026, 7, 1))
    sheets = {"Projects": "Code,名称,Lead\nX,新厂,1001\nY,上云,", "People": "No,Project,Role,Percent\n1001,X,PM,50\n1002,X,M,20\n1002,Y,M,80"}
    write("projects-2026-03-01.xlsx", book(sheets))
    write("projects-2026-07-01.xlsx", book({**sheets, "People": "No,Project,Role,Percent\n1001,X,PM,100\n1002,Y,M,80"}))

    codes = [load(shop, address).code for address in addresses(shop, write("projects.toml", PROJECT))]

    assert codes == ["projects-2026-03-01", "projects-2026-07-01"]
    assert read_structure(shop, date(2026, 7, 1)) == line
    assert read_structure(shop, date(2026, 6, 30), line="project") == Structure(
        departments={
            "X": {"name_zh": "新厂", "name_en": "", "parent": None, "head": "1001", "legal_entity": None},
            "Y": {"name_zh": "上云", "name_en": "", "parent": None, "head": None, "legal_entity": None},
        },
        memberships={
            "1001@X": {"employee": "1001", "department": "X", "role": "project manager", "share": Decimal("0.5")},
            "1002@X": {"employee": "1002", "department": "X", "role": "member", "share": Decimal("0.2")},
            "1002@Y": {"employee": "1002", "department": "Y", "role": "member", "share": Decimal("0.8")},
        },
        line="project",
    )
    assert read_structure(shop, date(2026, 7, 1), line="project", parts={Part.MEMBERSHIP}).memberships == {
        "1001@X": {"employee": "1001", "department": "X", "role": "project manager", "share": Decimal(1)},
        "1002@Y": {"employee": "1002", "department": "Y", "role": "member", "share": Decimal("0.8")},
    }


def test_all_that_is_wrong_in_all_files_is_told_together(shop: Work, publish: Publish, tmp_path: Path) -> None:
    """Missing columns of one file and bad rows of the other are told in one go, with file, row and column."""
    address = publish("2026-01-01", SENIOR.replace("0.8", "most"), JUNIOR.replace("Grade", "Band"))

    with pytest.raises(ProblemsFound) as caught:
        read(shop, address)

    assert caught.value.message == f"{address} is no snapshot of the organisation: 2 problem(s); nothing was recorded."
    assert [(Path(each.where).name, each.row, each.column, each.value) for each in caught.value.problems] == [
        ("senior-2026-01-01.csv", 3, "FTE", "most"),
        ("junior-2026-01-01.csv.gz", 1, "Grade", ""),
    ]


def test_what_the_core_refuses_is_told_with_file_and_row(shop: Work, publish: Publish) -> None:
    """A superior that is no post is told where it stands."""
    with pytest.raises(ProblemsFound, match=r"senior-2026-01-01.csv, row 4, column 'reports_to': 'hq-9': no position has this code"):
        load(shop, publish("2026-01-01", SENIOR.replace("Service,1,\n", "Service,9,\n")))


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('part = "department"', 'part = "team"', "records.1.part", "Must be one of: department, position, assignment, membership."),
        ("fields.reports_to", "fields.superior", "records.3.fields.superior", "a position has no such field."),
        ('fields.fte = { column = "Posts" }', 'fields.fte = { column = "Posts", prefix = "x" }', "records.4.fields.fte.prefix",
         "a decimal has none; it is for text."),
        ('fields.code = { column = "Ref", prefix = "hq-" }\n', "", "records.3.fields.code", "is missing; a position cannot be imported without it."),
        ('constant = "hq"', 'column = "Unit"', "records.1.file.name", "is missing, and columns are read. Without a file every field is a constant."),
        ('code = "chart-{date}"', 'code = "chart"', "code", "does not hold {date}, without which all snapshots would be one version."),
        ('code = "chart-{date}"', "lines = 1", "lines", "is no key that may stand here."),
        ('"senior-{date}.csv" }', '"{date}-senior-{date}.csv" }', "records.2.file.name", "holds {date} twice."),
        ('prefix = "hq-" }\nfields.title', 'lookup = "a" }\nfields.title', "records.3.fields.reports_to.lookup", "is no look-up of this mapping."),
    ],
    ids=["part", "field", "option", "required", "no-file", "code", "key", "twice", "lookup"],
)  # fmt: skip  # one case a line
def test_a_wrong_mapping_is_refused_by_its_key(desk: Work, publish: Publish, old: str, new: str, key: str, reason: str) -> None:
    """Each fault of a mapping is told with the path of its key, before any file is read."""
    assert old in CHART

    with pytest.raises(ProblemsFound) as caught:
        read(desk, publish("2026-01-01", mapping=CHART.replace(old, new, 1)))

    assert (caught.value.problems[0].column, caught.value.problems[0].reason) == (key, reason)


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("chart.toml", InvalidValue, "stands for 2 snapshots: "),
        ("chart.toml#2024-01-01", NotFound, "there is no file "),
        ("chart.toml#nowhere", NotFound, "in nowhere there is no file of a snapshot of "),
        ("other.toml#2026-01-01", NotFound, "there is no mapping file at "),
        ("bare.toml", InvalidValue, "no file of .* has a date in its name. Give the date: "),
    ],
    ids=["several", "no-date", "no-folder", "no-mapping", "dateless"],
)
def test_an_address_that_names_no_snapshot_is_refused(
    desk: Work, publish: Publish, write: Write, tmp_path: Path, address: str, error: type[BoleError], words: str
) -> None:
    """A mapping of several dates, a date or folder without files, and a missing mapping are refused by their names."""
    publish("2026-01-01")
    publish("2026-07-01")
    write("bare.toml", '[[records]]\npart = "department"\nfile = { name = "units.csv" }\nfields.code = { column = "U" }\n')

    with pytest.raises(error, match=words):
        read(desk, f"{tmp_path}/{address}")


def test_a_file_without_a_date_is_read_as_of_the_date_of_the_address(desk: Work, write: Write) -> None:
    """A file that is always the newest is a snapshot as of the date that the address gives."""
    mapping = write("bare.toml", '[[records]]\npart = "department"\nfile = { name = "units.csv" }\nfields.code = { column = "U" }\n')
    write("units.csv", "U\nA\n")

    snapshot = read(desk, f"{mapping}#2026-07-01")

    assert (snapshot.code, snapshot.valid_from, snapshot.structure.departments) == ("bare-2026-07-01", date(2026, 7, 1), {"A": {}})


def test_a_mapping_says_line_place_and_reason(write: Write) -> None:
    """What a mapping leaves out has a meaning: the line, everything, a code of the mapping's own name."""
    mapping = read_snapshot_mapping(write("m.toml", '[[records]]\npart = "department"\nfields.code = { constant = "A" }\n'))

    assert (mapping.code, mapping.line, mapping.below, mapping.reason) == ("m-{date}", "line", "", "snapshot m.toml")
