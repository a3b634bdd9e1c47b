"""The example mappings by themselves, without the data: complete, readable, and described as they are."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from bole.host import Host, read_config
from bole_connectors.checking import check_mapping, target_of
from bole_connectors.reading import read_mapping

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "adventureworks"
MAPPINGS = sorted(path for path in EXAMPLE.glob("*.toml") if path.name not in ("bole.toml", "company.toml", "import.toml"))


@pytest.fixture(scope="module")
def host() -> Host:
    """The host that the example's own configuration describes."""
    config = read_config(EXAMPLE / "bole.toml")
    return Host(config, packages={name: f"bole_{name}" for name in config.plugins})


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_a_mapping_fits_its_target(host: Host, path: Path) -> None:
    """Each mapping can be read and has nothing that its target does not know."""
    mapping = read_mapping(path)

    assert check_mapping(mapping, target_of(host.registry.import_targets, mapping)) == []


def test_every_mapping_is_a_step() -> None:
    """The steps name every mapping of the folder, and the statements."""
    steps = tomllib.loads((EXAMPLE / "import.toml").read_text("utf-8"))["steps"]

    assert sorted(steps) == sorted(["company.toml", *(path.name for path in MAPPINGS)])


def test_the_readme_lists_exactly_the_columns_that_are_read() -> None:
    """The table of files and columns is what the mappings and their look-ups use."""
    used: dict[str, set[str]] = defaultdict(set)
    for path in MAPPINGS:
        mapping = read_mapping(path)
        used[mapping.file.name].update(mapping.columns)
        for lookup in mapping.lookups.values():
            used[lookup.file].update((lookup.key, lookup.value))
    rows = re.findall(r"^\| `([^`]+\.csv(?:\.gz)?)` \| (.+) \|$", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE)

    assert {name: set(columns.split(", ")) for name, columns in rows} == used


def test_nothing_but_mappings_and_words_is_in_the_folder() -> None:
    """No row of the data is committed."""
    assert {path.suffix for path in EXAMPLE.iterdir()} == {".toml", ".md"}
