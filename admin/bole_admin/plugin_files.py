"""What plugins bring to their pages beside code: templates, static files and words, each below the plugin's own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

from bole.host import Host
from bole.host.discovery import package_folder

ADDRESS, ENDPOINT = "/admin/plugin/<plugin>/<path:filename>", "admin.plugin_static"


@dataclass(frozen=True)
class Folders:
    """
    Where the enabled plugins keep the files of their pages.

    Args:
        packages: the folder of each plugin's package, by the plugin's name.
    """

    packages: Mapping[str, Path]

    @classmethod
    def of(cls, host: Host) -> Folders:
        """Return the folders of a host's plugins."""
        return cls({manifest.name: package_folder(manifest.package) for manifest in host.manifests.values()})

    @property
    def catalogs(self) -> list[tuple[Path, str]]:
        """Folder and domain of each plugin's catalogs, as `Wording` takes them."""
        return [(folder / "locale", plugin) for plugin, folder in self.packages.items()]

    @property
    def templates(self) -> BaseLoader:
        """Finds ``bole_badges/wall.html`` in ``bole_badges/templates/bole_badges``, and nothing under another package's name."""
        return PrefixLoader({folder.name: FileSystemLoader(folder / "templates" / folder.name) for folder in self.packages.values()})


def serve_plugin_files(app: Flask, folders: Folders) -> None:
    """
    Let an application find the plugins' templates, and serve what their ``static`` folders hold.

    A template addresses a file by ``url_for("admin.plugin_static", plugin="badges", filename="wall.css")``.
    """
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([*([own] if own else []), folders.templates])

    def plugin_static(plugin: str, filename: str) -> Response:
        folder = folders.packages.get(plugin)
        if folder is None:
            abort(404)
        return send_from_directory(folder / "static", filename)

    app.add_url_rule(ADDRESS, ENDPOINT, plugin_static)
