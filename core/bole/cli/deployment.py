"""What a command works on: the configuration, the plugins and the database, each opened when first needed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from bole.access import Work
from bole.clock import SystemClock
from bole.db import Database
from bole.db.migrate import refuse_if_pending
from bole.errors import StartRefused
from bole.host import Config, Host, read_config


class Deployment:
    """
    One deployment, as the command line names it.

    Args:
        path: of the configuration.
        lang: ``zh`` or ``en``; the configuration's where not given.
    """

    def __init__(self, path: str, lang: str | None = None) -> None:
        self.path = Path(path)
        self.clock = SystemClock()
        self._lang = lang
        # What a command answers goes to stdout; what it logs must not get between.
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(sys.__stderr__), wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING)
        )

    @cached_property
    def config(self) -> Config:
        """The configuration, checked."""
        return read_config(self.path)

    @property
    def lang(self) -> str:
        """The language to answer in."""
        return self._lang or self.config.locale

    @cached_property
    def host(self) -> Host:
        """The enabled plugins, checked."""
        return Host(self.config)

    @cached_property
    def database(self) -> Database:
        """The database, reachable."""
        opened = Database(self.config.database)
        try:
            with opened.engine.connect():
                pass
        except OperationalError as error:
            shown = opened.engine.url.render_as_string()
            raise StartRefused(
                "core.database_unreachable", f"the database {shown} cannot be opened: {error.orig}.", "See `database` in the configuration."
            ) from error
        return opened

    @contextmanager
    def work(self) -> Iterator[Work]:
        """
        Lend a unit of work on the system's behalf.

        Raises:
            StartRefused: configuration, plugins or database stop it, pending migrations included.
        """
        refuse_if_pending(self.database, self.host)
        with self.database.session() as session:
            yield Work(session, self.host, clock=self.clock)
