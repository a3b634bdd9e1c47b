"""Chunks of jobs: taken under a lease, run, and brought to an end.

Whoever takes a chunk holds it for `LEASE` and renews that while it runs. A process that dies renews nothing,
and its chunk is anybody's again. The count of attempts tells holders apart: only the latest can end the chunk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from bole.access import Actor, Work
from bole.clock import Clock
from bole.db import Database, unit_of_work
from bole.errors import BoleError
from bole.host import Host
from bole.jobs.heart import LEASE, Heart
from bole.models import Job, JobChunk

FIRST_RETRY = timedelta(seconds=10)
MOST_ATTEMPTS = 5
UNFINISHED = ("waiting", "queued", "running")

log = structlog.get_logger("bole.jobs")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that this process holds: which one, at which attempt, what it is to do, and whether it is the job's only one."""

    job_id: int
    number: int
    attempt: int
    code: str
    arguments: Mapping[str, Any]
    created_by: str
    alone: bool


def due_chunks(database: Database, clock: Clock, limit: int = 100) -> list[tuple[int, int]]:
    """Return job and number of the chunks that anybody may take now, the oldest first."""
    query = select(JobChunk.job_id, JobChunk.number).where(free(clock)).order_by(JobChunk.job_id, JobChunk.number).limit(limit)
    with database.session() as session:
        return [(row.job_id, row.number) for row in session.execute(query)]


def take_chunk(database: Database, clock: Clock, job_id: int, number: int, *, called: bool = False) -> Chunk | None:
    """
    Take a chunk and return it; nothing when somebody else holds it or it is at its end.

    Args:
        called: a broker handed it out, so that it may be taken although it is reserved for that.
    """
    takeable = or_(free(clock), JobChunk.status == "queued") if called else free(clock)
    with database.session() as session, unit_of_work(session):
        chunk = session.scalar(select(JobChunk).where(JobChunk.job_id == job_id, JobChunk.number == number, takeable))
        if chunk is None:
            return None
        attempt = chunk.attempts + 1
        statement = update(JobChunk).where(row_of(job_id, number), JobChunk.attempts == chunk.attempts, takeable)
        if not _changed(session, statement.values(status="running", attempts=attempt, lease_until=clock.now() + LEASE)):
            return None
        if attempt > MOST_ATTEMPTS:
            _end(session, clock, job_id, number, attempt, status="failed", error=chunk.error or f"interrupted {MOST_ATTEMPTS} times")
            return None
        session.execute(update(Job).where(Job.id == job_id, Job.status == "waiting").values(status="running", started_at=clock.now()))
        job = session.get_one(Job, job_id)
        alone = session.scalar(select(JobChunk.number).where(JobChunk.job_id == job_id, JobChunk.number != number).limit(1)) is None
        return Chunk(job_id, number, attempt, job.code, chunk.arguments, job.created_by, alone)


def run_chunk(database: Database, host: Host, clock: Clock, chunk: Chunk) -> None:
    """
    Run a chunk and write down how it ended.

    An expected failure ends it; any other is tried again, after a while, up to `MOST_ATTEMPTS` times.
    """
    kind = host.registry.jobs.get(chunk.code)
    if kind is None:
        return _finish(database, clock, chunk, status="failed", error=f"no enabled plugin declares the job {chunk.code!r}.")
    try:
        with Heart(database, clock, chunk.job_id, chunk.number, chunk.attempt, alone=chunk.alone) as heart, database.session() as session:
            result = kind.run(Work(session, host, Actor(chunk.created_by, everything=True), clock), chunk.arguments, heart.report)
    except BoleError as error:
        return _finish(database, clock, chunk, status="failed", error=str(error))
    except Exception as error:  # a job may fail in any way, and the worker must go on
        log.error("job failed", job=chunk.job_id, chunk=chunk.number, code=chunk.code, attempt=chunk.attempt, error=repr(error), exc_info=True)
        if chunk.attempt >= MOST_ATTEMPTS:
            return _finish(database, clock, chunk, status="failed", error=repr(error))
        later = clock.now() + FIRST_RETRY * 2 ** (chunk.attempt - 1)
        return _finish(database, clock, chunk, status="waiting", error=repr(error), lease_until=later)
    return _finish(database, clock, chunk, status="done", error=None, result=result)


def free(clock: Clock) -> ColumnElement[bool]:
    """Return the condition of a chunk that anybody may take: unfinished, and nobody's lease on it."""
    return and_(JobChunk.status.in_(UNFINISHED), or_(JobChunk.lease_until.is_(None), JobChunk.lease_until <= clock.now()))


def row_of(job_id: int, number: int) -> ColumnElement[bool]:
    """Return the condition of one chunk."""
    return and_(JobChunk.job_id == job_id, JobChunk.number == number)


def _changed(session: Session, statement: Any) -> bool:
    return bool(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]  # of an update


def _finish(database: Database, clock: Clock, chunk: Chunk, **values: Any) -> None:
    with database.session() as session, unit_of_work(session):
        _end(session, clock, chunk.job_id, chunk.number, chunk.attempt, **values)


def _end(session: Session, clock: Clock, job_id: int, number: int, attempt: int, **values: Any) -> None:
    """Write a chunk's end where this attempt still holds it, and the job's where that was the last one."""
    # The lock lets the last of several chunks that end at once see that it is the last.
    job = session.scalars(select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)).one()
    if not _changed(
        session, update(JobChunk).where(row_of(job_id, number), JobChunk.attempts == attempt, JobChunk.status == "running").values(**values)
    ):
        return
    query = select(JobChunk.status, JobChunk.result, JobChunk.error).where(JobChunk.job_id == job_id).order_by(JobChunk.number)
    chunks = session.execute(query).all()
    if len(chunks) > 1:
        job.done = sum(status == "done" for status, _, _ in chunks)
    if any(status in UNFINISHED for status, _, _ in chunks):
        return
    errors = [error for status, _, error in chunks if status == "failed"]
    job.status, job.error, job.finished_at = "failed" if errors else "done", "\n".join(dict.fromkeys(errors)) or None, clock.now()
    if not errors:
        job.result = chunks[0].result if len(chunks) == 1 else {"chunks": [result for _, result, _ in chunks]}
