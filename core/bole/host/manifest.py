"""Plugin manifests: what a plugin says of itself, read without importing it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from bole.contracts.label import Label
from bole.errors import StartRefused

API = 1
"""Number of the plugin interface; it grows when a hook changes incompatibly."""

_CODE = r"^[a-z][a-z0-9_]*$"


class _LabelSchema(Schema):
    zh = fields.String(required=True)
    en = fields.String(required=True)


class _PermissionSchema(_LabelSchema):
    own = fields.Boolean(load_default=False)


class _CommandSchema(Schema):
    summary = fields.String(required=True)
    # `load` is a method of the schema, so the field goes by another name.
    target = fields.String(required=True, data_key="load", validate=validate.Regexp(r"^[\w.]+:\w+$"))
    always = fields.Boolean(load_default=False)


class ManifestSchema(Schema):
    """The form of ``plugin.toml``; unknown keys are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    name = fields.String(required=True, validate=validate.Regexp(_CODE))
    api = fields.Integer(required=True)
    version = fields.String(required=True)
    summary = fields.Nested(_LabelSchema, required=True)
    requires = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    permissions = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[a-z0-9_.]+$")), values=fields.Nested(_PermissionSchema), load_default=dict
    )
    settings = fields.String(load_default="", validate=validate.Regexp(r"^$|^[\w.]+:\w+$"))
    commands = fields.Dict(keys=fields.String(), values=fields.Nested(_CommandSchema), load_default=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    A plugin's manifest.

    Args:
        requires: other plugins it needs, by name, with the range of versions (``>=0.1,<1``).
        permissions: by code, ``name.thing.verb``, with what they allow.
        settings: ``package.module:Schema`` of the marshmallow schema that checks its settings.
        commands: name to (summary, ``package.module:attribute``).
        package: the package it stands for.
        path: the file it was read from.
        own: the permissions that every employee holds for himself or herself in a new installation.
        always: the commands that ``bole`` offers even where no configuration enables the plugin.
    """

    name: str
    api: int
    version: str
    summary: Label
    requires: Mapping[str, str]
    permissions: Mapping[str, Label]
    settings: str
    commands: Mapping[str, tuple[str, str]]
    package: str
    path: Path
    always: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def flatten(messages: Any, at: str = "") -> list[str]:
    """Return marshmallow's nested messages as lines of ``key.path: message``."""
    if isinstance(messages, dict):
        return [line for key, value in messages.items() for line in flatten(value, f"{at}.{key}" if at else str(key))]
    if isinstance(messages, list):
        return [line for value in messages for line in flatten(value, at)]
    return [f"{at}: {messages}"]


def read_manifest(path: Path, package: str) -> Manifest:
    """
    Return the manifest in a file.

    Raises:
        StartRefused: the file is missing, is not TOML, or has missing, wrong or unknown keys (all of them named).
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise StartRefused(
            "core.manifest_missing", f"the plugin package {package!r} has no manifest at {path}.", "Add a plugin.toml beside its __init__.py."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartRefused("core.manifest_unreadable", f"{path} is not TOML: {error}.", "Mend the file.") from error
    try:
        given: dict[str, Any] = ManifestSchema().load(raw)
    except ValidationError as error:
        lines = "; ".join(flatten(error.messages))
        raise StartRefused("core.manifest_invalid", f"{path}: {lines}", "See docs/plugins.md for the keys of plugin.toml.") from error
    label = given["summary"]
    return Manifest(
        name=given["name"],
        api=given["api"],
        version=given["version"],
        summary=Label(label["zh"], label["en"]),
        requires=given["requires"],
        permissions={code: Label(text["zh"], text["en"]) for code, text in given["permissions"].items()},
        settings=given["settings"],
        commands={name: (command["summary"], command["target"]) for name, command in given["commands"].items()},
        package=package,
        path=path,
        own=frozenset(code for code, text in given["permissions"].items() if text["own"]),
        always=frozenset(name for name, command in given["commands"].items() if command["always"]),
    )
