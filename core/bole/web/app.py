"""The web application: one Flask app around a host and a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.metadata import entry_points
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

from bole.clock import Clock, SystemClock
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole.host import Host
from bole.web.api import build_api
from bole.web.request import Site
from bole.web.throttle import WINDOW, Throttle

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GROUP = "bole.web"
"""Entry points of further sites: name is the first part of their path, value ``package:mount``."""


class Front:
    """
    Gives programs' requests to one application, and people's to another that is made when the first of them comes.

    Pages bring libraries that take longer to import than an answer to a program takes as a whole.

    Args:
        inner: answers programs.
        build: makes the application for people.
    """

    def __init__(self, inner: Flask, build: Callable[[], Flask]) -> None:
        self._answer, self._build, self._lock = inner.wsgi_app, build, Lock()

    @cached_property
    def outer(self) -> Flask:
        """The application for people."""
        return self._build()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/healthz" or (path == "/graphql" and environ.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer "):
            return self._answer(environ, start_response)
        with self._lock:
            outer = self.outer
        return outer(environ, start_response)


def create_app(host: Host, database: Database, *, clock: Clock | None = None, sites: Mapping[str, str] | None = None) -> Flask:
    """
    Return the web application: GraphQL, pages to log in, the plugins' pages and every installed site.

    Args:
        host: the plugins.
        database: with all its tables.
        clock: the machine's where not given.
        sites: first part of the path to ``package:mount`` (a function of app, host and database); the entry points of group
            ``bole.web`` where not given.

    Raises:
        StartRefused: the plugins' parts of the GraphQL schema do not fit together.
    """
    site = Site(host, database, clock or SystemClock(), Throttle(WINDOW), GraphQLService(host, database))
    app = build_api(site)

    def build() -> Flask:
        # See `Front`: this brings the login, the forms, and what the sites need.
        from bole.web.pages import build_pages

        return build_pages(site, {point.name: point.value for point in entry_points(group=GROUP)} if sites is None else sites)

    app.wsgi_app = Front(app, build)  # type: ignore[method-assign]  # the documented way to wrap an application
    return app
