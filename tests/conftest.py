"""Fixtures that the whole suite shares."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.models import Model

POSTGRESQL = os.environ.get("BOLE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SERVICES_REQUIRED = os.environ.get("BOLE_TEST_REQUIRE_SERVICES") == "1"
NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)

settings.register_profile("bole", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
settings.load_profile("bole")


def missing_service(what: str) -> None:
    """Skip, or fail where the run demands real services."""
    if SERVICES_REQUIRED:
        pytest.fail(f"{what} is not reachable, and this run requires it")
    pytest.skip(f"{what} is not reachable: this test did not run")


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL server on which databases may be made."""
    try:
        engine = create_engine(POSTGRESQL, connect_args={"connect_timeout": 3})
        with engine.connect():
            pass
        engine.dispose()
    except OperationalError:
        missing_service(f"PostgreSQL at {POSTGRESQL}")
    return POSTGRESQL


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """Make a PostgreSQL database, lend its address, and drop it."""
    name = f"bole_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield server.rsplit("/", 1)[0] + "/" + name
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    with postgresql_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_kept(postgresql_server: str) -> Iterator[str]:
    """The address of one PostgreSQL database that the tests of a process empty and use again; making one takes half a second."""
    with postgresql_database(postgresql_server) as url:
        yield url


EMPTY = """
do $$
declare each record; filled boolean; doomed text := '';
begin
  for each in select c.oid::regclass::text as name from pg_class c
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace loop
    execute 'select exists (select 1 from ' || each.name || ')' into filled;
    if filled then doomed := doomed || ', ' || each.name; end if;
  end loop;
  if doomed <> '' then execute 'truncate ' || substr(doomed, 3) || ' cascade'; end if;
  for each in select c.oid::regclass::text as name from pg_class c where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace loop
    execute 'alter sequence ' || each.name || ' restart';
  end loop;
end $$
"""


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'bole.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, empty database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database of each kind with every table."""
    kept = request.param == "postgresql"
    opened = Database(request.getfixturevalue("postgresql_kept" if kept else "sqlite_url"))
    Model.metadata.create_all(opened.engine)
    yield opened
    if kept:
        with opened.engine.begin() as connection:
            connection.execute(text("set local lock_timeout = '20s'"))
            connection.execute(text(EMPTY))
    opened.engine.dispose()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host with no plugin but the core."""
    return Host(Config(instance=tmp_path / "instance"), packages={})


@pytest.fixture
def work(database: Database, host: Host) -> Iterator[Work]:
    """A unit of work on the system's behalf, at a fixed moment."""
    with database.session() as session:
        yield Work(session=session, host=host, clock=FixedClock(NOW))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data beside the project; skips where it is absent."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the published data is not at {folder}: this test did not run")
    return folder
