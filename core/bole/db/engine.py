"""Opening a database: one way in, for every process and test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from bole.errors import StartRefused

WRITING = "bole_writing"
"""Execution option of a connection whose transaction will write."""


def connect(url: str) -> Engine:
    """
    Return an engine for ``sqlite:///file.db``, ``sqlite://`` (memory) or ``postgresql+psycopg://``.

    SQLite runs in WAL mode with foreign keys on; a transaction that announces that it will write takes
    the write lock at once, so that it can never fail half-way for want of it.

    Raises:
        StartRefused: the address cannot be read, or names another kind of database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StartRefused(
            "core.database_url", f"the database address {url!r} cannot be read.", "Write sqlite:///bole.db or postgresql+psycopg://user@host/name."
        ) from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise StartRefused("core.database_kind", f"{parsed.get_backend_name()!r} is not a database that Bole runs on.", "Use SQLite or PostgreSQL.")
    memory = parsed.database in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": 30}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_postgresql(connection: Connection | Engine) -> bool:
    """Tell whether the database is PostgreSQL (otherwise it is SQLite)."""
    return connection.dialect.name == "postgresql"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late and commits around DDL; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "cache_size=-65536", "temp_store=memory", "mmap_size=1073741824"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITING) else "BEGIN")


class Database:
    """An engine and the sessions made on it."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Lend a session; whatever was not committed is rolled back at the end."""
        with self.sessions() as session:
            yield session
