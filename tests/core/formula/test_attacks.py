"""Every attack of the corpus is refused with a plain error before anything runs."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest

import bole.formula
from bole.errors import BoleError
from bole.formula import DATE, HOURS, MOMENT, NUMBER, TEXT, TRUTH, Formula, FormulaError, money
from tests.core.formula.attacks import ATTACKS

VARIABLES = {
    "sales": money("CNY"), "dollars": money("USD"), "visits": NUMBER, "name": TEXT, "is_new": TRUTH, "hired": DATE, "came": MOMENT, "worked": HOURS,
}  # fmt: skip
CASES = [(f"{group} {number}", text) for group, texts in ATTACKS.items() for number, text in enumerate(texts)]


@pytest.mark.parametrize("text", [text for _, text in CASES], ids=[name for name, _ in CASES])
def test_attack_is_refused(text: str) -> None:
    """The text is refused with an error that has a code of this package, a message and a place inside the text."""
    with pytest.raises(BoleError) as caught:
        Formula.parse(text, VARIABLES)

    assert isinstance(caught.value, FormulaError)
    assert caught.value.code.startswith("formula.")
    assert caught.value.message
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in caught.value.problems)


def test_the_corpus_holds_at_least_199_different_attacks() -> None:
    """The corpus does not shrink below the one that chose this design."""
    assert len({text for _, text in CASES}) >= 199


def test_the_whole_corpus_is_refused_at_once() -> None:
    """No attack keeps the processor busy: all of them together take less than five seconds of it."""
    started = time.process_time()

    for _, text in CASES:
        with pytest.raises(BoleError):
            Formula.parse(text, VARIABLES)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["__class__", "_x", "a b", "1a", "IF", "if", "如果", "and", "真", "a.b", "", "ｓales", "x\u200b"])
def test_name_of_a_variable_is_refused(name: str) -> None:
    """A variable cannot take a name that is no identifier, hides a function or a word, begins with _ or is not in NFKC form."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("1", {name: NUMBER})

    assert caught.value.code == "formula.bad_variable"


def test_package_runs_no_code_from_text() -> None:
    """Nothing in the package calls eval, exec, compile, import by name or getattr."""
    package = Path(bole.formula.__file__).parent

    called = {
        node.func.id
        for path in package.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert called.isdisjoint({"eval", "exec", "compile", "__import__", "getattr", "setattr", "globals", "locals", "vars", "open"})
