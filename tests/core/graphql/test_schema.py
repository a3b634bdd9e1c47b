"""The printed schema is part of the interface: it changes only on purpose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bole.graphql.service import print_schema
from bole.host import Config, Host, read_manifest

ROOT = Path(__file__).resolve().parents[3]
PRINTED = ROOT / "docs" / "schema.graphql"


def built_in() -> Host:
    """Return a host with every built-in plugin that a configuration enables, each after what it requires."""
    manifests = [read_manifest(path, path.parent.name) for path in sorted((ROOT / "plugins").glob("bole_*/plugin.toml"))]
    waiting = {manifest.name: manifest for manifest in manifests if not manifest.always}
    placed: dict[str, str] = {}
    while waiting:
        name = next(name for name, manifest in waiting.items() if set(manifest.requires) <= {"core", *placed})
        placed[name] = waiting.pop(name).package
    return Host(Config(plugins=tuple(placed)), packages=placed)


def test_the_printed_schema_is_the_committed_one() -> None:
    """
    docs/schema.graphql is what the core and the built-in plugins declare.

    After a wanted change, ``BOLE_WRITE_SCHEMA=1 pytest tests/core/graphql/test_schema.py`` writes it anew.
    """
    printed = print_schema(built_in())
    if os.environ.get("BOLE_WRITE_SCHEMA") == "1":
        PRINTED.write_text(printed, "utf-8")
        pytest.skip(f"{PRINTED} was written anew")

    assert printed == PRINTED.read_text("utf-8")


def test_no_number_is_a_binary_fraction() -> None:
    """Nothing in the schema is a Float: numbers that count are exact."""
    assert "Float" not in print_schema(built_in())
