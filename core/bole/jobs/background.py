"""What a server does beside answering: notifications, and jobs where there is no broker."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bole.clock import Clock
from bole.db import Database
from bole.host import Host
from bole.jobs.broker import Dispatcher
from bole.jobs.chunks import due_chunks, run_chunk, take_chunk
from bole.services.outbox import deliver, forget_delivered

PAUSE = 1.0
"""Seconds between two looks at the database when nobody wakes the threads."""
TIDY = 3600
"""Rounds after which old notifications are deleted."""

log = structlog.get_logger("bole.jobs")


class Background:
    """
    Threads that deliver notifications and work off jobs, as daemons of the process that owns this object.

    Several processes may each have one on the same database: every delivery and chunk is taken by one of them.
    Where the configuration names a broker, jobs are handed to it instead of being run here.

    Args:
        threads: how many chunks run here at once.
    """

    def __init__(self, host: Host, database: Database, clock: Clock, *, threads: int = 1, pause: float = PAUSE) -> None:
        self._host, self._database, self._clock, self._pause = host, database, clock, pause
        self._stop = Event()
        dispatcher = Dispatcher(host.config, database, clock) if host.config.broker else None
        jobs = [dispatcher.dispatch] if dispatcher else [self._work_off] * threads
        rounds: list[Callable[[], int]] = [self._tell, *jobs]
        self._wakes = [Event() for _ in rounds]
        self._threads = [
            Thread(target=self._loop, args=(one, wake), name=f"bole-background-{number}", daemon=True)
            for number, (one, wake) in enumerate(zip(rounds, self._wakes, strict=True))
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Let the threads look at once: something was just committed."""
        for wake in self._wakes:
            wake.set()

    def stop(self) -> None:
        """End the threads; what they are at is finished first."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join()

    def _loop(self, one: Callable[[], int], wake: Event) -> None:
        rounds = 0
        while not self._stop.is_set():
            try:
                if one is self._tell and rounds % TIDY == 0:
                    forget_delivered(self._database, self._clock)
                did = one()
            except (SQLAlchemyError, OSError) as error:
                # The database or the broker is away for a while; the server goes on and so do we.
                log.warning("background work failed; it is tried again", error=str(error))
                did = 0
            rounds += 1
            if not did:
                wake.wait(self._pause)
                wake.clear()

    def _tell(self) -> int:
        return deliver(self._database, self._host, self._clock)

    def _work_off(self) -> int:
        done = 0
        for job_id, number in due_chunks(self._database, self._clock):
            chunk = None if self._stop.is_set() else take_chunk(self._database, self._clock, job_id, number)
            if chunk:
                run_chunk(self._database, self._host, self._clock, chunk)
                done += 1
        return done
