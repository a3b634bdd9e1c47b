"""Copies browser libraries from node_modules into the static folders, as tools/assets.toml says."""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PERMISSIVE = frozenset({"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"})


@dataclass(frozen=True, slots=True)
class Library:
    """One row of the table: which files of a package go where."""

    package: str
    licence: str
    to: str
    source: str
    files: tuple[str, ...]
    licence_text: str = ""

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Library:
        """Return the library that a row of the TOML table describes."""
        return cls(row["package"], row["licence"], row["to"], row["from"], tuple(row["files"]), row.get("licence_text", ""))


def read_table(path: Path) -> list[Library]:
    """Return the libraries in the order of the table."""
    return [Library.from_row(row) for row in tomllib.loads(path.read_text("utf-8"))["library"]]


def problems_of_lock(lock: dict[str, Any], libraries: list[Library]) -> list[str]:
    """
    Return what is wrong with a lock file: a host name, a missing checksum, an unlisted or wrong licence.

    Args:
        lock: the parsed package-lock.json.
        libraries: the table.
    """
    found = []
    entries = {path.removeprefix("node_modules/"): entry for path, entry in lock["packages"].items() if path}
    for name, entry in entries.items():
        if "resolved" in entry:
            found.append(f"{name}: package-lock.json names the host {entry['resolved']}; install with omit-lockfile-registry-resolved.")
        if "integrity" not in entry:
            found.append(f"{name}: package-lock.json has no checksum.")
        if entry.get("license") not in PERMISSIVE:
            found.append(f"{name}: the licence {entry.get('license')} is not a permissive one.")
    for library in libraries:
        locked = entries.get(library.package, {}).get("license")
        if locked != library.licence:
            found.append(f"{library.package}: tools/assets.toml says {library.licence}, package-lock.json says {locked or 'nothing'}.")
    return found


def licence_of(library: Library, root: Path) -> Path:
    """
    Return the text of a library's licence: the package's own, or the one that the table names for it.

    Raises:
        FileNotFoundError: the package carries no licence file, and the table names none.
    """
    package = root / "node_modules" / library.package
    own = sorted(path for path in package.iterdir() if path.name.lower().startswith(("licence", "license")))
    if own:
        return own[0]
    if not library.licence_text:
        raise FileNotFoundError(f"{library.package} carries no licence file.")
    return root / library.licence_text


def copy_library(library: Library, root: Path) -> int:
    """
    Replace a library's vendor folder by fresh copies and its licence; return how many files it holds.

    Raises:
        FileNotFoundError: a pattern matches nothing, or the package carries no licence file.
    """
    package = root / "node_modules" / library.package
    source, target = package / library.source, root / library.to
    chosen = {path for pattern in library.files for path in source.glob(pattern) if path.is_file()}
    for pattern in library.files:
        if not any(source.glob(pattern)):
            raise FileNotFoundError(f"{library.package} has no file {library.source}/{pattern}; see tools/assets.toml.")
    licence = licence_of(library, root)
    if target.exists():
        shutil.rmtree(target)
    for path in sorted(chosen):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    shutil.copyfile(licence, target / "LICENSE")
    return len(chosen) + 1


def drop_unlisted(libraries: list[Library], root: Path) -> None:
    """Delete vendor folders that no row fills any more."""
    wanted = {root / library.to for library in libraries}
    for vendor in {place.parent for place in wanted}:
        for folder in vendor.iterdir() if vendor.is_dir() else ():
            if folder not in wanted:
                shutil.rmtree(folder)


def main() -> int:
    """Check the lock file, copy every library and print one line; return the exit code."""
    root = Path(__file__).resolve().parent.parent
    libraries = read_table(root / "tools" / "assets.toml")
    problems = problems_of_lock(json.loads((root / "package-lock.json").read_text("utf-8")), libraries)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    count = sum(copy_library(library, root) for library in libraries)
    drop_unlisted(libraries, root)
    print(f"{count} files of {len(libraries)} browser libraries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
