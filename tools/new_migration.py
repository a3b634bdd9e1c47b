"""
Writes a migration from the models, without a configuration: ``python -m tools.new_migration OWNER MESSAGE``.

For work on the core and the built-in plugins; a plugin's author uses ``bole db revision``. ``--first`` deletes the
owner's migrations and writes one anew, which is right only as long as nobody outside has run them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bole.db.migrate import folder_of
from bole.db.revisions import write_revision
from bole.host import Config, Host, Manifest, read_manifest

ROOT = Path(__file__).resolve().parent.parent


def built_in() -> dict[str, Manifest]:
    """Return the manifests of the built-in plugins by name."""
    manifests = [read_manifest(path, path.parent.name) for path in sorted((ROOT / "plugins").glob("bole_*/plugin.toml"))]
    return {manifest.name: manifest for manifest in manifests}


def with_requirements(owner: str, manifests: dict[str, Manifest]) -> list[str]:
    """Return a plugin's name after those of all it requires; the core needs no naming."""
    if owner == "core":
        return []
    names = [name for needed in manifests[owner].requires for name in with_requirements(needed, manifests)]
    return list(dict.fromkeys([*names, owner]))


def main(arguments: list[str]) -> int:
    """Write the migration and lay it out; return the exit code."""
    first = "--first" in arguments
    owner, message = [argument for argument in arguments if argument != "--first"]
    manifests = built_in()
    packages = {name: manifest.package for name, manifest in manifests.items()}
    host = Host(Config(plugins=tuple(with_requirements(owner, manifests))), packages=packages)
    if first:
        for old in folder_of(host.manifests[owner]).glob("versions/*.py"):
            old.unlink()
    path = write_revision(host, owner, message)
    if path is None:
        print(f"The models of {owner!r} need no migration.")
        return 0
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
