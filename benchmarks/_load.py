"""Throughput of the same question on granian: ours and the hand-written endpoint, each a server of its own, asked in turn."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

from flask import Flask

CONNECTIONS = 4
URL, INSTANCE = "BOLE_BENCH_URL", "BOLE_BENCH_INSTANCE"


def ours() -> Flask:
    """Return our application, for a server process."""
    # These import the whole application, which the measuring process has already.
    from benchmarks.graphql import NOW
    from bole.clock import FixedClock
    from bole.db import Database
    from bole.host import Config, Host
    from bole.web import create_app
    from bole.web.server import log_as_json

    log_as_json(io.StringIO())
    host = Host(Config(instance=Path(os.environ[INSTANCE])), packages={})
    return create_app(host, Database(os.environ[URL]), clock=FixedClock(NOW), sites={})


def hand() -> Flask:
    """Return the hand-written endpoints, for a server process."""
    # See `ours`.
    from benchmarks.graphql import HandWritten
    from bole.db import Database

    return HandWritten(Database(os.environ[URL]).engine, guarded=True).app()


def serve(name: str, port: int) -> None:
    """Serve one of the two until the process is ended: one worker, as many threads as connections where the database is PostgreSQL."""
    from granian import Granian  # only a server process needs it
    from granian.constants import Interfaces

    threads = CONNECTIONS if os.environ[URL].startswith("postgresql") else 1
    target = f"benchmarks._load:{name}"
    server = Granian(target, factory=True, interface=Interfaces.WSGI, port=port, workers=1, blocking_threads=threads, log_enabled=False)
    server.serve()


@contextmanager
def servers(url: str, instance: str) -> Iterator[Mapping[str, int]]:
    """Start both servers and lend their ports."""
    ports: dict[str, int] = {}
    processes = []
    try:
        for name in ("ours", "hand"):
            with closing(socket.socket()) as free:
                free.bind(("127.0.0.1", 0))
                ports[name] = free.getsockname()[1]
            code = f"from benchmarks._load import serve; serve({name!r}, {ports[name]})"
            environment = os.environ | {URL: url, INSTANCE: instance, "PYTHONPATH": os.pathsep.join(sys.path)}
            processes.append(subprocess.Popen([sys.executable, "-c", code], env=environment))
        for port in ports.values():
            _await(port)
        yield ports
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _await(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server answers on port {port}")


def request_bytes(path: str, body: bytes, token: str) -> bytes:
    """Return a request as it goes over the wire."""
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Authorization": f"Bearer {token}", "Content-Length": len(body)}
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    return head.encode() + body


def seconds_per_request(port: int, request: bytes, duration: float) -> float:
    """Return the duration divided by the requests that all connections together got answered in it."""
    counts = [0] * CONNECTIONS

    def ask(place: int) -> None:
        with closing(socket.create_connection(("127.0.0.1", port))) as connection:
            while time.perf_counter() < end:
                connection.sendall(request)
                _read(connection)
                counts[place] += 1

    begun = time.perf_counter()
    end = begun + duration
    threads = [Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - begun) / sum(counts)


def _read(connection: socket.socket) -> None:
    data = connection.recv(65_536)
    assert data.startswith(b"HTTP/1.1 200"), data[:300]
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
