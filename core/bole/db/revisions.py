"""Writing migrations: what an owner's models have and its migrations do not yet make."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, DowngradeOps, DropIndexOp, ModifyTableOps, UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.types import JSON

from bole.db.engine import Database
from bole.db.migrate import comparison, folder_of, script_of, upgrade
from bole.errors import InvalidValue, NotFound
from bole.models import Model
from bole.models.types import Moment

if TYPE_CHECKING:
    from bole.host import Host

_TYPES = {
    "SERIAL": 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
    "DOCUMENT": 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")',
}
_TEMPLATE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None
{types}

def upgrade() -> None:
    """Make what the models need."""
    {up}


def downgrade() -> None:
    """Take it back."""
    {down_code}
'''


def write_revision(host: Host, owner: str, message: str) -> Path | None:
    """
    Write the migration that takes an owner's tables from its last revision to its models; return its file.

    What to do is found out on an empty database that all migrations so far have run on.
    Nothing is written, and nothing returned, when the models need no migration.

    Args:
        message: what it does, in a few words.

    Raises:
        NotFound: no such plugin is enabled.
        InvalidValue: the message holds no letter or digit.
    """
    if owner not in host.manifests:
        raise NotFound("core.plugin_unknown", f"the plugin {owner!r} is not enabled.", "See `bole plugins list`.")
    slug = "_".join(re.findall(r"[a-z0-9]+", message.lower()))[:40]
    if not slug:
        raise InvalidValue("core.revision_message", f"{message!r} does not say what the migration does.", "Write a few words, in Latin letters.")
    folder = folder_of(host.manifests[owner])
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    up, down_code = _difference(host, owner)
    if up == "pass":
        return None
    script = script_of(folder)
    number = f"{len(list(script.walk_revisions())) + 1:04d}"
    body = up + down_code
    types = {name: code for name, code in _TYPES.items() if name in body}
    text = _TEMPLATE.format(
        message=message.rstrip(".") + ".",
        imports="from sqlalchemy.dialects import postgresql\n" if "postgresql." in body + "".join(types.values()) else "",
        revision=f"{owner}_{number}",
        down=repr(script.get_current_head()),
        types="".join(f"\n{name} = {code}" for name, code in types.items()) + ("\n" if types else ""),
        up=up,
        down_code=down_code,
    )
    path = folder / "versions" / f"{number}_{slug}.py"
    path.write_text(text, "utf-8")
    return path


def _difference(host: Host, owner: str) -> tuple[str, str]:
    empty = Database("sqlite://")
    upgrade(empty, host)
    with empty.engine.connect() as connection:
        options = comparison(connection, owner) | {"render_item": _render}
        context = MigrationContext.configure(connection, opts=options)
        found = produce_migrations(context, Model.metadata)
        assert found.upgrade_ops is not None and found.downgrade_ops is not None
        return _code(found.upgrade_ops, context), _code(found.downgrade_ops, context)


def _code(container: UpgradeOps | DowngradeOps, context: MigrationContext) -> str:
    for operation in container.ops:
        if isinstance(operation, CreateTableOp):
            operation.info = {}
    # SQLite changes a table by copying it, which Alembic calls a batch; indexes need none.
    changes = [inner for operation in container.ops if isinstance(operation, ModifyTableOps) for inner in operation.ops]
    batch = not all(isinstance(inner, CreateIndexOp | DropIndexOp) for inner in changes)
    text = render_python_code(container, migration_context=context, render_as_batch=batch, render_item=_render)
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("# ###")).strip()


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return how a type or a default is written in a migration, which must depend neither on today's classes nor on SQLite."""
    if kind == "server_default" and isinstance(getattr(item, "arg", None), False_ | True_):
        return "sa.false()" if isinstance(item.arg, False_) else "sa.true()"
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.BigInteger()"
    variants = getattr(item, "_variant_mapping", {})
    if isinstance(item, JSON) and "postgresql" in variants:
        return "DOCUMENT"
    return "SERIAL" if "sqlite" in variants and type(item).__name__ == "BigInteger" else False
