"""Jobs over Redis or RabbitMQ: chunks handed to Celery, and the worker that takes them.

The job table stays the truth: a message only says which chunk to look at. One that is lost is sent again
when the chunk's reservation has passed; one that comes twice finds the chunk taken.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from bole.clock import Clock
from bole.db import Database, unit_of_work
from bole.host import Config, Host
from bole.jobs.chunks import due_chunks, free, row_of, run_chunk, take_chunk
from bole.models import JobChunk

if TYPE_CHECKING:
    from celery import Celery

TASK = "bole.chunk"
RESERVED = timedelta(minutes=10)
"""How long a chunk may lie in the broker's queue before its message is taken to be lost."""


def make_celery(config: Config) -> Celery:
    """Return the Celery application of a deployment; several deployments may share one broker."""
    # Only a deployment with a broker has Celery, and nobody else should wait for its import.
    from celery import Celery

    app = Celery("bole", broker=config.broker, set_as_current=False)
    app.conf.update(
        task_default_queue=f"bole-{sha256(config.origin.encode()).hexdigest()[:12]}",
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=4,
        enable_utc=True,
    )
    return app


class Dispatcher:
    """Hands due chunks to the broker."""

    def __init__(self, config: Config, database: Database, clock: Clock) -> None:
        self._config, self._database, self._clock = config, database, clock

    @cached_property
    def _app(self) -> Celery:
        return make_celery(self._config)

    def dispatch(self) -> int:
        """
        Send a message for every due chunk and return how many were sent.

        Raises:
            OSError: the broker cannot be reached; the chunk at hand stays due.
        """
        sent = 0
        for job_id, number in due_chunks(self._database, self._clock):
            with self._database.session() as session, unit_of_work(session):
                reserve = update(JobChunk).where(row_of(job_id, number), free(self._clock))
                values = {"status": "queued", "lease_until": self._clock.now() + RESERVED}
                if session.execute(reserve.values(values).execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]  # of an update
                    self._send(job_id, number)
                    sent += 1
        return sent

    def _send(self, job_id: int, number: int) -> None:
        # Celery brings kombu, whose errors are the transports'.
        from kombu.exceptions import OperationalError

        try:
            self._app.send_task(TASK, args=[job_id, number], retry=False)
        except OperationalError as error:
            raise ConnectionError(f"the broker cannot be reached: {error}") from error


class _Process:
    """What one worker process works with; each opens its own database after the fork."""

    def __init__(self, host: Host, clock: Clock) -> None:
        self.host, self.clock = host, clock

    @cached_property
    def database(self) -> Database:
        return Database(self.host.config.database)

    def run(self, job_id: int, number: int) -> None:
        chunk = take_chunk(self.database, self.clock, job_id, number, called=True)
        if chunk:
            run_chunk(self.database, self.host, self.clock, chunk)


def make_worker(host: Host, clock: Clock) -> Celery:
    """Return the Celery application with the task that runs one chunk."""
    app, process = make_celery(host.config), _Process(host, clock)
    app.task(name=TASK)(process.run)
    return app


def run_worker(host: Host, clock: Clock, *, concurrency: int, ready: Any) -> None:
    """
    Work off chunks from the broker until the process is told to stop.

    Args:
        concurrency: processes.
        ready: called once the processes are there.
    """
    # As above: only a deployment with a broker has Celery.
    from celery.signals import worker_ready

    app = make_worker(host, clock)
    worker_ready.connect(ready, weak=False)
    app.worker_main(["worker", "--loglevel", "WARNING", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"])
