"""Logging in and out: people with a password, one session that logging out ends everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import FSQLALiteUserDatastore, Security, UserMixin, current_user, login_user, logout_user
from flask_sqlalchemy_lite import SQLAlchemy

from bole.access import Actor, Work
from bole.models import Role, User
from bole.services.identity import check_password, end_sessions
from bole.web.request import NOBODY, bearer_actor, bearer_token, current_site

LIMITS = {"account at address": 5, "account": 50, "address": 50}
"""How many failures each may have within the throttle's window, before it has to wait."""
_BARE = frozenset({"static", "graphql"})
"""Endpoints that need no actor, or find theirs on their own."""


@dataclass(eq=False)
class Account(UserMixin):
    """The user of a session, detached from the database."""

    id: int
    email: str
    active: bool
    locale: str | None
    employee_id: int | None
    fs_uniquifier: str


class Accounts(FSQLALiteUserDatastore):
    """Finds the user of a session; the core's models know nothing of the web."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:
        """Return the account that fits; nothing when there is none."""
        user: Any = super().find_user(case_insensitive, **wanted)
        return Account(user.id, user.email, user.active, user.locale, user.employee_id, user.fs_uniquifier) if user else None


def add_login(app: Flask, db: SQLAlchemy) -> None:
    """Let an application know its users, and give it the pages to log in and out."""
    app.config.update(SECURITY_PASSWORD_HASH="argon2", SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"])
    security = Security(app, Accounts(db, cast(Any, User), cast(Any, Role)), register_blueprint=False)
    # Tokens are the core's own, and grants take the place of the library's roles: neither is looked for in every request.
    security.login_manager.request_loader(lambda _request: None)
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.before_request(_enter)
    app.register_blueprint(_pages())


def find_actor(work: Work) -> Actor | None:
    """
    Return the actor of the request, by its token or its session; nothing when it carries neither.

    Args:
        work: a unit of work on the system's behalf.

    Raises:
        NotLoggedIn: it carries a token that is worth nothing.
    """
    if bearer_token() is not None:
        return bearer_actor(work)
    if not current_user.is_authenticated:
        return None
    return cast(Actor | None, work.host.hook.bole_resolve_actor(work=work, credentials={"user_id": current_user.id}))


def _enter() -> None:
    """Give the request its actor and its unit of work, before a page is made."""
    if request.endpoint not in _BARE:
        work = _work()
        g.actor = find_actor(work)
        g.work = work.acting_as(g.actor or NOBODY)


def _work() -> Work:
    site = current_site()
    return Work(current_app.extensions["sqlalchemy"].session, site.host, clock=site.clock)


def _pages() -> Blueprint:
    pages = Blueprint("security", __name__)
    pages.add_url_rule("/login", "login", _show, methods=["GET"])
    pages.add_url_rule("/login", "enter", _log_in, methods=["POST"])
    pages.add_url_rule("/logout", "logout", _log_out, methods=["POST"])
    return pages


def _show() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_safe(request.args.get("next")))
    return render_template("bole/login.html", next=request.args.get("next", ""), email="", problem="")


def _log_in() -> ResponseReturnValue:
    site = current_site()
    now = site.clock.now()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    keys = _keys(email)
    if wait := max(site.throttle.wait(key, limit, now) for key, limit in keys.items()):
        minutes = math.ceil(wait / timedelta(minutes=1))
        problem = _("Too many failed attempts. Try again in %(minutes)s minutes.", minutes=minutes)
        return _refuse(problem, 429, {"Retry-After": str(math.ceil(wait.total_seconds()))})
    user_id = check_password(_work(), email, password)
    if user_id is None:
        for key in keys:
            site.throttle.fail(key, now)
        return _refuse(_("E-mail address or password is wrong."), 401, {})
    site.throttle.forget(next(iter(keys)))
    session.clear()
    account = current_app.extensions["security"].datastore.find_user(id=user_id)
    login_user(account, remember=False, authn_via=["password"])
    session.permanent = True
    return redirect(_safe(request.form.get("next")), 303)


def _refuse(problem: str, status: int, headers: dict[str, str]) -> ResponseReturnValue:
    page = render_template("bole/login.html", next=request.form.get("next", ""), email=request.form.get("email", ""), problem=problem)
    return page, status, headers


def _log_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        end_sessions(_work(), current_user.id)
        logout_user()
    session.clear()
    return redirect(url_for("security.login"), 303)


def _keys(email: str) -> dict[str, int]:
    account, address = email.strip().lower()[:255], request.remote_addr or ""
    names = f"{account} {address}", account, address
    return dict(zip(names, LIMITS.values(), strict=True))


def _safe(target: str | None) -> str:
    """Return an address within this application, whatever was asked for."""
    # Browsers drop tabs and line ends from addresses and read a backslash as a slash, so none of these may stand in one.
    if target and target.startswith("/") and not target.startswith("//") and not any(sign <= " " or sign == "\\" for sign in target):
        return target
    return url_for("start")
