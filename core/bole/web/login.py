"""Logging in and out: people with a password, one session that logging out ends everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import FSQLALiteUserDatastore, Security, UserMixin, current_user, login_user, logout_user
from flask_sqlalchemy_lite import SQLAlchemy

from bole.access import Work
from bole.models import Role, User
from bole.services.identity import check_password, end_sessions
from bole.web.request import current_site

WINDOW = timedelta(minutes=15)
LIMITS = {"account at address": 5, "account": 50, "address": 50}
"""How many failures each may have within the window, before it has to wait."""

P = ParamSpec("P")


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


def secure(app: Flask, db: SQLAlchemy) -> None:
    """Let an application know its users, and give it the pages to log in and out."""
    app.config.update(SECURITY_PASSWORD_HASH="argon2", SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"])
    security = Security(app, accounts(db), register_blueprint=False)
    # Tokens are the core's own, and grants take the place of the library's roles: neither is looked for in every request.
    security.login_manager.request_loader(lambda _request: None)
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.register_blueprint(_pages())


def accounts(db: SQLAlchemy) -> Accounts:
    """Return the accounts in the core's tables."""
    return Accounts(db, cast(Any, User), cast(Any, Role))


def login_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is not logged in to the login page, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.get("actor") is None:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        return view(*args, **kwargs)

    return guarded


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
    user_id = check_password(Work(site.db.session, site.host, clock=site.clock), email, password)
    if user_id is None:
        for key in keys:
            site.throttle.fail(key, now)
        return _refuse(_("E-mail address or password is wrong."), 401, {})
    site.throttle.forget(next(iter(keys)))
    session.clear()
    login_user(cast(Account, accounts(site.db).find_user(id=user_id)), remember=False, authn_via=["password"])
    session.permanent = True
    return redirect(_safe(request.form.get("next")), 303)


def _refuse(problem: str, status: int, headers: dict[str, str]) -> ResponseReturnValue:
    page = render_template("bole/login.html", next=request.form.get("next", ""), email=request.form.get("email", ""), problem=problem)
    return page, status, headers


def _log_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        site = current_site()
        end_sessions(Work(site.db.session, site.host, clock=site.clock), current_user.id)
        logout_user()
    session.clear()
    return redirect(url_for("security.login"), 303)


def _keys(email: str) -> dict[str, int]:
    account, address = email.strip().lower()[:255], request.remote_addr or ""
    names = f"{account} {address}", account, address
    return dict(zip(names, LIMITS.values(), strict=True))


def _safe(target: str | None) -> str:
    """Return an address within this application, whatever was asked for."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target and "\r" not in target:
        return target
    return url_for("start")
