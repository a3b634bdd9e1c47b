"""
Fails when something that Bole needs at run time is not under a permissive licence.

Walks the installed requirements of ``bole-hr`` (with the extra ``worker``) and
those of the browser libraries. Permissive licences pass. Others pass only when
`EXCEPTIONS` says why; an exception that applies no longer fails as well.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PERMISSIVE = frozenset("0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-0 PSF-2.0 Python-2.0 Unlicense Zlib".split())
"""SPDX identifiers that need no reason."""

EXCEPTIONS = {
    "orjson": ("MPL-2.0", "weak copyleft by file; used unmodified, and its other half is Apache-2.0 or MIT"),
    "psycopg": ("LGPL-3.0-only", "weak copyleft; an unmodified library that anybody can replace"),
    "psycopg-binary": ("LGPL-3.0-only", "weak copyleft; an unmodified library that anybody can replace"),
}
"""Distribution: the licence accepted beyond the permissive ones, and why."""

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""The trove classifiers that older packages use, as SPDX identifiers."""

LOOSE_NAMES = {"BSD": "BSD-3-Clause", "MIT license": "MIT"}
"""What some packages write where an SPDX identifier belongs."""


def canonical(name: str) -> str:
    """Return a distribution's name as indexes compare it: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(distribution: str, extras: frozenset[str]) -> dict[str, metadata.Distribution]:
    """
    Return every installed distribution that the given one needs at run time, by canonical name.

    Raises:
        importlib.metadata.PackageNotFoundError: a requirement is not installed.
    """
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(distribution, extras)]
    while waiting:
        name, wanted = waiting.pop()
        if (canonical(name), wanted) in seen:
            continue
        seen.add((canonical(name), wanted))
        package = found.setdefault(canonical(name), metadata.distribution(name))
        for line in package.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in wanted or {""}):
                waiting.append((requirement.name, frozenset(requirement.extras)))
    return found


def licence_of(package: metadata.Distribution) -> str:
    """Return a distribution's licence as an SPDX expression; its own words where it has none."""
    fields = package.metadata.json
    if "license_expression" in fields:
        return str(fields["license_expression"])
    classifiers = [line.rsplit(" :: ", 1)[1] for line in fields.get("classifier", []) if line.startswith("License :: ")]
    known = [CLASSIFIERS.get(words, words) for words in classifiers if words != "OSI Approved"]
    if known:
        return " OR ".join(known)
    words = str(fields.get("license", "none named"))
    return LOOSE_NAMES.get(words, words)


def is_permitted(expression: str, allowed: frozenset[str]) -> bool:
    """Tell whether an SPDX expression can be met with the allowed licences alone (AND: all of them, OR: one)."""
    inner = re.compile(r"\(([^()]*)\)")
    while group := inner.search(expression):
        verdict = "permitted" if is_permitted(group[1], allowed) else "refused"
        expression = expression[: group.start()] + verdict + expression[group.end() :]
    terms = [alternative.split(" AND ") for alternative in expression.split(" OR ")]
    return any(all(term.strip() in allowed | {"permitted"} for term in alternative) for alternative in terms)


def problems_of(licences: dict[str, str]) -> list[str]:
    """Return one sentence for each licence refused and each exception no longer needed."""
    found = []
    for name, expression in sorted(licences.items()):
        extra, _ = EXCEPTIONS.get(name, ("", ""))
        if not is_permitted(expression, PERMISSIVE | {extra}):
            found.append(f"{name}: {expression} is not a licence that Bole may depend on.")
        elif extra and is_permitted(expression, PERMISSIVE):
            found.append(f"{name}: {expression} needs no exception any more; delete it from tools/licences.py.")
    return found


def npm_licences(lock: Path) -> dict[str, str]:
    """Return the licence of every package in a package-lock.json, by path."""
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): entry.get("license", "none named") for path, entry in packages.items() if path}


def main() -> int:
    """Print what was looked at and what is wrong; return the exit code."""
    lock = Path(__file__).resolve().parent.parent / "package-lock.json"
    licences = {name: licence_of(package) for name, package in closure("bole-hr", frozenset({"worker"})).items()}
    licences |= npm_licences(lock)
    problems = problems_of(licences)
    print(*problems, f"{len(licences)} run-time dependencies, {len(problems)} licences refused.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
