"""Fixtures for tests of plugins; pytest finds them by itself where Bole is installed. docs/testing.md shows their use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from bole import Database, FixedClock, Host, Work

# Pytest imports this in every run on a machine with Bole, so the platform itself is imported by the fixtures.
SERVER = "BOLE_TEST_POSTGRESQL"
KINDS = ["sqlite", "postgresql"] if os.environ.get(SERVER) else ["sqlite"]


@pytest.fixture
def bole_plugins() -> tuple[str, ...]:
    """The plugins to enable, in call order; override it in a conftest."""
    return ()


@pytest.fixture
def bole_packages() -> Mapping[str, str] | None:
    """Plugin name to package; the installed plugins where it is nothing. Override it for plugins that are not installed."""
    return None


@pytest.fixture
def bole_settings() -> Mapping[str, Mapping[str, Any]]:
    """Settings by plugin name, as in the configuration; override it where they matter."""
    return {}


@pytest.fixture
def bole_clock() -> FixedClock:
    """A clock that stands at 15 October 2026, 08:30 UTC."""
    from bole import FixedClock  # as above

    return FixedClock(datetime(2026, 10, 15, 8, 30, tzinfo=UTC))


@pytest.fixture
def bole_host(bole_packages: Mapping[str, str] | None, bole_settings: Mapping[str, Mapping[str, Any]], tmp_path: Path) -> Callable[..., Host]:
    """Make a host: ``bole_host("payroll", "sales")`` enables these plugins; it refuses the start as the server would."""
    from bole import Config, Host  # as above

    def make(*plugins: str, settings: Mapping[str, Mapping[str, Any]] | None = None) -> Host:
        config = Config(plugins=plugins, settings=bole_settings if settings is None else settings, instance=tmp_path / "instance")
        return Host(config, packages=bole_packages)

    return make


@pytest.fixture(params=KINDS)
def bole_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: an SQLite file, and a PostgreSQL database where ``BOLE_TEST_POSTGRESQL`` names a server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bole.db'}"
        return
    from sqlalchemy import create_engine, make_url, text  # as above

    server = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    name = f"bole_test_{uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
        yield make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"drop database {name} with (force)"))
    server.dispose()


@pytest.fixture
def bole_database(bole_address: str, bole_host: Callable[..., Host], bole_plugins: tuple[str, ...]) -> Iterator[Database]:
    """A database as the migrations of the core and of `bole_plugins` make it."""
    from bole import Database  # as above
    from bole.db.migrate import upgrade

    database = Database(bole_address)
    upgrade(database, bole_host(*bole_plugins))
    yield database
    database.engine.dispose()


@pytest.fixture
def bole_work(bole_database: Database, bole_host: Callable[..., Host], bole_plugins: tuple[str, ...], bole_clock: FixedClock) -> Iterator[Work]:
    """A unit of work on the system's behalf in `bole_database`, with `bole_plugins` declared and the clock of `bole_clock`."""
    from bole import Work, synchronise  # as above

    with bole_database.session() as session:
        work = Work(session, bole_host(*bole_plugins), clock=bole_clock)
        synchronise(work)
        yield work
