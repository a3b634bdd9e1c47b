"""The plugins page: what is enabled, in which version, with which permissions and settings."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose
from marshmallow import Schema

from bole.host import Host, Manifest, installed
from bole_admin.language import reader_language
from bole_admin.secure import SecurePage

SECRET = re.compile(r"pass(word|phrase|wd)?|secret|token|credential|private|(^|_)key$|api_?key|dsn|auth", re.IGNORECASE)
"""Names of settings that are never shown, whatever their schema says of them."""
HIDDEN = "••••••"
COUNTED = ("indicators", "observation_kinds", "incentive_types", "connectors", "import_targets", "jobs")


@dataclass(frozen=True, slots=True)
class Card:
    """A plugin as the page shows it."""

    manifest: Manifest
    summary: str
    permissions: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    hooks: tuple[str, ...]
    brings: Mapping[str, int]


class PluginsPage(SecurePage):
    """Every installed plugin; the enabled ones with all that they bring."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the plugins."""
        host = self.office.plugin_host
        idle = sorted(set(installed()) - set(host.manifests))
        return self.render("bole_admin/plugins.html", cards=[_card(host, manifest) for manifest in host.manifests.values()], idle=idle)


def _card(host: Host, manifest: Manifest) -> Card:
    own = reader_language()
    plugin = host.pm.get_plugin(manifest.name)
    hooks = sorted(caller.name for caller in host.pm.get_hookcallers(plugin) or ())
    brings = {what: sum(1 for (kind, _), owner in host.registry.owners.items() if kind == what and owner == manifest.name) for what in COUNTED}
    return Card(
        manifest,
        manifest.summary.of(own),
        tuple((code, label.of(own)) for code, label in manifest.permissions.items()),
        tuple(_settings(manifest, host.settings[manifest.name])),
        tuple(hooks),
        {what: count for what, count in brings.items() if count},
    )


def _settings(manifest: Manifest, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each setting in force; a secret one is only said to be there."""
    fields = _schema(manifest)().fields if manifest.settings else {}
    for name, value in settings.items():
        field = fields.get(name)
        secret = SECRET.search(name) or (field is not None and (field.load_only or field.metadata.get("secret")))
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", HIDDEN if secret or SECRET.search(str(key)) else str(inner)) for key, inner in value.items())
        else:
            yield name, (HIDDEN if value else "") if secret else str(value)


def _schema(manifest: Manifest) -> type[Schema]:
    module, _, attribute = manifest.settings.partition(":")
    found: type[Schema] = getattr(importlib.import_module(module), attribute)
    return found
