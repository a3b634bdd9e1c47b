"""A small demo company, built once for all tests of the demo."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.db import Database
from bole.host import Config, Host
from bole.models import Model
from bole.services.catalogue import synchronise
from bole.services.identity import ensure_roles
from bole_demo.building import Builder
from bole_demo.folder import PLUGINS
from bole_demo.setting import Setting
from bole_payroll import models as payroll_tables

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SMALL = Setting(people=12, years=1)


@dataclass(frozen=True)
class Built:
    """A built company, and what was said meanwhile."""

    builder: Builder
    work: Work
    said: list[Label]


def demo_host(instance: Path) -> Host:
    """A host with the plugins of the demo."""
    return Host(
        Config(plugins=PLUGINS, instance=instance, settings={"payroll": {"cities": {"verdant": "shanghai"}}}),
        packages={name: f"bole_{name}" for name in PLUGINS},
    )


def built(database: Database, instance: Path, setting: Setting = SMALL) -> Iterator[Built]:
    """Build a company into a database that has every table."""
    said: list[Label] = []
    host = demo_host(instance)
    with database.session() as session:
        work = Work(session, host, clock=FixedClock(NOW))
        synchronise(work)
        ensure_roles(work)
        builder = Builder(setting, host, database, work, said.append)
        builder.build()
        yield Built(builder, work, said)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The small company, in SQLite; tests only read it."""
    folder = tmp_path_factory.mktemp("small")
    database = Database(f"sqlite:///{folder / 'bole.db'}")
    assert payroll_tables.Run.__tablename__ in Model.metadata.tables
    Model.metadata.create_all(database.engine)
    yield from built(database, folder)
    database.engine.dispose()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the path by which the plugins of the tree count as installed."""
    folder = tmp_path_factory.mktemp("installed")
    described = folder / "bole_hr-0.1.0.dist-info"
    described.mkdir()
    names = {tomllib.loads(path.read_text("utf-8"))["name"]: path.parent.name for path in sorted(ROOT.glob("plugins/*/plugin.toml"))}
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: bole-hr\nVersion: 0.1.0\n")
    (described / "entry_points.txt").write_text("[bole.plugins]\n" + "".join(f"{name} = {package}\n" for name, package in names.items()))
    return folder
