"""
Imports every module in a fresh process and prints those that fail, one line each.

A module that only works after another was imported hides a cycle. Third-party
libraries are imported once and the process forks for each module, which makes
this fast enough for a test. Warnings are errors.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
import warnings

LIBRARIES = "alembic celery cryptography flask flask_admin flask_babel flask_security graphene marshmallow polars sqlalchemy.orm structlog".split()


def failure_of(name: str) -> str:
    """Return why a module cannot be imported alone; empty when it can."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            warnings.simplefilter("error")
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001  # whatever happens in the child is the answer
            frame = traceback.extract_tb(error.__traceback__)[-1]
            os.write(writing, f"{name}: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})".replace("\n", " ").encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    _, status = os.waitpid(child, 0)
    return said if not status else said or f"{name}: the process ended with status {status}"


def main(names: list[str]) -> int:
    """Print the modules that cannot be imported alone; return the exit code."""
    for library in LIBRARIES:
        if importlib.util.find_spec(library.split(".")[0]):
            importlib.import_module(library)
    failures = [said for said in map(failure_of, names) if said]
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
