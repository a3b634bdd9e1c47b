"""
Keeps the package list of setup.cfg in step with the folders.

setuptools' ``find:`` takes one root and Bole has four, so the packages are listed.
``python -m tools.packages`` names what differs, ``--write`` rewrites the list.
"""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

ROOTS = ("core", "plugins", "admin", "industry_templates")
"""The source roots, in the order in which setup.cfg lists their packages."""


def packages_on_disk(root: Path) -> list[str]:
    """Return the dotted names of all packages below the source roots, parents before children."""
    found = []
    for source in ROOTS:
        below = root / source
        inits = sorted(path.parent.relative_to(below).parts for path in below.glob("bole*/**/__init__.py"))
        known: set[tuple[str, ...]] = set()
        for parts in inits:
            if len(parts) == 1 or parts[:-1] in known:
                known.add(parts)
                found.append(".".join(parts))
    return found


def folders_without_init(root: Path) -> list[str]:
    """Return the folders that hold modules but no ``__init__.py``, and so would be left out; migrations are scripts."""
    folders = {path.parent for source in ROOTS for path in (root / source).glob("bole*/**/*.py")}
    lacking = [folder.relative_to(root) for folder in folders if not (folder / "__init__.py").exists()]
    return sorted(str(folder) for folder in lacking if "migrations" not in folder.parts)


def folders_of(packages: list[str], root: Path) -> list[str]:
    """Return one ``package = folder`` line for each top-level package."""
    tops = [name for name in packages if "." not in name]
    return [f"{top} = {source}/{top}" for top in tops for source in ROOTS if (root / source / top / "__init__.py").exists()]


def plugins_on_disk(root: Path) -> list[str]:
    """Return one ``name = package`` line for each plugin that has a manifest."""
    return sorted(f"{path.parent.name.removeprefix('bole_')} = {path.parent.name}" for path in (root / "plugins").glob("bole_*/plugin.toml"))


def expected(root: Path) -> dict[tuple[str, str], list[str]]:
    """Return what setup.cfg must list, by section and option."""
    packages = packages_on_disk(root)
    return {
        ("options", "packages"): packages,
        ("options", "package_dir"): folders_of(packages, root),
        ("options.entry_points", "bole.plugins"): plugins_on_disk(root),
    }


def listed(text: str) -> dict[tuple[str, str], list[str]]:
    """Return what a setup.cfg lists, by section and option."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keeps the case of names, as the library's manual shows
    parser.read_string(text)
    options = (("options", "packages"), ("options", "package_dir"), ("options.entry_points", "bole.plugins"))
    return {key: parser.get(*key, fallback="").split("\n")[1:] for key in options}


def differences(text: str, root: Path) -> list[str]:
    """Return one sentence for each line that setup.cfg lacks or has too many, and for each folder that is no package."""
    found = [f"{folder} holds modules but no __init__.py." for folder in folders_without_init(root)]
    have = listed(text)
    for (section, option), lines in expected(root).items():
        found += [f"setup.cfg [{section}] {option} lacks {line!r}." for line in lines if line not in have[section, option]]
        found += [f"setup.cfg [{section}] {option} lists {line!r}, which is not on disk." for line in have[section, option] if line not in lines]
    return found


def rewritten(text: str, root: Path) -> str:
    """Return the text of setup.cfg with the three lists as they are on disk."""
    for (_, option), lines in expected(root).items():
        head, block = f"{option} =\n", "".join(f"    {line}\n" for line in lines)
        before, after = text.split(f"\n{head}", 1)
        rest = re.sub(r"\A(?:    .+\n)*", "", after)
        text = f"{before}\n{head}{block}{rest}"
    return text


def main(arguments: list[str]) -> int:
    """Name the differences, or write them away; return the exit code."""
    root = Path(__file__).resolve().parent.parent
    config = root / "setup.cfg"
    text = config.read_text("utf-8")
    found = differences(text, root)
    if found and "--write" in arguments:
        config.write_text(rewritten(text, root), "utf-8")
        print(f"setup.cfg rewritten: {len(found)} differences.")
        found = differences(config.read_text("utf-8"), root)
    print(*(found or ["setup.cfg lists every package."]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
