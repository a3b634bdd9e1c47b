"""The web application: one Flask app around a host and a database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from inspect import iscoroutinefunction
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import text
from structlog import get_logger

from bole.clock import Clock, SystemClock
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole.host import Host
from bole.web.endpoint import answer_graphql
from bole.web.errors import answer_errors
from bole.web.headers import protect_answers
from bole.web.keys import secret_key
from bole.web.language import speak
from bole.web.login import WINDOW, login_required, secure
from bole.web.request import KEY, Site, bearer_token, csp_nonce, current_actor, current_site, enter
from bole.web.throttle import Throttle

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GROUP = "bole.web"
"""Entry points of further sites: name is the first part of their path, value ``package:mount``."""
FOLDER = Path(__file__).resolve().parent
_BARE = frozenset({"static", "health", "graphql"})
"""Endpoints that need no actor, or find theirs on their own."""
LARGEST_REQUEST = 32 * 1024 * 1024


class Csrf(CSRFProtect):
    """Demands the token of the session wherever a cookie counts; a bearer token never rides along by itself, so it needs none."""

    def protect(self, apply_exemptions: Any = False) -> Any:
        """Refuse the request when it may have been forged."""
        return None if bearer_token() is not None else cast(Any, super()).protect(apply_exemptions)


class Mounts:
    """
    Hands the paths of further sites to an application that has them, made when the first such request comes.

    Those sites bring libraries that an answer to a program does not need.

    Args:
        inner: answers all other paths.
        sites: first part of the path to ``package:mount``; the installed ones where not given.
        build: makes the application that has the sites.
    """

    def __init__(self, inner: Flask, sites: Mapping[str, str] | None, build: Callable[[Mapping[str, str]], Flask]) -> None:
        self._answer, self._given, self._build = inner.wsgi_app, sites, build
        self._lock = Lock()

    @cached_property
    def sites(self) -> Mapping[str, str]:
        """First part of the path to ``package:mount``, of every site."""
        return {point.name: point.value for point in entry_points(group=GROUP)} if self._given is None else self._given

    @cached_property
    def outer(self) -> Flask:
        """The application that has the sites."""
        return self._build(self.sites)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "/")[1:].partition("/")[0]
        if first in _BARE or first not in self.sites:
            return self._answer(environ, start_response)
        with self._lock:
            outer = self.outer
        return outer(environ, start_response)


def create_app(host: Host, database: Database, *, clock: Clock | None = None, sites: Mapping[str, str] | None = None) -> Flask:
    """
    Return the web application: pages to log in, GraphQL, the plugins' pages and every installed site.

    Args:
        host: the plugins.
        database: with all its tables.
        clock: the machine's where not given.
        sites: first part of the path to ``package:mount`` (a function of app, host and database); the entry points of group
            ``bole.web`` where not given.

    Raises:
        StartRefused: the secret key cannot be made, or a plugin's part does not fit.
    """
    db = SQLAlchemy(require_default_engine=False, session_options={"expire_on_commit": False})
    site = Site(host, database, clock or SystemClock(), db, Throttle(WINDOW), GraphQLService(host, database))

    def build_mounted(mounted: Mapping[str, str]) -> Flask:
        outer = _build(site)
        for target in mounted.values():
            module, _, name = target.partition(":")
            getattr(import_module(module), name)(outer, host, database)
        return outer

    app = _build(site)
    mounts = Mounts(app, sites, build_mounted)
    app.wsgi_app = mounts  # type: ignore[method-assign]  # the documented way to wrap an application
    app.extensions["bole_mounts"] = mounts
    return app


def _build(site: Site) -> Flask:
    config = site.host.config
    instance = config.instance.resolve()
    app = Flask("bole.web", instance_path=str(instance), root_path=str(FOLDER), static_folder="static", template_folder="templates")
    app.config.update(_settings(secret_key(instance), https=config.secure_cookies))
    speak(app, site.host)  # first: other parts translate through it
    protect_answers(app, only_https=config.secure_cookies)
    _log_requests(app)
    _lend_sessions(app, site)
    app.extensions[KEY] = site
    csrf = cast(Any, Csrf)(app)
    secure(app, site.db)
    answer_errors(app)
    app.before_request(_enter_page)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, company=config.company, actor=current_actor)
    app.add_url_rule("/", "start", login_required(_start))
    app.add_url_rule("/healthz", "health", _health)
    app.add_url_rule("/graphql", "graphql", answer_graphql, methods=["GET", "POST"])
    for plugin, declare in site.host.per_plugin("bole_blueprints"):
        for page in declare() or ():
            app.register_blueprint(page.blueprint, url_prefix=f"/{plugin}")
            if page.exempt_from_csrf:
                csrf.exempt(page.blueprint)
    return app


def _lend_sessions(app: Flask, site: Site) -> None:
    site.db.init_app(app)
    with app.app_context():
        site.db.engines["default"] = site.database.engine
        site.db.sessionmaker.configure(bind=site.database.engine)
    # The library also closes asynchronous sessions, of which there are none, in a thread made for it: a millisecond a request.
    app.teardown_appcontext_funcs = [close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)]


def _settings(secret: str, *, https: bool) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        # A browser keeps a cookie of this prefix only when it came over HTTPS, for this host and every path.
        "SESSION_COOKIE_NAME": "__Host-bole" if https else "bole_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
    }


def _enter_page() -> None:
    if request.endpoint not in _BARE:
        enter()


def _log_requests(app: Flask) -> None:
    log = get_logger("bole.web")

    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        actor = current_actor()
        milliseconds = round((time.perf_counter() - g.begun) * 1000, 2)
        who = actor.name if actor else None
        log.info("request", method=request.method, path=request.path, status=response.status_code, milliseconds=milliseconds, actor=who)
        return response

    app.before_request(begin)
    app.after_request(end)


def _start() -> ResponseReturnValue:
    if "admin" in current_app.extensions["bole_mounts"].sites:
        return redirect("/admin/")
    return render_template("bole/start.html")


def _health() -> ResponseReturnValue:
    with current_site().database.engine.connect() as connection:
        connection.execute(text("select 1"))
    return {"status": "ok"}
