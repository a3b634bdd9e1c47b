"""The deployment's configuration: one TOML file, checked whole."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from bole.errors import StartRefused
from bole.host.manifest import flatten

FILE = "bole.toml"


class _CoreSchema(Schema):
    class Meta:
        unknown = RAISE

    company = fields.String(load_default="Bole")
    database = fields.String(load_default="sqlite:///bole.db")
    locale = fields.String(load_default="zh", validate=validate.OneOf(["zh", "en"]))
    plugins = fields.List(fields.String(), load_default=list)
    broker = fields.String(load_default="")
    origin = fields.String(load_default="bole.invalid/ledger")
    instance = fields.String(load_default="instance")
    secure_cookies = fields.Boolean(load_default=False)


class ConfigSchema(Schema):
    """The form of ``bole.toml``; unknown keys are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    bole = fields.Nested(_CoreSchema, load_default=lambda: _CoreSchema().load({}))
    plugins = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String()), load_default=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """
    A deployment.

    Args:
        database: address; a relative SQLite path counts from the folder of the file.
        plugins: names in call order.
        broker: address of Redis or RabbitMQ; empty means that jobs run in a thread of the server.
        origin: name of the ledger's log, as it stands in its checkpoints.
        instance: folder for keys and what else must not be served or committed.
        settings: by plugin name, as written; the plugin's own schema checks them.
    """

    company: str = "Bole"
    database: str = "sqlite://"
    locale: str = "zh"
    plugins: tuple[str, ...] = ()
    broker: str = ""
    origin: str = "bole.invalid/ledger"
    instance: Path = Path("instance")
    secure_cookies: bool = False
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    path: Path | None = None


def find_config() -> Path:
    """Return the path of the configuration: ``BOLE_CONFIG`` where set, else ``bole.toml`` here."""
    return Path(os.environ.get("BOLE_CONFIG", FILE))


def read_config(path: Path) -> Config:
    """
    Return the configuration in a file.

    Raises:
        StartRefused: no such file, not TOML, or wrong or unknown keys (all of them named).
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise StartRefused(
            "core.config_missing", f"there is no configuration at {path}.", "Run `bole init` to write one, or name it with --config."
        ) from None
    except OSError as error:
        raise StartRefused("core.config_unreadable", f"{path} cannot be read: {error.strerror}.", "Name a file that is readable.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartRefused("core.config_unreadable", f"{path} is not TOML: {error}.", "Mend the file.") from error
    try:
        given: dict[str, Any] = ConfigSchema().load(raw)
    except ValidationError as error:
        raise StartRefused(
            "core.config_invalid", f"{path}: {'; '.join(flatten(error.messages))}", "See docs/configuration.md for the keys."
        ) from error
    core = given["bole"]
    folder = path.resolve().parent
    return Config(
        company=core["company"],
        database=_absolute(core["database"], folder),
        locale=core["locale"],
        plugins=tuple(core["plugins"]),
        broker=core["broker"],
        origin=core["origin"],
        instance=folder / core["instance"],
        secure_cookies=core["secure_cookies"],
        settings=given["plugins"],
        path=path,
    )


def _absolute(database: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if database.startswith(prefix) and not database.startswith(prefix + "/"):
        return f"{prefix}{folder / database.removeprefix(prefix)}"
    return database
