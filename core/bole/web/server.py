"""Serving the web application with granian: worker processes, each with one blocking thread."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, TextIO

import orjson
import structlog
from granian import Granian
from granian.constants import Interfaces

from bole.clock import SystemClock
from bole.db import Database
from bole.host import Config, Host, find_config, read_config
from bole.jobs import Background
from bole.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask


def serve(config: Config, *, address: str = "127.0.0.1", port: int = 8000, workers: int | None = None) -> None:
    """
    Answer requests until a signal ends it.

    Args:
        config: read from a file, which every worker reads again.
        workers: processes; one per processor, at most four, where not given.
    """
    os.environ["BOLE_CONFIG"] = str(config.path or find_config())
    postgresql = config.database.startswith("postgresql")
    Granian(
        "bole.cli.process:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=address,
        port=port,
        workers=workers or min(os.cpu_count() or 1, 4),
        # A thread that waits for PostgreSQL lets another work; SQLite works in the thread itself.
        blocking_threads=4 if postgresql else 1,
        # A worker that is told to stop while it is still starting never hears of it; the others must not wait for it for ever.
        workers_kill_timeout=10,
    ).serve()


def application() -> Flask:
    """
    Return the application of one worker, by the configuration that ``BOLE_CONFIG`` names.

    Beside it run the threads that deliver notifications and work off jobs; they end with the process.
    """
    log_as_json()
    config = read_config(find_config())
    host, database, clock = Host(config), Database(config.database), SystemClock()
    app = create_app(host, database, clock=clock)
    background = app.extensions["bole_background"] = Background(host, database, clock)
    background.start()
    return app


def log_as_json(target: TextIO | None = None) -> None:
    """Write the log as one JSON object a line, to standard error where nothing else is given."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(_compact),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(target or sys.stderr),
        cache_logger_on_first_use=True,
    )


def _compact(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()
