"""The department tree in a real browser: the company with a few versions, its site, and windows in which people are logged in."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from bole.access import Work
from bole.db import Database
from bole.models import Model
from bole.org import OrgSnapshot, Part, Structure
from bole.services.entries import DatedEntry
from bole.services.history import record_structure
from bole.services.identity import create_user, ensure_roles
from bole.services.structure import change_departments
from bole.services.versions import open_version
from bole.web import create_app
from tests.conftest import missing_service
from tests.core.services.organisation import NOW, later
from tests.plugins.reorganisation.reorganising import TODAY, reorganising, reorganising_host

PASSWORD = "a long enough secret 1"
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic".split()
TREE = "/admin/reorganisation/tree/"
Open = Callable[..., Page]


@dataclass(frozen=True)
class TickingClock:
    """A clock of which every reading is a second later than the one before."""

    start: datetime
    ticks: Iterator[int]

    def now(self) -> datetime:
        """The next second."""
        return self.start + timedelta(seconds=next(self.ticks))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing_service("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


def found_site(folder: Path, more: Callable[[Work], None] | None = None) -> Path:
    """Fill a database on SQLite with the company, its users and what `more` adds; return its file."""
    file = folder / "company.db"
    database = Database(f"sqlite:///{file}")
    Model.metadata.create_all(database.engine)
    with reorganising(database, reorganising_host(folder / "instance")) as work:
        ensure_roles(work)
        create_user(work, "admin@example.com", PASSWORD, roles=["admin"])
        create_user(work, "second@example.com", PASSWORD, roles=["admin"])
        create_user(work, "manager@example.com", PASSWORD, roles=["manager"])
        if more is not None:
            more(work)
    database.engine.dispose()
    return file


def two_versions(work: Work) -> None:
    """The company's history: FIN was renamed in one version, and OPS was added in the next."""
    moment = later(work, minutes=5)
    first = open_version(moment, "2026-09", TODAY, reason="Clearer names")
    change_departments(moment, [DatedEntry("FIN", TODAY, {"name_en": "Money", "name_zh": "财务部"})], version=first)
    moment = later(work, minutes=10)
    second = open_version(moment, "2026-10", TODAY, reason="A place for operations")
    change_departments(moment, [DatedEntry("OPS", TODAY, {"name_en": "Operations", "name_zh": "运营部", "parent": "HQ"})], version=second)


def large(work: Work) -> None:
    """Five thousand departments: fifty regions below HQ, each with ninety-nine shops."""
    records: dict[str, dict[str, Any]] = {code: {} for code in ("HQ", "SALES", "EAST", "FIN")}
    for region in range(50):
        code = f"R{region:02}"
        records[code] = {"name_en": f"Region {region}", "name_zh": f"大区 {region}", "parent": "HQ"}
        for shop in range(99):
            records[f"{code}-{shop:02}"] = {"name_en": f"Shop {region}.{shop}", "name_zh": f"门店 {region}.{shop}", "parent": code}
    moment = later(work, minutes=15)
    record_structure(
        moment, OrgSnapshot("large", TODAY, Structure(departments=records), frozenset({Part.DEPARTMENT}), below="HQ", reason="All shops")
    )


@contextmanager
def served(file: Path, folder: Path) -> Iterator[str]:
    """The site over a copy of a database, on a free port: its address."""
    copy = folder / "copy.db"
    original = sqlite3.connect(file)
    original.execute("vacuum into ?", (str(copy),))
    original.close()
    database = Database(f"sqlite:///{copy}")
    clock = TickingClock(NOW + timedelta(hours=3), count())
    app = create_app(reorganising_host(folder / "instance"), database, clock=clock, sites={"admin": "bole_admin:mount"})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    database.engine.dispose()


@contextmanager
def windows(browser: Browser, address: str) -> Iterator[Open]:
    """A function that logs somebody in, in a window of some width and language, and opens the tree; complaints are in ``page.complaints``."""
    contexts: list[BrowserContext] = []

    def opened(email: str = "admin", query: str = "", width: int = 1280, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, accept_downloads=True, **options)
        contexts.append(context)
        context.add_cookies([{"name": "bole_language", "value": language, "url": address}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto("/login")
        page.fill("#email", f"{email}@example.com")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.goto(TREE + query)
        return page

    yield opened
    for context in contexts:
        context.close()
