"""
The rules of who may import whom, of sizes and of state, held against the whole tree.

Every rule comes with a test that it can fail: a rule that accepts everything is no rule.
A breach that must stay is listed in `EXEMPT` with its reason; an entry that no longer
applies fails, too.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools import house_rules
from tools.house_rules import Module

ROOT = Path(__file__).resolve().parent.parent
# Lines of code, docs/adr/0003-core-budget.md, raised by 0013-versions-and-drafts.md.
CORE_BUDGETS = {"trunk": 8_400, "libraries": 2_900, "adapters": 5_000}
LIBRARIES = {"formula", "ledger", "org"}
ADAPTERS = {"web", "graphql", "cli", "jobs", "testing", "builtin"}
FILE_LIMIT = 400
FUNCTION_LIMIT = 40
WRITTEN = (".py", ".js", ".css", ".html")
HAND_WRITTEN_FOLDERS = ("core", "plugins", "admin", "industry_templates", "tests", "tools", "benchmarks", "examples")
GENERATED = {"vendor", "versions", "__pycache__", "node_modules"}

# Rule: {place: reason}. The place is what stands before the colon and the blank in a breach.
EXEMPT: dict[str, dict[str, str]] = {
    "blind_excepts": {
        "bole.host.host:Host.notify": "one plugin's failure must not keep a notification from the others",
        "bole.host.host:_register": "every plugin that cannot be imported is named in one refusal to start, none is passed over",
        "bole.host.host:_settings": "a schema that cannot be imported is named in the same refusal",
        "bole.jobs.chunks:run_chunk": "a job may fail in any way, and the worker must go on",
    },
}


def unexcused(rule: str, breaches: list[str]) -> list[str]:
    """Return the breaches without an exemption, and the exemptions without a breach."""
    exempt = EXEMPT.get(rule, {})
    places = {breach.split(": ", 1)[0] for breach in breaches}
    stale = [f"{place}: EXEMPT[{rule!r}] lists it, but it breaks the rule no more; delete the entry." for place in exempt if place not in places]
    return [breach for breach in breaches if breach.split(": ", 1)[0] not in exempt] + stale


def hold(rule: str, breaches: list[str]) -> None:
    """Fail with every breach that is not excused, one a line."""
    remaining = unexcused(rule, breaches)
    assert not remaining, "\n" + "\n".join(remaining)


def of_plugins(modules: list[Module]) -> list[Module]:
    """Return the modules of plugins: all but the core's, the back office's and the templates'."""
    return [module for module in modules if module.package not in ("bole", "bole_admin", "bole_templates")]


def module(text: str, name: str = "bole.services.pay") -> Module:
    """Return a module made of a snippet."""
    return Module.from_text(name, text)


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    """Every module below the source roots."""
    return house_rules.read_modules(ROOT)


def long_files(root: Path, limit: int) -> list[str]:
    """Return one breach for each written file of more than `limit` lines."""
    found = []
    for path in sorted(path for folder in HAND_WRITTEN_FOLDERS for path in (root / folder).rglob("*") if path.suffix in WRITTEN):
        lines = 0 if GENERATED & set(path.parts) else len(path.read_text("utf-8").splitlines())
        if lines > limit:
            found.append(f"{path.relative_to(root)}: {lines} lines; the limit is {limit}.")
    return found


def code_of_core(root: Path) -> dict[str, int]:
    """Return how many lines of code the trunk, the libraries and the adapters have, migrations apart."""
    counts: Counter[str] = Counter()
    for path in (root / "core").rglob("*.py"):
        if "migrations" not in path.parts:
            part = path.relative_to(root / "core" / "bole").parts[0]
            group = "libraries" if part in LIBRARIES else "adapters" if part in ADAPTERS else "trunk"
            counts[group] += house_rules.code_lines(path.read_text("utf-8"))
    return dict(counts)


def test_no_file_exceeds_the_limit() -> None:
    """No hand-written file has more than 400 lines."""
    hold("long_files", long_files(ROOT, FILE_LIMIT))


def test_a_file_over_the_limit_is_found(tmp_path: Path) -> None:
    """A file of 401 lines breaks the rule, one of 400 does not, a migration and a library never do."""
    for place, lines in {"core/bole/a.py": 401, "admin/b.css": 400, "plugins/migrations/versions/c.py": 900, "core/vendor/d.js": 900}.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x = 1\n" * lines)

    found = long_files(tmp_path, FILE_LIMIT)

    assert found == ["core/bole/a.py: 401 lines; the limit is 400."]


@pytest.mark.parametrize("group", CORE_BUDGETS)
def test_the_core_stays_within_its_budget(group: str) -> None:
    """Each group of the core keeps its budget; raising one needs a decision record."""
    counts = code_of_core(ROOT)

    assert counts[group] <= CORE_BUDGETS[group], counts


def test_the_core_is_counted_by_groups_without_migrations(tmp_path: Path) -> None:
    """The budget counts every line of code but those of migrations."""
    for place in ("core/bole/a.py", "core/bole/web/c.py", "core/bole/ledger/e.py", "core/bole/migrations/d.py"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x = 1\n" * 10)

    assert code_of_core(tmp_path) == {"trunk": 10, "adapters": 10, "libraries": 10}


def test_code_is_counted_without_blanks_comments_and_docstrings() -> None:
    """A statement over two lines counts as two."""
    text = '"""Says what it is."""\n\n# why\nx = (1,\n     2)\n\n\ndef f():\n    """Return."""\n    return x\n'

    assert house_rules.code_lines(text) == 4


def test_no_function_exceeds_a_screen(modules: list[Module]) -> None:
    """No function's body has more than 40 lines, its docstring apart."""
    breaches = [breach for one in modules for breach in house_rules.long_functions(one, FUNCTION_LIMIT)]

    hold("long_functions", breaches)


def test_a_long_function_is_found() -> None:
    """A body of four lines breaks a limit of three; the docstring does not count."""
    text = 'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n' + "        x = 1\n" * 4

    assert house_rules.long_functions(module(text), 3) == ["bole.services.pay:A.f: 4 lines; a function fits a screen (3)."]
    assert house_rules.long_functions(module(text), 4) == []


def test_plugins_import_only_plugins_that_they_require(modules: list[Module]) -> None:
    """A plugin imports another one only when its plugin.toml says so."""
    breaches = []
    for one in of_plugins(modules):
        manifest = ROOT / "plugins" / one.package / "plugin.toml"
        breaches += (
            house_rules.undeclared_plugins(one, house_rules.requirements_of(manifest)) if manifest.exists() else [f"{one.name}: no plugin.toml."]
        )

    hold("undeclared_plugins", breaches)


def test_an_undeclared_plugin_is_found(tmp_path: Path) -> None:
    """Importing a required plugin passes, importing another one does not, even inside a function."""
    (tmp_path / "plugin.toml").write_text('name = "payroll"\n[requires]\nsales = ">=0.1"\n')
    text = "import bole_sales\nfrom bole_payroll import tax\ndef f():\n    from bole_field.services import visits\n"

    found = house_rules.undeclared_plugins(module(text, "bole_payroll.services"), house_rules.requirements_of(tmp_path / "plugin.toml"))

    assert found == ["bole_payroll.services: imports bole_field, which its plugin.toml does not require."]


def test_only_admin_modules_of_plugins_import_the_back_office(modules: list[Module]) -> None:
    """Of a plugin, only admin.py imports bole_admin; the core never does."""
    breaches = [breach for one in modules if one.package != "bole_admin" for breach in house_rules.misplaced_admin(one)]

    hold("misplaced_admin", breaches)


@pytest.mark.parametrize(
    ("name", "count"), [("bole_payroll.admin", 0), ("bole_payroll.admin.views", 0), ("bole_payroll.services", 1), ("bole_payroll", 1)]
)
def test_a_misplaced_import_of_the_back_office_is_found(name: str, count: int) -> None:
    """The back office may be imported in a plugin's admin module or folder and nowhere else."""
    assert len(house_rules.misplaced_admin(module("from bole_admin import SecureModelView", name))) == count


def test_the_back_office_imports_no_plugin(modules: list[Module]) -> None:
    """The back office knows plugins by their declarations only."""
    breaches = [breach for one in modules if one.package in ("bole", "bole_admin") for breach in house_rules.undeclared_plugins(one, frozenset())]

    hold("undeclared_plugins_of_admin", breaches)


def test_plugins_import_the_facades_of_the_core_only(modules: list[Module]) -> None:
    """A plugin imports bole, bole.graphql, bole.web and bole.testing, and nothing behind them."""
    core = frozenset(one.name for one in modules if one.package == "bole")
    breaches = [breach for one in of_plugins(modules) for breach in house_rules.past_the_facade(one, core)]

    hold("past_the_facade", breaches)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from bole import Money", 0),
        ("from bole.graphql import Field", 0),
        ("import bole.web", 0),
        ("from bole import values", 1),
        ("from bole.values import Money", 1),
        ("import bole.values.money", 1),
        ("from bole.graphql.compiler import compile", 1),
    ],
)
def test_an_import_behind_the_facade_is_found(text: str, count: int) -> None:
    """A submodule is behind the facade, whichever way it is imported."""
    core = frozenset({"bole", "bole.values", "bole.values.money", "bole.graphql", "bole.graphql.compiler", "bole.web"})

    assert len(house_rules.past_the_facade(module(text, "bole_payroll.services"), core)) == count


def test_no_web_framework_below_web_and_graphql(modules: list[Module]) -> None:
    """Flask and graphene stay out of services, engine, models and what is below them."""
    breaches = [breach for one in modules for breach in house_rules.web_below(one)]

    hold("web_below", breaches)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("bole.services.pay", "from flask import g", 1),
        ("bole.engine.scan", "import flask_security.utils", 1),
        ("bole_payroll.services", "def f():\n    from graphql import parse", 1),
        ("bole.hookspecs", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flask import Blueprint", 0),
        ("bole.web.login", "from flask import g", 0),
        ("bole_payroll.graphql", "import graphene", 0),
    ],
)
def test_a_web_framework_below_web_is_found(name: str, text: str, count: int) -> None:
    """An import of Flask or graphene counts by where it stands; one for types alone does not."""
    assert len(house_rules.web_below(module(text, name))) == count


def test_only_the_clock_reads_the_time(modules: list[Module]) -> None:
    """The machine's and the database's clock are read in bole/clock.py alone."""
    breaches = [breach for one in modules for breach in house_rules.clock_reads(one)]

    hold("clock_reads", breaches)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime as dt\nx = dt.datetime.utcnow()",
        "from datetime import date as day\nx = day.today()",
        "import time\nx = time.time()",
        "from time import time_ns\nx = time_ns()",
        "from sqlalchemy import func\nx = func.now()",
        "import sqlalchemy as sa\nx = sa.func.current_timestamp()",
        "from sqlalchemy import text\nx = text('select CURRENT_TIMESTAMP')",
        "from datetime import datetime\nclass A:\n    made = column(default=datetime.now)",
    ],
)
def test_a_clock_read_is_found(text: str) -> None:
    """Every way to read the time breaks the rule once, also when only a reference is passed on."""
    assert len(house_rules.clock_reads(module(text))) == 1


def test_reading_the_clock_that_was_passed_in_is_free() -> None:
    """Asking a Clock, timing with a monotonic counter, and speaking of now() in a docstring break nothing."""
    text = 'import time\ndef f(clock):\n    """Return now()."""\n    return clock.now(), time.perf_counter()'

    assert house_rules.clock_reads(module(text)) == []


def test_nothing_catches_every_exception(modules: list[Module]) -> None:
    """Only notifications and the job worker, which say why, catch everything; nothing swallows a failed import."""
    breaches = [breach for one in modules for breach in house_rules.blind_excepts(one)]

    hold("blind_excepts", breaches)


@pytest.mark.parametrize(
    ("handler", "count"),
    [
        ("except Exception:\n    pass", 1),
        ("except (ValueError, BaseException) as e:\n    raise OSError from e", 1),
        ("except:\n    pass", 1),
        ("except ImportError:\n    pass", 1),
        ("except ValueError:\n    pass", 0),
        ("except ImportError as e:\n    raise OSError from e", 0),
        ("except BaseException:\n    undo()\n    raise", 0),
    ],
)
def test_a_blind_except_is_found(handler: str, count: int) -> None:
    """Catching all counts as a breach unless the same exception goes on."""
    assert len(house_rules.blind_excepts(module(f"try:\n    f()\n{handler}"))) == count


def test_no_module_keeps_state(modules: list[Module]) -> None:
    """No global session, registry or cache: what lives in a module never changes."""
    breaches = [breach for one in modules for breach in house_rules.module_state(one)]

    hold("module_state", breaches)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("cache = {}", 1),
        ("seen: set[str] = set()", 1),
        ("pm = pluggy.PluginManager('bole')", 1),
        ("def f():\n    global actor\n    actor = 1", 1),
        ("RATES = {}\ndef f():\n    RATES['a'] = 1", 1),
        ("RATES = []\ndef f():\n    RATES.append(1)", 1),
        ("RATES = {'a': 1}\n__all__ = ['RATES']\nhook = HookspecMarker('bole')", 0),
        ("def f():\n    cache = {}\n    cache['a'] = 1", 0),
    ],
)
def test_module_state_is_found(text: str, count: int) -> None:
    """A container that is no constant, a changed constant, a global and an object of the app are state."""
    assert len(house_rules.module_state(module(text))) == count


def test_imports_inside_functions_say_why(modules: list[Module]) -> None:
    """An import inside a function has a comment on its line or above it."""
    breaches = [breach for one in modules for breach in house_rules.unexplained_imports(one)]

    hold("unexplained_imports", breaches)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("import polars", 1),
        ("import polars  # heavy", 0),
        ("# heavy, and seldom needed\n    import polars\n    import numpy", 0),
        ("import polars  # heavy\n    x = 1\n    import numpy", 1),
    ],
)
def test_an_unexplained_import_is_found(body: str, count: int) -> None:
    """One comment explains the imports that follow it without a gap, and no others."""
    assert len(house_rules.unexplained_imports(module(f"def f():\n    {body}"))) == count


def import_alone(names: list[str]) -> str:
    """Return the lines that tools.import_alone prints for these modules."""
    path = ":".join(str(ROOT / folder) for folder in house_rules.SOURCE_ROOTS)
    command = [sys.executable, "-m", "tools.import_alone", *names]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": path, "PATH": ""}, capture_output=True, text=True, check=False).stdout.strip()


def test_every_module_can_be_imported_alone(modules: list[Module]) -> None:
    """No module depends on another having been imported before it, and none warns."""
    names = [one.name for one in modules if not one.name.endswith("__main__")]

    assert import_alone(names) == ""


def test_a_module_that_cannot_be_imported_is_found() -> None:
    """A missing module is named with its error."""
    assert import_alone(["bole", "bole.no_such_module"]).startswith("bole.no_such_module: ModuleNotFoundError")


def test_a_stale_exemption_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exemption excuses its place and fails as soon as nothing there breaks the rule."""
    monkeypatch.setitem(EXEMPT, "clock_reads", {"bole.a:f": "a reason"})

    assert unexcused("clock_reads", ["bole.a:f: reads the clock", "bole.b: reads the clock"]) == ["bole.b: reads the clock"]
    assert unexcused("clock_reads", []) == ["bole.a:f: EXEMPT['clock_reads'] lists it, but it breaks the rule no more; delete the entry."]
