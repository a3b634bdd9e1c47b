"""Fixtures that install plugins, for this process and for those that get ``tmp_path`` on their path."""

from __future__ import annotations

import textwrap
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

MakePlugin = Callable[..., str]
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package as a plugin: ``install(name, package)``."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, package: str) -> None:
        folder = tmp_path / f"{package.replace('.', '_')}-0.1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1.0\n")
        (folder / "entry_points.txt").write_text(f"[bole.plugins]\n{name} = {package}\n")

    return write


@pytest.fixture
def make_plugin(tmp_path: Path, install: Install) -> MakePlugin:
    """
    Write a plugin to disk and install it; return its package.

    ``make_plugin(name, code, manifest)``: the manifest is complete without the last argument, which adds keys.
    """

    def make(name: str, code: str = "", manifest: str = "", *, api: int = 1, version: str = "0.1.0") -> str:
        package = f"{name}_{uuid.uuid4().hex[:8]}"
        folder = tmp_path / package
        folder.mkdir()
        head = f'name = "{name}"\napi = {api}\nversion = "{version}"\n'
        (folder / "plugin.toml").write_text(f'{head}\n{textwrap.dedent(manifest)}\n[summary]\nzh = "测试"\nen = "test"\n', "utf-8")
        (folder / "__init__.py").write_text("from bole import *\n" + textwrap.dedent(code), "utf-8")
        install(name, package)
        return package

    return make
