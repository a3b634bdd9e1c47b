"""Jobs: asking for work that is done apart from the request, and asking how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from bole.access import Scope, Work, requires
from bole.db import unit_of_work
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound
from bole.models import Job, JobChunk


@dataclass(frozen=True, slots=True)
class JobStatus:
    """
    How a job stands.

    Args:
        status: ``waiting``, ``running``, ``done`` or ``failed``.
        done, total: steps; of a job in chunks, its chunks. Total is 0 while nobody knows.
        result: plain JSON, once it is done; of a job in several chunks ``{"chunks": [...]}`` in their order.
    """

    id: int
    code: str
    status: str
    done: int
    total: int
    result: Mapping[str, Any] | None
    error: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@requires("core.job.start")
def start_job(work: Work, code: str, arguments: Mapping[str, Any], idempotency_key: str | None = None) -> int:
    """
    Ask for a job and return its id; it begins after the commit.

    Args:
        code: of a declared job.
        arguments: plain JSON, as the job takes them.
        idempotency_key: the same key from the same actor stands for the same job.

    Raises:
        NotFound: no enabled plugin declares the job.
        Forbidden: the actor lacks the job's permission, or holds it for less than the whole company.
        InvalidValue: the arguments are not plain JSON.
        Conflict: the key stands for another job already.
    """
    kind = work.host.registry.jobs.get(code)
    if kind is None:
        raise NotFound("core.unknown_job", f"no enabled plugin declares the job {code!r}.", f"Known: {', '.join(work.host.registry.jobs) or 'none'}.")
    if work.actor.demand(kind.permission) < Scope.COMPANY:
        # A job runs on the system's behalf, and so must not reach further than who asked for it.
        message = f"{work.actor.name} holds {kind.permission!r} for less than the whole company, which the job {code!r} may touch."
        raise Forbidden("core.forbidden", message, "Ask somebody who holds it for the company.")
    _check_json(code, arguments)
    key = None if idempotency_key is None else f"{work.actor.name}:{idempotency_key}"
    with unit_of_work(work.session) as session:
        earlier = None if key is None else session.scalar(select(Job).where(Job.idempotency_key == key))
        if earlier is not None:
            if (earlier.code, earlier.arguments) != (code, dict(arguments)):
                raise Conflict(
                    "core.idempotency_key", f"the key {idempotency_key!r} stands for job {earlier.id} already.", "Use a new key for a new job."
                )
            return earlier.id
        chunks: Sequence[Mapping[str, Any]] = [arguments] if kind.split is None else kind.split(work, arguments)
        job = Job(code=code, arguments=dict(arguments), idempotency_key=key, created_at=work.clock.now(), created_by=work.actor.name)
        job.status, job.total = "waiting", len(chunks) if len(chunks) > 1 else 0
        if not chunks:
            job.status, job.result, job.finished_at = "done", {"chunks": []}, job.created_at
        session.add(job)
        session.flush()
        session.add_all([JobChunk(job_id=job.id, number=number, arguments=dict(chunk), status="waiting") for number, chunk in enumerate(chunks)])
        session.flush()
        return job.id


@requires("core.job.read")
def job_status(work: Work, job_id: int) -> JobStatus:
    """
    Return how a job stands.

    Raises:
        NotFound: there is no such job, or the actor may see only his or her own and this is another's.
    """
    job = work.session.get(Job, job_id, populate_existing=True)
    if job is None or (work.actor.demand("core.job.read") < Scope.COMPANY and job.created_by != work.actor.name):
        raise NotFound("core.unknown_job", f"there is no job {job_id} that {work.actor.name} may see.")
    names = JobStatus.__dataclass_fields__
    return JobStatus(**{name: getattr(job, name) for name in names})


def _check_json(code: str, arguments: Mapping[str, Any]) -> None:
    try:
        orjson.dumps(arguments)
    except TypeError as error:
        raise InvalidValue("core.job_arguments", f"the arguments of the job {code!r} are not plain JSON: {error}.") from error
