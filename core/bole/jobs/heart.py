"""The heartbeat of a running chunk: renews its lease and writes down how far it is."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from typing import Self

from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bole.clock import Clock
from bole.db import Database, unit_of_work
from bole.models import Job, JobChunk

LEASE = timedelta(seconds=60)
TICK = 1.0
"""Seconds between two looks at the progress."""
BEAT = 15
"""Ticks after which the lease is renewed, progress or not."""


class Heart:
    """
    A thread that beats while a chunk runs.

    It has a connection of its own, and `report` only notes the figures: a job that reports from inside a
    transaction must not wait for a lock that it holds itself.

    Args:
        alone: the job has no other chunk, so that the chunk's steps are the job's.
    """

    def __init__(self, database: Database, clock: Clock, job_id: int, number: int, attempt: int, *, alone: bool) -> None:
        self._database, self._clock = database, clock
        self._job_id, self._number, self._attempt, self._alone = job_id, number, attempt, alone
        self._steps = self._written = (0, 0)
        self._stop = Event()
        self._thread = Thread(target=self._beat, name=f"bole-job-{job_id}-{number}", daemon=True)

    def report(self, done: int, total: int) -> None:
        """Note that `done` of `total` steps are done; the next beat writes it down."""
        self._steps = (done, total)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._write()

    def _beat(self) -> None:
        ticks = 0
        while not self._stop.wait(TICK):
            ticks += 1
            if ticks % BEAT == 0 or self._steps != self._written:
                self._write()

    def _write(self) -> None:
        steps = self._steps
        mine = (JobChunk.job_id == self._job_id, JobChunk.number == self._number, JobChunk.attempts == self._attempt)
        try:
            with self._database.session() as session, unit_of_work(session):
                session.execute(update(JobChunk).where(*mine).values(lease_until=self._clock.now() + LEASE))
                if self._alone and steps != self._written:
                    session.execute(update(Job).where(Job.id == self._job_id).values(done=steps[0], total=steps[1]))
        except OperationalError:
            # The job holds the database's only write lock; the next beat tries again.
            return
        self._written = steps
