"""docs/formulas.md names every function, and what it shows can be typed."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bole.formula import BUILT_IN, TRUTH, Formula, normalise
from bole.formula.parse import MAX_DEPTH, MAX_SIZE
from bole.formula.tokens import MAX_LENGTH, MAX_PARENTHESES, MAX_TEXT, MAX_TOKENS
from bole.values import Rounding
from tests.core.formula.test_everyday import VARIABLES

PAGE = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text("utf-8")
FUNCTIONS = re.findall(r"^\| ([A-Z_]+) \| (\S+) \| `(.+?)` \|", PAGE, re.MULTILINE)
BLOCKS = [line for block in re.findall(r"```formula\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
KNOWN = VARIABLES | {"conversion": VARIABLES["satisfaction"], "休假": TRUTH}


def test_table_names_every_function() -> None:
    """The table of functions lists exactly the built-in ones with their Chinese names."""
    assert [(name, chinese) for name, chinese, _ in FUNCTIONS] == [(each.name, each.chinese_name) for each in BUILT_IN.by_name.values()]


@pytest.mark.parametrize("text", [*BLOCKS, *(example for _, _, example in FUNCTIONS)])
def test_example_is_accepted(text: str) -> None:
    """Each example of the page is a formula."""
    assert Formula.parse(text, KNOWN).text


@pytest.mark.parametrize(("typed", "saved"), re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE))
def test_saved_spelling_is_as_shown(typed: str, saved: str) -> None:
    """What the page shows as saved is what is saved."""
    assert normalise(typed) == saved
    assert Formula.parse(typed, KNOWN).text == saved


@pytest.mark.parametrize(("rule", "figures"), re.findall(r"^\| `([a-z_]+)` \| (-?\d \| -?\d \| -?\d) \|", PAGE, re.MULTILINE))
def test_rounding_is_as_shown(rule: str, figures: str) -> None:
    """The table of rules shows what each of them does."""
    got = [Rounding(rule).quantize(Decimal(value), Decimal(1)) for value in ("2.5", "-2.5", "2.4")]

    assert " | ".join(str(figure) for figure in got) == figures


def test_every_rule_is_shown() -> None:
    """No rule is left out of the table."""
    assert set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) == set(Rounding)


def test_limits_are_as_stated() -> None:
    """The page states the limits that hold."""
    limits = PAGE.partition("## Limits")[2]

    assert [int(figure.replace(",", "")) for figure in re.findall(r"[\d,]*\d", limits)[:7]] == [
        MAX_LENGTH, MAX_TOKENS, MAX_PARENTHESES, MAX_DEPTH, 15, 10, MAX_TEXT,
    ]  # fmt: skip
    assert f"{MAX_SIZE:,} steps" in limits


def test_program_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python example runs and prints the explanation."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(program, "formulas.md", "exec"), {})

    assert capsys.readouterr().out.splitlines()[0] == "IF(sales >= 100000, sales * 10%, 0) = 15,000.000 CNY"
