"""
The five people of Adventure Works who changed department: where they worked, for whom and with how many, on both sides of each date.

What is expected is computed here from the files alone, with the csv module; nothing of it goes through Bole.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import select

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.models import Department, Employee, Model
from bole.org import Part
from bole.services.catalogue import synchronise
from bole.services.managers import manager_of
from bole.services.orgstates import Instant, diff_between, read_structure
from bole.services.structure import headcount, headcounts
from tests.conftest import postgresql_database

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "adventureworks"
PLUGINS = ("sales", "incentives", "payroll", "connectors")
SHIFT = timedelta(days=2223)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class History:
    """Who worked where, as the files say, by the national numbers by which Bole knows people."""

    folder: Path

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table of the HR files."""
        with (self.folder / f"HumanResources.{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def stays(self) -> dict[str, list[tuple[date, date, str]]]:
        """For each person the stays in departments, in order: first day, last day, code of the department."""
        numbers = {row["BusinessEntityID"]: row["NationalIDNumber"] for row in self.rows("Employee")}
        found = defaultdict(list)
        for row in self.rows("EmployeeDepartmentHistory"):
            last = date.fromisoformat(row["EndDate"]) + SHIFT if row["EndDate"] else date.max
            found[numbers[row["BusinessEntityID"]]].append((date.fromisoformat(row["StartDate"]) + SHIFT, last, f"D{row['DepartmentID']}"))
        return {number: sorted(stays) for number, stays in found.items()}

    @cached_property
    def changes(self) -> list[tuple[str, date, str, str]]:
        """Each change of department: who, from which day, from where, to where."""
        return [
            (number, stays[place][0], stays[place - 1][2], stays[place][2]) for number, stays in self.stays.items() for place in range(1, len(stays))
        ]

    @cached_property
    def superiors(self) -> dict[str, str]:
        """Whoever stands at the node above each person."""
        at = {row["OrganizationNode"]: row["NationalIDNumber"] for row in self.rows("Employee")}
        return {number: at[node.rstrip("/").rpartition("/")[0] + "/"] for node, number in at.items() if node != "/"}

    def place(self, number: str, day: date) -> str | None:
        """Return the department in which somebody works on a day."""
        return next((department for first, last, department in self.stays[number] if first <= day <= last), None)

    def people(self, day: date) -> dict[str, int]:
        """Return how many people work in each department on a day."""
        counts: dict[str, int] = defaultdict(int)
        for number in self.stays:
            if department := self.place(number, day):
                counts[department] += 1
        return dict(counts)


@pytest.fixture(scope="module")
def history(shared_data: Path) -> History:
    """What the published files say; skips where they are not there."""
    folder = shared_data / "adventureworks"
    if not folder.is_dir():
        pytest.skip(f"the data of Adventure Works is not at {folder}: this test did not run")
    return History(folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest, history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """Adventure Works after the import of the example, on each kind of database."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('adventureworks') / 'bole.db'}"
        else:
            url = stack.enter_context(postgresql_database(request.getfixturevalue("postgresql_server")))
        database = Database(url)
        stack.callback(database.engine.dispose)
        Model.metadata.create_all(database.engine)
        host = Host(Config(plugins=PLUGINS, settings={"payroll": {"schemes": {"US": "gross"}}}), packages={name: f"bole_{name}" for name in PLUGINS})
        work = Work(session=stack.enter_context(database.session()), host=host, clock=FixedClock(datetime(2020, 1, 2, tzinfo=UTC)))
        synchronise(work)
        assert host.registry.connectors["steps"].run(work, EXAMPLE / "import.toml", [str(history.folder)]).problems == ()
        yield work


@pytest.fixture
def ids(company: Work) -> dict[str, int]:
    """The id of each employee's number."""
    return dict(company.session.execute(select(Employee.number, Employee.id)).all())


def test_five_people_changed_department(history: History) -> None:
    """The files tell of six changes, of five people, each the day after the last day before."""
    assert len(history.changes) == 6
    assert len({number for number, *_ in history.changes}) == 5
    assert all(history.place(number, day - DAY) == before for number, day, before, _ in history.changes)


def test_where_they_worked_on_both_sides_of_each_date(company: Work, history: History) -> None:
    """The day before somebody works in the old department, from the date on in the new one, until the next change."""
    for number, day, before, after in history.changes:
        found = [
            read_structure(company, on, parts={Part.ASSIGNMENT}, codes={Part.ASSIGNMENT: {number}}).assignments[number]["department"]
            for on in (day - DAY, day, day + DAY)
        ]

        assert found == [before, after, after]


def test_for_whom_they_worked_on_both_sides_of_each_date(company: Work, history: History, ids: dict[str, int]) -> None:
    """The manager is whoever stands at the node above, before and after."""
    numbers = {id: number for number, id in ids.items()}

    for number, day, *_ in history.changes:
        managers = [manager_of(company, ids[number], on) for on in (day - DAY, day)]

        assert [numbers.get(manager or 0) for manager in managers] == [history.superiors[number]] * 2


def test_headcounts_on_both_sides_of_each_date(company: Work, history: History) -> None:
    """Both departments of a change have as many people the day before and on the date as the histories of all place there."""
    departments = dict(company.session.execute(select(Department.code, Department.id)).all())

    for _, day, before, after in history.changes:
        for on in (day - DAY, day):
            expected = history.people(on)
            own = {each.department_id: each.own for each in headcounts(company, on)}
            for code in (before, after):
                assert own[departments[code]] == headcount(company, departments[code], on) == expected.get(code, 0)
            assert headcount(company, departments["AW"], on) == sum(expected.values())


def test_the_diff_of_each_date_is_who_moved_and_who_came(company: Work, history: History) -> None:
    """From the day before to the date the diff names whoever changed department and whoever began that day, and nobody else."""
    for _, day, *_ in history.changes:
        places = {number: (history.place(number, day - DAY), history.place(number, day)) for number in history.stays}

        diff = diff_between(company, Instant(day - DAY), Instant(day))

        assert {
            change.code: ((change.before or {}).get("department"), (change.after or {}).get("department")) for change in diff.of(Part.ASSIGNMENT)
        } == {number: sides for number, sides in places.items() if sides[0] != sides[1]}
        assert len(diff) == len(diff.of(Part.ASSIGNMENT))


def test_nobody_else_ever_changed_department(company: Work, history: History) -> None:
    """Between the first date and the last the places of all are those of the histories."""
    days = sorted(day for _, day, *_ in history.changes)

    for day in (days[0] - DAY, *days):
        placed = {number: facts["department"] for number, facts in read_structure(company, day, parts={Part.ASSIGNMENT}).assignments.items()}
        assert placed == {number: place for number in history.stays if (place := history.place(number, day))}


def test_before_the_import_nothing_was_known(company: Work, history: History) -> None:
    """Before the import nobody worked anywhere, whatever day is asked for."""
    number, day, *_ = history.changes[0]

    known = read_structure(company, day, datetime(2020, 1, 1, tzinfo=UTC), parts={Part.ASSIGNMENT}, codes={Part.ASSIGNMENT: {number}})

    assert known.assignments == {}
