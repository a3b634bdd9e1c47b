"""
The rules of architecture.md, section 3, and of the house that a parse of the sources can check.

Each rule is a function over one parsed module and returns one sentence for each
breach, ``place: what``, where the place is ``module:function`` or ``module`` and so
outlives a change of line numbers. tests/test_architecture.py applies the rules to the
tree and proves on snippets that each of them can fail.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE_ROOTS = ("core", "plugins", "admin", "industry_templates")
FACADES = frozenset({"bole", "bole.graphql", "bole.testing", "bole.web"})
"""All that a plugin may import of the core."""

WEB_LIBRARIES = re.compile(r"(flask\w*|graphene|graphql\w*|granian|werkzeug|wtforms)(\.|$)")
CORE_WEB = frozenset({"cli", "graphql", "jobs", "testing", "web"})
PLUGIN_WEB = frozenset({"admin", "graphql", "web"})

_NO_CODE = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})

CLOCKS = frozenset(
    [
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime"),
        *(f"sqlalchemy.func.{name}" for name in ("now", "current_date", "current_time", "current_timestamp", "localtimestamp", "sysdate")),
    ]
)
SQL_CLOCK = re.compile(r"\bcurrent_(date|time|timestamp)\b|\b(clock|statement|transaction)_timestamp\(|\bnow\(\)|\((?:'|\")now\b", re.IGNORECASE)

ONE_PER_APP = frozenset("Babel Celery Flask Host PluginManager SQLAlchemy Security create_engine scoped_session sessionmaker".split())
MUTABLE_CALLS = frozenset("Counter OrderedDict defaultdict deque dict list set".split())
MUTATORS = frozenset("add append clear discard extend insert pop popitem remove setdefault update".split())


@dataclass(frozen=True)
class Module:
    """A source file, parsed."""

    name: str
    tree: ast.Module
    lines: tuple[str, ...] = field(repr=False, default=())

    @classmethod
    def from_text(cls, name: str, text: str) -> Module:
        """Return the module that a text is."""
        return cls(name, ast.parse(text), tuple(text.splitlines()))

    @property
    def package(self) -> str:
        """The top-level package: ``bole``, ``bole_payroll``."""
        return self.name.split(".")[0]

    @property
    def part(self) -> str:
        """What stands below the top-level package: ``web`` for ``bole.web.login``, empty for a package itself."""
        return [*self.name.split("."), ""][1]


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported name: ``from a import b`` gives module ``a`` and name ``b``."""

    module: str
    name: str
    for_types_only: bool

    @property
    def full(self) -> str:
        """The dotted name of what is imported."""
        return f"{self.module}.{self.name}" if self.name else self.module


def read_modules(root: Path) -> list[Module]:
    """Return every module below the source roots but migrations, in order of name."""
    found = []
    for source in SOURCE_ROOTS:
        for path in (root / source).glob("bole*/**/*.py"):
            parts = path.relative_to(root / source).with_suffix("").parts
            if "migrations" not in parts:
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found.append(Module.from_text(name, path.read_text("utf-8")))
    return sorted(found, key=lambda module: module.name)


def code_lines(text: str) -> int:
    """Return how many lines of a module hold code: no blank line, comment or docstring."""
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None:
            documented.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    coded: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            coded.update(range(token.start[0], token.end[0] + 1))
    return len(coded - documented)


def requirements_of(manifest: Path) -> frozenset[str]:
    """Return the names of the plugins that a plugin.toml requires."""
    return frozenset(tomllib.loads(manifest.read_text("utf-8")).get("requires", {}))


def walk(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield every node below `node` with its place, ``module:Class.function``."""
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{place}.{child.name}" if ":" in place else f"{place}:{child.name}"
        yield child, inner
        yield from walk(child, inner)


def imports_of(module: Module) -> list[Imported]:
    """Return every name that a module imports, wherever in it."""
    found: list[Imported] = []
    typing_blocks = [node for node in ast.walk(module.tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    typing_only = {id(inner) for block in typing_blocks for statement in block.body for inner in ast.walk(statement)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [Imported(alias.name, "", id(node) in typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [Imported("." * node.level + (node.module or ""), alias.name, id(node) in typing_only) for alias in node.names]
    return found


def undeclared_plugins(module: Module, requires: frozenset[str]) -> list[str]:
    """Return the breaches of: a plugin imports another only when its plugin.toml requires it."""
    packages = {entry.module.split(".")[0] for entry in imports_of(module)}
    free = {module.package, "bole_admin", *(f"bole_{name}" for name in requires)}
    others = sorted(name for name in packages - free if name.startswith("bole_"))
    return [f"{module.name}: imports {name}, which its plugin.toml does not require." for name in others]


def misplaced_admin(module: Module) -> list[str]:
    """Return the breaches of: of a plugin, only admin.py imports the back office."""
    uses = any(entry.module.split(".")[0] == "bole_admin" for entry in imports_of(module))
    return [f"{module.name}: imports bole_admin; only admin.py may."] if uses and module.part != "admin" else []


def past_the_facade(module: Module, core: frozenset[str]) -> list[str]:
    """Return the breaches of: a plugin imports the core's facades and nothing behind them (`core`: all of its modules)."""
    found = []
    for entry in imports_of(module):
        target = entry.full if entry.full in core else entry.module
        if target.split(".")[0] == "bole" and target not in FACADES:
            found.append(f"{module.name}: imports {target}; a plugin may import {', '.join(sorted(FACADES))}.")
    return found


def web_below(module: Module) -> list[str]:
    """Return the breaches of: neither Flask nor graphene below web and graphql; types for hints are free."""
    if module.package == "bole_admin" or module.part in (CORE_WEB if module.package == "bole" else PLUGIN_WEB):
        return []
    names = sorted({entry.module for entry in imports_of(module) if WEB_LIBRARIES.match(entry.module) and not entry.for_types_only})
    return [f"{module.name}: imports {name} below web and graphql." for name in names]


def clock_reads(module: Module) -> list[str]:
    """Return the breaches of: only bole/clock.py reads the time, from the machine or from the database."""
    if module.name == "bole.clock":
        return []
    origins = {"func": "sqlalchemy.func"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            origins |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origins |= {alias.asname or alias.name: f"{node.module}.{alias.name}".replace("sqlalchemy.sql.", "sqlalchemy.") for alias in node.names}
    texts = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    found = []
    for node, place in walk(module.tree, module.name):
        if isinstance(node, ast.Attribute | ast.Name):
            head, _, rest = ast.unparse(node).partition(".")
            name = ".".join(filter(None, [origins.get(head, head), rest]))
            if name in CLOCKS:
                found.append(f"{place}: reads the clock with {name}; take a Clock.")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts and SQL_CLOCK.search(node.value):
            found.append(f"{place}: lets the database read the clock in {node.value[:60]!r}; pass the moment.")
    return found


def blind_excepts(module: Module) -> list[str]:
    """Return the breaches of: nothing catches every exception, unless to raise it on, and nothing swallows a failed import."""
    found = []
    for node, place in walk(module.tree, module.name):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)} if node.type else {"everything"}
        last = node.body[-1]
        raises = any(isinstance(inner, ast.Raise) for statement in node.body for inner in ast.walk(statement))
        if caught & {"everything", "Exception", "BaseException"} and not (isinstance(last, ast.Raise) and last.exc is None):
            found.append(f"{place}: catches {', '.join(sorted(caught))}.")
        elif caught & {"ImportError", "ModuleNotFoundError"} and not raises:
            found.append(f"{place}: swallows {', '.join(sorted(caught))}.")
    return found


def module_state(module: Module) -> list[str]:
    """Return the breaches of: no module keeps state; constants are upper-case and never changed, what an app has one of is made per app."""
    found, constants = [], set()
    for statement in module.tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
        value = getattr(statement, "value", None)
        call = ast.unparse(value.func).split(".")[-1] if isinstance(value, ast.Call) else ""
        mutable = isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp) or call in MUTABLE_CALLS
        for name in (target.id for target in targets if isinstance(target, ast.Name)):
            if call in ONE_PER_APP:
                found.append(f"{module.name}: makes {call} at import; make it per app.")
            elif mutable and not name.isupper() and not name.startswith("__"):
                found.append(f"{module.name}: {name} is module state; pass it in, or name it as a constant.")
            elif mutable:
                constants.add(name)
    for node, place in walk(module.tree, module.name):
        if isinstance(node, ast.Global):
            found.append(f"{place}: global {', '.join(node.names)}.")
        changed = _changed(node)
        if ":" in place and changed in constants:
            found.append(f"{place}: changes the constant {changed}.")
    return found


def _changed(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return ast.unparse(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        return ast.unparse(node.func.value)
    return ""


def unexplained_imports(module: Module) -> list[str]:
    """Return the breaches of: an import inside a function has a comment that says why, on its line or above it."""
    found = []
    for node, place in walk(module.tree, module.name):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        explained = -1
        for inner in sorted((n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)), key=lambda n: n.lineno):
            said = "#" in module.lines[inner.lineno - 1] or module.lines[inner.lineno - 2].lstrip().startswith("#") or explained == inner.lineno - 1
            explained = (inner.end_lineno or inner.lineno) if said else -1
            if not said:
                found.append(f"{place}: imports {ast.unparse(inner)[:60]!r} inside a function; a comment must say why.")
    return found


def long_functions(module: Module, limit: int) -> list[str]:
    """Return the breaches of: a function's body, its docstring apart, has at most `limit` lines."""
    found = []
    for node, place in walk(module.tree, module.name):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > limit:
                found.append(f"{place}: {length} lines; a function fits a screen ({limit}).")
    return found
