"""A small company that reorganises, for the tests of the plugin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.host import Config, Host
from bole.org import Part
from bole_reorganisation.drafts import DraftNote, Edit, edit_draft, start_draft
from tests.core.services.organisation import NOW, found_company, later

TODAY = date(2026, 10, 15)
NEXT_MONTH = date(2026, 11, 1)
DRAFTS = ("reorganisation.draft.write", "reorganisation.draft.activate")


def reorganising_host(instance: Path, **settings: Any) -> Host:
    """A host with the plugin."""
    config = Config(plugins=("reorganisation",), settings={"reorganisation": settings}, instance=instance)
    return Host(config, packages={"reorganisation": "bole_reorganisation"})


@contextmanager
def reorganising(database: Database, host: Host) -> Iterator[Work]:
    """
    The company of `tests.core.services.organisation`, an hour after it was entered.

    HQ (head E1) → SALES (no head, E5) → EAST (head E2, with E3 and E4); HQ → FIN (head E6, with E7).
    """
    with database.session() as session:
        yield later(found_company(Work(session=session, host=host, clock=FixedClock(NOW))), hours=1)


def department(code: str, **values: Any) -> Edit:
    """An edit of a department; without values it is closed."""
    return Edit(Part.DEPARTMENT, code, values or None)


def post(code: str, **values: Any) -> Edit:
    """An edit of a post; without values it is closed."""
    return Edit(Part.POSITION, code, values or None)


def person(number: str, **values: Any) -> Edit:
    """An edit of where an employee works; without values he or she works nowhere."""
    return Edit(Part.ASSIGNMENT, number, values or None)


def drafted(work: Work, code: str, *edits: Edit, **start: Any) -> DraftNote:
    """Start a draft with edits."""
    note = start_draft(work, code, **start)
    return edit_draft(work, code, edits, seen=note.revision) if edits else note
