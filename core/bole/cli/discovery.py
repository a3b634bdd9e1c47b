"""Commands of plugins, from their manifests alone, remembered between calls.

Looking through every installed distribution's entry points takes longer than all the rest of
``bole --help``. What was found is kept in a file in the user's cache folder; it holds until a folder on the
path or one of the manifests changes. A cache that cannot be read or written is ignored.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from typing import Any

Offer = tuple[str, str]
"""A command's summary, and where it is: ``package.module:attribute``."""

Found = dict[str, dict[str, Any]]
"""By plugin: the path and time of its manifest, and its commands."""


def plugin_commands(config: str) -> dict[str, Offer]:
    """
    Return the commands of the enabled plugins, and those that a manifest offers always, by name.

    Args:
        config: path of the configuration; where there is none, or none that can be read, no plugin is enabled.
    """
    found = _remembered()
    if found is None:
        found = _scan()
        _remember(found)
    enabled = _enabled(config)
    return {
        name: (command["summary"], command["load"])
        for plugin, entry in found.items()
        for name, command in entry["commands"].items()
        if plugin in enabled or command.get("always")
    }


def cache_file() -> str:
    """Return the path of the cache, one for each Python environment."""
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    place = sys.prefix.replace(os.sep, "-").strip("-")
    return os.path.join(folder, "bole", f"commands{place[-100:]}.json")


def _enabled(config: str) -> list[str]:
    try:
        with open(config, "rb") as file:
            core = tomllib.load(file).get("bole", {})
        return list(core.get("plugins", ())) if isinstance(core, dict) else []
    except (OSError, ValueError, TypeError):
        # The command itself reports what is wrong with the configuration; help must work without.
        return []


def _time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _path_times() -> list[list[Any]]:
    return [[entry, _time(entry or ".")] for entry in sys.path]


def _remembered() -> Found | None:
    try:
        with open(cache_file(), encoding="utf-8") as file:
            kept = json.load(file)
        if kept["path"] != _path_times() or any(_time(entry["manifest"]) != entry["time"] for entry in kept["plugins"].values()):
            return None
        return {
            name: {"commands": {code: _checked(command) for code, command in entry["commands"].items()}} for name, entry in kept["plugins"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _checked(command: Any) -> dict[str, Any]:
    if not isinstance(command["summary"], str) or not isinstance(command["load"], str):
        raise TypeError
    return {"summary": command["summary"], "load": command["load"], "always": command["always"] is True}


def _remember(found: Found) -> None:
    path = cache_file()
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"path": _path_times(), "plugins": found}, file)
        os.replace(temporary, path)
    except OSError:
        return


def _scan() -> Found:
    # These take longer than all the rest, and are needed only when the cache does not hold.
    from bole.errors import StartRefused
    from bole.host import installed, read_manifest
    from bole.host.discovery import package_folder

    found: Found = {}
    for name, package in installed().items():
        try:
            manifest = read_manifest(package_folder(package) / "plugin.toml", package)
        except StartRefused:
            # `bole plugins check` reports it; one broken plugin must not take the others' commands away.
            continue
        always = manifest.always
        commands = {code: {"summary": summary, "load": load, "always": code in always} for code, (summary, load) in manifest.commands.items()}
        found[name] = {"manifest": str(manifest.path), "time": _time(str(manifest.path)), "commands": commands}
    return found
