"""The configuration: read from one file, checked whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bole.errors import StartRefused
from bole.host import Config, find_config, read_config


def written(tmp_path: Path, text: str) -> Path:
    """Write a configuration and return its path."""
    path = tmp_path / "bole.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    """Every key has a default; places count from the file's folder."""
    path = written(tmp_path, "")

    assert read_config(path) == Config(database=f"sqlite:///{tmp_path / 'bole.db'}", instance=tmp_path / "instance", path=path)


def test_every_key_is_taken(tmp_path: Path) -> None:
    """What the file says stands in the configuration."""
    text = """
        [bole]
        company = "伯乐"
        database = "postgresql+psycopg://hr@db/bole"
        locale = "en"
        plugins = ["sales", "payroll"]
        broker = "redis://127.0.0.1/0"
        origin = "example.com/bole"
        instance = "keys"
        secure_cookies = true
        [plugins.payroll]
        country = "CN"
    """
    path = written(tmp_path, text)

    assert read_config(path) == Config(
        company="伯乐",
        database="postgresql+psycopg://hr@db/bole",
        locale="en",
        plugins=("sales", "payroll"),
        broker="redis://127.0.0.1/0",
        origin="example.com/bole",
        instance=tmp_path / "keys",
        secure_cookies=True,
        settings={"payroll": {"country": "CN"}},
        path=path,
    )


def test_an_absolute_sqlite_path_stays(tmp_path: Path) -> None:
    """Only a relative path counts from the file's folder."""
    assert read_config(written(tmp_path, '[bole]\ndatabase = "sqlite:////var/bole.db"\n')).database == "sqlite:////var/bole.db"


def test_every_wrong_key_is_named(tmp_path: Path) -> None:
    """Wrong values and unknown keys are reported together."""
    path = written(tmp_path, '[bole]\nlocale = "fr"\ncolour = "red"\nplugins = "all"\n[bowl]\na = 1\n')

    with pytest.raises(StartRefused) as refusal:
        read_config(path)

    assert refusal.value.code == "core.config_invalid"
    assert set(refusal.value.message.removeprefix(f"{path}: ").split("; ")) == {
        "bole.locale: Must be one of: zh, en.",
        "bole.colour: Unknown field.",
        "bole.plugins: Not a valid list.",
        "bowl: Unknown field.",
    }


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """Where there is no file the hint says how to write one."""
    with pytest.raises(StartRefused) as refusal:
        read_config(tmp_path / "bole.toml")

    assert refusal.value.message == f"there is no configuration at {tmp_path / 'bole.toml'}."
    assert refusal.value.hint == "Run `bole init` to write one, or name it with --config."


@pytest.mark.parametrize(("environment", "found"), [(None, "bole.toml"), ("/etc/bole.toml", "/etc/bole.toml")], ids=["here", "named"])
def test_the_environment_may_name_the_file(environment: str | None, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``BOLE_CONFIG`` names the file; else it is ``bole.toml`` in the working folder."""
    monkeypatch.delenv("BOLE_CONFIG", raising=False)
    if environment:
        monkeypatch.setenv("BOLE_CONFIG", environment)

    assert find_config() == Path(found)
