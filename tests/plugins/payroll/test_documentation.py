"""What docs/payroll-cn.md says of columns, and its example."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from bole_payroll.statutory.columns import CARRIED, INPUTS, RESULTS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "payroll-cn.md").read_text("utf-8")


def first_cells(heading: str) -> set[str]:
    """Return the code words in the first cells of the table that follows a line."""
    rows = re.search(rf"{re.escape(heading)}\n\n((?:\|.*\n)+)", PAGE)
    assert rows
    return {word for line in rows[1].splitlines() for word in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_every_column_is_documented() -> None:
    """The tables list every column that goes in or comes out, and no other."""
    assert first_cells("What goes in:") == {column.name for column in INPUTS}
    assert first_cells("What comes out:") == {column.name for column in RESULTS}


def test_what_is_carried_on_exists() -> None:
    """Each figure carried into the next month is an input there and a result here."""
    assert set(CARRIED) == {column.name for column in INPUTS if column.name.endswith("_before")}
    assert set(CARRIED.values()) == {column.name for column in RESULTS if column.name.endswith("_cumulative")} - {"taxable_cumulative"}


def test_the_example_runs() -> None:
    """The page's example prints what its last comment says."""
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code[1], {})

    assert printed.getvalue() == "1615500\n"
