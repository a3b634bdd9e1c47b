"""The services of the dummy plugin."""

from __future__ import annotations

from sqlalchemy import select

from bole import Work, requires, unit_of_work
from tests.dummy_plugin.models import Note


@requires("dummy.note.write")
def add_note(work: Work, text: str) -> int:
    """Write a note and return its id."""
    with unit_of_work(work.session) as session:
        note = Note(text=text)
        session.add(note)
        session.flush()
        return note.id


@requires("dummy.note.read")
def read_notes(work: Work) -> list[str]:
    """Return what was noted, in order."""
    return list(work.session.scalars(select(Note.text).order_by(Note.id)))
