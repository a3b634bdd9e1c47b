"""What belongs to the request at hand: who asks, the unit of work, the nonce, the bearer token."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, cast

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bole.access import Actor, Work
from bole.clock import Clock
from bole.db import Database
from bole.errors import Forbidden
from bole.graphql.service import GraphQLService
from bole.host import Host
from bole.web.throttle import Throttle

KEY = "bole"
NOBODY = Actor("visitor")
P = ParamSpec("P")


class NotLoggedIn(Forbidden):
    """Nobody is logged in, or the token is worth nothing."""


@dataclass(frozen=True)
class Site:
    """What one web application is made of; every view finds it in ``app.extensions``."""

    host: Host
    database: Database
    clock: Clock
    throttle: Throttle
    graphql: GraphQLService


def current_site() -> Site:
    """Return the parts of the application that answers the request."""
    return cast(Site, current_app.extensions[KEY])


def bearer_token() -> str | None:
    """Return the token of an ``Authorization: Bearer`` header; a request that has one is never judged by its cookie."""
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header[:7].lower() == "bearer " else None


def bearer_actor(work: Work) -> Actor | None:
    """
    Return the actor behind the request's token; nothing when it carries none.

    Args:
        work: a unit of work on the system's behalf.

    Raises:
        NotLoggedIn: the token is unknown, expired or revoked.
    """
    token = bearer_token()
    if token is None:
        return None
    actor: Actor | None = work.host.hook.bole_resolve_actor(work=work, credentials={"bearer": token})
    if actor is None:
        raise NotLoggedIn("core.token_refused", "the token is unknown, expired or revoked.", "Ask an administrator for a new one.")
    return actor


def current_actor() -> Actor | None:
    """Return whoever is logged in; nothing where nobody is."""
    return cast(Actor | None, g.get("actor"))


def current_work() -> Work:
    """
    Return the unit of work of the request, on behalf of whoever is logged in.

    Raises:
        NotLoggedIn: nobody is.
    """
    if current_actor() is None:
        raise NotLoggedIn("core.not_logged_in", "nobody is logged in.", "Log in first.")
    return cast(Work, g.work)


def login_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is not logged in to the login page, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_actor() is None:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        return view(*args, **kwargs)

    return guarded


def csp_nonce() -> str:
    """Return the request's nonce, which lets one script or style element through the Content-Security-Policy."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)
