"""Migrations: each owner (the core, each plugin) has its own lineage and its own version table.

One lineage for all was tried: a plugin's revision that depends on the core's replaces the core's
row, and the core can no longer be upgraded without that plugin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, inspect, text

from bole.db.engine import WRITING, Database, is_postgresql
from bole.errors import Conflict, NotFound, StartRefused
from bole.models import Model

if TYPE_CHECKING:
    from bole.host import Host, Manifest

_LOCK = 0x626F6C65
CORE = Path(__file__).resolve().parent.parent / "migrations"


def version_table(owner: str) -> str:
    """Return the name of the table in which an owner's revision stands."""
    return f"{owner}_alembic"


def folder_of(manifest: Manifest) -> Path:
    """Return the folder of a plugin's migrations; the core's for the core."""
    return CORE if manifest.name == "core" else manifest.path.parent / "migrations"


def lineages(host: Host) -> dict[str, ScriptDirectory]:
    """Return the migrations of every enabled plugin that has any, the core's first, in call order."""
    folders = {owner: folder_of(manifest) for owner, manifest in host.manifests.items()}
    return {owner: script_of(folder) for owner, folder in folders.items() if (folder / "versions").is_dir()}


def script_of(folder: Path) -> ScriptDirectory:
    """Return the revisions in a folder's ``versions``."""
    return ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])


def pending(database: Database, host: Host) -> dict[str, list[str]]:
    """
    Return the revisions that the database lacks, by owner, in the order in which they will run.

    Owners that are up to date are left out.

    Raises:
        StartRefused: the database is at a revision that the installed code does not have.
    """
    with database.engine.connect() as connection:
        found = {owner: _missing(connection, owner, script) for owner, script in lineages(host).items()}
    return {owner: revisions for owner, revisions in found.items() if revisions}


def refuse_if_pending(database: Database, host: Host) -> None:
    """
    Return when the database is as the code expects it.

    Raises:
        StartRefused: migrations are pending; every owner and revision is named.
    """
    waiting = pending(database, host)
    if waiting:
        listed = "; ".join(f"{owner}: {', '.join(revisions)}" for owner, revisions in waiting.items())
        raise StartRefused("core.migrations_pending", f"the database lacks migrations ({listed}).", "Run `bole db upgrade`.")


def upgrade(database: Database, host: Host) -> dict[str, list[str]]:
    """
    Run all pending migrations, each owner in a transaction of its own, and return what ran.

    An owner that fails leaves its tables as they were; the owners before it stay upgraded.
    """
    done = {}
    for owner, script in lineages(host).items():
        with _writing(database) as connection:
            missing = _missing(connection, owner, script)
            if missing:
                _move(connection, owner, script, "head")
                done[owner] = missing
    return done


def purge(database: Database, host: Host, owner: str) -> list[str]:
    """
    Remove a plugin's tables and all that is in them; return the revisions taken back.

    Raises:
        Conflict: the owner is the core, or an enabled plugin requires it.
        NotFound: it has no migrations.
    """
    needing = sorted(name for name, manifest in host.manifests.items() if owner in manifest.requires)
    if owner == "core" or needing:
        reason = f"{', '.join(needing)} require it" if needing else "everything stands on it"
        raise Conflict("core.purge_refused", f"{owner!r} cannot be purged: {reason}.", "Purge and disable what requires it first.")
    script = lineages(host).get(owner)
    if script is None:
        raise NotFound("core.no_migrations", f"the plugin {owner!r} is not enabled or has no migrations.", "See `bole plugins list`.")
    return downgrade(database, owner, script)


def downgrade(database: Database, owner: str, script: ScriptDirectory) -> list[str]:
    """Take back every revision of an owner and its version table; return the revisions, the latest first."""
    with _writing(database) as connection:
        taken = [revision.revision for head in _heads(connection, owner) for revision in script.iterate_revisions(head, "base")]
        _move(connection, owner, script, "base")
        connection.execute(text(f'drop table if exists "{version_table(owner)}"'))
    return taken


def drift(database: Database, owner: str) -> list[str]:
    """Return how the tables of an owner in the database differ from its models, one line each."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=comparison(connection, owner))
        return [describe(difference) for difference in compare_metadata(context, Model.metadata)]


def check_no_drift(database: Database, owner: str) -> None:
    """
    Return when the tables of an owner are as its models say.

    Raises:
        Conflict: they differ; every difference is named.
    """
    found = drift(database, owner)
    if found:
        raise Conflict(
            "core.schema_drift", f"the tables of {owner!r} differ from its models: {'; '.join(found)}.", "Write a migration: `bole db revision`."
        )


def comparison(connection: Connection, owner: str) -> dict[str, Any]:
    """Return Alembic's options for comparing the tables of one owner with the database."""
    mine = {name for name, table in Model.metadata.tables.items() if table.info["owner"] == owner}
    others = set(Model.metadata.tables) - mine
    apart = {name for name in inspect(connection).get_table_names() if name.endswith("_alembic")} | _partitions(connection)

    def is_mine(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        table = str(name if kind == "table" else parents.get("table_name"))
        return kind == "schema" or table in mine or (table.startswith(f"{owner}_") and table not in others | apart)

    return {
        "version_table": version_table(owner),
        "include_name": is_mine,
        "include_object": lambda item, name, kind, reflected, _: kind != "table" or reflected or name in mine,
    }


def describe(difference: Any) -> str:
    """Return one of Alembic's differences in words: ``add_column core_job.lease``."""
    if isinstance(difference, list):
        return ", ".join(describe(one) for one in difference)
    kind, *parts = difference
    names = [str(getattr(part, "name", part)) for part in parts if isinstance(part, str) or hasattr(part, "name")]
    return f"{kind} {'.'.join(names)}"


def _heads(connection: Connection, owner: str) -> tuple[str, ...]:
    return MigrationContext.configure(connection, opts={"version_table": version_table(owner)}).get_current_heads()


def _missing(connection: Connection, owner: str, script: ScriptDirectory) -> list[str]:
    heads = _heads(connection, owner)
    try:
        return [revision.revision for revision in reversed(list(script.iterate_revisions("head", heads or "base")))]
    except RevisionError as error:
        message = f"the database's tables of {owner!r} are at revision {', '.join(heads)}, which the installed code does not have."
        raise StartRefused("core.revision_unknown", message, "Install the release that made the database, or a later one.") from error


def _move(connection: Connection, owner: str, script: ScriptDirectory, target: str) -> None:
    def steps(heads: Any, _context: Any) -> Any:
        return script._upgrade_revs(target, heads) if target == "head" else script._downgrade_revs(target, heads)

    options = {"version_table": version_table(owner), "fn": steps, "transactional_ddl": True, "script": script}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()


@contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    """Lend a connection whose transaction holds the right to change tables; two upgrades at once wait for each other."""
    with database.engine.connect() as connection:
        if is_postgresql(connection):
            with connection.begin():
                connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
                yield connection
            return
        raw = connection.connection.cursor()
        # SQLite changes a table by building it anew; checked whole before the commit instead.
        raw.execute("pragma foreign_keys=off")
        try:
            with connection.execution_options(**{WRITING: True}).begin():
                yield connection
                broken = connection.exec_driver_sql("pragma foreign_key_check").first()
                if broken:
                    raise Conflict(
                        "core.migration_breaks_references", f"the migration leaves rows of {broken[0]} that refer to missing rows of {broken[2]}."
                    )
        finally:
            raw.execute("pragma foreign_keys=on")
            raw.close()


def _partitions(connection: Connection) -> set[str]:
    if not is_postgresql(connection):
        return set()
    return set(connection.execute(text("select relname from pg_class where relispartition and relkind in ('r', 'p')")).scalars())
