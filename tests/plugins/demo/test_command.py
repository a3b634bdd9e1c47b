"""``bole demo``, run as a program."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.plugins.demo.conftest import ROOT

SMALL = ("--people", "12", "--years", "1", "--last", "2025Q3", "--lang", "en")
"""A quarter that is over by any clock, so that the program may use the system's."""


def program(installed: Path, folder: Path, *arguments: str) -> tuple[Sequence[str], dict[str, str]]:
    """The command line and the environment of ``bole`` with the plugins of the tree."""
    path = os.pathsep.join(str(part) for part in (installed, ROOT / "core", ROOT / "plugins", ROOT / "admin"))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONIOENCODING": "utf-8"}
    return [sys.executable, "-c", "from bole.cli import main; main()", *arguments], environment


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``bole`` to its end."""
    command, environment = program(installed, folder, *arguments)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo is built once."""
    return tmp_path_factory.mktemp("command")


@pytest.fixture(scope="module")
def first(installed: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The first run of the demo, which builds it."""
    return run(installed, folder, "demo", "--no-serve", *SMALL)


def test_the_demo_prints_board_payouts_and_logins(first: subprocess.CompletedProcess[str]) -> None:
    """``bole demo --no-serve`` ends with exit code 0 and prints these very lines."""
    printed = first.stdout.splitlines()

    assert (first.returncode, [line for line in first.stderr.splitlines() if "Traceback" in line]) == (0, [])
    for line in (
        "Scoreboard of 2025Q3 (CNY)",
        "1   Kendra Dong    East   1,171,655    760,000      154%  60%      91  38%       83%   116.6  143,512.07",
        "12  Cora Peng      North    448,022    760,000       59%  24%      48  12%       79%*   64.6   32,123.34",
        "Quarterly commission  2025-10       12  1,364,105.54",
        "Total                               19  1,378,105.54",
        "  2025Q3      12   1,136,925         73.2     88%  31.9%      85.8%      38.5%  ███████████████",
        "Where one payout comes from (bole explain payout 53)",
        "Payout 53: 187,768.51 CNY",
        "      Tier 2: 120,102.20 × sales.new_amount 18%, sales.repeat_amount 12%",
        "Logins",
    ):
        assert line in printed
    assert sum("@verdant.example" in line for line in printed[-9:]) == 4


def test_progress_goes_to_standard_error(first: subprocess.CompletedProcess[str]) -> None:
    """Each quarter is told while it is built, apart from what the demo prints."""
    told = [line for line in first.stderr.splitlines() if "facts" in line]

    assert [line.split()[2] for line in told] == ["2024Q4", "2025Q1", "2025Q2", "2025Q3"]
    assert "facts  " not in first.stdout


@pytest.mark.usefixtures("first")
def test_a_second_run_takes_the_company_up(installed: Path, folder: Path, first: subprocess.CompletedProcess[str]) -> None:
    """The second run builds nothing, and prints the same board, logins and token."""
    again = run(installed, folder, "demo", "--no-serve", *SMALL)

    assert (again.returncode, again.stderr) == (0, "taking up the demo company in demo\n")
    assert again.stdout == first.stdout


@pytest.mark.usefixtures("first")
def test_the_logins_are_kept_from_others(folder: Path) -> None:
    """The file with the passwords is readable by its owner alone."""
    kept = folder / "demo" / "instance" / "demo-logins.json"

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [each["email"] for each in json.loads(kept.read_text("utf-8"))["people"]] == [
        f"{name}@verdant.example" for name in ("admin", "hr", "manager", "sales")
    ]


@pytest.mark.usefixtures("first")
def test_another_setting_is_refused(installed: Path, folder: Path) -> None:
    """A folder that holds a demo of another size is left as it is, and the way out is told."""
    refused = run(installed, folder, "demo", "--no-serve", "--people", "20", "--years", "1", "--last", "2025Q3")

    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1] == "hint: Add --rebuild, or name another --folder."


def test_a_folder_with_other_things_is_left_alone(installed: Path, tmp_path: Path) -> None:
    """A folder that holds no demo is neither used nor cleared, not even with --rebuild."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "bole.toml").write_text("mine")

    for extra in ((), ("--rebuild",)):
        refused = run(installed, tmp_path, "demo", "--no-serve", "--folder", "precious", *extra, *SMALL)

        assert (refused.returncode, refused.stderr.splitlines()[-2]) == (2, "error: the folder precious holds something that is no demo.")
    assert (tmp_path / "precious" / "bole.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--people", "3"), "error: people cannot be 3."),
        (("--years", "9"), "error: years cannot be 9."),
        (("--last", "2026-07"), "error: 2026-07 is no quarter."),
    ],
)
def test_a_wrong_option_is_refused(installed: Path, tmp_path: Path, arguments: tuple[str, str], message: str) -> None:
    """An option out of range ends with exit code 2 and writes nothing."""
    refused = run(installed, tmp_path, "demo", "--no-serve", *arguments)

    assert (refused.returncode, refused.stderr.splitlines()[0]) == (2, message)
    assert not (tmp_path / "demo").exists()


@pytest.mark.usefixtures("first")
def test_the_demo_serves_what_it_built(installed: Path, folder: Path) -> None:
    """Without --no-serve the company answers over GraphQL, with the token that was printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = json.loads((folder / "demo" / "instance" / "demo-logins.json").read_text("utf-8"))["token"]
    command, environment = program(installed, folder, "demo", "--port", str(port), *SMALL)
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            answer = ask(port, token, "{ employees(first: 1) { totalCount } }")
        finally:
            server.terminate()
            server.wait(timeout=30)

    assert answer == {"data": {"employees": {"totalCount": 22}}}


def ask(port: int, token: str, query: str) -> object:
    """The answer to a query, as soon as the server gives one."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.URLError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within thirty seconds")
