"""The reference pages name what there is: every key, command and option, and nothing else."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import bole
from bole.cli import main
from bole.cli.program import BUILT_IN
from bole.host import Config, Host, read_config
from bole.host.config import ConfigSchema
from bole.host.manifest import ManifestSchema, read_manifest

DOCS = Path(bole.__file__).resolve().parents[2] / "docs"


def page(name: str) -> str:
    """Return a page of the docs."""
    return (DOCS / name).read_text("utf-8")


def column(text: str, heading: str) -> list[str]:
    """Return the code in the first column of the table under a heading."""
    section = text.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"(?m)^\| `([^`]+)` \|", section)


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every command of the core with its words."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx) if path else [*BUILT_IN, "job"]:
        command = group.get_command(ctx, name) if name != "job" else _job()
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif command is not None:
            yield " ".join((*path, name)), command


def _job() -> click.Command:
    from bole.cli.jobs import job  # declared by hook, so that no table of the program lists it

    return job


@pytest.fixture(autouse=True)
def no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the core's own commands count."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOLE_CONFIG", raising=False)


def test_every_key_of_the_configuration_is_documented() -> None:
    """docs/configuration.md lists the keys of ``[bole]`` that there are."""
    schema = ConfigSchema().fields["bole"].schema  # type: ignore[attr-defined]

    assert sorted(column(page("configuration.md"), "## `[bole]`")) == sorted(schema.fields)


def test_the_documented_defaults_are_the_defaults(tmp_path: Path) -> None:
    """What docs/configuration.md says of a key that is not given is what comes."""
    rows = re.findall(r"(?m)^\| `(\w+)` \| `([^`]+)` \|", page("configuration.md").split("## `[plugins.NAME]`")[0])
    (tmp_path / "written.toml").write_text("[bole]\n" + "\n".join(f"{key} = {value}" for key, value in rows))
    (tmp_path / "empty.toml").write_text("")

    written, empty = (read_config(tmp_path / name) for name in ("written.toml", "empty.toml"))

    assert {name: getattr(written, name) for name in Config.__dataclass_fields__ if name != "path"} == {
        name: getattr(empty, name) for name in Config.__dataclass_fields__ if name != "path"
    }


def test_the_example_of_the_configuration_can_be_read(tmp_path: Path) -> None:
    """The example in docs/configuration.md is a configuration."""
    (tmp_path / "bole.toml").write_text(blocks(page("configuration.md"), "toml")[0], "utf-8")

    assert read_config(tmp_path / "bole.toml").plugins == ("sales", "field", "incentives", "payroll", "connectors")


def test_every_key_of_a_manifest_is_documented() -> None:
    """docs/plugins.md lists the keys of plugin.toml that there are, and which must be there."""
    text = page("plugins.md")
    required = re.findall(r"(?m)^\| `(\w+)` \| yes \|", text)

    assert sorted(column(text, "## The manifest")) == sorted(ManifestSchema().fields)
    assert sorted(required) == sorted(name for name, field in ManifestSchema().fields.items() if field.required)


def test_the_example_of_a_manifest_can_be_read(tmp_path: Path) -> None:
    """The example in docs/plugins.md is a manifest."""
    (tmp_path / "plugin.toml").write_text(blocks(page("plugins.md"), "toml")[1], "utf-8")

    assert read_manifest(tmp_path / "plugin.toml", "bole_badges").name == "badges"


def test_the_examples_of_plugins_compile() -> None:
    """The Python of docs/plugins.md uses names that the facade has."""
    code = "\n".join(blocks(page("plugins.md"), "python"))

    compile(code, "plugins.md", "exec")
    names = {name for line in re.findall(r"(?m)^from bole import (.*)$", code) for name in line.split(", ")}
    assert {"hookimpl", "Model", "Work", "requires", "unit_of_work"} <= names <= set(bole.__all__)


def test_the_plugin_of_the_page_on_plugins_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its manifest, settings, command, tables and hook, written down as the page shows them, make a plugin that the host takes."""
    text = page("plugins.md")
    folder = tmp_path / "bole_badges"
    folder.mkdir()
    manifest = blocks(text, "toml")[1].replace('[requires]\nsales = ">=0.1,<1"\n', "")
    (folder / "plugin.toml").write_text(manifest, "utf-8")
    for name, code in re.findall(r"<!-- file: bole_badges/(\w+\.py) -->\n```python\n(.*?)```", text, re.DOTALL):
        (folder / name).write_text(code, "utf-8")
    models = next(code for code in blocks(text, "python") if 'owner="badges"' in code)
    (folder / "models.py").write_text(models, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    host = Host(Config(plugins=("badges",)), packages={"badges": "bole_badges"})

    assert host.settings["badges"] == {"wall": True}
    assert importlib.import_module("bole_badges.cli").badges.name == "badges"
    assert [model.__tablename__ for model in importlib.import_module("bole_badges").bole_models()] == ["badges_badge"]


def test_every_command_is_documented() -> None:
    """docs/cli.md lists the commands that there are."""
    listed = re.findall(r"(?m)^\| `bole ([a-z ]+?)(?: [A-Z\[-].*)?` \|", page("cli.md"))

    assert sorted(listed) == sorted(name for name, _ in commands(main))


def test_every_option_that_the_page_names_exists() -> None:
    """An option in docs/cli.md is one of the program's or of a command's."""
    known = {option for _, command in [*commands(main), ("", main)] for parameter in command.params for option in parameter.opts}

    assert set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", page("cli.md"))) - known == {"--help"}
