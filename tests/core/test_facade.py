"""The facade: one list of names, all of which are there, and nothing imported before it is asked for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import bole

SOURCE = Path(bole.__file__).read_text("utf-8")


def names_for_types() -> dict[str, str]:
    """Return the name and module of every import that a type checker sees."""
    tree = ast.parse(SOURCE)
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {alias.asname or alias.name: str(node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_a_type_checker_and_the_program_see_the_same_names() -> None:
    """Every name comes from the same module whoever asks."""
    found = names_for_types()

    assert set(found) == set(bole.__all__)
    assert {name: home for home, names in bole._HOMES.items() for name in names.split()} | {"tables": "bole"} == found


@pytest.mark.parametrize("name", bole.__all__)
def test_every_name_is_there(name: str) -> None:
    """A name of the facade is what its module holds under that name."""
    module = names_for_types()[name]

    assert getattr(bole, name) is (import_module("bole.models") if name == "tables" else getattr(import_module(module), name))


def test_an_unknown_name_is_refused() -> None:
    """A name that is not there is an AttributeError, so that ``hasattr`` and misspelt imports work as everywhere."""
    with pytest.raises(AttributeError, match="module 'bole' has no attribute 'Monney'"):
        bole.Monney  # noqa: B018  # the access is what is tested


def test_importing_the_facade_imports_nothing_else() -> None:
    """``import bole`` costs one module."""
    code = "import sys, bole; print([name for name in sys.modules if name.startswith('bole.')])"
    environment = os.environ | {"PYTHONPATH": str(Path(bole.__file__).parents[1])}

    assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_all_names_are_listed_by_dir() -> None:
    """``dir(bole)`` shows what plugins may use."""
    assert dir(bole) == sorted(bole.__all__)
