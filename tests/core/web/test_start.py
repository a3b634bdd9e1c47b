"""What a server imports before it can answer its first program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bole.access import Work
from bole.contracts.schema import Call, GraphQLPart
from bole.db import Database
from bole.errors import StartRefused
from bole.host import Config, Host
from bole.models import Model
from bole.services.identity import create_token, create_user, ensure_roles
from bole.web import create_app

ROOT = Path(__file__).resolve().parents[3]
LATER = ["polars", "sklearn", "celery", "flask_admin", "flask_security", "wtforms"]
ASK = """
import sys
from pathlib import Path
from bole.db import Database
from bole.host import Config, Host
from bole.web import create_app

url, instance, token, *later = sys.argv[1:]
app = create_app(Host(Config(instance=Path(instance)), packages={}), Database(url))
answer = app.test_client().post("/graphql", json={"query": "{ employees { totalCount } }"}, headers={"Authorization": "Bearer " + token})
assert answer.json == {"data": {"employees": {"totalCount": 0}}}, answer.data
print([name for name in later if name in sys.modules])
"""


def test_the_first_answer_needs_no_heavy_library(sqlite_url: str, tmp_path: Path) -> None:
    """A fresh process answers its first question without having imported what only scoring, jobs, pages or the back office use."""
    database = Database(sqlite_url)
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        work = Work(session, Host(Config(), packages={}))
        ensure_roles(work)
        token = create_token(work, create_user(work, "erp@example.com", roles=["hr"]), "erp")
    paths = ":".join(str(ROOT / source) for source in ("core", "plugins", "admin"))

    done = subprocess.run(
        [sys.executable, "-c", ASK, sqlite_url, str(tmp_path / "instance"), token, *LATER],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": paths, "PATH": "/usr/bin"},
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_schema_that_does_not_fit_stops_the_start(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plugins that declare one field stop the application where it is made, not at the first question."""
    part = GraphQLPart(query=(Call("hello", lambda work: 1),))
    monkeypatch.setattr("bole.graphql.service.parts_of", lambda host: [("first", part), ("second", part)])

    with pytest.raises(StartRefused, match=r"Query\.hello is declared by both 'first' and 'second'"):
        create_app(Host(Config(), packages={}), Database(sqlite_url))
