"""
Sets up a checkout: virtual environment, Python packages, browser libraries.

Runs on whichever Python make finds, hence on the standard library alone. Each step
has a fingerprint of what it depends on, so that a second call does nothing. One
line a step, with the seconds it took; while a long one runs, a sign of life.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "setup.log"
STATE = VENV / "setup.json"
SIGN_OF_LIFE = 10.0
"""Seconds after which a running step says that it is still running."""

NODE_MISSING = """Bole needs Node 20 or later and npm for its browser libraries; {found}.
Install it (https://nodejs.org, or your system's packages nodejs and npm), then call make again."""


class SetupFailed(Exception):
    """A step cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to do, unless `outputs` exist and `inputs` are as they were when it was done last."""

    name: str
    command: Sequence[str]
    inputs: str
    outputs: Sequence[Path]
    hint: str = ""

    @property
    def fingerprint(self) -> str:
        """A hash of the command and everything it depends on."""
        return hashlib.sha256("\0".join([*self.command, self.inputs]).encode()).hexdigest()


def check_node() -> str:
    """
    Return the version of Node, such as ``v20.11.0``.

    Raises:
        SetupFailed: there is no npm, or Node is older than 20.
    """
    if not shutil.which("node") or not shutil.which("npm"):
        raise SetupFailed(NODE_MISSING.format(found="there is none on the path"))
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        raise SetupFailed(NODE_MISSING.format(found=f"node --version says {version}"))
    return version


def packaging_inputs() -> str:
    """Return the parts of setup.cfg and pyproject.toml that decide what gets installed."""
    config = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    config.read(ROOT / "setup.cfg", "utf-8")
    wanted = {name: dict(config[name]) for name in config.sections() if name == "metadata" or name.startswith("options")}
    return json.dumps(wanted, sort_keys=True) + (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.", 1)[0]


def steps() -> list[Step]:
    """Return what a set-up consists of, in order."""
    python, lock = str(VENV / "bin" / "python"), (ROOT / "package-lock.json").read_text("utf-8")
    table = (ROOT / "tools" / "assets.toml").read_text("utf-8")
    vendor = [ROOT / line.split('"')[1] for line in table.splitlines() if line.startswith("to =")]
    pip = [python, "-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check", "-e", ".[dev]"]
    venv_hint = "On Debian and Ubuntu the package python3-venv brings what is missing."
    return [
        Step("virtual environment", [sys.executable, "-m", "venv", str(VENV)], f"{ROOT} {sys.version}", [Path(python)], venv_hint),
        Step("Python packages", pip, f"{ROOT} {sys.version}" + packaging_inputs(), [VENV / "bin" / "bole", VENV / "bin" / "pytest"]),
        Step("browser libraries", ["npm", "ci", "--no-audit", "--no-fund"], lock, [ROOT / "node_modules" / ".package-lock.json"]),
        Step("static folders", [python, "-m", "tools.assets"], lock + table, vendor),
    ]


def run(step: Step) -> None:
    """
    Run a step's command, its output going to the log.

    Raises:
        SetupFailed: the command's exit code is not 0.
    """
    started, said = time.monotonic(), time.monotonic()
    with LOG.open("ab") as log:
        from_here = log.tell()
        process = subprocess.Popen(step.command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        while process.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - said > SIGN_OF_LIFE:
                said = time.monotonic()
                print(f"      still at it after {said - started:.0f} s: {last_line(from_here)[:100]}", flush=True)
    if process.returncode:
        tail = LOG.read_bytes()[from_here:].decode("utf-8", "replace").splitlines()[-15:]
        raise SetupFailed("\n".join([f"{step.name}: `{' '.join(step.command)}` failed.", *tail, step.hint, f"All of its output is in {LOG}."]))


def last_line(from_here: int) -> str:
    """Return the latest line that the running command wrote to the log."""
    lines = LOG.read_bytes()[from_here:].decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def set_up() -> None:
    """
    Do every step that is not done yet.

    Raises:
        SetupFailed: Node is missing, or a step failed.
    """
    started, done = time.monotonic(), json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}
    plan = steps()
    waiting = [step for step in plan if done.get(step.name) != step.fingerprint or not all(path.exists() for path in step.outputs)]
    if not waiting:
        return
    print(f"Setting up with Python {sys.version.split()[0]} and Node {check_node()}; the first time takes a minute or two.", flush=True)
    VENV.mkdir(exist_ok=True)
    for step in waiting:
        print(f"  {plan.index(step) + 1}/{len(plan)} {step.name} ...", flush=True)
        begun = time.monotonic()
        run(step)
        done[step.name] = step.fingerprint
        STATE.write_text(json.dumps(done, indent=1), "utf-8")
        print(f"      done in {time.monotonic() - begun:.1f} s", flush=True)
    print(f"Set up in {time.monotonic() - started:.0f} s.", flush=True)


def main() -> int:
    """Set up, or say what is missing; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  # `make PYTHON=...` may name an older one
        print(f"Bole needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    os.environ.pop("PYTHONPATH", None)
    try:
        set_up()
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next call goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
