"""The dummy plugin's part of the GraphQL schema."""

from __future__ import annotations

from bole import Work, tables
from bole.graphql import Call, Column, Connection, Extension, GraphQLPart, Many, Type, step
from tests.dummy_plugin.models import Note
from tests.dummy_plugin.services import add_note

TABLE = Note.table


def write_note(work: Work, text: str) -> int:
    """Write a note and return its number."""
    return add_note(work, text)


def greeting(work: Work) -> str:
    """Return the greeting of the settings."""
    return str(work.host.settings["dummy"]["greeting"])


PART = GraphQLPart(
    types=(Type("Note", TABLE, (TABLE.c.id,), "dummy.note.read", columns=(Column("text", TABLE.c.text),)),),
    extends=(Extension("Employee", manys=(Many("notes", "Note", (step(tables.Employee.table.c.id, TABLE.c.employee_id),)),)),),
    query=(Connection("notes", "Note"), Call("greeting", greeting)),
    mutation=(Call("writeNote", write_note),),
)
