"""``bole serve`` as a program of its own: it answers, and does jobs and notifications beside that."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import Result

from tests.core.jobs.waiting import until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(deployed: Path, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running server with one worker process."""
    command = [sys.executable, "-c", "from bole.cli import main; main()", "--config", str(deployed), "serve", "--port", str(port), "--workers", "1"]
    paths = [tmp_path, ROOT, *(ROOT / source for source in ("core", "plugins", "admin"))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int, path: str) -> bytes | None:
    """Return what the server answers; nothing while it does not."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bytes(answer.read())
    except (URLError, ConnectionError):
        return None


def test_a_server_answers_and_works_off_jobs(run: Callable[..., Result], server: subprocess.Popen[bytes], port: int) -> None:
    """The server is healthy, and a job that the command line starts is done by it."""
    assert until(lambda: answers(port, "/healthz")) == b'{"status":"ok"}\n'

    number = run("job", "start", "core.run_period", "period=2026-07").stdout.strip()

    assert until(lambda: "done" in run("job", "show", number).stdout)
    assert server.poll() is None


def test_a_server_refuses_a_database_that_is_not_up_to_date(run: Callable[..., Result], enable: Callable[..., Path]) -> None:
    """No server starts while migrations are pending."""
    enable()

    answer = run("serve")

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (2, "error: the database lacks migrations (core: core_0001, core_0002).")
