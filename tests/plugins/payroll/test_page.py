"""What docs/payroll.md says of settings, terms, facts, permissions and commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bole.host import Config, Host
from bole_payroll.cli import payroll
from bole_payroll.computing.agreed import TERMS
from bole_payroll.computing.components import FACTS
from bole_payroll.imports import TARGETS
from bole_payroll.settings import Settings

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "payroll.md").read_text("utf-8")


def column(heading: str) -> set[str]:
    """Return the code in the first column of the table whose head stands there."""
    rows = re.search(rf"\| {heading} \| \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE)
    assert rows
    return {line.split("`")[1] for line in rows[1].splitlines()}


def test_every_setting_is_documented_and_the_example_is_accepted() -> None:
    """The table lists the keys of the schema and no other; the TOML starts a host."""
    block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert block
    given = tomllib.loads(block[1])["plugins"]

    assert column("key") == set(Settings().fields)
    assert (
        Host(Config(plugins=("payroll",), settings=given), packages={"payroll": "bole_payroll"}).settings["payroll"]["cities"]["verdant"]
        == "shanghai"
    )


def test_every_term_and_fact_is_documented() -> None:
    """Terms in their table, facts and the columns of opening figures in the text."""
    assert column("term") == set(TERMS)
    assert [name for name in FACTS if f"`{name}`" not in PAGE] == []
    assert [field.name for field in TARGETS[0].fields if f"`{field.name}`" not in PAGE] == []


def test_every_permission_and_command_is_documented() -> None:
    """Permissions in their table, commands in the table or beside another."""
    manifest = Host(Config(plugins=("payroll",)), packages={"payroll": "bole_payroll"}).manifests["payroll"]

    assert column("permission") == set(manifest.permissions)
    assert [name for name in payroll.commands if f"payroll {name}" not in PAGE and f"`{name}`" not in PAGE] == []


def test_the_states_of_a_run_are_documented() -> None:
    """Those that the back office knows."""
    from bole_payroll.pages import STATES

    assert column("status") == {state.value for state in STATES}


def test_the_example_of_a_component_can_be_run() -> None:
    """It defines a function, whose imports are there."""
    block = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert block
    names: dict[str, object] = {}
    exec(block[1], names)

    assert callable(names["write_meals"])
