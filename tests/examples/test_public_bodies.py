"""
Published organisation charts of two public bodies, three dates each: imported, compared, rolled back.

What is expected is computed here from the files alone, with the csv module; nothing of it goes through Bole.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.models import Model
from bole.org import OrgDiff, Part, Structure
from bole.services.catalogue import synchronise
from bole.services.history import Recorded, org_versions, record_structure, roll_back, version_diff
from bole.services.orgdiffs import explained
from bole.services.orgstates import Instant, diff_between, read_structure
from bole_connectors.snapshot_mapping import read_snapshot_mapping
from tests.conftest import NOW, postgresql_database

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "org"
BODIES = {"audit_commission": "ac", "human_tissue_authority": "hta"}
DATES = {
    "audit_commission": (date(2011, 3, 31), date(2011, 9, 30), date(2012, 3, 31)),
    "human_tissue_authority": (date(2011, 3, 31), date(2011, 9, 30), date(2012, 9, 30)),
}
PARTS = {Part.DEPARTMENT, Part.POSITION}
Key = tuple[str, ...]
"""What a post is known by: its reference; for a group of posts the words of unit, superior, grade and title."""


def plain(text: str) -> str:
    """Return a text as people read it, whatever its capitals and marks."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("&", " and ").replace("'", "")))


@dataclass(frozen=True)
class Post:
    """What a chart says of a post, or of a group of them."""

    unit: str
    superior: str
    title: str
    grade: str
    fte: Decimal


@dataclass(frozen=True)
class Chart:
    """The units, by their plain words, and posts of a body on a date."""

    units: dict[str, str]
    posts: dict[Key, Post]


def published(folder: Path, body: str, day: date) -> Chart:
    """Return a chart as its two files say, read with nothing but the csv module."""
    with (folder / f"{body}-{day}-senior.csv").open(encoding="utf-8-sig", newline="") as file:
        senior = list(csv.DictReader(file))
    with gzip.open(folder / f"{body}-{day}-junior.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        junior = list(csv.DictReader(file))
    posts: dict[Key, Post] = {}
    for row in senior:
        superior = row["Reports to Senior Post"].replace("XX", "")
        said = (row["Job Title"], row["Grade (or equivalent)"], Decimal(row["FTE"] or 1))
        posts[(row["Post Unique Reference"],)] = Post(plain(row["Unit"]), superior, *said)
    for row in junior:
        superior, grade, title = row["Reporting Senior Post"], row["Grade"], row["Generic Job Title"]
        key = (plain(row["Unit"]), superior, plain(grade), plain(title))
        posts[key] = Post(plain(row["Unit"]), superior, title, grade, Decimal(row["Number of Posts in FTE"]))
    assert len(posts) == len(senior) + len(junior)
    return Chart({plain(row["Unit"]): row["Unit"] for row in [*junior, *senior]}, posts)


def chart_of(structure: Structure, body: str) -> Chart:
    """Return what Bole holds of a body in the same form."""
    short = BODIES[body]
    names = {code: facts["name_en"] for code, facts in structure.departments.items() if facts["parent"] == short}
    return Chart({plain(name): name for name in names.values()}, dict(post(code, facts, names, short) for code, facts in structure.positions.items()
                                                                      if facts["department"] in names))  # fmt: skip


def post(code: str, facts: Any, names: dict[str, str], short: str) -> tuple[Key, Post]:
    """Return what Bole holds of a post in the same form."""
    unit, superior = plain(names[facts["department"]]), (facts["reports_to"] or "").removeprefix(f"{short}-")
    found = Post(unit, superior, facts["title_en"], facts["grade"], facts["fte"])
    reference = code.removeprefix(f"{short}-")
    return (reference,) if reference.isdigit() else (unit, superior, plain(found.grade), plain(found.title)), found


@dataclass(frozen=True)
class Step:
    """What two charts make different: posts by key."""

    added: set[Key]
    removed: set[Key]
    moved: set[Key]
    altered: set[Key]
    units_added: set[str]
    units_removed: set[str]
    units_renamed: set[str]


def between(before: Chart, after: Chart) -> Step:
    """Return the difference of two charts; a post moves when its unit or its superior is another, whatever else is."""
    common = before.posts.keys() & after.posts.keys()
    moved = {key for key in common if (before.posts[key].unit, before.posts[key].superior) != (after.posts[key].unit, after.posts[key].superior)}
    return Step(
        after.posts.keys() - before.posts.keys(),
        before.posts.keys() - after.posts.keys(),
        moved,
        {key for key in common if before.posts[key] != after.posts[key]} - moved,
        after.units.keys() - before.units.keys(),
        before.units.keys() - after.units.keys(),
        {unit for unit in before.units.keys() & after.units.keys() if before.units[unit] != after.units[unit]},
    )


def step_of(diff: OrgDiff, body: str, before: Structure, after: Structure) -> Step:
    """Return a diff as Bole recorded it in the same form."""
    short = BODIES[body]
    names = {code: facts["name_en"] for some in (before, after) for code, facts in some.departments.items()}
    posts: dict[str, set[Key]] = {"added": set(), "removed": set(), "moved": set(), "altered": set()}
    for change in diff.of(Part.POSITION):
        kind = "added" if change.before is None else "removed" if change.after is None else "altered"
        kind = "moved" if kind == "altered" and {"department", "reports_to"} & set(change.fields) else kind
        posts[kind].add(post(change.code, change.after or change.before, names, short)[0])
    units: dict[str, set[str]] = {"added": set(), "removed": set(), "renamed": set()}
    for change in diff.of(Part.DEPARTMENT):
        if change.code != short:
            kind = "added" if change.before is None else "removed" if change.after is None else "renamed"
            units[kind].add(plain((change.after or change.before or {})["name_en"]))
    return Step(*posts.values(), *units.values())


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    """The folder of the published files; skips where it is not there."""
    path = shared_data / "org"
    if not path.is_dir():
        pytest.skip(f"the published organisation charts are not at {path}: this test did not run")
    return path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty database of each kind with every table."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('bodies') / 'bole.db'}"
        else:
            url = stack.enter_context(postgresql_database(request.getfixturevalue("postgresql_server")))
        database = Database(url)
        stack.callback(database.engine.dispose)
        Model.metadata.create_all(database.engine)
        yield database


def later(work: Work, minutes: int) -> Work:
    """Return the unit of work some minutes later: versions are told apart by when they were recorded."""
    return replace(work, clock=FixedClock(NOW + timedelta(minutes=minutes)))


def bring_in(work: Work, folder: Path, body: str, minutes: int) -> list[Recorded]:
    """Record the charts of a body, a minute for each, as ``bole org import examples/org/BODY.toml#FOLDER`` does."""
    source = work.host.registry.org_sources["connectors.snapshot"]
    assert source.addresses is not None
    addresses = source.addresses(work, f"{EXAMPLE / body}.toml#{folder}")
    return [record_structure(later(work, minutes + place), source.read(work, address)) for place, address in enumerate(addresses)]


@dataclass(frozen=True)
class Company:
    """A company of both bodies, and what recording their charts did."""

    work: Work
    recorded: dict[str, list[Recorded]]


@contextmanager
def company_in(database: Database, folder: Path) -> Iterator[Company]:
    """Lend the company of both bodies, recorded one after the other."""
    host = Host(Config(plugins=("connectors",)), packages={"connectors": "bole_connectors"})
    with database.session() as session:
        work = Work(session=session, host=host, clock=FixedClock(NOW))
        synchronise(work)
        yield Company(work, {body: bring_in(work, folder, body, 10 * place) for place, body in enumerate(BODIES)})


@pytest.fixture(scope="module")
def company(opened: Database, folder: Path) -> Iterator[Company]:
    """The company as it was recorded; tests only read it."""
    with company_in(opened, folder) as made:
        yield made


@pytest.fixture
def work(database: Database, folder: Path) -> Iterator[Work]:
    """The company as it was recorded, to roll back."""
    with company_in(database, folder) as made:
        yield made.work


def test_every_date_becomes_a_version(company: Company) -> None:
    """Six versions are recorded, each with the date of its files, and none has touched the other body."""
    listed = [(note.code, note.kind, note.valid_from) for note in reversed(org_versions(company.work))]

    assert listed == [(f"{body}-{day}", "snapshot", day) for body in BODIES for day in DATES[body]]
    assert [note.state for note in org_versions(company.work)] == ["in_force", *["past"] * 5]


@pytest.mark.parametrize("body", BODIES)
def test_the_tree_of_each_date_is_as_published(company: Company, folder: Path, body: str) -> None:
    """On each date, and until the day before the next, units and posts are exactly those of the files."""
    days = [*DATES[body], date(2026, 10, 15)]

    for day, following in pairwise(days):
        expected = published(folder, body, day)
        for on in (day, date.fromordinal(following.toordinal() - 1)):
            assert chart_of(read_structure(company.work, on, parts=PARTS), body) == expected


@pytest.mark.parametrize("body", BODIES)
def test_the_diff_of_each_step_is_that_of_the_files(company: Company, folder: Path, body: str) -> None:
    """Posts added, removed, moved and altered, and units added, removed and renamed, are what the files make different."""
    for number, (day, following) in enumerate(pairwise(DATES[body]), 1):
        expected = between(published(folder, body, day), published(folder, body, following))
        before, after = (read_structure(company.work, on, parts=PARTS) for on in (day, following))

        for diff in (company.recorded[body][number].diff, version_diff(company.work, f"{body}-{following}")):
            assert step_of(diff, body, before, after) == expected


COUNTS = [
    pytest.param("audit_commission", 1, (46, 100, 4, 56), id="audit_commission-2011-09-30"),
    pytest.param("audit_commission", 2, (16, 20, 7, 89), id="audit_commission-2012-03-31"),
    pytest.param("human_tissue_authority", 1, (0, 2, 0, 3), id="human_tissue_authority-2011-09-30"),
    pytest.param("human_tissue_authority", 2, (4, 3, 1, 5), id="human_tissue_authority-2012-09-30"),
]


@pytest.mark.parametrize(("body", "number", "counts"), COUNTS)
def test_the_steps_in_figures(folder: Path, body: str, number: int, counts: tuple[int, ...]) -> None:
    """The files themselves make so many posts added, removed, moved and altered."""
    step = between(*(published(folder, body, DATES[body][place]) for place in (number - 1, number)))

    assert (len(step.added), len(step.removed), len(step.moved), len(step.altered)) == counts


@pytest.mark.parametrize(("body", "number", "counts"), COUNTS)
def test_the_steps_in_words(company: Company, body: str, number: int, counts: tuple[int, ...]) -> None:
    """Told in sentences, each step has one line for every post that is added, closed or moved."""
    step, day = company.recorded[body][number], DATES[body][number]

    told = [each.line for each in explained(company.work, step.diff, Instant(day)) if each.line.part is Part.POSITION]

    verbs = Counter(line.verb.value for line in told)
    assert (verbs["added"], verbs["closed"], verbs["moved"]) == counts[:3]


@pytest.mark.parametrize("body", BODIES)
def test_a_rolled_back_chart_is_the_earlier_one_exactly(work: Work, folder: Path, body: str) -> None:
    """Rolled back from its own date on, the last chart leaves the tree of the chart before; what was known before stays answerable."""
    _, second, third = DATES[body]
    earlier = [read_structure(work, day, parts=PARTS) for day in (second, date.fromordinal(third.toordinal() - 1))]
    last, known = read_structure(work, third, parts=PARTS), NOW + timedelta(minutes=30)
    others = {other: chart_of(last, other) for other in BODIES if other != body}

    undone = roll_back(later(work, 60), f"{body}-{third}", on=third, reason="withdrawn")

    now = read_structure(work, third, parts=PARTS)
    assert chart_of(now, body) == published(folder, body, second) == chart_of(earlier[1], body)
    assert {other: chart_of(now, other) for other in others} == others
    assert own(now, body) == own(earlier[1], body) == own(earlier[0], body)
    assert step_of(undone.diff, body, last, now) == between(published(folder, body, third), published(folder, body, second))
    assert chart_of(read_structure(work, third, known, parts=PARTS), body) == published(folder, body, third)


@pytest.mark.parametrize("body", BODIES)
def test_a_chart_rolled_back_today_stays_history(work: Work, folder: Path, body: str) -> None:
    """Rolled back from today on, the last chart still holds until yesterday, and from today on the one before does."""
    _, second, third = DATES[body]
    today = date(2026, 10, 15)

    roll_back(later(work, 60), f"{body}-{third}")

    assert chart_of(read_structure(work, today, parts=PARTS), body) == published(folder, body, second)
    assert chart_of(read_structure(work, date(2026, 10, 14), parts=PARTS), body) == published(folder, body, third)


def test_a_diff_between_far_dates_is_that_of_the_files(company: Company, folder: Path) -> None:
    """From the first date to the last the diff is that of the first files and the last, whatever came in between."""
    first, _, last = DATES["audit_commission"]
    before, after = (read_structure(company.work, day, parts=PARTS) for day in (first, last))
    only = {key for structure in (before, after) for key in own(structure, "audit_commission").positions}

    diff = diff_between(company.work, Instant(first), Instant(last), parts=PARTS)

    mine = OrgDiff(tuple(change for change in diff if change.part is Part.POSITION and change.code in only))
    found = step_of(mine, "audit_commission", before, after)
    expected = between(published(folder, "audit_commission", first), published(folder, "audit_commission", last))
    assert (found.added, found.removed, found.moved, found.altered) == (expected.added, expected.removed, expected.moved, expected.altered)


def test_a_second_import_changes_nothing(company: Company, folder: Path) -> None:
    """Every chart is recognised."""
    again = [each for body in BODIES for each in bring_in(company.work, folder, body, 60)]

    assert [(each.version_id, len(each.diff)) for each in again] == [(None, 0)] * 6


def own(structure: Structure, body: str) -> Structure:
    """Return what belongs to one body."""
    short = BODIES[body]
    inside = {code for code in structure.departments if code == short or code.startswith(f"{short}-")}
    departments = {code: facts for code, facts in structure.departments.items() if code in inside}
    return Structure(departments, {code: facts for code, facts in structure.positions.items() if facts["department"] in inside})


@pytest.mark.parametrize("body", BODIES)
def test_the_readme_lists_exactly_the_columns_that_are_read(body: str) -> None:
    """The table of files and columns is what the mappings use."""
    rows = re.findall(r"^\| `…-(\w+)\.csv(?:\.gz)?` \| (.+) \|$", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE)
    used: dict[str, set[str]] = {"senior": set(), "junior": set()}
    for rule in read_snapshot_mapping(EXAMPLE / f"{body}.toml").records:
        for kind, columns in used.items():
            columns.update(rule.mapping.columns if kind in rule.mapping.file.name else ())

    assert {kind: set(columns.split(", ")) for kind, columns in rows} == used


def test_nothing_but_mappings_and_words_is_in_the_folder() -> None:
    """No row of the data is committed."""
    assert {path.suffix for path in EXAMPLE.iterdir()} == {".toml", ".md"}
