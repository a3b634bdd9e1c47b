"""Migrations on SQLite and PostgreSQL: one lineage for each owner."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bole.db import Database, is_postgresql, migrate
from bole.db.revisions import write_revision
from bole.errors import Conflict, InvalidValue, NotFound, StartRefused
from bole.host import Config, Host
from bole.models import Model, tables_of

DUMMY = {"dummy": "tests.dummy_plugin"}

CORE = ["core_0001", "core_0002"]


def clauses(sql: str) -> list[str]:
    """Return the parts of a statement without their layout and order: a column that was added later stands at the end, on the last line."""
    return sorted(part.strip() for part in re.split(r"[,\n]", sql.replace('"', "")) if part.strip())


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    """A database of each kind without any table."""
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def with_dummy() -> Host:
    """A host with the dummy plugin."""
    return Host(Config(plugins=("dummy",)), packages=DUMMY)


def write_migration(folder: Path, revision: str, down: str | None, up: str, down_code: str = "pass") -> None:
    """Write a migration into a folder's ``versions``."""
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    head = f"from alembic import op\nimport sqlalchemy as sa\nrevision = {revision!r}\ndown_revision = {down!r}\n"
    (versions / f"{revision}.py").write_text(f"{head}\ndef upgrade():\n    {up}\n\ndef downgrade():\n    {down_code}\n")


def moved(host: Host, owner: str, folder: Path) -> None:
    """Let a host look for an owner's migrations in another folder."""
    host.manifests[owner] = replace(host.manifests[owner], path=folder / "plugin.toml")


def tables(database: Database) -> set[str]:
    """Return the names of the tables in a database."""
    return set(inspect(database.engine).get_table_names())


def test_an_empty_database_lacks_every_revision(empty: Database, with_dummy: Host) -> None:
    """On an empty database all revisions are pending, the core's before the plugin's."""
    assert list(migrate.pending(empty, with_dummy).items()) == [("core", CORE), ("dummy", ["dummy_0001"])]


def test_upgrading_from_nothing_gives_what_the_models_say(empty: Database, with_dummy: Host) -> None:
    """After an upgrade Alembic finds no difference between tables and models, and nothing is pending."""
    ran = migrate.upgrade(empty, with_dummy)

    assert ran == {"core": CORE, "dummy": ["dummy_0001"]}
    assert migrate.pending(empty, with_dummy) == {}
    assert migrate.drift(empty, "core") == []
    assert migrate.drift(empty, "dummy") == []


def test_the_migrations_write_the_same_sqlite_tables_as_the_models(sqlite_url: str, tmp_path: Path, host: Host) -> None:
    """On SQLite migrations and models give the same statements, WITHOUT ROWID included."""
    migrated, created = Database(sqlite_url), Database(f"sqlite:///{tmp_path / 'other.db'}")

    migrate.upgrade(migrated, host)
    Model.metadata.create_all(created.engine, tables=tables_of("core"))

    statements = "select name, sql from sqlite_master where name like '%core_%' and name != 'core_alembic' and sql is not null"
    found = []
    for database in (migrated, created):
        with database.engine.connect() as connection:
            found.append({name: clauses(sql) for name, sql in connection.execute(text(statements))})
    assert found[0] == found[1]
    assert "WITHOUT ROWID" in " ".join(found[0]["core_observation"])


def test_observations_are_partitioned_by_day_on_postgresql(postgresql_url: str, host: Host) -> None:
    """On PostgreSQL the table of observations is partitioned by the range of the day."""
    database = Database(postgresql_url)

    migrate.upgrade(database, host)

    with database.engine.connect() as connection:
        assert connection.execute(text("select pg_get_partkeydef('core_observation'::regclass)")).scalar() == "RANGE (day)"


def test_a_second_upgrade_does_nothing(empty: Database, host: Host) -> None:
    """An upgrade of a database that is up to date runs no revision."""
    migrate.upgrade(empty, host)

    assert migrate.upgrade(empty, host) == {}


def test_a_plugin_is_upgraded_by_itself(empty: Database, host: Host, with_dummy: Host) -> None:
    """A plugin enabled later brings its own revisions only, in its own version table."""
    migrate.upgrade(empty, host)

    assert "dummy_note" not in tables(empty)
    assert migrate.pending(empty, with_dummy) == {"dummy": ["dummy_0001"]}
    assert migrate.upgrade(empty, with_dummy) == {"dummy": ["dummy_0001"]}
    with empty.engine.connect() as connection:
        assert connection.execute(text("select version_num from core_alembic")).scalars().all() == CORE[-1:]
        assert connection.execute(text("select version_num from dummy_alembic")).scalars().all() == ["dummy_0001"]


def test_a_plugin_cannot_keep_the_core_from_being_upgraded(
    empty: Database, host: Host, with_dummy: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core's next revision runs whether or not the plugin that built on the first one is still there."""
    migrate.upgrade(empty, with_dummy)
    shutil.copytree(migrate.CORE / "versions", tmp_path / "versions")
    write_migration(tmp_path, "core_0003", "core_0002", "op.add_column('core_job', sa.Column('note', sa.String(10)))")
    monkeypatch.setattr(migrate, "CORE", tmp_path)

    assert migrate.upgrade(empty, host) == {"core": ["core_0003"]}
    assert "note" in {column["name"] for column in inspect(empty.engine).get_columns("core_job")}


def test_the_start_is_refused_while_migrations_are_pending(empty: Database, with_dummy: Host) -> None:
    """The refusal names every owner and revision and says what to do."""
    with pytest.raises(StartRefused) as refusal:
        migrate.refuse_if_pending(empty, with_dummy)

    assert refusal.value.code == "core.migrations_pending"
    assert refusal.value.message == "the database lacks migrations (core: core_0001, core_0002; dummy: dummy_0001)."
    assert refusal.value.hint == "Run `bole db upgrade`."


def test_the_start_is_allowed_when_nothing_is_pending(empty: Database, host: Host) -> None:
    """A database that is up to date is not refused."""
    migrate.upgrade(empty, host)

    migrate.refuse_if_pending(empty, host)


def test_a_database_newer_than_the_code_is_refused(empty: Database, host: Host) -> None:
    """A database at a revision that nobody here knows is refused, with owner and revision named."""
    migrate.upgrade(empty, host)
    with empty.engine.begin() as connection:
        connection.execute(text("update core_alembic set version_num = 'core_9999'"))

    with pytest.raises(StartRefused, match=r"tables of 'core' are at revision core_9999, which the installed code does not have\.") as refusal:
        migrate.pending(empty, host)

    assert refusal.value.code == "core.revision_unknown"


def test_a_failing_migration_changes_nothing(empty: Database, with_dummy: Host, tmp_path: Path) -> None:
    """A revision that fails half-way takes its first half back; the owners before it stay upgraded."""
    write_migration(
        tmp_path / "migrations", "dummy_0001", None, "op.create_table('dummy_half', sa.Column('id', sa.Integer)); op.drop_table('nowhere')"
    )
    moved(with_dummy, "dummy", tmp_path)

    with pytest.raises(Exception, match="nowhere"):
        migrate.upgrade(empty, with_dummy)

    assert "core_employee" in tables(empty)
    assert "dummy_half" not in tables(empty)
    assert migrate.pending(empty, with_dummy) == {"dummy": ["dummy_0001"]}


def test_a_migration_that_breaks_references_is_taken_back(sqlite_url: str, with_dummy: Host, tmp_path: Path) -> None:
    """On SQLite, where a table is changed by building it anew, broken references stop the commit."""
    database = Database(sqlite_url)
    table = "op.create_table('dummy_stray', sa.Column('e', sa.Integer, sa.ForeignKey('core_employee.id')))"
    body = f"{table}; op.execute('insert into dummy_stray values (7)')"
    write_migration(tmp_path / "migrations", "dummy_0001", None, body)
    moved(with_dummy, "dummy", tmp_path)

    with pytest.raises(Conflict, match="the migration leaves rows of dummy_stray that refer to missing rows of core_employee"):
        migrate.upgrade(database, with_dummy)

    assert "dummy_stray" not in tables(database)


def test_a_purge_leaves_nothing_of_a_plugin(empty: Database, with_dummy: Host) -> None:
    """A purge removes the plugin's tables and version table and nothing else."""
    migrate.upgrade(empty, with_dummy)

    assert migrate.purge(empty, with_dummy, "dummy") == ["dummy_0001"]
    assert {name for name in tables(empty) if name.startswith("dummy")} == set()
    assert migrate.drift(empty, "core") == []


def test_going_down_to_the_base_leaves_nothing_of_the_core(empty: Database, host: Host) -> None:
    """The core's first revision can be taken back whole."""
    migrate.upgrade(empty, host)

    migrate.downgrade(empty, "core", migrate.lineages(host)["core"])

    assert tables(empty) == set()


def test_the_core_is_not_purged(empty: Database, with_dummy: Host) -> None:
    """A purge of the core is refused and changes nothing."""
    migrate.upgrade(empty, with_dummy)
    before = tables(empty)

    with pytest.raises(Conflict) as refusal:
        migrate.purge(empty, with_dummy, "core")

    assert refusal.value.message == "'core' cannot be purged: everything stands on it."
    assert tables(empty) == before


def test_a_plugin_that_others_require_is_not_purged(empty: Database, with_dummy: Host) -> None:
    """A purge of a plugin that another enabled one requires is refused, naming the other."""
    with_dummy.manifests["other"] = replace(with_dummy.manifests["dummy"], name="other", requires={"dummy": ">=0.1"})

    with pytest.raises(Conflict, match="'dummy' cannot be purged: other require it"):
        migrate.purge(empty, with_dummy, "dummy")


def test_an_unknown_plugin_is_not_purged(empty: Database, host: Host) -> None:
    """A purge of a plugin that is not enabled is refused."""
    with pytest.raises(NotFound, match="the plugin 'ghost' is not enabled or has no migrations"):
        migrate.purge(empty, host, "ghost")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param("alter table core_job add column stray integer", "remove_column core_job.stray", id="column too many"),
        pytest.param("create table core_stray (id integer)", "remove_table core_stray", id="table too many"),
        pytest.param("drop index ix_core_job_status", "add_index ix_core_job_status", id="index missing"),
    ],
)
def test_drift_is_named(empty: Database, host: Host, change: str, found: str) -> None:
    """A table that differs from its model is found and named."""
    migrate.upgrade(empty, host)
    with empty.engine.begin() as connection:
        connection.execute(text(change))

    with pytest.raises(Conflict) as refusal:
        migrate.check_no_drift(empty, "core")

    assert refusal.value.message == f"the tables of 'core' differ from its models: {found}."


def test_partitions_are_no_drift(postgresql_url: str, host: Host) -> None:
    """The monthly partitions made on the way are part of their table."""
    database = Database(postgresql_url)
    migrate.upgrade(database, host)
    with database.engine.begin() as connection:
        assert is_postgresql(connection)
        connection.execute(text("create table core_observation_202601 partition of core_observation for values from (20454) to (20485)"))

    migrate.check_no_drift(database, "core")


def test_a_revision_is_written_from_the_models(with_dummy: Host, tmp_path: Path) -> None:
    """The written migration is the one that stands beside the dummy plugin, layout apart."""
    committed = with_dummy.manifests["dummy"].path.parent / "migrations" / "versions" / "0001_notes.py"
    moved(with_dummy, "dummy", tmp_path)

    written = write_revision(with_dummy, "dummy", "Notes")

    assert written == tmp_path / "migrations" / "versions" / "0001_notes.py"
    assert ast.dump(ast.parse(written.read_text())) == ast.dump(ast.parse(committed.read_text()))


def test_no_revision_is_written_when_none_is_needed(with_dummy: Host) -> None:
    """Models that the migrations already make need no further one."""
    assert write_revision(with_dummy, "core", "nothing") is None
    assert write_revision(with_dummy, "dummy", "nothing") is None


def test_a_revision_follows_the_last_one(with_dummy: Host, tmp_path: Path) -> None:
    """What the migrations lack becomes a revision after theirs, numbered on, whose upgrade leaves no difference."""
    write_migration(tmp_path / "migrations", "dummy_0001", None, "op.create_table('dummy_note', sa.Column('id', sa.Integer, primary_key=True))")
    moved(with_dummy, "dummy", tmp_path)

    written = write_revision(with_dummy, "dummy", "Text and employee")

    assert written is not None and written.name == "0002_text_and_employee.py"
    assert "down_revision = 'dummy_0001'" in written.read_text()
    database = Database("sqlite://")
    migrate.upgrade(database, with_dummy)
    assert [line for line in migrate.drift(database, "dummy") if "pk_" not in line] == []


def test_a_revision_needs_a_known_plugin(host: Host) -> None:
    """A revision for a plugin that is not enabled is refused."""
    with pytest.raises(NotFound, match="the plugin 'ghost' is not enabled"):
        write_revision(host, "ghost", "tables")


def test_a_revision_needs_words(host: Host) -> None:
    """A message without a letter is refused."""
    with pytest.raises(InvalidValue, match="'!!' does not say what the migration does"):
        write_revision(host, "core", "!!")
