"""The background of a server: jobs and notifications without anybody asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bole.access import Work
from bole.clock import SystemClock
from bole.db import Database, unit_of_work
from bole.host import Config, Host
from bole.jobs import Background, background
from bole.services.jobs import start_job
from bole.services.outbox import enqueue
from tests.core.jobs.conftest import JOBS, MANIFEST
from tests.core.jobs.test_chunks import sources, status_of
from tests.core.jobs.waiting import until

LISTENS = """
@hookimpl
def bole_payout_released(work, payout_ids):
    with unit_of_work(work.session):
        work.session.add(tables.Source(code=f"released {payout_ids}"))
"""


@pytest.fixture
def host(make_plugin: Callable[..., str]) -> Host:
    """A host with a plugin that has jobs and listens."""
    return Host(Config(plugins=("jobber",)), packages={"jobber": make_plugin("jobber", JOBS + LISTENS, MANIFEST)})


@pytest.fixture
def running(database: Database, host: Host) -> Iterator[Background]:
    """Background threads that look seldom by themselves."""
    started = Background(host, database, SystemClock(), threads=2, pause=30)
    started.start()
    yield started
    started.stop()


def start(database: Database, host: Host, code: str, **arguments: object) -> int:
    """Start a job now and return its id."""
    with database.session() as session:
        return start_job(Work(session, host), code, arguments)


def test_a_job_runs_when_the_threads_are_woken(database: Database, host: Host, running: Background) -> None:
    """A job that was just committed runs at once."""
    number = start(database, host, "jobber.each", names=["a", "b", "c"])

    running.wake()

    assert until(lambda: status_of(database, host, number).status == "done")
    assert sources(database) == ["a by system", "b by system", "c by system"]


def test_a_job_from_before_the_start_runs(database: Database, host: Host) -> None:
    """A job that waits when the server starts is picked up."""
    number = start(database, host, "jobber.add", name="a")
    started = Background(host, database, SystemClock())

    started.start()

    assert until(lambda: status_of(database, host, number).status == "done")
    started.stop()


def test_notifications_are_delivered(database: Database, host: Host, running: Background) -> None:
    """News that was just committed reaches the plugins."""
    with database.session() as session, unit_of_work(session):
        enqueue(Work(session, host), "bole_payout_released", {"payout_ids": [4]})

    running.wake()

    assert until(lambda: sources(database) == ["released (4,)"])


def test_a_database_that_is_away_does_not_end_the_threads(database: Database, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that cannot reach the database try again."""
    calls = []

    def away(*_: object) -> int:
        calls.append(1)
        raise ConnectionError("gone")

    monkeypatch.setattr(background, "deliver", away)
    started = Background(host, database, SystemClock(), pause=0.001)

    started.start()

    assert until(lambda: len(calls) > 2)
    started.stop()


def test_stopping_ends_the_threads(database: Database, host: Host) -> None:
    """After a stop nothing runs any more."""
    started = Background(host, database, SystemClock())
    started.start()

    started.stop()

    number = start(database, host, "jobber.add", name="a")
    assert status_of(database, host, number).status == "waiting"
