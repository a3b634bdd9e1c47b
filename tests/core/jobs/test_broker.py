"""Jobs over real brokers, with a worker in processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from bole.access import Work
from bole.clock import SystemClock
from bole.db import Database
from bole.db.migrate import upgrade
from bole.host import Config, Host, read_config
from bole.jobs import due_chunks
from bole.jobs.broker import Dispatcher, make_celery
from bole.services.jobs import start_job
from tests.conftest import missing_service
from tests.core.jobs.test_chunks import sources, status_of
from tests.core.jobs.waiting import until

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[3]
BROKERS = {
    "redis": os.environ.get("BOLE_TEST_REDIS", "redis://127.0.0.1:6379/15"),
    "rabbitmq": os.environ.get("BOLE_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
}


@dataclass(frozen=True)
class Deployed:
    """A deployment with a broker: its configuration, plugins and database."""

    path: Path
    host: Host
    database: Database

    def start(self, code: str, **arguments: object) -> int:
        """Start a job and return its id."""
        with self.database.session() as session:
            return start_job(Work(session, self.host), code, arguments)


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> str:
    """The address of each broker."""
    address = BROKERS[request.param]
    place = urlsplit(address)
    try:
        socket.create_connection((place.hostname or "", place.port or 0), timeout=3).close()
    except OSError:
        missing_service(f"{request.param} at {place.hostname}:{place.port}")
    return address


@pytest.fixture
def deployed(broker: str, jobber: str, sqlite_url: str, tmp_path: Path) -> Iterator[Deployed]:
    """A deployment with a broker and the plugin that has jobs; its queue is deleted afterwards."""
    path = tmp_path / "bole.toml"
    path.write_text(f'[bole]\ndatabase = "{sqlite_url}"\nplugins = ["jobber"]\nbroker = "{broker}"\norigin = "test/{uuid4().hex}"\n')
    config = read_config(path)
    host, database = Host(config), Database(config.database)
    upgrade(database, host)
    yield Deployed(path, host, database)
    app = make_celery(config)
    with app.connection() as connection:
        channel, queue = connection.default_channel, app.conf.task_default_queue
        channel.queue_delete(queue)
        if hasattr(channel, "client"):
            # Redis keeps bindings, and the messages of a queue that this channel never used.
            channel.client.delete(*channel.client.keys(f"*{queue}"))
    database.engine.dispose()


@pytest.fixture
def worker(deployed: Deployed, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A running ``bole worker`` with two processes."""
    command = [sys.executable, "-c", "from bole.cli import main; main()", "--config", str(deployed.path), "worker", "--concurrency", "2"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *(str(ROOT / part) for part in ("core", "plugins", "admin"))])}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "worker ready" in line:
            break
    else:
        raise AssertionError("the worker did not start:\n" + "".join(said))
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


def test_a_worker_runs_the_chunks_of_a_job(deployed: Deployed, worker: subprocess.Popen[str]) -> None:
    """Every chunk runs once, in another process, and the job is done with its results in order."""
    number = deployed.start("jobber.each", names=list("abcdef"))

    until(lambda: status_of(deployed.database, deployed.host, number).status in ("done", "failed"))

    found = status_of(deployed.database, deployed.host, number)
    assert (found.status, found.done, found.total, found.error) == ("done", 6, 6, None)
    assert found.result is not None and [result["name"] for result in found.result["chunks"]] == list("abcdef")
    assert os.getpid() not in {result["process"] for result in found.result["chunks"]}
    assert sources(deployed.database) == [f"{name} by system" for name in "abcdef"]


def test_a_refusal_reaches_the_job_table(deployed: Deployed, worker: subprocess.Popen[str]) -> None:
    """A job that refuses its input on a worker has failed, with the reason."""
    number = deployed.start("jobber.refuse")

    until(lambda: status_of(deployed.database, deployed.host, number).status in ("done", "failed"))

    assert status_of(deployed.database, deployed.host, number).error == "no such thing. Ask for another."


def test_a_due_chunk_is_handed_over_once(deployed: Deployed) -> None:
    """A chunk that lies in the queue is not sent again until its reservation has passed."""
    deployed.start("jobber.each", names=["a", "b"])
    dispatcher = Dispatcher(deployed.host.config, deployed.database, SystemClock())

    assert [dispatcher.dispatch(), dispatcher.dispatch()] == [2, 0]


def test_a_chunk_stays_due_when_the_broker_is_away(sqlite_url: str, host: Host) -> None:
    """What could not be handed over is handed over later."""
    database = Database(sqlite_url)
    upgrade(database, host)
    config = Config(plugins=("jobber",), broker="redis://127.0.0.1:1/0")
    with database.session() as session:
        number = start_job(Work(session, host), "jobber.add", {"name": "a"})

    with pytest.raises(OSError, match="the broker cannot be reached"):
        Dispatcher(config, database, SystemClock()).dispatch()

    assert due_chunks(database, SystemClock()) == [(number, 0)]
