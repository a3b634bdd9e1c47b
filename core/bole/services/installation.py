"""Installing a deployment and keeping it up to date: configuration, database, declarations, roles."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from bole.access import Work
from bole.clock import Clock
from bole.db import Database, connect
from bole.db.migrate import upgrade
from bole.errors import Conflict, StartRefused
from bole.host import Config, Host, read_config
from bole.services.catalogue import synchronise
from bole.services.identity import ensure_roles

_TEMPLATE = """# The configuration of one deployment. docs/configuration.md describes every key.

[bole]
# Shown at the top of every page.
company = {company}
# SQLite: "sqlite:///bole.db", counted from this file's folder.
# PostgreSQL: "postgresql+psycopg://user:password@host/name".
database = {database}
# Language of those who have not chosen one: "zh" or "en".
locale = {locale}
# Enabled plugins, in the order in which they are called. `bole plugins list` shows all.
plugins = [{plugins}]
# Address of Redis or RabbitMQ, where jobs fan out over several hosts. Empty: jobs run in the server.
broker = ""
# Name of the ledger, as it stands in every checkpoint. Never change it once facts were recorded.
origin = {origin}
# Folder for keys, counted from this file's folder. Back it up; never publish it.
instance = "instance"
# true where the pages are served over https only.
secure_cookies = false

# A plugin's settings stand in a table of its own:
# [plugins.payroll]
"""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What bringing a database up to date did: revisions by owner, and what the plugins newly declared."""

    revisions: Mapping[str, Sequence[str]]
    kinds: int
    indicators: int
    rollups: int
    grants: int


def write_config(path: Path, *, company: str, database: str, locale: str, plugins: Sequence[str]) -> Config:
    """
    Write a commented configuration, and the folder it stands in; return it as read back.

    Raises:
        Conflict: there is one already.
        StartRefused: what was written cannot be read (a wrong language, say); the file is not kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"company": company, "database": database, "locale": locale, "origin": f"bole.invalid/{secrets.token_hex(6)}"}
    # A JSON string is a TOML string.
    written = {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    body = _TEMPLATE.format(**written, plugins="".join(f"\n    {json.dumps(name)}," for name in plugins) + ("\n" if plugins else ""))
    try:
        # It may hold the database's password.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(body)
    except FileExistsError:
        raise Conflict(
            "core.config_exists", f"there is already a configuration at {path}.", "Edit it, or name another place with --config."
        ) from None
    try:
        return read_config(path)
    except StartRefused:
        path.unlink()
        raise


def create_database(url: str) -> bool:
    """
    Make the database where there is none, and tell whether there was none; SQLite makes its file by itself.

    Raises:
        StartRefused: the server cannot be reached, or refuses to make one.
    """
    engine = connect(url)
    try:
        with engine.connect():
            return False
    except OperationalError as error:
        if "does not exist" not in str(error.orig) or engine.dialect.name != "postgresql":
            message = f"the database {engine.url.render_as_string()} cannot be opened: {error.orig}."
            raise StartRefused("core.database_unreachable", message, "See `database` in the configuration.") from error
    finally:
        engine.dispose()
    server = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        name = server.dialect.identifier_preparer.quote(str(make_url(url).database))
        connection.execute(text(f"create database {name}"))
    server.dispose()
    return True


def bring_up_to_date(database: Database, host: Host, clock: Clock) -> Upgraded:
    """
    Run pending migrations, write what the plugins declare into the tables, and make the default roles.

    Changes nothing the second time.
    """
    revisions = upgrade(database, host)
    with database.session() as session:
        work = Work(session, host, clock=clock)
        synchronised = synchronise(work)
        grants = ensure_roles(work)
    return Upgraded(revisions, synchronised.kinds, synchronised.indicators, synchronised.rollups, grants)
