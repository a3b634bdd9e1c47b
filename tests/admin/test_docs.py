"""The examples of docs/back-office.md run."""

from __future__ import annotations

import re
from pathlib import Path

from bole.builtin.pages import VIEWS
from bole_admin.declared import collect
from bole_admin.views import SecurePage
from tests.admin.test_declared import host

TEXT = (Path(__file__).parents[2] / "docs" / "back-office.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_declared_table_is_sound() -> None:
    """The table of the example is declared as the back office wants it."""
    names: dict[str, object] = {}
    exec(EXAMPLES[0], names)

    found = collect(host(core=VIEWS, badges=tuple(names["bole_admin_views"]())))  # type: ignore[operator]

    assert "badges.award" in found.views


def test_the_page_is_a_secure_page() -> None:
    """The class of the example can be loaded as a page."""
    names: dict[str, object] = {}
    exec(EXAMPLES[1], names)

    assert issubclass(names["WallPage"], SecurePage)  # type: ignore[arg-type]


def test_every_icon_that_is_named_is_there() -> None:
    """The icons that the page offers are in the set."""
    icons = (Path(__file__).parents[2] / "admin" / "bole_admin" / "static" / "icons.svg").read_text("utf-8")
    offered = re.search(r"`icon` is one of `([^`]+)`", TEXT)
    assert offered

    assert [name for name in offered[1].split() if f'id="{name}"' not in icons] == []
