"""The application for people: login, pages of plugins, further sites such as the back office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

from bole.web.api import LARGEST_REQUEST
from bole.web.endpoint import answer_graphql
from bole.web.error_pages import answer_errors_with_pages
from bole.web.headers import protect_answers
from bole.web.keys import secret_key
from bole.web.language import speak
from bole.web.log import log_requests
from bole.web.login import add_login, find_actor
from bole.web.request import KEY, Site, bearer_token, csp_nonce, current_actor, login_required

FOLDER = Path(__file__).resolve().parent
SITES = "bole_sites"


class Csrf(CSRFProtect):
    """Demands the token of the session wherever a cookie counts; a bearer token never rides along by itself, so it needs none."""

    def protect(self, apply_exemptions: Any = False) -> Any:
        """Refuse the request when it may have been forged."""
        # Whoever asks GraphQL as nobody is told to log in, not that a form is out of date.
        asks_as_nobody = request.endpoint == "graphql" and not current_user.is_authenticated
        return None if asks_as_nobody or bearer_token() is not None else cast(Any, super()).protect(apply_exemptions)


def build_pages(site: Site, sites: Mapping[str, str]) -> Flask:
    """
    Return the application for people.

    Args:
        sites: first part of the path to ``package:mount``, a function of the application, host and database.

    Raises:
        StartRefused: the secret key cannot be made, or a plugin's pages do not fit.
    """
    config = site.host.config
    instance = config.instance.resolve()
    app = Flask("bole.web", instance_path=str(instance), root_path=str(FOLDER), static_folder="static", template_folder="templates")
    app.config.update(_settings(secret_key(instance), https=config.secure_cookies))
    app.extensions.update({KEY: site, SITES: sites})
    speak(app, site.host)  # first: other parts translate through it
    protect_answers(app, only_https=config.secure_cookies)
    log_requests(app)
    csrf = cast(Any, Csrf)(app)
    add_login(app, _lend_sessions(app, site))
    answer_errors_with_pages(app)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, company=config.company, actor=current_actor)
    app.add_url_rule("/", "start", login_required(_start))
    app.add_url_rule("/graphql", "graphql", _graphql, methods=["GET", "POST"])
    for plugin, declare in site.host.per_plugin("bole_blueprints"):
        for page in declare() or ():
            app.register_blueprint(page.blueprint, url_prefix=f"/{plugin}")
            if page.exempt_from_csrf:
                csrf.exempt(page.blueprint)
    for target in sites.values():
        module, _, name = target.partition(":")
        getattr(import_module(module), name)(app, site.host, site.database)
    return app


def _lend_sessions(app: Flask, site: Site) -> SQLAlchemy:
    db = SQLAlchemy(app, require_default_engine=False, session_options={"expire_on_commit": False})
    with app.app_context():
        db.engines["default"] = site.database.engine
        db.sessionmaker.configure(bind=site.database.engine)
    # The library also closes asynchronous sessions, of which there are none, in a thread made for it: a millisecond a request.
    app.teardown_appcontext_funcs = [close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)]
    return db


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


def _graphql() -> Response:
    return answer_graphql(find_actor)


def _start() -> ResponseReturnValue:
    return redirect("/admin/") if "admin" in current_app.extensions[SITES] else render_template("bole/start.html")
