"""Chunks: one holder at a time, run again when the holder dies, and an end that only the holder can write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.jobs import due_chunks, run_chunk, take_chunk
from bole.models import JobChunk, Source
from bole.services.jobs import JobStatus, job_status, start_job
from tests.conftest import NOW

CLOCK = FixedClock(NOW)


def after(seconds: float) -> FixedClock:
    """Return a clock that stands some seconds later."""
    return FixedClock(NOW + timedelta(seconds=seconds))


def start(database: Database, host: Host, code: str, **arguments: object) -> int:
    """Start a job and return its id."""
    with database.session() as session:
        return start_job(Work(session, host, clock=CLOCK), code, arguments)


def status_of(database: Database, host: Host, number: int) -> JobStatus:
    """Return how a job stands."""
    with database.session() as session:
        return job_status(Work(session, host, clock=CLOCK), number)


def work_off(database: Database, host: Host, clock: FixedClock = CLOCK) -> int:
    """Run every due chunk and return how many ran."""
    ran = 0
    for job_id, number in due_chunks(database, clock):
        chunk = take_chunk(database, clock, job_id, number)
        if chunk:
            run_chunk(database, host, clock, chunk)
            ran += 1
    return ran


def sources(database: Database) -> list[str]:
    """Return what the jobs wrote."""
    with database.session() as session:
        return list(session.scalars(select(Source.code).order_by(Source.code)))


def test_a_job_runs_and_leaves_result_and_progress(database: Database, host: Host) -> None:
    """A chunk runs in the name of whoever asked, and its result and last progress are the job's."""
    number = start(database, host, "jobber.add", name="a")

    assert work_off(database, host) == 1

    found = status_of(database, host, number)
    assert (found.status, found.done, found.total, found.started_at, found.finished_at, found.error) == ("done", 3, 4, NOW, NOW, None)
    assert found.result is not None and found.result["name"] == "a"
    assert sources(database) == ["a by system"]
    assert due_chunks(database, after(9999)) == []


def test_a_job_in_chunks_is_done_with_its_last(database: Database, host: Host) -> None:
    """Progress counts chunks, and the result lists theirs in order."""
    number = start(database, host, "jobber.each", names=["a", "b"])
    first, second = due_chunks(database, CLOCK)

    for chunk in (second, first):
        taken = take_chunk(database, CLOCK, *chunk)
        assert taken is not None
        before = status_of(database, host, number)
        run_chunk(database, host, CLOCK, taken)

    found = status_of(database, host, number)
    assert (before.status, before.done, before.total) == ("running", 1, 2)
    assert (found.status, found.done, found.total) == ("done", 2, 2)
    assert found.result is not None and [result["name"] for result in found.result["chunks"]] == ["a", "b"]


def test_a_chunk_has_one_holder(database: Database, host: Host) -> None:
    """Of eight takers at once one gets the chunk."""
    number = start(database, host, "jobber.add", name="a")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take_chunk(database, CLOCK, number, 0), range(8)))

    assert len([chunk for chunk in taken if chunk]) == 1


def test_chunks_that_end_at_once_end_the_job(database: Database, host: Host) -> None:
    """However the ends of the chunks interleave, one of them sees that it is the last."""
    number = start(database, host, "jobber.each", names=list("abcdefgh"))
    taken = [chunk for job_id, part in due_chunks(database, CLOCK) if (chunk := take_chunk(database, CLOCK, job_id, part))]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda chunk: run_chunk(database, host, CLOCK, chunk), taken))

    assert (status_of(database, host, number).status, status_of(database, host, number).done) == ("done", 8)


def test_a_chunk_whose_holder_died_is_taken_again(database: Database, host: Host) -> None:
    """A lease lasts a minute; then the chunk is anybody's and runs to its end."""
    number = start(database, host, "jobber.add", name="a")
    dead = take_chunk(database, CLOCK, number, 0)

    assert dead is not None
    assert due_chunks(database, after(59.9)) == []
    assert work_off(database, host, after(60)) == 1
    assert status_of(database, host, number).status == "done"


def test_a_holder_that_lost_its_lease_cannot_end_the_chunk(database: Database, host: Host) -> None:
    """What a holder writes after another took the chunk is not taken for its end."""
    number = start(database, host, "jobber.refuse")
    slow = take_chunk(database, CLOCK, number, 0)
    quick = take_chunk(database, after(60), number, 0)
    assert slow is not None and quick is not None

    run_chunk(database, host, CLOCK, slow)

    assert status_of(database, host, number).status == "running"
    run_chunk(database, host, CLOCK, quick)
    assert status_of(database, host, number).status == "failed"


def test_an_expected_failure_ends_the_job(database: Database, host: Host) -> None:
    """A job that refuses its input is not tried again; message and hint are kept."""
    number = start(database, host, "jobber.refuse")

    work_off(database, host)

    found = status_of(database, host, number)
    assert (found.status, found.error, found.finished_at) == ("failed", "no such thing. Ask for another.", NOW)
    assert due_chunks(database, after(9999)) == []


def test_an_unexpected_failure_is_tried_again(database: Database, host: Host) -> None:
    """A job that breaks is tried five times, with longer and longer waits, and what it wrote is rolled back each time."""
    number = start(database, host, "jobber.fail")
    seconds, waits = 0.0, []

    for wait in (0, 10, 20, 40, 80):
        if wait:
            assert due_chunks(database, after(seconds + wait - 0.1)) == []
        seconds += wait
        waits.append(work_off(database, host, after(seconds)))

    found = status_of(database, host, number)
    assert waits == [1, 1, 1, 1, 1]
    assert (found.status, found.error) == ("failed", "RuntimeError('no paper')")
    assert sources(database) == []
    assert due_chunks(database, after(99999)) == []


def test_a_chunk_that_kills_its_holder_each_time_fails(database: Database, host: Host) -> None:
    """A chunk that was interrupted five times is given up."""
    number = start(database, host, "jobber.add", name="a")

    for attempt in range(5):
        assert take_chunk(database, after(60 * attempt), number, 0) is not None

    assert take_chunk(database, after(300), number, 0) is None
    assert (status_of(database, host, number).status, status_of(database, host, number).error) == ("failed", "interrupted 5 times")


def test_one_failed_chunk_fails_the_job_after_the_others(database: Database, host: Host) -> None:
    """The other chunks run all the same; then the job has failed, with the error of the one."""
    number = start(database, host, "jobber.fail_one", names=["a", "b", "c"])

    work_off(database, host)

    found = status_of(database, host, number)
    assert (found.status, found.done, found.error, found.result) == ("failed", 2, "no such thing. Ask for another.", None)
    assert sources(database) == ["a by system", "c by system"]


def test_a_job_whose_plugin_is_gone_fails(database: Database, host: Host) -> None:
    """A job that no enabled plugin declares any more fails and says so."""
    number = start(database, host, "jobber.add", name="a")

    work_off(database, Host(Config(), packages={}))

    assert status_of(database, host, number).error == "no enabled plugin declares the job 'jobber.add'."


@pytest.mark.parametrize(("called", "taken"), [(False, False), (True, True)], ids=["by a thread", "by the broker's call"])
def test_a_chunk_in_the_brokers_queue_is_reserved(database: Database, host: Host, called: bool, taken: bool) -> None:
    """A chunk handed to the broker is taken only by the worker that the broker called."""
    number = start(database, host, "jobber.add", name="a")
    with database.session() as session:
        chunk = session.get_one(JobChunk, (number, 0))
        chunk.status, chunk.lease_until = "queued", NOW + timedelta(minutes=10)
        session.commit()

    assert (take_chunk(database, CLOCK, number, 0, called=called) is not None) == taken
