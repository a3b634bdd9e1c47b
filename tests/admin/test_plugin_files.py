"""What plugins bring to their pages: templates below their own name, static files, words."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template, url_for
from jinja2 import TemplateNotFound

from bole_admin.plugin_files import Folders, serve_plugin_files


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application with the files of a plugin ``badges``."""
    package = tmp_path / "bole_badges"
    for name, text in {
        "templates/bole_badges/wall.html": "a wall",
        "templates/other/page.html": "another's",
        "static/wall.css": "p {}",
        "secret.txt": "no",
    }.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    app = Flask("site", root_path=str(tmp_path))
    serve_plugin_files(app, Folders({"badges": package}))
    return app


def test_a_template_is_found_below_its_package_only(app: Flask) -> None:
    """A plugin's template is found by the package's name; what it keeps under another name is not."""
    with app.test_request_context():
        assert render_template("bole_badges/wall.html") == "a wall"
        with pytest.raises(TemplateNotFound):
            render_template("other/page.html")


def test_static_files_are_served_and_nothing_else(app: Flask) -> None:
    """What lies in the static folder is sent; neither another plugin's nor anything beside the folder."""
    with app.test_request_context():
        address = url_for("admin.plugin_static", plugin="badges", filename="wall.css")
    client = app.test_client()

    assert address == "/admin/plugin/badges/wall.css"
    assert client.get(address).get_data() == b"p {}"
    assert client.get("/admin/plugin/others/wall.css").status_code == 404
    assert client.get("/admin/plugin/badges/../secret.txt").status_code == 404
    assert client.get("/admin/plugin/badges/%2e%2e/secret.txt").status_code == 404


def test_catalogs_are_named_after_the_plugin(tmp_path: Path) -> None:
    """A plugin's words are read from the catalog that bears its name."""
    assert Folders({"badges": tmp_path}).catalogs == [(tmp_path / "locale", "badges")]
