"""The web application over the company that reorganises, and how the tree page's script speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.services.identity import create_user, ensure_roles
from bole.web import create_app
from tests.admin.conftest import TOKEN
from tests.plugins.reorganisation.reorganising import reorganising, reorganising_host

PASSWORD = "a long enough secret 1"
AT = "/admin/reorganisation/tree"
Send = Callable[..., tuple[int, dict[str, Any]]]


def site_over(database: Database, folder: Path) -> Flask:
    """The application over an empty database, with the company and an administrator."""
    host = reorganising_host(folder)
    with reorganising(database, host) as work:
        ensure_roles(work)
        create_user(work, "admin@example.com", PASSWORD, roles=["admin"])
        clock = work.clock
    return create_app(host, database, clock=FixedClock(clock.now()), sites={"admin": "bole_admin:mount"})


def beside(site: Flask, session: Any) -> Work:
    """A unit of work beside the requests."""
    found = site.extensions["bole"]
    return Work(session, found.host, clock=FixedClock(found.clock.now()))


def logged_in(site: Flask, email: str = "admin@example.com") -> FlaskClient:
    """A browser in which somebody is logged in."""
    client = site.test_client()
    client.set_cookie("bole_language", "en")
    token = TOKEN.search(client.get("/login").get_data(as_text=True))
    assert token
    client.post("/login", data={"email": email, "password": PASSWORD, "csrf_token": token[1]})
    return client


def sender(client: FlaskClient) -> Send:
    """What posts JSON as the page's script does, and returns status and answer."""
    token = TOKEN.search(client.get("/admin/").get_data(as_text=True))
    assert token

    def post(place: str, **said: Any) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"{AT}/{place}", json=said, headers={"X-CSRFToken": token[1]})
        return answer.status_code, answer.get_json()

    return post


def ask(client: FlaskClient, place: str) -> Any:
    """What a question of the script is answered with."""
    answer = client.get(f"{AT}/{place}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()
