"""
What gets installed: the package list, the dependencies, the browser libraries and the wheel.

The wheel is built and opened only with ``BOLE_TEST_WHEEL=1``, as CI sets it: that takes a minute.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tools import assets, house_rules, licences, packages

ROOT = Path(__file__).resolve().parent.parent
NOT_INSTALLED = {"__pycache__", "README.md"}

# One of every kind of file that Bole reads at run time, and a folder that must hold some when it is there.
KINDS = ("plugin.toml", "locale/*.po", "migrations/*.py", "parameters/*.toml", "static/*.css", "static/*.js", "templates/*.html")


def tree(root: Path, *places: str) -> Path:
    """Return `root` with an empty file at each place."""
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text("")
    return root


def setup_cfg(*, names: str, folders: str, plugins: str) -> str:
    """Return a setup.cfg with these three lists, their lines given with commas between them."""

    def block(lines: str) -> str:
        return "".join(f"    {line.strip()}\n" for line in lines.split(",") if line)

    options = f"packages =\n{block(names)}package_dir =\n{block(folders)}zip_safe = False\n"
    return f"[options]\n{options}\n[options.entry_points]\nbole.plugins =\n{block(plugins)}"


def test_setup_cfg_lists_every_package_and_plugin() -> None:
    """setup.cfg lists the packages and plugins that are on disk, no more and no fewer; `make packages` mends it."""
    assert packages.differences((ROOT / "setup.cfg").read_text("utf-8"), ROOT) == []


def test_a_missing_package_is_found(tmp_path: Path) -> None:
    """A package on disk that is not listed is named; a folder without __init__.py is none, nor is what lies below it."""
    root = tree(tmp_path, "core/bole/__init__.py", "core/bole/web/__init__.py", "core/bole/static/x/__init__.py")
    text = setup_cfg(names="bole", folders="bole = core/bole", plugins="")

    assert packages.differences(text, root) == ["setup.cfg [options] packages lacks 'bole.web'."]


def test_a_folder_with_modules_but_no_init_is_found(tmp_path: Path) -> None:
    """A folder of modules that lacks __init__.py is named, one of migrations is not."""
    root = tree(tmp_path, "core/bole/__init__.py", "core/bole/web/login.py", "core/bole/migrations/versions/0001.py")
    text = setup_cfg(names="bole", folders="bole = core/bole", plugins="")

    assert packages.differences(text, root) == ["core/bole/web holds modules but no __init__.py."]


def test_a_listed_package_that_is_gone_is_found(tmp_path: Path) -> None:
    """A listed package without a folder is named."""
    root = tree(tmp_path, "core/bole/__init__.py")
    text = setup_cfg(names="bole, bole.web", folders="bole = core/bole", plugins="")

    assert packages.differences(text, root) == ["setup.cfg [options] packages lists 'bole.web', which is not on disk."]


def test_a_plugin_without_entry_point_is_found(tmp_path: Path) -> None:
    """A plugin with a manifest and no entry point is named."""
    root = tree(tmp_path, "plugins/bole_pay/__init__.py", "plugins/bole_pay/plugin.toml")
    text = setup_cfg(names="bole_pay", folders="bole_pay = plugins/bole_pay", plugins="")

    assert packages.differences(text, root) == ["setup.cfg [options.entry_points] bole.plugins lacks 'pay = bole_pay'."]


def test_rewriting_mends_every_difference(tmp_path: Path) -> None:
    """After rewriting nothing differs, and what is not a list stays as it was."""
    root = tree(tmp_path, "core/bole/__init__.py", "plugins/bole_pay/__init__.py", "plugins/bole_pay/plugin.toml", "admin/bole_admin/__init__.py")
    text = setup_cfg(names="bole, bole.gone", folders="bole = core/bole", plugins="old = bole_old")

    rewritten = packages.rewritten(text, root)

    assert packages.differences(rewritten, root) == []
    assert rewritten == setup_cfg(
        names="bole, bole_pay, bole_admin",
        folders="bole = core/bole, bole_pay = plugins/bole_pay, bole_admin = admin/bole_admin",
        plugins="pay = bole_pay",
    )


def test_pyproject_holds_the_build_system_ruff_and_pyright_only() -> None:
    """Everything else about the project is in setup.cfg."""
    headings = re.findall(r"^\[(tool\.\w+|[\w-]+)", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)

    assert set(headings) == {"build-system", "tool.ruff", "tool.pyright"}


def test_every_imported_library_is_a_run_time_dependency() -> None:
    """What the sources import is the standard library, Bole itself, or needed by bole-hr without its extra `dev`."""
    installed = licences.closure("bole-hr", frozenset({"worker"}))
    provided = {
        name for name, owners in metadata.packages_distributions().items() if {licences.canonical(owner) for owner in owners} & set(installed)
    }
    # `_typeshed` is known to type checkers only, and imported under TYPE_CHECKING.
    free = provided | sys.stdlib_module_names | {"pytest", "hypothesis", "_typeshed"}

    missing = {
        f"{module.name} imports {entry.module}"
        for module in house_rules.read_modules(ROOT)
        for entry in house_rules.imports_of(module)
        if (top := entry.module.split(".")[0]) not in free and top != "bole" and not top.startswith("bole_")
    }

    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("expression", "permitted"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("(GPL-2.0-only OR MIT) AND (AGPL-3.0-only OR BSD-3-Clause)", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("Dual License", False),
    ],
)
def test_a_licence_is_permitted_when_its_expression_can_be_met(expression: str, permitted: bool) -> None:
    """AND needs both sides, OR needs one, and what is not known is refused."""
    assert licences.is_permitted(expression, licences.PERMISSIVE) is permitted


def test_a_licence_beyond_the_permissive_ones_needs_a_reason() -> None:
    """GPL is refused, a listed exception passes, and an exception no longer needed is named."""
    found = licences.problems_of({"copyleft": "GPL-3.0-only", "psycopg": "LGPL-3.0-only", "orjson": "MIT", "flask": "BSD-3-Clause"})

    assert found == [
        "copyleft: GPL-3.0-only is not a licence that Bole may depend on.",
        "orjson: MIT needs no exception any more; delete it from tools/licences.py.",
    ]


def test_the_lock_file_pins_without_naming_a_host() -> None:
    """package-lock.json has a checksum and a permissive licence for every library, and no address."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    assert assets.problems_of_lock(lock, assets.read_table(ROOT / "tools" / "assets.toml")) == []


def test_what_is_wrong_with_a_lock_file_is_found() -> None:
    """An address, a missing checksum, a copyleft licence and a library that is not locked are all named."""
    lock = {"packages": {"": {}, "node_modules/a": {"resolved": "https://example.org/a.tgz", "license": "GPL-3.0-only"}}}
    library = assets.Library(package="b", licence="MIT", to="static/vendor/b", source="dist", files=("b.js",))

    assert assets.problems_of_lock(lock, [library]) == [
        "a: package-lock.json names the host https://example.org/a.tgz; install with omit-lockfile-registry-resolved.",
        "a: package-lock.json has no checksum.",
        "a: the licence GPL-3.0-only is not a permissive one.",
        "b: tools/assets.toml says MIT, package-lock.json says nothing.",
    ]


def test_a_library_is_copied_with_its_licence_and_without_leftovers(tmp_path: Path) -> None:
    """Copying replaces the vendor folder by the listed files and the licence."""
    root = tree(tmp_path, "node_modules/b/dist/js/b.js", "node_modules/b/dist/other.js", "node_modules/b/LICENSE.md", "static/vendor/b/old.js")
    library = assets.Library(package="b", licence="MIT", to="static/vendor/b", source="dist", files=("js/*.js",))

    count = assets.copy_library(library, root)

    assert count == 2
    assert sorted(str(path.relative_to(root / "static")) for path in (root / "static").rglob("*") if path.is_file()) == [
        "vendor/b/LICENSE",
        "vendor/b/js/b.js",
    ]


def test_a_pattern_without_files_stops_the_copying(tmp_path: Path) -> None:
    """A file that a new release dropped is named, and the old copies stay."""
    root = tree(tmp_path, "node_modules/b/LICENSE", "static/vendor/b/old.js")
    library = assets.Library(package="b", licence="MIT", to="static/vendor/b", source="dist", files=("js/*.js",))

    with pytest.raises(FileNotFoundError, match=re.escape("b has no file dist/js/*.js; see tools/assets.toml.")):
        assets.copy_library(library, root)

    assert (root / "static/vendor/b/old.js").exists()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources, so that leftovers of earlier builds cannot get in."""
    if os.environ.get("BOLE_TEST_WHEEL") != "1":
        pytest.skip("set BOLE_TEST_WHEEL=1 to build and open the wheel")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in house_rules.SOURCE_ROOTS:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(target), str(source)], check=True)
    return next(target.glob("bole_hr-*.whl"))


def test_the_wheel_holds_every_file_of_every_package(wheel: Path) -> None:
    """The wheel's files are those of the source roots, package data and browser libraries included."""
    on_disk = {
        str(path.relative_to(ROOT / folder))
        for folder in house_rules.SOURCE_ROOTS
        for path in (ROOT / folder).glob("bole*/**/*")
        if path.is_file() and not NOT_INSTALLED & set(path.parts)
    }

    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name and Path(name).name not in NOT_INSTALLED}

    assert sorted(in_wheel ^ on_disk) == []


def test_the_installed_wheel_opens_one_of_every_kind_of_file(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone, every package imports, and a file of every kind opens through importlib.resources."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target", str(tmp_path), str(wheel)], check=True)
    tops = sorted({name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name})
    script = f"""
import importlib, importlib.resources, json
from pathlib import PurePath
opened = {{}}
def visit(folder, path):
    for entry in folder.iterdir():
        if entry.is_dir():
            visit(entry, path / entry.name)
        else:
            for kind in {KINDS!r}:
                wanted = PurePath(kind)
                if PurePath(entry.name).match(wanted.name) and set(wanted.parts[:-1]) <= set(path.parts) and entry.read_bytes():
                    opened[kind] = str(entry)
for top in {tops!r}:
    importlib.import_module(top)
    visit(importlib.resources.files(top), PurePath(top))
print(json.dumps(opened))
"""
    output = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True, capture_output=True, text=True
    ).stdout

    opened = json.loads(output)
    assert sorted(opened) == sorted(KINDS)
    assert [path for path in opened.values() if not path.startswith(str(tmp_path))] == []


def test_the_wheel_names_its_command_its_plugins_and_its_licence(wheel: Path) -> None:
    """The command `bole`, the pytest plugin, one entry point a plugin, and Apache-2.0 are in the metadata."""
    archive = zipfile.ZipFile(wheel)
    points = configparser.ConfigParser()
    points.read_string(next(archive.read(name).decode() for name in archive.namelist() if name.endswith("entry_points.txt")))
    text = next(archive.read(name).decode() for name in archive.namelist() if name.endswith(".dist-info/METADATA"))

    assert dict(points["console_scripts"]) == {"bole": "bole.cli:main"}
    assert dict(points["pytest11"]) == {"bole": "bole.testing.pytest_plugin"}
    assert [f"{name} = {value}" for name, value in points["bole.plugins"].items()] == packages.plugins_on_disk(ROOT)
    assert "\nLicense-Expression: Apache-2.0\n" in text
