"""The examples of docs/organisation.md."""

from __future__ import annotations

import re
from pathlib import Path

from bole.access import Work
from bole.builtin.imports import TARGETS
from bole.services.intervals import ASSIGNMENTS, stored_lines

PAGE = (Path(__file__).parents[3] / "docs" / "organisation.md").read_text(encoding="utf-8")


def test_the_examples_run(work: Work):
    """Every example of the page runs after the other, and gives the picture's last line for March."""
    names: dict[str, object] = {"work": work}

    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, names)

    assert len(stored_lines(work.session, ASSIGNMENTS, [(2,)])[2,]) == 4
    assert sorted(tuple(row) for row in names["placed"]) == [(1, 3), (2, 2)]


def test_the_page_lists_every_import_target_and_field():
    """The table of targets is that of the code."""
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", PAGE.split("## Importing")[1], re.MULTILINE))
    listed = {target: set(re.findall(r"\w+\*?", fields.split(", and the attributes")[0])) for target, fields in rows.items()}

    assert listed == {target.code: {field.name + "*" * field.required for field in target.fields} for target in TARGETS}
