"""How an error that a service raises is answered: its HTTP status and a headline in the reader's language."""

from __future__ import annotations

from bole.errors import BoleError, Conflict, Forbidden, NotFound
from bole_admin.language import Wording


def status_of(error: BoleError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    for kind, status in ((Forbidden, 403), (NotFound, 404), (Conflict, 409)):
        if isinstance(error, kind):
            return status
    return 400


def headline(status: int, wording: Wording) -> str:
    """Return what a page says first about an error of some status."""
    match status:
        case 403:
            return wording.gettext("You may not do that")
        case 404:
            return wording.gettext("Nothing is found here")
        case 409:
            return wording.gettext("It has changed in the meantime")
    return wording.gettext("That could not be done")
