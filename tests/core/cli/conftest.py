"""Running the program in this process, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bole.cli import main
from bole.db import Database
from bole.host import read_config

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, empty, with a cache of its own."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.delenv("BOLE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return place


@pytest.fixture
def run() -> Run:
    """Run ``bole`` with arguments; an unexpected failure is raised."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def enable(folder: Path) -> Callable[..., Path]:
    """Write a configuration that enables plugins and return its path."""

    def write(*plugins: str, database: str = "sqlite:///bole.db") -> Path:
        path = folder / "bole.toml"
        path.write_text(f'[bole]\ndatabase = "{database}"\nlocale = "en"\nplugins = {list(plugins)}\n')
        return path

    return write


@pytest.fixture
def deployed(run: Run, enable: Callable[..., Path], install: Callable[[str, str], None]) -> Path:
    """A deployment with the dummy plugin, up to date; returns its configuration."""
    install("dummy", "tests.dummy_plugin")
    path = enable("dummy")
    assert run("db", "upgrade").exit_code == 0
    return path


@pytest.fixture
def stored(deployed: Path) -> Database:
    """The deployment's database."""
    return Database(read_config(deployed).database)


def rows(stored: Database, query: object) -> list[object]:
    """Return the first column of a query."""
    with stored.session() as session:
        return list(session.scalars(query))  # type: ignore[call-overload]
