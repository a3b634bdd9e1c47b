"""The built-in plugins: from nothing their migrations make what their models say, one after another."""

from __future__ import annotations

from pathlib import Path

from bole.db import Database
from bole.db.migrate import drift, lineages, upgrade
from bole.host import Config, Host
from bole.models import Model
from tools.new_migration import built_in, with_requirements

ROOT = Path(__file__).resolve().parents[2]


def everything(tmp_path: Path) -> Host:
    """Return a host with every built-in plugin that a configuration enables."""
    manifests = {name: manifest for name, manifest in built_in().items() if not manifest.always}
    names = dict.fromkeys(needed for name in manifests for needed in with_requirements(name, manifests))
    packages = {name: manifest.package for name, manifest in manifests.items()}
    return Host(Config(plugins=tuple(names), instance=tmp_path), packages=packages)


def test_every_owner_of_tables_has_migrations(tmp_path: Path) -> None:
    """A plugin with a model has a lineage of its own."""
    host = everything(tmp_path)
    owners = {table.info["owner"] for table in Model.metadata.tables.values()} & set(host.manifests)

    assert owners == set(lineages(host))


def test_the_migrations_of_all_plugins_make_what_the_models_say(database_url: str, tmp_path: Path) -> None:
    """On each kind of database, Alembic finds no difference for any owner after an upgrade from nothing."""
    host, empty = everything(tmp_path), Database(database_url)

    ran = upgrade(empty, host)

    assert list(ran) == list(lineages(host))
    assert [line for owner in ran for line in drift(empty, owner)] == []
    empty.engine.dispose()
