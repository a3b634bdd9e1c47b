"""The heartbeat: keeps the lease, shows the progress, and never waits for what the job itself holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database, unit_of_work
from bole.host import Host
from bole.jobs import heart, take_chunk
from bole.models import JobChunk, Source
from bole.services.jobs import start_job
from tests.conftest import NOW
from tests.core.jobs.test_chunks import CLOCK, after, status_of
from tests.core.jobs.waiting import until


@pytest.fixture
def running(database: Database, host: Host) -> int:
    """A job whose only chunk is taken."""
    with database.session() as session:
        number = start_job(Work(session, host, clock=CLOCK), "jobber.add", {"name": "a"})
    assert take_chunk(database, CLOCK, number, 0)
    return number


def beating(database: Database, clock: FixedClock, number: int, *, alone: bool = True, attempt: int = 1) -> heart.Heart:
    """Return the heart of the job's chunk."""
    return heart.Heart(database, clock, number, 0, attempt, alone=alone)


def lease(database: Database) -> object:
    """Return until when the chunk is held."""
    with database.session() as session:
        return session.scalar(select(JobChunk.lease_until))


def test_progress_is_seen_while_the_job_runs(database: Database, host: Host, running: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the job reports is in the job table before it ends."""
    monkeypatch.setattr(heart, "TICK", 0.01)

    with beating(database, CLOCK, running) as beats:
        beats.report(1, 3)
        until(lambda: status_of(database, host, running).total == 3)
        assert status_of(database, host, running).done == 1


def test_the_lease_is_renewed_without_progress(database: Database, running: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that reports nothing keeps its chunk all the same."""
    monkeypatch.setattr(heart, "TICK", 0.001)

    with beating(database, after(40), running):
        until(lambda: lease(database) == NOW + timedelta(seconds=100))


def test_an_earlier_holders_heart_renews_nothing(database: Database, running: int) -> None:
    """The heart of an attempt that lost the chunk leaves the new holder's lease alone."""
    with beating(database, after(40), running, attempt=0):
        pass

    assert lease(database) == NOW + timedelta(seconds=60)


def test_a_chunk_among_others_leaves_the_jobs_steps_alone(database: Database, host: Host, running: int) -> None:
    """Steps of one chunk of several are not the job's."""
    with beating(database, CLOCK, running, alone=False) as beats:
        beats.report(1, 3)

    assert status_of(database, host, running).total == 0


def test_a_report_from_inside_a_transaction_does_not_wait(database: Database, host: Host, running: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that holds the database's write lock reports and goes on; its progress is seen once it lets go."""
    monkeypatch.setattr(heart, "TICK", 0.01)

    with beating(database, CLOCK, running) as beats, database.session() as session, unit_of_work(session):
        session.add(Source(code="held"))
        session.flush()
        for step in range(1, 4):
            beats.report(step, 3)

    assert status_of(database, host, running).done == 3
