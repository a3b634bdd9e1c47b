"""
The organisation: moves, headcounts as of a date, diffs and rolling back, against the best hand-written equivalent.

100,000 departments (eight below each, six levels), a million assignments, 200 versions of one moved subtree and five
transfers each, recorded through the services. Takes about four minutes; ``--small`` a tenth of it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from benchmarks._harness import Report, arguments, databases, interleave
from bole import models
from bole.access import Work
from bole.clock import Clock
from bole.db import Database, bulk_insert, migrate, unit_of_work
from bole.host import Config, Host
from bole.org import Part
from bole.services.entries import DatedEntry
from bole.services.history import org_versions, roll_back, version_instant
from bole.services.orgstates import Instant, diff_between
from bole.services.people import assign_employees
from bole.services.structure import change_departments, headcount, move_department
from bole.services.versions import open_version
from bole.values import FOREVER, UNTIL_REVISED, micros

FOUNDED, FIRST = date(2015, 1, 1), date(2020, 1, 1)
BRANCH = 8


class Ticking(Clock):
    """A clock that moves on a second with every reading, so that no two versions are recorded at one moment."""

    def __init__(self) -> None:
        self._moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the next second."""
        self._moment += timedelta(seconds=1)
        return self._moment


def parent_of(number: int) -> int | None:
    """Return the department above one, as founded."""
    return None if number == 1 else (number - 2) // BRANCH + 1


def subtree(number: int, departments: int) -> list[int]:
    """Return the numbers of a department and all below it, as founded."""
    found = [number]
    for each in found:
        found.extend(range(min((each - 1) * BRANCH + 2, departments + 1), min(each * BRANCH + 2, departments + 1)))
    return found


@contextmanager
def founded(address: str, departments: int, people: int) -> Iterator[tuple[Database, Work]]:
    """Lend a company of that size, as founded, and a unit of work on the system's behalf."""
    database, chance = Database(address), random.Random(11)
    with TemporaryDirectory(prefix="bole-bench-") as folder:
        host = Host(Config(instance=Path(folder)))
        migrate.upgrade(database, host)
        with database.session() as session:
            work = Work(session, host, clock=Ticking())
            with unit_of_work(session):
                entity = {"code": "cn", "name_zh": "", "name_en": "", "country": "CN", "currency": "CNY", "time_zone": "UTC"}
                session.add(models.LegalEntity(id=1, **entity))
            version = open_version(work, "founding", FOUNDED)
            known, end = micros(datetime(2015, 1, 1, tzinfo=UTC)), micros(UNTIL_REVISED)
            axes, days = ("valid_from", "valid_to", "known_from", "known_to", "org_version_id"), (str(FOUNDED), str(FOREVER), known, end, version)
            with unit_of_work(session):
                bulk_insert(session, models.Department.table, ("id", "code"), ((each, f"D{each}") for each in range(1, departments + 1)))
                rows = ((each, parent_of(each), f"Department {each}", "", *days) for each in range(1, departments + 1))
                bulk_insert(session, models.DepartmentInterval.table, ("department_id", "parent_id", "name_en", "name_zh", *axes), rows)
                names = ("id", "number", "name_zh", "name_en", "job_title", "hired_on", "legal_entity_id")
                bulk_insert(session, models.Employee.table, names, ((each, f"E{each}", "", "", "", str(FOUNDED), 1) for each in range(1, people + 1)))
                places = ((each, chance.randint(1, departments), *days) for each in range(1, people + 1))
                bulk_insert(session, models.Assignment.table, ("employee_id", "department_id", *axes), places)
            _settle(database)
            yield database, work
    database.engine.dispose()


def _settle(database: Database) -> None:
    """Put identities after what was inserted with numbers, and let the database count its tables."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.engine.dialect.name == "postgresql":
            for table in ("core_department", "core_employee", "core_legal_entity"):
                connection.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"))
        connection.execute(text("analyze"))


def reorganise(work: Work, versions: int, departments: int, people: int) -> None:
    """Record versions through the services: each moves one department, with all below it, and transfers five people."""
    chance = random.Random(7)
    for number in range(versions):
        day = FIRST + timedelta(days=7 * number)
        moved = chance.randint(departments // 50, departments)
        inside = set(subtree(moved, departments))
        target = next(each for each in iter(lambda: chance.randint(1, departments // 50 - 1), None) if each not in inside)
        version = open_version(work, f"reorganisation-{number}", day)
        move_department(work, f"D{moved}", f"D{target}", day, version=version)
        transfers = [(f"E{chance.randint(1, people)}", f"D{chance.randint(1, departments)}") for _ in range(5)]
        assign_employees(work, [DatedEntry(who, day, {"department": to}) for who, to in dict(transfers).items()], version=version)


def moves(report: Report, kind: str, work: Work, departments: int, rounds: int) -> None:
    """Time the move of a leaf and of the largest subtree that is not the whole, there and back, and count the rows."""
    top = next(each for each in range(2, departments) if len(subtree(each, departments)) <= 4_700)
    leaf, day = departments, date(2027, 1, 1)
    homes = {each: (f"D{parent_of(each)}", "D3") for each in (top, leaf)}
    turn = dict.fromkeys(homes, 0)

    def move(number: int) -> Callable[[], object]:
        def run() -> None:
            turn[number] += 1
            version = open_version(work, f"{number}-{turn[number]}", day + timedelta(days=turn[number]))
            move_department(work, f"D{number}", homes[number][turn[number] % 2], day + timedelta(days=turn[number]), version=version)

        return run

    size = len(subtree(top, departments))
    seconds = interleave({"subtree": move(top), "leaf": move(leaf)}, rounds)
    report.add(f"move of a subtree of {size:,}, {kind}", seconds, contender="subtree", baseline="leaf", goal=1.3)
    rows = {}
    for number in (top, leaf):
        before = _rows(work)
        move(number)()
        rows[number] = _rows(work) - before
    report.set(f"rows a version that moves {size:,}, {kind}", rows[top] / rows[leaf], 1, note=f"{rows[top]} rows, {rows[leaf]} for a leaf")


def _rows(work: Work) -> int:
    return int(work.session.scalar(text("select count(*) from core_department_interval")) or 0)


def headcounts(report: Report, kind: str, work: Work, departments: int, rounds: int) -> None:
    """Time the headcount of a subtree of a past day against the count with its departments known beforehand."""
    top = next(each for each in range(2, departments) if len(subtree(each, departments)) <= 4_700)
    for number in (top, (top - 1) * BRANCH + 2):
        day = FIRST + timedelta(days=600)
        ids = [row.department_id for row in work.session.execute(text(_BELOW), {"top": number, "day": day.isoformat()})]
        many = "= any(:ids)" if kind == "postgresql" else "in (select value from json_each(:ids))"
        counted = text(
            f"select count(*) from core_assignment where department_id {many} "
            f"and valid_from <= :day and valid_to > :day and known_to >= {micros(UNTIL_REVISED)}"
        )
        given: dict[str, Any] = {"ids": ids if kind == "postgresql" else json.dumps(ids), "day": day.isoformat()}
        ours, theirs = headcount(work, number, day), work.session.scalar(counted, given)
        if ours != theirs:
            raise AssertionError(f"{ours} people against {theirs}")
        contenders = {"as of": lambda n=number, d=day: headcount(work, n, d), "known": lambda c=counted, g=given: work.session.scalar(c, g)}
        seconds = interleave(contenders, rounds)
        report.add(f"headcount as of a day, {len(ids):,} departments, {kind}", seconds, contender="as of", baseline="known", goal=2.5)


_BELOW = """
with recursive tree(department_id) as (
    select cast(:top as bigint)
    union all
    select child.department_id from core_department_interval child join tree on child.parent_id = tree.department_id
    where child.valid_from <= :day and child.valid_to > :day and child.known_to >= 253402214400000000
)
select department_id from tree
"""

_JOINED = """
select a.department_id, a.parent_id, b.parent_id
from core_department_interval a left join core_department_interval b
  on b.department_id = a.department_id and b.valid_from <= :b and b.valid_to > :b and b.known_from <= :kb and b.known_to > :kb
where a.valid_from <= :a and a.valid_to > :a and a.known_from <= :ka and a.known_to > :ka and (b.id is null or
   a.parent_id is distinct from b.parent_id or a.name_zh <> b.name_zh or a.name_en <> b.name_en or a.head_id is distinct from b.head_id)
union all
select b.department_id, null, b.parent_id from core_department_interval b
where b.valid_from <= :b and b.valid_to > :b and b.known_from <= :kb and b.known_to > :kb and not exists (
  select 1 from core_department_interval a where a.department_id = b.department_id
     and a.valid_from <= :a and a.valid_to > :a and a.known_from <= :ka and a.known_to > :ka)
"""


def diffs(report: Report, kind: str, work: Work, rounds: int) -> None:
    """Time the diff of two versions against the full join of both."""
    codes = [note.code for note in reversed(org_versions(work)) if note.code.startswith("reorganisation-")]
    pairs = {
        "neighbours": codes[len(codes) // 2 : len(codes) // 2 + 2],
        "a quarter of all versions apart": [codes[len(codes) // 4], codes[len(codes) // 2]],
    }
    for name, (first, last) in pairs.items():
        before, after = version_instant(work, first), version_instant(work, last)
        day = {"a": before.on.isoformat(), "b": after.on.isoformat(), "ka": micros(_moment(before)), "kb": micros(_moment(after))}
        ours = {change.code for change in diff_between(work, before, after, parts=(Part.DEPARTMENT,))}
        theirs = {f"D{row[0]}" for row in work.session.execute(text(_JOINED), day)}
        if ours != theirs or not ours:
            raise AssertionError(f"{sorted(ours ^ theirs)[:5]} differ")
        ours_again = partial(diff_between, work, before, after, parts=(Part.DEPARTMENT,))
        seconds = interleave({"diff": ours_again, "join": partial(_join, work, day)}, rounds, repeat=5)
        report.add(f"diff of two versions, {name}, {kind}", seconds, contender="diff", baseline="join", goal=0.02)


def _join(work: Work, day: dict[str, Any]) -> object:
    return work.session.execute(text(_JOINED), day).all()


def _moment(instant: Instant) -> datetime:
    assert instant.known_at is not None
    return instant.known_at


def rolling_back(report: Report, kind: str, work: Work, departments: int) -> None:
    """Time the rolling back of a version that changed ten thousand departments; two seconds are a hint, not a goal."""
    changed, day = min(10_000, departments // 3), date(2030, 1, 1)
    version = open_version(work, "everything", day)
    entries = [DatedEntry(f"D{departments - each}", day, {"parent": f"D{each % 50 + 1}"}) for each in range(changed)]
    start = time.perf_counter()
    change_departments(work, entries, version=version)
    forth = time.perf_counter() - start
    start = time.perf_counter()
    undone = roll_back(work, "everything")
    back = time.perf_counter() - start
    report.set(
        f"roll back of {len(undone.diff):,} departments, {kind}", back / 2, 1, note=f"{back:.2f} s of the 2 s hinted at; changing them {forth:.2f} s"
    )


def main() -> None:
    """Run everything on both databases."""
    options = arguments(__doc__)
    departments, people, versions, rounds = (10_000, 100_000, 40, 5) if options.small else (100_000, 1_000_000, 200, 9)
    report = Report("org")
    print(f"{departments:,} departments, {people:,} assignments, {versions} versions")
    with databases() as addresses:
        for kind, address in addresses.items():
            with founded(address, departments, people) as (database, work):
                reorganise(work, versions, departments, people)
                _settle(database)
                headcounts(report, kind, work, departments, rounds)
                diffs(report, kind, work, rounds)
                moves(report, kind, work, departments, rounds)
                rolling_back(report, kind, work, departments)
    report.finish()


if __name__ == "__main__":
    main()
