"""Fixtures for the tests of the web application: a company with users, and browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.services.identity import create_token, create_user, ensure_roles
from bole.web import create_app
from tests.conftest import NOW
from tests.core.graphql.company import EVA, put_company

PASSWORD = "correct horse battery"
EMAIL = "eva@example.com"


@dataclass
class Clock:
    """A clock that a test moves by hand."""

    moment: Any = NOW

    def now(self) -> Any:
        """Return the moment it was set to."""
        return self.moment


@dataclass
class Site:
    """A web application, and how people and programs use it."""

    host: Host
    database: Database
    clock: Clock = field(default_factory=Clock)
    sites: Mapping[str, str] = field(default_factory=dict)
    _app: Flask | None = None

    @property
    def app(self) -> Flask:
        """The application, made when first asked for."""
        if self._app is None:
            self._app = create_app(self.host, self.database, clock=self.clock, sites=self.sites)
        return self._app

    def browser(self) -> FlaskClient:
        """Return a browser without cookies."""
        return self.app.test_client()

    def log_in(self, browser: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **form: str) -> TestResponse:
        """Fill in the login form and send it."""
        token = csrf_of(browser.get("/login"))
        return browser.post("/login", data={"csrf_token": token, "email": email, "password": password, **form})

    def work(self, do: Callable[[Work], Any]) -> Any:
        """Do something on the system's behalf, and return what it gives."""
        with self.database.session() as session:
            return do(Work(session, self.host, clock=FixedClock(self.clock.now())))

    def token(self, user_id: int, **options: Any) -> dict[str, str]:
        """Return the headers of a program that acts as a user."""
        return {"Authorization": "Bearer " + self.work(lambda work: create_token(work, user_id, "test", **options))}


def csrf_of(response: TestResponse) -> str:
    """Return the token in a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found, response.text
    return found[1]


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    """A company of six with one user, Eva, who is a manager."""
    host = Host(Config(company="伯乐 Demo", instance=tmp_path / "instance", locale="en"), packages={})
    made = Site(host, database)
    with database.session() as session:
        put_company(session)
    made.work(ensure_roles)
    made.work(lambda work: create_user(work, EMAIL, PASSWORD, roles=["manager"], employee_id=EVA))
    return made
