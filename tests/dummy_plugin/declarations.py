"""What the dummy plugin declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from marshmallow import RAISE, Schema, fields

from bole import (
    Action,
    Actor,
    AdminView,
    Attribute,
    AttributeType,
    Column,
    Command,
    Connector,
    FieldType,
    FormulaFunction,
    ImportField,
    ImportOutcome,
    ImportRow,
    ImportTarget,
    IncentiveInput,
    IncentiveType,
    Indicator,
    IndicatorKind,
    Job,
    Label,
    Money,
    ObservationKind,
    OrgImpact,
    OrgSnapshot,
    OrgSource,
    Part,
    Progress,
    Reorganisation,
    Scope,
    Structure,
    Touched,
    Unit,
    Work,
    count,
    where,
)
from tests.dummy_plugin.models import Note
from tests.dummy_plugin.services import add_note, read_notes

NOTE = Label("便签", "Notes")

NOD = ObservationKind("dummy.nod", Label("点头", "Nod"), attributes=(Attribute("deep", Label("深", "deep"), AttributeType.FLAG, dimension=True),))
NODS = Indicator("dummy.nods", Label("点头数", "Nods"), IndicatorKind.PROCESS, Unit.COUNT, count("dummy.nod", where=where(deep=True)))


class FlatParameters(Schema):
    """How much everybody gets, in minor units."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    amount = fields.Integer(required=True)


def compute_flat(given: IncentiveInput) -> pl.DataFrame:
    """Return the same entitlement for everybody in scope."""
    return given.employees.select("employee_id", key=pl.lit(""), entitled=pl.lit(given.parameters["amount"] * 1_000_000, dtype=pl.Int64))


FLAT = IncentiveType("dummy.flat", Label("定额", "Flat amount"), FlatParameters, compute_flat)


def _check_double(call: Any) -> Any:
    call.count(1, 1)
    return call.want_kind(0)


DOUBLE = FormulaFunction(
    "DOUBLE", "双倍", "DOUBLE(value)", "The value twice.", _check_double, lambda columns, _, given: columns.sum([given[0], given[0]]), copies=(2,)
)


def read_files(work: Work, mapping: Path, files: Sequence[str]) -> ImportOutcome:
    """Write the first line of every file as a note."""
    for name in files:
        add_note(work, Path(name).read_text("utf-8").splitlines()[0])
    return ImportOutcome(recorded=len(files))


NOTE_FILES = Connector("dummy.notes", NOTE, read_files)


def load_notes(work: Work, chunks: Iterable[Sequence[ImportRow]], options: Mapping[str, Any]) -> ImportOutcome:
    """Write every row as a note."""
    texts = [row.values["text"] for chunk in chunks for row in chunk]
    for text in texts:
        add_note(work, text)
    return ImportOutcome(recorded=len(texts))


NOTES = ImportTarget("dummy.notes", NOTE, (ImportField("text", FieldType.TEXT, required=True),), load_notes)


def read_hut(work: Work, address: str) -> OrgSnapshot:
    """Return a company of one department, with the code of the address."""
    return OrgSnapshot(address, date(2026, 1, 1), Structure({"HUT": {"name_en": "Hut"}}), frozenset({Part.DEPARTMENT}))


HUT = OrgSource("dummy.hut", Label("小屋", "Hut"), read_hut)


def find_noted(work: Work, change: Reorganisation) -> Touched:
    """Return the notes that bear the code of a department in which somebody would then work."""
    found = [text for text in read_notes(work) if text in change.departments.values()]
    return Touched(len(found), tuple(Label(text, text) for text in found[:50]))


NOTED = OrgImpact("dummy.notes", NOTE, find_noted)

NOTE_LIST = AdminView(
    code="dummy.notes",
    label=NOTE,
    group=Label("测试", "Tests"),
    model=Note,
    columns=(Column("text", Label("内容", "Text")),),
    permission="dummy.note.read",
    title="text",
    search=("text",),
    actions=(
        Action(
            "shout",
            Label("大声", "Shout"),
            permission="dummy.note.write",
            load="tests.dummy_plugin.services:add_note",
            confirm=Label("确定？", "Sure?"),
            done=Label("已办", "Done"),
        ),
    ),
)
BOW = Command("bow", "Bow.", "tests.dummy_plugin.cli:bow")


def write_notes(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write as many notes as asked for."""
    for number in range(arguments["count"]):
        add_note(work, f"job {number}")
        progress(number + 1, arguments["count"])
    return {"written": arguments["count"]}


WRITE_NOTES = Job("dummy.write_notes", Label("写便签", "Write notes"), "dummy.note.write", write_notes)

ROBOT = Actor("dummy robot", grants={"dummy.note.read": Scope.COMPANY})


def converted(amount: Money, currency: str) -> Money | None:
    """Return an amount in Icelandic crowns, of which two are one unit of any other currency."""
    return Money(amount.amount * 2, "ISK") if currency == "ISK" else None
