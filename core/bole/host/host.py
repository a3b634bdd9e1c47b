"""The host: loads the enabled plugins, refuses a start that would go wrong, calls hooks."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pluggy
import structlog
from marshmallow import Schema, ValidationError
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from bole import hookspecs
from bole.access.work import Work
from bole.errors import BoleError, StartRefused
from bole.host.config import Config
from bole.host.discovery import CORE_PACKAGE, find_manifest, installed, package_folder
from bole.host.manifest import API, Manifest, flatten, read_manifest
from bole.host.registry import Registry, collect

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("bole.host")


class Host:
    """
    The plugins of one application.

    Args:
        config: names the plugins, in call order.
        packages: plugin name to package; the installed entry points where not given.

    Raises:
        StartRefused: something is wrong with a plugin; every problem is in the message.
    """

    def __init__(self, config: Config, packages: Mapping[str, str] | None = None) -> None:
        self.config = config
        self.memory: WeakKeyDictionary[Engine, dict[str, Any]] = WeakKeyDictionary()
        """What services remember of a database; given up whenever one of its transactions fails."""
        problems: list[str] = []
        self.manifests = _manifests(config, dict(installed() if packages is None else packages), problems)
        self.pm = pluggy.PluginManager(hookspecs.PROJECT)
        self.pm.add_hookspecs(hookspecs)
        # pluggy calls the last registered first; the list in the configuration is the call order.
        for manifest in reversed(self.manifests.values()):
            problems += _register(self.pm, manifest)
        problems += _check_hooks(self.pm, self.manifests)
        self.settings = {manifest.name: _settings(manifest, config, problems) for manifest in self.manifests.values()}
        self.registry = self._collect(problems)
        problems += self.registry.check()
        _refuse(problems)

    @property
    def hook(self) -> Any:
        """The hooks, to be called as ``host.hook.bole_resolve_actor(...)``."""
        return self.pm.hook

    def per_plugin(self, hook: str) -> Iterable[tuple[str, Any]]:
        """Yield each implementing plugin's name and implementation of a hook, in call order."""
        for implementation in reversed(getattr(self.pm.hook, hook).get_hookimpls()):
            yield implementation.plugin_name, implementation.function

    def notify(self, plugin: str, hook: str, work: Work, **news: Any) -> str | None:
        """
        Call one plugin's implementation of a notification.

        Returns:
            Nothing when it went well, else what went wrong; the failure is logged with the plugin's name.
        """
        for name, function in self.per_plugin(hook):
            if name != plugin:
                continue
            accepted = inspect.signature(function).parameters
            try:
                function(**{key: value for key, value in {"work": work, **news}.items() if key in accepted})
            except Exception as error:  # any plugin may fail in any way, and the others must still run
                log.error("notification failed", plugin=plugin, hook=hook, error=repr(error), exc_info=True)
                return repr(error)
        return None

    def _declared(self, hook: str, problems: list[str]) -> list[tuple[str, Any]]:
        found = []
        for name, function in self.per_plugin(hook):
            try:
                found.append((name, tuple(function() or ())))
            except BoleError as error:
                problems.append(f"plugin {name!r}, {hook}: {error}")
        return found

    def _collect(self, problems: list[str]) -> Registry:
        owners: dict[tuple[str, str], str] = {}

        def by_code(hook: str, what: str, attribute: str = "code") -> Mapping[str, Any]:
            return collect(self._declared(hook, problems), lambda declaration: str(getattr(declaration, attribute)), what, owners, problems)

        for name, models in self._declared("bole_models", problems):
            for model in models:
                if model.table.info["owner"] != name:
                    problems.append(f"plugin {name!r} returns the model {model.__name__}, whose owner is {model.table.info['owner']!r}.")
        return Registry(
            observation_kinds=by_code("bole_observation_kinds", "observation_kinds"),
            indicators=by_code("bole_indicators", "indicators"),
            incentive_types=by_code("bole_incentive_types", "incentive_types"),
            connectors=by_code("bole_connectors", "connectors"),
            import_targets=by_code("bole_import_targets", "import_targets"),
            org_sources=by_code("bole_org_versions", "org_sources"),
            org_impacts=by_code("bole_org_impacts", "org_impacts"),
            jobs=by_code("bole_jobs", "jobs"),
            commands=by_code("bole_commands", "commands", "name"),
            formula_functions=by_code("bole_formula_functions", "formula_functions", "name"),
            permissions={code: label for manifest in self.manifests.values() for code, label in manifest.permissions.items()},
            owners=owners,
        )


def _refuse(problems: list[str]) -> None:
    if problems:
        raise StartRefused(
            "core.start_refused",
            "the start is refused:\n" + "\n".join(f"  - {problem}" for problem in problems),
            "Run `bole plugins check` after mending.",
        )


def _manifests(config: Config, packages: dict[str, str], problems: list[str]) -> dict[str, Manifest]:
    found = {"core": read_manifest(package_folder(CORE_PACKAGE) / "plugin.toml", CORE_PACKAGE)}
    for name in config.plugins:
        if name in found:
            problems.append(f"the plugin {name!r} is enabled twice in {config.path or 'the configuration'}.")
            continue
        try:
            found[name] = find_manifest(name, packages)
        except BoleError as error:
            problems.append(str(error))
    for name in config.settings:
        if name not in found:
            problems.append(
                f"{config.path or 'the configuration'} has settings for {name!r}, which is not enabled. Enable it or remove [plugins.{name}]."
            )
    order = list(found)
    for manifest in found.values():
        where = f"plugin {manifest.name!r} {manifest.version} ({manifest.path})"
        if manifest.api != API:
            problems.append(f"{where} is written for interface {manifest.api}; this is {API}. Install a release of it that fits.")
        for needed, versions in manifest.requires.items():
            problems += _unmet(where, needed, versions, found, order.index(manifest.name))
    return found


def _unmet(where: str, needed: str, versions: str, found: Mapping[str, Manifest], place: int) -> Iterable[str]:
    try:
        wanted = SpecifierSet(versions)
    except InvalidSpecifier:
        yield f"{where} requires {needed!r} in {versions!r}, which is not a range of versions. Write for example >=0.1,<1."
        return
    if needed not in found:
        yield f"{where} requires {needed!r}, which is not enabled. Add it to the list of plugins, before this one."
    elif found[needed].version not in wanted:
        yield f"{where} requires {needed!r} {versions}; enabled is {found[needed].version}."
    elif list(found).index(needed) >= place:
        # A cycle cannot be listed in any order, so this also catches cycles.
        yield (
            f"{where} requires {needed!r}, which is listed after it. List {needed!r} first; if it requires {where.split()[1]} too, they form a cycle."
        )


def _register(pm: pluggy.PluginManager, manifest: Manifest) -> Iterable[str]:
    """Import a plugin and register it; yield what keeps it from that. One for another interface is not even imported."""
    if manifest.api != API:
        return
    try:
        pm.register(importlib.import_module(manifest.package), name=manifest.name)
    except (ImportError, SyntaxError, BoleError) as error:
        yield f"plugin {manifest.name!r} ({manifest.path}) cannot be imported: {error}"
    except pluggy.PluginValidationError as error:
        yield f"plugin {manifest.name!r} ({manifest.path}): {' '.join(str(error).split())}"


def _check_hooks(pm: pluggy.PluginManager, manifests: Mapping[str, Manifest]) -> Iterable[str]:
    specified = [name for name in vars(hookspecs) if name.startswith("bole_")]
    for manifest in manifests.values():
        for name, member in vars(pm.get_plugin(manifest.name) or object).items():
            if callable(member) and name not in specified and (name.startswith("bole_") or hasattr(member, f"{hookspecs.PROJECT}_impl")):
                close = difflib.get_close_matches(name, specified, 1)
                hint = f"Did you mean {close[0]!r}?" if close else "docs/hooks.md lists the hooks."
                yield f"plugin {manifest.name!r} ({manifest.path}) implements {name!r}, which is no hook. {hint}"


def _settings(manifest: Manifest, config: Config, problems: list[str]) -> Mapping[str, Any]:
    given = dict(config.settings.get(manifest.name, {}))
    if not manifest.settings:
        problems += [f"plugin {manifest.name!r} takes no settings, but [plugins.{manifest.name}] has {key!r}." for key in given]
        return {}
    module, _, attribute = manifest.settings.partition(":")
    if manifest.api != API:
        return {}
    try:
        schema: type[Schema] = getattr(importlib.import_module(module), attribute)
        loaded: Mapping[str, Any] = schema().load(given)
    except (ImportError, AttributeError) as error:
        problems.append(f"plugin {manifest.name!r} ({manifest.path}) names the settings {manifest.settings!r}, which cannot be loaded: {error}")
    except ValidationError as error:
        problems += [f"[plugins.{manifest.name}] {line}" for line in flatten(error.messages)]
    else:
        return loaded
    return {}
