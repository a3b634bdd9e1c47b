"""Finding plugins: the entry points of group ``bole.plugins``, without importing any."""

from __future__ import annotations

import importlib.util
from importlib.metadata import entry_points
from pathlib import Path

from bole.errors import StartRefused
from bole.host.manifest import Manifest, read_manifest

GROUP = "bole.plugins"
CORE_PACKAGE = "bole.builtin"


def package_folder(package: str) -> Path:
    """
    Return the folder of a package without running its code.

    Raises:
        StartRefused: there is no such package.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise StartRefused("core.package_missing", f"the package {package!r} cannot be found.", "Install it, or take the plugin off the list.")
    return Path(spec.origin).parent


def installed() -> dict[str, str]:
    """Return the packages of all installed plugins by entry-point name."""
    return {point.name: point.value.split(":")[0] for point in entry_points(group=GROUP)}


def find_manifest(name: str, packages: dict[str, str]) -> Manifest:
    """
    Return the manifest of an installed plugin.

    Raises:
        StartRefused: it is not installed, or its manifest is wrong or names another plugin.
    """
    package = packages.get(name)
    if package is None:
        known = ", ".join(sorted(packages)) or "none"
        raise StartRefused("core.plugin_unknown", f"the plugin {name!r} is not installed.", f"Installed plugins: {known}.")
    manifest = read_manifest(package_folder(package) / "plugin.toml", package)
    if manifest.name != name:
        raise StartRefused(
            "core.manifest_name", f"{manifest.path} calls itself {manifest.name!r}, but is registered as {name!r}.", "Make the two names agree."
        )
    return manifest
