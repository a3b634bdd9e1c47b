"""The ledger's latest checkpoint, where witnesses and auditors fetch it: ``/core/checkpoint``."""

from __future__ import annotations

from flask import Blueprint, Response

from bole.access import Work
from bole.contracts.extension import Site
from bole.services.ledger import newest_checkpoint
from bole.web.request import current_site

pages = Blueprint("core_ledger", __name__)


@pages.get("/checkpoint")
def checkpoint() -> Response:
    """Return the signed note; it says how long the log is and its root, and nothing of what is in it, so everybody may have it."""
    site = current_site()
    with site.database.session() as session:
        return Response(newest_checkpoint(Work(session, site.host, clock=site.clock)), mimetype="text/plain")


SITE = Site(pages)
