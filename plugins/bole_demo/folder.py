"""The folder of a demo company: made, taken up again where it is complete, rebuilt where it is not. Nothing else is ever removed."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bole import Config, Conflict, Label, write_config
from bole_demo.company import COMPANY
from bole_demo.setting import Setting
from bole_demo.staffing import ENTITY

PLUGINS = ("sales", "field", "incentives", "payroll", "connectors", "reorganisation")
MARKER, CONFIG, DATABASE, INSTANCE = "demo.json", "bole.toml", "bole.db", "instance"
LOGINS = "demo-logins.json"
FORM = 1
"""Number of the form of a demo; another one is built anew."""

_PAYROLL = f"""
[plugins.payroll]
cities = {{ {ENTITY} = "shanghai" }}
"""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can log in: what for, the address, the password."""

    role: Label
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Logins:
    """Those who can log in, and the token by which a program acts as the administrator."""

    people: tuple[Login, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A demo's folder."""

    path: Path

    @property
    def config(self) -> Path:
        """The configuration of the demo's deployment."""
        return self.path / CONFIG

    def holds(self, setting: Setting) -> bool:
        """
        Tell whether the complete demo of a setting is there.

        Raises:
            Conflict: something else is there that must not be touched, or a demo of another setting.
        """
        if not self.path.exists() or not any(self.path.iterdir()):
            return False
        marker = self._marker()
        if marker is None:
            raise Conflict("demo.folder_taken", f"the folder {self.path} holds something that is no demo.", "Name another one with --folder.")
        if not marker.get("complete") or marker.get("form") != FORM:
            return False
        if marker.get("setting") != _described(setting):
            raise Conflict(
                "demo.other_setting",
                f"the folder {self.path} holds a demo built with {marker.get('setting')}.",
                "Add --rebuild, or name another --folder.",
            )
        return True

    def clear(self) -> None:
        """
        Make the folder, and remove an earlier demo from it.

        Raises:
            Conflict: something else is there.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if any(self.path.iterdir()) and self._marker() is None:
            raise Conflict("demo.folder_taken", f"the folder {self.path} holds something that is no demo.", "Name another one with --folder.")
        for name in (CONFIG, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", MARKER):
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.path / INSTANCE, ignore_errors=True)

    def begin(self, setting: Setting, locale: str) -> None:
        """Write the marker of a demo that is not complete yet, and its configuration."""
        self._mark(setting, complete=False)
        write_config(self.config, company=COMPANY.of(locale), database=f"sqlite:///{DATABASE}", locale=locale, plugins=PLUGINS)
        with self.config.open("a", encoding="utf-8") as file:
            file.write(_PAYROLL)

    def complete(self, setting: Setting, config: Config, logins: Logins) -> None:
        """Keep the logins where nobody else can read them, and mark the demo as complete."""
        document = {"people": [asdict(login) for login in logins.people], "token": logins.token}
        path = config.instance / LOGINS
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
        self._mark(setting, complete=True)

    def logins(self, config: Config) -> Logins:
        """Return the logins of a complete demo."""
        document = json.loads((config.instance / LOGINS).read_text("utf-8"))
        people = [Login(Label(**each["role"]), each["email"], each["password"]) for each in document["people"]]
        return Logins(tuple(people), document["token"])

    def _mark(self, setting: Setting, *, complete: bool) -> None:
        text = json.dumps({"form": FORM, "complete": complete, "setting": _described(setting)}, indent=1)
        (self.path / MARKER).write_text(text + "\n", "utf-8")

    def _marker(self) -> dict[str, Any] | None:
        try:
            found = json.loads((self.path / MARKER).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "form" in found else None


def _described(setting: Setting) -> dict[str, Any]:
    return {"seed": setting.seed, "people": setting.people, "years": setting.years, "last": setting.last.code}
