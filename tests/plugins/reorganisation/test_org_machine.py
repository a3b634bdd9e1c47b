"""
Whatever is done to the organisation, in any order: a tree at every instant, one version in force, nothing lost.

A machine changes, revises, drafts, puts in force and rolls back at random, and remembers every answer it was ever given.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select, text

from bole.access import Work
from bole.db import Database
from bole.errors import BoleError
from bole.models import OrgVersion
from bole.org import Severity, Structure, apply, check
from bole.services.entries import DatedEntry
from bole.services.history import org_versions, roll_back, version_diff, version_instant
from bole.services.orgstates import Instant, diff_between, read_structure
from bole.services.people import assign_employees, revise_assignments
from bole.services.structure import change_departments, change_positions, move_department, revise_departments
from bole.services.versions import version_on
from bole_reorganisation.drafts import activate_draft, draft_changes, draft_notes, draft_structure, edit_draft, start_draft
from tests.conftest import EMPTY
from tests.core.services.organisation import PLACES, later
from tests.plugins.reorganisation.reorganising import TODAY, department, person, post, reorganising, reorganising_host

CODES = ("HQ", "SALES", "EAST", "FIN", "LAB", "WEST")
BEFORE, SOON, LATE = date(2026, 6, 1), date(2026, 11, 1), date(2027, 1, 1)
PROBES = (date(2020, 6, 1), BEFORE, TODAY, SOON, LATE, date(2028, 1, 1))
DAYS = st.sampled_from((BEFORE, TODAY, SOON, LATE))
DEPARTMENTS, PEOPLE = st.sampled_from(CODES), st.sampled_from(sorted(PLACES))
WHEN = st.integers(0, 10_000)

Fresh = Callable[[], AbstractContextManager[Work]]


class Organisation(RuleBasedStateMachine):
    """The organisation, and every answer that was ever given about it."""

    fresh: ClassVar[Fresh]

    @initialize()
    def found(self) -> None:
        """Enter the company."""
        self.lent = self.fresh()
        self.work = self.lent.__enter__()
        self.answers: dict[tuple[date, datetime], Structure] = {}
        self.now: dict[date, Structure] = {}
        self.drafts = 0
        self._remember()

    def teardown(self) -> None:
        """Give the company back."""
        if hasattr(self, "lent"):
            self.lent.__exit__(None, None, None)

    def _remember(self) -> None:
        self.now = {day: read_structure(self.work, day) for day in PROBES}
        for day, structure in self.now.items():
            self.answers[day, self.work.clock.now()] = structure

    def _do(self, act: Callable[[Work], Any], first: date, *, revising_until: date | None = None) -> bool:
        """Do something a minute later; whatever was so on days that it has no business with must stay so. Tell whether it was done."""
        self.work = later(self.work, minutes=1)
        before, versions = self.now, self._versions()
        try:
            act(self.work)
            done = True
        except BoleError:
            done = False
        self._remember()
        untouched = [day for day in PROBES if not done or day < first or (revising_until is not None and day >= revising_until)]
        assert {day: self.now[day] for day in untouched} == {day: before[day] for day in untouched}
        assert done or self._versions() == versions
        return done

    def _versions(self) -> list[tuple[int, str]]:
        return [(row.id, row.code) for row in self.work.session.execute(select(OrgVersion.id, OrgVersion.code).order_by(OrgVersion.id))]

    # What may be done.

    @rule(code=DEPARTMENTS, parent=DEPARTMENTS, day=DAYS)
    def move(self, code: str, parent: str, day: date) -> None:
        """Put a department under another one."""
        self._do(lambda work: move_department(work, code, parent, day), day)

    @rule(code=DEPARTMENTS, name=st.sampled_from("abc"), head=st.sampled_from([None, *sorted(PLACES)]), day=DAYS)
    def rename(self, code: str, name: str, head: str | None, day: date) -> None:
        """Give a department a name and a head; a new one begins to exist."""
        self._do(lambda work: change_departments(work, [DatedEntry(code, day, {"name_en": name, "head": head})]), day)

    @rule(code=DEPARTMENTS, day=DAYS)
    def close(self, code: str, day: date) -> None:
        """Close a department, where nothing needs it."""
        self._do(lambda work: change_departments(work, [DatedEntry(code, day, None)]), day)

    @rule(number=PEOPLE, code=DEPARTMENTS, day=DAYS)
    def transfer(self, number: str, code: str, day: date) -> None:
        """Let somebody work elsewhere."""
        self._do(lambda work: assign_employees(work, [DatedEntry(number, day, {"department": code})]), day)

    @rule(code=st.sampled_from(("P1", "P2")), place=DEPARTMENTS, above=st.sampled_from([None, "P1", "P2"]), day=DAYS)
    def make_post(self, code: str, place: str, above: str | None, day: date) -> None:
        """Enter a post, or put it elsewhere."""
        self._do(lambda work: change_positions(work, [DatedEntry(code, day, {"department": place, "reports_to": above})]), day)

    @rule(code=DEPARTMENTS, parent=DEPARTMENTS, start=DAYS, end=DAYS)
    def correct_a_department(self, code: str, parent: str, start: date, end: date) -> None:
        """Correct where a department was for a time."""
        entry = DatedEntry(code, start, {"parent": parent}, end)
        self._do(lambda work: revise_departments(work, [entry]), start, revising_until=end)

    @rule(number=PEOPLE, code=DEPARTMENTS, start=DAYS, end=DAYS)
    def correct_a_place(self, number: str, code: str, start: date, end: date) -> None:
        """Correct where somebody worked for a time."""
        entry = DatedEntry(number, start, {"department": code}, end)
        self._do(lambda work: revise_assignments(work, [entry]), start, revising_until=end)

    @precondition(lambda self: self.drafts < 4)
    @rule(base=WHEN, kind=st.sampled_from(("move", "close", "add", "transfer", "post")), code=DEPARTMENTS, other=DEPARTMENTS, number=PEOPLE)
    def draft(self, base: int, kind: str, code: str, other: str, number: str) -> None:
        """Start a draft from any version, with one edit."""
        self.drafts += 1
        versions = [note.code for note in org_versions(self.work)]
        edits = {
            "move": department(code, parent=other), "close": department(code), "add": department(code, parent=other, name_en="new"),
            "transfer": person(number, department=code), "post": post("P3", department=code),
        }  # fmt: skip  # one line a kind would be longer

        def act(work: Work) -> None:
            note = start_draft(work, f"draft-{self.drafts}", base=versions[base % len(versions)])
            edit_draft(work, note.code, [edits[kind]], seen=note.revision)

        self._do(act, date.max)

    @precondition(lambda self: self.drafts > 0)
    @rule(which=WHEN, day=st.sampled_from((TODAY, SOON, LATE)))
    def put_in_force(self, which: int, day: date) -> None:
        """Put a draft in force, at once or from a day on."""
        open_drafts = draft_notes(self.work)
        if open_drafts:
            note = open_drafts[which % len(open_drafts)]
            if self._do(lambda work: activate_draft(work, note.code, on=day), day):
                assert {each.code for each in version_diff(self.work, note.code)} <= {each.code for each in draft_changes(self.work, note.code)}

    @rule(which=WHEN, restore=st.booleans())
    def take_back(self, which: int, restore: bool) -> None:
        """Take a version back, or bring back its structure."""
        versions = org_versions(self.work)
        note = versions[which % len(versions)]
        before = read_structure(self.work, note.valid_from, note.recorded_at - timedelta(microseconds=1))
        newest = which % len(versions) == 0 and note.kind in ("change", "merge", "rollback")
        day = TODAY if restore else max(TODAY, note.valid_from)
        done = self._do(lambda work: roll_back(work, note.code, restore=restore), day)
        if done and restore:
            at = version_instant(self.work, note.code)
            assert read_structure(self.work, TODAY) == read_structure(self.work, at.on, at.known_at)
        elif done and newest and note.valid_from >= TODAY:
            assert read_structure(self.work, note.valid_from) == before

    # What must be so.

    @invariant()
    def a_tree_at_every_instant(self) -> None:
        """No ring, nothing that hangs in the air, nobody in a department that does not exist."""
        for structure in self.__dict__.get("now", {}).values():
            assert [each for each in check(structure) if each.severity is Severity.ERROR] == []

    @invariant()
    def exactly_one_version_in_force(self) -> None:
        """The last recorded of those valid by then, whatever the day."""
        if not hasattr(self, "work"):
            return
        versions = self.work.session.execute(select(OrgVersion.id, OrgVersion.valid_from, OrgVersion.recorded_at)).all()
        assert len({row.recorded_at for row in versions}) == len(versions)
        for day in PROBES:
            expected = max((row for row in versions if row.valid_from <= day), key=lambda row: row.recorded_at).id
            assert version_on(self.work, day) == expected
        assert [note.state for note in org_versions(self.work)].count("in_force") == 1

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every answer that was ever given is given again."""
        for (day, moment), structure in list(self.__dict__.get("answers", {}).items())[-60:]:
            assert read_structure(self.work, day, moment) == structure

    @rule(first=WHEN, last=WHEN)
    def a_diff_leads_from_one_to_the_other(self, first: int, last: int) -> None:
        """What differs between two points, laid over the one, gives the other; both axes, both directions."""
        points = list(self.answers)
        (a, known_a), (b, known_b) = points[first % len(points)], points[last % len(points)]

        diff = diff_between(self.work, Instant(a, known_a), Instant(b, known_b))

        assert apply(self.answers[a, known_a], diff) == self.answers[b, known_b]

    @precondition(lambda self: self.drafts > 0)
    @rule(which=WHEN)
    def a_draft_is_its_base_and_its_changes(self, which: int) -> None:
        """The draft's structure is what it was made from with its changes laid over it."""
        notes = draft_notes(self.work, status=None)
        if notes:
            found = draft_structure(self.work, notes[which % len(notes)].code)
            assert len(found.departments) >= 1


@pytest.fixture
def fresh(database: Database, tmp_path: Path) -> Iterator[Fresh]:
    """Lends the company, as founded, as often as it is asked for."""
    host = reorganising_host(tmp_path / "instance")
    if database.engine.dialect.name == "sqlite":
        with reorganising(database, host) as work:
            clock = work.clock
        database.engine.dispose()
        source, count = Path(str(database.engine.url.database)), iter(range(10**9))

        @contextmanager
        def lend() -> Iterator[Work]:
            copy = tmp_path / f"copy{next(count)}.db"
            shutil.copy(source, copy)
            opened = Database(f"sqlite:///{copy}")
            with opened.session() as session:
                yield Work(session, host, clock=clock)
            opened.engine.dispose()
            copy.unlink()

    else:

        @contextmanager
        def lend() -> Iterator[Work]:
            with database.engine.begin() as connection:
                connection.execute(text(EMPTY))
            with reorganising(database, host) as work:
                yield work

    yield lend


def test_the_organisation_stays_whole_whatever_is_done(fresh: Fresh, database: Database) -> None:
    """Any sequence of change, revision, draft, activation and rolling back keeps every promise."""
    machine = type("Machine", (Organisation,), {"fresh": staticmethod(fresh)})
    examples, steps = (40, 20) if database.engine.dialect.name == "sqlite" else (8, 15)

    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None),
    )
