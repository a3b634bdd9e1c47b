"""The documentation of the connectors: its examples run, and no key, setting, target or field is missing from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from marshmallow import Schema

from bole.access import Work
from bole.contracts.extension import FieldType, ImportOutcome
from bole.errors import BoleError, ProblemsFound
from bole.host import Host
from bole.services.history import record_structure
from bole_connectors.mapping_schema import FieldSchema, FormSchema, LeaveOutSchema, LookupSchema, MappingSchema
from bole_connectors.settings import Settings
from bole_connectors.snapshot_mapping import FORMS, RecordSchema, SnapshotSchema
from bole_connectors.statement_schema import ItemSchema, PlanSchema, RuleSchema
from tests.plugins.connectors.conftest import HEADER, SALES, Write
from tests.plugins.connectors.test_bad_input import PNG, workbook

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "connectors.md").read_text("utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
Run = Callable[..., ImportOutcome]


def test_the_full_example_says_what_the_page_says(shop: Work, run: Run, write: Write) -> None:
    """Imported as printed, the example records two facts and tells the problems that the page shows."""
    for name in ("sales.csv", "staff.csv"):
        write(name, FILES[name])
    file = write("sales.csv", FILES["sales.csv"])
    (shown,) = re.findall(r"<!-- output -->\n```text\n(.*?)```", PAGE, re.DOTALL)

    outcome = run(shop, FILES["sales.toml"], file)

    told = [str(problem).replace(f"{file.parent}/", "") for problem in outcome.problems]
    told += [f"{rows} row(s) left out: {reason}" for reason, rows in outcome.left_out]
    assert told == shown.splitlines()
    assert outcome.recorded == 2


def test_the_statements_of_the_page_can_be_stated(shop: Work, write: Write) -> None:
    """The example of statements is recorded whole."""
    path = write("company.toml", FILES["company.toml"])

    outcome = shop.host.registry.connectors["statements"].run(shop, path, [])

    assert (outcome.recorded, outcome.problems) == (3, ())


@pytest.mark.parametrize(
    "schema",
    [
        MappingSchema,
        FormSchema,
        LookupSchema,
        LeaveOutSchema,
        FieldSchema,
        Settings,
        PlanSchema,
        RuleSchema,
        ItemSchema,
        SnapshotSchema,
        RecordSchema,
    ],
)
def test_every_key_is_on_the_page(schema: type[Schema]) -> None:
    """Each key that a schema takes is written on the page."""
    keys = [field.data_key or name for name, field in schema().fields.items()]

    assert [key for key in keys if not re.search(rf"(?<!\w){key}\b", PAGE)] == []


def test_every_type_is_on_the_page() -> None:
    """Each type of a field is named."""
    assert [type for type in FieldType if f"`{type}`" not in PAGE] == []


def test_the_targets_of_the_core_are_on_the_page(host: Host) -> None:
    """The table of targets lists the core's targets with exactly their fields, the required ones in bold."""
    targets = [target for code, target in host.registry.import_targets.items() if host.registry.owner("import_targets", code) == "core"]

    for target in targets:
        fields = ", ".join(f"**{each.name}**" if each.required else each.name for each in target.fields)
        assert f"| `{target.code}` | {fields}{', and any attribute of the kind' if target.extra else ''} |" in PAGE


def test_the_parts_of_an_organisation_are_on_the_page() -> None:
    """The table of parts lists each part with exactly its fields, the required ones in bold."""
    for part, form in FORMS.items():
        fields = ", ".join(f"**{each.name}**" if each.required else each.name for each in form.fields)
        assert f"| `{part}` | {fields} |" in PAGE


def test_the_snapshot_of_the_page_is_read_as_it_says(shop: Work, write: Write) -> None:
    """The mapping of the page makes three departments and four posts of its files."""
    for name in ("posts-2026-06-30.csv", "staff-2026-06-30.csv", "chart.toml"):
        path = write(name, FILES[name])
    source = shop.host.registry.org_sources["connectors.snapshot"]

    recorded = record_structure(shop, source.read(shop, f"{path}#2026-06-30"))

    assert [change.code for change in recorded.diff] == [
        *("hq", "hq-office", "hq-sales-and-service"),
        *("hq-1", "hq-2", "hq-sales-and-service-2-band-1", "hq-sales-and-service-2-band-2"),
    ]
    assert recorded.code == "chart-2026-06-30"


def said(file: Path, text: str) -> str:
    """Return a message as the page shows it, without the folder of the test."""
    return text.replace(f"{file.parent}/", "")


@pytest.mark.parametrize(
    ("name", "content", "old", "new"),
    [
        pytest.param("sales.csv", "Staff,Day,Order No,Sum\n", '"Order"', '"OrderNo"', id="column"),
        pytest.param("a.csv", PNG, "", "", id="picture"),
        pytest.param("a.csv", workbook(), "", "", id="workbook"),
        pytest.param("a.csv", f"{HEADER}\n1001,2026-07-01,A1,10\n".encode() + "张伟".encode("gb18030"), "", "", id="encoding"),
        pytest.param("a.csv", f'{HEADER}\n1001,"2026', "", "", id="quote"),
        pytest.param("large.csv", b"", "", "", id="size"),
    ],
)
def test_refusals_of_files_read_as_on_the_page(desk: Work, run: Run, write: Write, name: str, content: str | bytes, old: str, new: str) -> None:
    """The page shows the very words with which a file is refused."""
    file = write(name, content)
    if name == "large.csv":
        with file.open("wb") as sparse:
            sparse.truncate(201_500_000)

    with pytest.raises(BoleError) as caught:
        run(desk, SALES.replace(old, new) if old else SALES, file)

    problems = caught.value.problems if isinstance(caught.value, ProblemsFound) else (caught.value,)
    assert [each for each in problems if f"| `{said(file, str(each))}` |" not in PAGE] == []


def test_problems_of_rows_read_as_on_the_page(shop: Work, run: Run, write: Write) -> None:
    """The page shows the very words in which bad rows are told."""
    mapping = SALES.replace('column = "Sum"', 'column = "Sum"\ncurrency_column = "Cur"')
    rows = [
        ["1001,2026-07-01,A1,10,CNY", "1001,2026-07-01,A2,10,RMB"],
        ["1001,2026-07-01,A1,10,CNY", "", "1001,2026-07-01,A2,ten,CNY"],
        ["1001,2026-07-01,A1,10,CNY", "", "7777,2026-07-01,A2,10,CNY"],
        ["1001,2026-07-01,A1,10,CNY", "", "1001,2026-07-01,A1,11,CNY"],
    ]

    for each in rows:
        file = write("sales.csv", "\n".join([f"{HEADER},Cur", *each]))
        (problem,) = run(shop, mapping, file).problems
        assert f"| `{said(file, str(problem))}` |" in PAGE
