"""Manifests: read without importing anything, checked whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bole.contracts.label import Label
from bole.errors import StartRefused
from bole.host import Manifest, read_manifest

WHOLE = """
name = "payroll"
api = 1
version = "0.2.0"
settings = "bole_payroll.settings:Settings"

[summary]
zh = "薪酬"
en = "Payroll"

[requires]
sales = ">=0.1,<1"

[permissions]
"payroll.payslip.read" = { zh = "查看工资条", en = "See payslips" }

[commands.pay]
summary = "Pay."
load = "bole_payroll.cli:pay"

[commands.show]
summary = "Show."
load = "bole_payroll.cli:show"
always = true
"""


def written(tmp_path: Path, text: str) -> Path:
    """Write a manifest and return its path."""
    path = tmp_path / "plugin.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_manifest_says_all_of_a_plugin(tmp_path: Path) -> None:
    """Every key becomes a value."""
    path = written(tmp_path, WHOLE)

    assert read_manifest(path, "bole_payroll") == Manifest(
        name="payroll",
        api=1,
        version="0.2.0",
        summary=Label("薪酬", "Payroll"),
        requires={"sales": ">=0.1,<1"},
        permissions={"payroll.payslip.read": Label("查看工资条", "See payslips")},
        settings="bole_payroll.settings:Settings",
        commands={"pay": ("Pay.", "bole_payroll.cli:pay"), "show": ("Show.", "bole_payroll.cli:show")},
        package="bole_payroll",
        path=path,
        always=frozenset({"show"}),
    )


def test_only_name_interface_version_and_summary_are_demanded(tmp_path: Path) -> None:
    """All other keys have defaults."""
    path = written(tmp_path, 'name = "a"\napi = 1\nversion = "1"\n[summary]\nzh = "甲"\nen = "A"\n')

    found = read_manifest(path, "a")

    assert (found.requires, found.permissions, found.settings, found.commands, found.always) == ({}, {}, "", {}, frozenset())


def test_every_wrong_key_is_named(tmp_path: Path) -> None:
    """Missing, wrong and unknown keys are reported together, with their places."""
    path = written(
        tmp_path, 'name = "Pay Roll"\napi = "one"\ncolour = "red"\n[summary]\nzh = "薪"\n[commands.pay]\nsummary = "Pay."\nload = "nowhere"\n'
    )

    with pytest.raises(StartRefused) as refusal:
        read_manifest(path, "bole_payroll")

    assert refusal.value.code == "core.manifest_invalid"
    assert refusal.value.message.startswith(f"{path}: ")
    assert set(refusal.value.message.removeprefix(f"{path}: ").split("; ")) == {
        "name: String does not match expected pattern.",
        "api: Not a valid integer.",
        "version: Missing data for required field.",
        "summary.en: Missing data for required field.",
        "commands.pay.value.load: String does not match expected pattern.",
        "colour: Unknown field.",
    }


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    """A package without a manifest is named with the place where one should be."""
    with pytest.raises(StartRefused) as refusal:
        read_manifest(tmp_path / "plugin.toml", "bole_payroll")

    assert refusal.value.message == f"the plugin package 'bole_payroll' has no manifest at {tmp_path / 'plugin.toml'}."
    assert refusal.value.hint == "Add a plugin.toml beside its __init__.py."


def test_a_manifest_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    """The line where TOML ends is in the message."""
    with pytest.raises(StartRefused, match=r"plugin.toml is not TOML: .*line 1"):
        read_manifest(written(tmp_path, "name = \n"), "bole_payroll")
