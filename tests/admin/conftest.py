"""The back office over a small company, on both kinds of database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bole.clock import FixedClock
from bole.db import Database
from bole.models import Model
from bole.web import create_app
from tests.admin.company import NOW, PASSWORD, build, sample_host
from tests.conftest import postgresql_database

SITES = {"admin": "bole_admin:mount"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Login = Callable[..., FlaskClient]


def make_site(database: Database, folder: Path) -> Flask:
    """The web application over a database filled with the company."""
    host = sample_host(folder / "instance")
    Model.metadata.create_all(database.engine)
    build(database, host)
    return create_app(host, database, clock=FixedClock(NOW), sites=SITES)


def log_in(app: Flask, email: str, language: str = "en") -> FlaskClient:
    """A client in which somebody is logged in and reads in a language."""
    client = app.test_client()
    client.set_cookie("bole_language", language)
    token = TOKEN.search(client.get("/login").get_data(as_text=True))
    assert token
    answer = client.post("/login", data={"email": email, "password": PASSWORD, "csrf_token": token[1]})
    assert answer.status_code == 303
    return client


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site of tests that only read, on SQLite."""
    folder = tmp_path_factory.mktemp("site")
    database = Database(f"sqlite:///{folder / 'bole.db'}")
    yield make_site(database, folder)
    database.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_site(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site of tests that only read, on PostgreSQL."""
    with postgresql_database(postgresql_server) as url:
        database = Database(url)
        yield make_site(database, tmp_path_factory.mktemp("site"))
        database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest) -> Flask:
    """The site of tests that only read, on each kind of database."""
    found: Flask = request.getfixturevalue(f"{request.param}_site")
    return found


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[int, str, str], FlaskClient]:
    """Clients already logged in; hashing a password takes a while."""
    return {}


def login_of(app: Flask, sessions: dict[tuple[int, str, str], FlaskClient]) -> Login:
    """A function that lends a client in which somebody is logged in."""

    def lend(email: str = "admin@example.com", language: str = "en") -> FlaskClient:
        key = (id(app), email, language)
        if key not in sessions:
            sessions[key] = log_in(app, email, language)
        sessions[key].set_cookie("bole_language", language)
        return sessions[key]

    return lend


@pytest.fixture
def reader(kept: Flask, sessions: dict[tuple[int, str, str], FlaskClient]) -> Login:
    """Lends clients of the site of tests that only read."""
    return login_of(kept, sessions)


@pytest.fixture
def sqlite_reader(sqlite_site: Flask, sessions: dict[tuple[int, str, str], FlaskClient]) -> Login:
    """Lends clients of that site on SQLite, for what has nothing to do with the database."""
    return login_of(sqlite_site, sessions)


@pytest.fixture
def site(sqlite_site: Flask, tmp_path: Path) -> Iterator[Flask]:
    """A site of its own, on SQLite, for a test that changes something."""
    original = sqlite3.connect(sqlite_site.extensions["bole"].database.engine.url.database)
    original.execute("vacuum into ?", (str(tmp_path / "copy.db"),))
    original.close()
    database = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    yield create_app(sample_host(tmp_path / "instance"), database, clock=FixedClock(NOW), sites=SITES)
    database.engine.dispose()


@pytest.fixture
def fresh(site: Flask) -> Iterator[Session]:
    """A session that sees what requests to the `site` have written."""
    with site.extensions["bole"].database.session() as session:
        yield session
