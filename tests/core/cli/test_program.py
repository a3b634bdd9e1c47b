"""The program: quick help, commands of plugins by manifest alone, errors in two lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bole.cli import discovery
from bole.cli.discovery import cache_file, plugin_commands
from bole.cli.program import BUILT_IN

Run = Callable[..., Result]
MakePlugin = Callable[..., str]
ROOT = Path(__file__).resolve().parents[3]
HEAVY = "alembic argon2 celery cryptography flask graphene marshmallow orjson pluggy polars sqlalchemy structlog".split()
GREET = """
[commands.greet]
summary = "Greet somebody."
load = "{package}.cli:greet"
"""


def greeter(make_plugin: MakePlugin, tmp_path: Path, name: str = "greeter", *, always: bool = False) -> Path:
    """Install a plugin with one command, which breaks when it is imported; return its manifest."""
    package = make_plugin(name, "raise RuntimeError('imported')")
    manifest = tmp_path / package / "plugin.toml"
    command = GREET.replace("greet", name).format(package=package) + ("always = true\n" if always else "")
    manifest.write_text(manifest.read_text() + command)
    return manifest


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """``bole --help`` answers without any library that a command may need later."""
    code = "import sys\nfrom bole.cli import main\ntry: main(['--help'])\nfinally: print([name for name in sys.argv[1:] if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "core"), "XDG_CACHE_HOME": str(tmp_path)}

    # The first call fills the cache of plugin commands.
    answers = [subprocess.run([sys.executable, "-c", code, *HEAVY], env=environment, capture_output=True, text=True, check=True) for _ in range(2)]

    assert answers[1].stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command_with_its_summary(run: Run) -> None:
    """Each command of the core stands in the help with what it does."""
    shown = " ".join(run("--help").output.split())

    assert all(f"{name} {summary}" in shown for name, (summary, _) in BUILT_IN.items())


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_command_loads_and_says_what_its_summary_says(run: Run, name: str) -> None:
    """The summary in the list is the first sentence of the command's own help."""
    answer = run(name, "--help")

    assert answer.exit_code == 0
    assert BUILT_IN[name][0] in " ".join(answer.output.split())


def test_a_command_of_an_enabled_plugin_is_listed_without_import(
    run: Run, make_plugin: MakePlugin, enable: Callable[..., Path], tmp_path: Path
) -> None:
    """A plugin's command comes from its manifest; the plugin itself is not imported."""
    greeter(make_plugin, tmp_path)
    enable("greeter")

    assert "Greet somebody." in run("--help").output
    assert "greeter" in run("--help").output


def test_a_command_of_a_plugin_that_is_not_enabled_is_not_offered(
    run: Run, make_plugin: MakePlugin, enable: Callable[..., Path], tmp_path: Path
) -> None:
    """Installed is not enabled: the command is neither listed nor found."""
    greeter(make_plugin, tmp_path)
    enable()

    assert "greeter" not in run("--help").output
    assert "No such command 'greeter'" in run("greeter").output


def test_a_command_that_is_always_there_needs_no_configuration(run: Run, install: Callable[[str, str], None]) -> None:
    """A manifest may offer a command without any configuration; it runs."""
    install("dummy", "tests.dummy_plugin")

    assert "wave" in run("--help").output
    assert "greet " not in run("--help").output
    assert run("wave").output == "o/\n"


def test_a_command_may_be_declared_by_hook_alone(run: Run, make_plugin: MakePlugin, enable: Callable[..., Path]) -> None:
    """A command that only `bole_commands` knows runs, too."""
    package = make_plugin("talker")
    (Path(enable("talker")).parent.parent / package / "__init__.py").write_text(
        f"from bole import *\n@hookimpl\ndef bole_commands(): return [Command('talk', 'Talk.', '{package}.cli:talk')]\n"
    )
    (Path.cwd().parent / package / "cli.py").write_text("import click\n@click.command()\ndef talk(): click.echo('bla')\n")

    assert run("talk").output == "bla\n"


def test_a_plugins_command_never_replaces_the_cores(run: Run, make_plugin: MakePlugin, enable: Callable[..., Path], tmp_path: Path) -> None:
    """A plugin that brings a command called ``verify`` does not get it."""
    greeter(make_plugin, tmp_path, "verify")
    enable("verify")

    assert "Verify the ledger, or export it" in run("verify", "--help").output


def test_the_configuration_may_be_named(run: Run, folder: Path, make_plugin: MakePlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--config`` or ``BOLE_CONFIG`` says which plugins are enabled, whatever the order of the options."""
    greeter(make_plugin, tmp_path)
    (folder / "other.toml").write_text('[bole]\nplugins = ["greeter"]\n')

    assert "greeter" in run("--config", "other.toml", "--help").output
    monkeypatch.setenv("BOLE_CONFIG", "other.toml")
    assert "greeter" in run("--help").output


def test_the_second_call_reads_the_cache(make_plugin: MakePlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once found, the commands come from the cache without a look at the installed distributions."""
    greeter(make_plugin, tmp_path, always=True)
    first = plugin_commands("bole.toml")
    monkeypatch.setattr(discovery, "_scan", lambda: pytest.fail("looked again"))

    assert plugin_commands("bole.toml") == first
    assert "greeter" in first


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: "", id="empty"),
        pytest.param(lambda text: text[:-5], id="cut off"),
        pytest.param(lambda text: json.dumps([1]), id="another shape"),
        pytest.param(lambda text: text.replace('"summary": "Greet somebody."', '"summary": 7'), id="another type"),
        pytest.param(lambda text: text.replace('"always"', '"ever"'), id="a key missing"),
    ],
)
def test_a_corrupt_cache_is_ignored(make_plugin: MakePlugin, tmp_path: Path, spoil: Callable[[str], str]) -> None:
    """Whatever stands in the cache file, the commands are found and the file is mended."""
    greeter(make_plugin, tmp_path, always=True)
    first = plugin_commands("bole.toml")
    cache = Path(cache_file())
    whole = cache.read_text()
    cache.write_text(spoil(whole))

    assert plugin_commands("bole.toml") == first
    assert cache.read_text() == whole


def test_a_cache_that_cannot_be_written_is_ignored(make_plugin: MakePlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache folder cannot be made the commands are found all the same."""
    greeter(make_plugin, tmp_path, always=True)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))

    assert "greeter" in plugin_commands("bole.toml")


def test_a_changed_manifest_is_read_anew(make_plugin: MakePlugin, tmp_path: Path) -> None:
    """A summary that changes shows in the next call."""
    manifest = greeter(make_plugin, tmp_path, always=True)
    plugin_commands("bole.toml")

    manifest.write_text(manifest.read_text().replace("Greet somebody.", "Greet everybody."))
    os.utime(manifest, ns=(1, 1))

    assert plugin_commands("bole.toml")["greeter"][0] == "Greet everybody."


def test_a_newly_installed_plugin_is_found(make_plugin: MakePlugin, tmp_path: Path) -> None:
    """What was installed since the last call is there."""
    greeter(make_plugin, tmp_path, always=True)
    before = set(plugin_commands("bole.toml"))
    os.utime(tmp_path, ns=(1, 1))

    greeter(make_plugin, tmp_path, "second", always=True)

    assert set(plugin_commands("bole.toml")) - before == {"second"}


def test_a_broken_manifest_does_not_take_the_other_commands(make_plugin: MakePlugin, tmp_path: Path) -> None:
    """A plugin whose manifest is wrong is left out, and the others' commands stay."""
    greeter(make_plugin, tmp_path, always=True)
    (tmp_path / make_plugin("broken") / "plugin.toml").write_text("name = ")

    assert "greeter" in plugin_commands("bole.toml")


@pytest.mark.parametrize("text", ["[bole\n", "bole = 1\n", "[bole]\nplugins = 1\n"], ids=["no TOML", "no table", "no list"])
def test_help_works_with_a_broken_configuration(run: Run, folder: Path, text: str) -> None:
    """Help comes even where the configuration cannot be read; a command then says what is wrong."""
    (folder / "bole.toml").write_text(text)

    assert run("--help").exit_code == 0
    answer = run("plugins", "check")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: bole.toml")


def test_an_expected_failure_is_two_lines_and_exit_code_2(run: Run) -> None:
    """Message and hint go to stderr, nothing to stdout, and there is no traceback."""
    answer = run("db", "pending")

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr == "error: there is no configuration at bole.toml.\nhint: Run `bole init` to write one, or name it with --config.\n"


def test_an_unknown_command_is_named(run: Run) -> None:
    """A command that nobody offers is named."""
    answer = run("exlpain")

    assert answer.exit_code == 2
    assert "No such command 'exlpain'" in answer.stderr
