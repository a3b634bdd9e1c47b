"""What belongs to the request at hand: who asks, the unit of work, the nonce, the bearer token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request
from flask_security import current_user
from flask_sqlalchemy_lite import SQLAlchemy

from bole.access import Actor, Work
from bole.clock import Clock
from bole.db import Database
from bole.errors import Forbidden
from bole.host import Host
from bole.web.throttle import Throttle

if TYPE_CHECKING:
    from bole.graphql.service import GraphQLService

KEY = "bole"
NOBODY = Actor("visitor")


class NotLoggedIn(Forbidden):
    """Nobody is logged in, or the token is worth nothing."""


@dataclass(frozen=True)
class Site:
    """What one web application is made of; every view finds it in ``app.extensions``."""

    host: Host
    database: Database
    clock: Clock
    db: SQLAlchemy
    throttle: Throttle
    graphql: GraphQLService


def current_site() -> Site:
    """Return the parts of the application that answers the request."""
    return cast(Site, current_app.extensions[KEY])


def bearer_token() -> str | None:
    """Return the token of an ``Authorization: Bearer`` header; a request that has one is never judged by its cookie."""
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header[:7].lower() == "bearer " else None


def resolve(work: Work) -> Actor | None:
    """
    Return the actor of the request; nothing when it carries no credentials.

    Args:
        work: a unit of work on the system's behalf.

    Raises:
        NotLoggedIn: it carries a token that is unknown, expired or revoked.
    """
    if (token := bearer_token()) is not None:
        actor: Actor | None = work.host.hook.bole_resolve_actor(work=work, credentials={"bearer": token})
        if actor is None:
            raise NotLoggedIn("core.token_refused", "the token is unknown, expired or revoked.", "Ask an administrator for a new one.")
        return actor
    if current_user.is_authenticated:
        return cast(Actor | None, work.host.hook.bole_resolve_actor(work=work, credentials={"user_id": current_user.id}))
    return None


def enter() -> None:
    """Give the request its actor and its unit of work, before a page is made."""
    site = current_site()
    work = Work(session=site.db.session, host=site.host, clock=site.clock)
    g.actor = resolve(work)
    g.work = work.acting_as(g.actor or NOBODY)


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


def csp_nonce() -> str:
    """Return the request's nonce, which lets one script or style element through the Content-Security-Policy."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)
