"""Start-up: `bole --help` against a bare Python, and a cold server's first GraphQL answer against importing its libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._harness import Report, arguments, interleave
from bole.access import Work
from bole.clock import SystemClock
from bole.db import Database
from bole.host import Host, read_manifest
from bole.services.identity import create_token, create_user
from bole.services.installation import bring_up_to_date, write_config

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = "import flask, sqlalchemy.orm, graphene, marshmallow"
LATER = "polars sklearn celery flask_admin".split()
"""What a server must not have imported by its first answer."""

HELP = "from bole.cli import main; main(prog_name='bole')"
ANSWER = """
import sys
from bole.cli.process import application

token, *later = sys.argv[1:]
query = {"query": "{ employees { edges { node { number } } } }"}
answer = application().test_client().post("/graphql", json=query, headers={"Authorization": f"Bearer {token}"})
assert answer.get_json() == {"data": {"employees": {"edges": []}}}, answer.get_data()
print([name for name in later if name in sys.modules])
"""


def environment(folder: str) -> dict[str, str]:
    """Return an environment in which Bole is imported from here, with compiled files kept and a cache of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "BOLE_CONFIG")}
    path = os.pathsep.join(str(ROOT / source) for source in ("core", "plugins", "admin"))
    return kept | {"PYTHONPATH": path, "XDG_CACHE_HOME": folder}


def python(folder: str, code: str, *values: str) -> Callable[[], str]:
    """Return a call of a fresh Python that runs a text and gives what it prints."""
    return lambda: (
        subprocess.run([sys.executable, "-c", code, *values], check=True, capture_output=True, text=True, cwd=folder, env=environment(folder)).stdout
    )


def built_in() -> dict[str, str]:
    """Return the packages of the built-in plugins that a configuration enables, each after what it requires."""
    manifests = [read_manifest(path, path.parent.name) for path in sorted((ROOT / "plugins").glob("bole_*/plugin.toml"))]
    waiting = {manifest.name: manifest for manifest in manifests if not manifest.always}
    placed: dict[str, str] = {}
    while waiting:
        name = next(name for name, manifest in waiting.items() if set(manifest.requires) <= {"core", *placed})
        placed[name] = waiting.pop(name).package
    return placed


def deployment(folder: str, packages: dict[str, str]) -> str:
    """Write a configuration with these plugins, make its database and a user for programs; return the user's token."""
    config = write_config(Path(folder) / "bole.toml", company="Bench", database="sqlite:///bole.db", locale="en", plugins=list(packages))
    host, database, clock = Host(config, packages=packages), Database(config.database), SystemClock()
    bring_up_to_date(database, host, clock)
    with database.session() as session:
        work = Work(session, host, clock=clock)
        token = create_token(work, create_user(work, "erp@example.com", roles=["admin"]), "erp")
    database.engine.dispose()
    return token


def main() -> None:
    """Run both cases and print them."""
    options = arguments(__doc__)
    rounds = 5 if options.small else 15
    report = Report("startup")
    with TemporaryDirectory(prefix="bole-bench-") as folder:
        seconds = interleave({"pass": python(folder, "pass"), "help": python(folder, HELP, "--help")}, rounds)
        report.add("bole --help", seconds, contender="help", baseline="pass", goal=6)
        packages = built_in()
        cold = python(folder, ANSWER, deployment(folder, packages), *LATER)
        early = cold().splitlines()[-1]
        seconds = interleave({"imports": python(folder, LIBRARIES), "answer": cold}, rounds)
        report.add(f"cold start to the first answer, {len(packages)} plugins", seconds, contender="answer", baseline="imports", goal=1.5)
        print(f"  imported too early: {early}" if early != "[]" else f"  not imported by then: {', '.join(LATER)}")
    report.finish()


if __name__ == "__main__":
    main()
