"""
Every hook exists in full: a specification with words, a place in docs/hooks.md, a test here, a built-in user.

The tests named ``test_hook_NAME`` hold the dummy plugin's implementation against what the platform makes of it.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from bole import hookspecs
from bole.access import Work
from bole.cli import main
from bole.clock import FixedClock
from bole.contracts.extension import ImportRow
from bole.contracts.impact import Reorganisation, Touched
from bole.contracts.label import Label
from bole.contracts.observation import Observation
from bole.db import Database, unit_of_work
from bole.formula import NUMBER, Formula, Functions
from bole.graphql.service import GraphQLService
from bole.host import Config, Host
from bole.jobs import run_chunk, take_chunk
from bole.models import OrgVersion
from bole.org import OrgDiff
from bole.services.catalogue import synchronise
from bole.services.entries import Entry
from bole.services.history import record_structure
from bole.services.jobs import job_status, start_job
from bole.services.outbox import deliver, enqueue
from bole.services.people import define_legal_entities, register_employees
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole.services.versions import open_version
from bole.values import Money, PeriodKind
from bole.web import create_app
from tests.conftest import NOW
from tests.dummy_plugin import declarations
from tests.dummy_plugin.models import Note
from tests.dummy_plugin.services import add_note, read_notes
from tests.installing import install

__all__ = ["install"]
ROOT = Path(__file__).resolve().parent.parent
HOOKS = {name: getattr(hookspecs, name) for name in vars(hookspecs) if name.startswith("bole_")}
NOTIFICATIONS = {"bole_observations_recorded", "bole_period_closed", "bole_payout_released", "bole_org_version_activated"}
DOCS = (ROOT / "docs" / "hooks.md").read_text("utf-8")
CLOCK = FixedClock(NOW)


def implementations(path: Path) -> set[str]:
    """Return the hooks that a module implements, by parsing it."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and any("hookimpl" in ast.unparse(mark) for mark in node.decorator_list)
    }


def section_of(hook: str) -> str:
    """Return what docs/hooks.md says of a hook, its heading included."""
    return next((part for part in re.split(r"(?m)^(?=### )", DOCS) if part.startswith(f"### `{hook}(")), "")


def example_of(hook: str) -> str:
    """Return the example of a hook in docs/hooks.md."""
    found = re.search(r"```python\n(.*?)```", section_of(hook), re.DOTALL)
    return found.group(1) if found else ""


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_specification_in_words(hook: str) -> None:
    """The docstring begins with what the hook is for, and says every argument and what is returned."""
    docstring, signature = inspect.getdoc(HOOKS[hook]) or "", inspect.signature(HOOKS[hook])

    assert re.match(r"[A-Z][^\n]+\.\n\n", docstring)
    assert [name for name in signature.parameters if f":param {name}:" not in docstring] == []
    assert (":returns:" in docstring) == (hook not in NOTIFICATIONS)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook: str) -> None:
    """The heading in docs/hooks.md is the signature; every argument has a line, and there is an example."""
    signature = inspect.signature(HOOKS[hook])
    section = section_of(hook)

    assert section.startswith(f"### `{hook}{str(signature).replace(chr(39), '')}`\n")
    assert [name for name in signature.parameters if f"\n- `{name}`: " not in section] == []
    assert f"def {hook}(" in example_of(hook)


def test_no_hook_is_documented_that_does_not_exist() -> None:
    """Every heading of a hook in docs/hooks.md names one that there is."""
    assert set(re.findall(r"(?m)^### `(\w+)\(", DOCS)) == set(HOOKS)


def test_the_examples_of_the_docs_run(tmp_path: Path) -> None:
    """Each example is the whole ``__init__.py`` of a plugin with which a host starts."""
    code = [
        "from bole.host import Config, Host",
        "for package in sys.argv[1:]:",
        "    host = Host(Config(plugins=('sample',)), packages={'sample': package})",
        "    assert any(name == 'sample' for name, _ in host.per_plugin(package)), package",
    ]
    for hook in HOOKS:
        (tmp_path / hook).mkdir()
        (tmp_path / hook / "__init__.py").write_text(example_of(hook), "utf-8")
        (tmp_path / hook / "plugin.toml").write_text('name = "sample"\napi = 1\nversion = "1"\n[summary]\nzh = "例"\nen = "sample"\n', "utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "core")])}

    ran = subprocess.run([sys.executable, "-c", "import sys\n" + "\n".join(code), *HOOKS], env=environment, capture_output=True, text=True)

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test_of_its_name(hook: str) -> None:
    """A hook without a test is no hook."""
    assert f"test_hook_{hook}" in globals()


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_built_in_user(hook: str) -> None:
    """The core or a built-in plugin implements it; a hook that nobody needed would be a guess."""
    modules = [ROOT / "core" / "bole" / "builtin" / "__init__.py", *(ROOT / "plugins").glob("bole_*/__init__.py")]

    assert hook in {name for module in modules for name in implementations(module)}


def test_the_dummy_plugin_uses_every_hook() -> None:
    """There is no hook that the dummy plugin leaves out, and none that does not exist."""
    assert implementations(ROOT / "tests" / "dummy_plugin" / "__init__.py") == set(HOOKS)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host with the dummy plugin."""
    return Host(Config(plugins=("dummy",), instance=tmp_path / "instance"), packages={"dummy": "tests.dummy_plugin"})


@pytest.fixture
def staffed(work: Work) -> Work:
    """A unit of work in a company of one."""
    synchronise(work)
    entity = {"name_zh": "青禾", "name_en": "Verdant", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}
    define_legal_entities(work, [Entry("cn", entity)])
    register_employees(work, [Entry("E1", {"name_en": "Li", "hired_on": date(2024, 1, 1), "legal_entity": "cn"})])
    return work


def tell(work: Work, database: Database, hook: str, **body: object) -> list[str]:
    """Deliver a notification and return what the dummy noted."""
    with unit_of_work(work.session):
        enqueue(work, hook, body)
    deliver(database, work.host, CLOCK)
    return read_notes(work)


def nod(key: str, *, deep: bool) -> Observation:
    """A nod in July 2026."""
    return Observation("E1", "dummy.nod", datetime(2026, 7, 1, 2, tzinfo=UTC), key, attributes={"deep": deep})


def test_hook_bole_models(work: Work) -> None:
    """The table of a plugin's model carries its name and owner and can be written."""
    add_note(work, "a")

    assert (Note.table.name, Note.table.info["owner"]) == ("dummy_note", "dummy")
    assert work.session.scalars(text("select text from dummy_note")).all() == ["a"]


def test_hook_bole_observation_kinds(staffed: Work) -> None:
    """Facts of a declared kind can be recorded."""
    outcome = record_observations(staffed, [nod("1", deep=True)], source="test")

    assert outcome.recorded == 1
    assert staffed.host.registry.owner("observation_kinds", "dummy.nod") == "dummy"


def test_hook_bole_indicators(staffed: Work) -> None:
    """A declared indicator is measured from the facts that meet its condition."""
    record_observations(staffed, [nod("1", deep=True), nod("2", deep=False), nod("3", deep=True)], source="test")

    run = run_period(staffed, "2026-07")

    query = "select numerator from core_measurement m join core_indicator i on i.id = m.indicator_id where m.run_id = :run and i.code = 'dummy.nods'"
    assert staffed.session.scalars(text(query), {"run": run.id}).all() == [2]


def test_hook_bole_incentive_types(staffed: Work) -> None:
    """A rule of a declared type awards what the type computes."""
    rule = {"type_code": "dummy.flat", "label": Label("定额", "Flat"), "parameters": {"amount": 500}, "period_kind": PeriodKind.MONTH}
    write_rule(staffed, "flat", valid_from=date(2026, 1, 1), **rule)

    run_period(staffed, "2026-07")

    assert staffed.session.scalars(text("select entitled from core_award")).all() == [500_000_000]


def test_hook_bole_formula_functions(host: Host) -> None:
    """A formula may call a declared function, by either name, beside the built-in ones."""
    functions = Functions(host.registry.formula_functions.values())

    formula = Formula.parse("MAX(双倍(a), 3)", {"a": NUMBER}, functions=functions)

    assert formula.text == "MAX(DOUBLE(a), 3)"
    assert formula.compute(pl.DataFrame({"a": [1_000_000, 2_500_000]}), 6).to_list() == [3_000_000, 5_000_000]


def test_hook_bole_connectors(work: Work, tmp_path: Path) -> None:
    """A declared connector is found by its code and reads files."""
    (tmp_path / "note.txt").write_text("from a file\nmore\n")

    outcome = work.host.registry.connectors["dummy.notes"].run(work, tmp_path / "map.toml", [str(tmp_path / "note.txt")])

    assert (outcome.recorded, read_notes(work)) == (1, ["from a file"])


def test_hook_bole_import_targets(work: Work) -> None:
    """Rows can be loaded as a declared target."""
    target = work.host.registry.import_targets["dummy.notes"]

    outcome = target.load(work, [[ImportRow("a.csv", 2, {"text": "x"})], [ImportRow("a.csv", 3, {"text": "y"})]], {})

    assert (outcome.recorded, read_notes(work)) == (2, ["x", "y"])


def test_hook_bole_org_versions(work: Work) -> None:
    """What a declared supplier reads becomes a version of the organisation."""
    snapshot = work.host.registry.org_sources["dummy.hut"].read(work, "v1")

    recorded = record_structure(work, snapshot)

    assert [(change.code, change.before) for change in recorded.diff] == [("HUT", None)]
    assert work.session.scalars(select(OrgVersion.code)).all() == ["v1"]


def test_hook_bole_org_impacts(work: Work) -> None:
    """A declared impact is asked about a change as a whole, and answers with a number and sentences."""
    for note in ("EAST", "WEST", "EAST"):
        add_note(work, note)
    change = Reorganisation(date(2026, 11, 1), OrgDiff(), (1, 2), {1: "EAST", 2: "HQ"})

    found = work.host.registry.org_impacts["dummy.notes"].assess(work, change)

    assert found == Touched(2, (Label("EAST", "EAST"), Label("EAST", "EAST")))
    assert work.host.registry.owner("org_impacts", "dummy.notes") == "dummy"


def test_hook_bole_graphql(work: Work, database: Database) -> None:
    """A plugin's types, fields on others' types, queries and mutations answer."""
    service = GraphQLService(work.host, database)
    ask: Callable[[str], Any] = lambda document: orjson.loads(service.answer(work, document).body)  # noqa: E731  # short for four questions

    written = ask('mutation { writeNote(text: "by mutation") { result errors { message } } }')
    read = ask("{ greeting notes { edges { node { text } } } employees { edges { node { notes { text } } } } }")

    assert written == {"data": {"writeNote": {"result": 1, "errors": []}}}
    assert read == {"data": {"greeting": "hello", "notes": {"edges": [{"node": {"text": "by mutation"}}]}, "employees": {"edges": []}}}


@pytest.fixture
def app(host: Host, database: Database) -> Any:
    """The web application with the back office."""
    return create_app(host, database, clock=CLOCK, sites={"admin": "bole_admin:mount"})


def test_hook_bole_blueprints(app: Any) -> None:
    """A plugin's page is under its name, and guarded as it says."""
    answer = app.test_client().get("/dummy/hello")

    assert answer.status_code in (302, 401)
    assert app.test_client().get("/dummy/nothing").status_code == 404


def test_hook_bole_admin_views(app: Any) -> None:
    """A declared table is a page of the back office, for those who are logged in."""
    answer = app.test_client().get("/admin/dummy/notes/")

    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_hook_bole_commands(install: Callable[[str, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A declared command runs although it stands in no manifest."""
    install("dummy", "tests.dummy_plugin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "bole.toml").write_text('[bole]\nplugins = ["dummy"]\n')

    answer = CliRunner().invoke(main, ["--config", str(tmp_path / "bole.toml"), "bow"])

    assert (answer.exit_code, answer.output) == (0, "_o_\n")


def test_hook_bole_jobs(work: Work, database: Database) -> None:
    """A declared job runs, reports and returns."""
    number = start_job(work, "dummy.write_notes", {"count": 2})
    chunk = take_chunk(database, CLOCK, number, 0)
    assert chunk is not None

    run_chunk(database, work.host, CLOCK, chunk)

    found = job_status(work, number)
    assert (found.status, found.done, found.total, found.result) == ("done", 2, 2, {"written": 2})
    assert read_notes(work) == ["job 0", "job 1"]


def test_hook_bole_observations_recorded(staffed: Work, database: Database) -> None:
    """Recording tells the plugin of the batch, after the commit."""
    outcome = record_observations(staffed, [nod("1", deep=True)], source="test")

    assert read_notes(staffed) == []
    staffed.session.rollback()
    deliver(database, staffed.host, CLOCK)
    assert read_notes(staffed) == [f"batch {outcome.batch_id}"]


def test_hook_bole_period_closed(work: Work, database: Database) -> None:
    """Closing a period tells the plugin which one."""
    assert tell(work, database, "bole_period_closed", period_id=7) == ["period 7"]


def test_hook_bole_payout_released(work: Work, database: Database) -> None:
    """A release tells the plugin of all its payouts at once."""
    assert tell(work, database, "bole_payout_released", payout_ids=[3, 4]) == ["payouts (3, 4)"]


def test_hook_bole_org_version_activated(work: Work, database: Database) -> None:
    """A recorded version is told to the plugin after the commit, also where it holds only from a day to come."""
    version = open_version(work, "next year", date(2027, 1, 1))

    assert read_notes(work) == []
    work.session.rollback()
    deliver(database, work.host, CLOCK)
    assert read_notes(work) == [f"version {version}"]


def test_hook_bole_resolve_actor(work: Work) -> None:
    """A plugin may know credentials that the core does not; nobody knows the others."""
    resolve = work.host.hook.bole_resolve_actor

    assert resolve(work=work, credentials={"bearer": "dummy-robot"}) == declarations.ROBOT
    assert resolve(work=work, credentials={"bearer": "somebody-else"}) is None


def test_hook_bole_convert_money(work: Work) -> None:
    """The plugin that knows a rate converts; without one there is no answer."""
    convert = work.host.hook.bole_convert_money

    assert convert(work=work, amount=Money(Decimal("1.50"), "CNY"), currency="ISK", moment=NOW) == Money(Decimal("3.00"), "ISK")
    assert convert(work=work, amount=Money(Decimal("1.50"), "CNY"), currency="USD", moment=NOW) is None
