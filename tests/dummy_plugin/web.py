"""The page of the dummy plugin."""

from __future__ import annotations

from flask import Blueprint

from bole import Site
from bole.web import current_work, login_required

pages = Blueprint("dummy", __name__)


@pages.get("/hello")
@login_required
def hello() -> str:
    """Show the greeting."""
    return str(current_work().host.settings["dummy"]["greeting"])


SITE = Site(pages)
