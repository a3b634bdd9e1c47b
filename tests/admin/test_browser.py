"""The back office in a real browser: widths, keyboard, policy, and life without a script."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.admin.company import PASSWORD
from tests.admin.pages import PAGES
from tests.conftest import missing_service

pytestmark = pytest.mark.browser

FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic".split()
Open = Callable[..., Page]
WIDER = """() => [...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility())
  .map((each) => each.tagName + '.' + each.getAttribute('class')).slice(0, 5)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing_service("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(sqlite_site: Flask) -> Iterator[str]:
    """Where the site of tests that only read is served."""
    server = make_server("127.0.0.1", 0, sqlite_site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def open_as(browser: Browser, address: str) -> Iterator[Open]:
    """Logs the administrator in, in a window of some width and language; what the console complains of is in ``page.complaints``."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1280, language: str = "en", **options: object) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        context.add_cookies([{"name": "bole_language", "value": language, "url": address}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: note(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto("/login")
        page.fill("#email", "admin@example.com")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        return page

    yield opened
    for context in contexts:
        context.close()


def note(page: Page, message: ConsoleMessage) -> None:
    """Remember what the console complains of."""
    if message.type in ("error", "warning"):
        page.complaints.append(message.text)


@pytest.mark.parametrize(("width", "language"), [(320, "en"), (320, "zh"), (768, "en"), (1280, "zh")])
def test_every_page_fits_and_breaks_no_rule(open_as: Open, width: int, language: str) -> None:
    """No page is wider than the window, at any width and in either language, and none offends the policy."""
    page = open_as(width, language, color_scheme="dark" if width == 768 else "light")
    wide = {}

    for path in PAGES:
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide[path] = page.evaluate(WIDER)

    assert wide == {}
    assert page.complaints == []


def test_the_chain_opens_by_keyboard(open_as: Open) -> None:
    """From the payout to the facts with Tab, Enter and the arrow keys alone."""
    page = open_as()
    page.goto("/admin/core/payout/1/")
    facts = page.locator(".fact-list").first
    assert not facts.is_visible()

    page.locator(".step-turn").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")

    assert facts.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("ArrowLeft")
    assert not facts.is_visible()
    assert page.complaints == []


def test_the_chain_is_reached_by_tab(open_as: Open) -> None:
    """The first step's button is met on the way through the page with Tab."""
    page = open_as()
    page.goto("/admin/core/payout/1/")

    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.getAttribute('class')"))

    assert "step-turn" in met


def test_the_chain_opens_step_by_step(open_as: Open) -> None:
    """One button opens the next step until all is open; others open and close everything."""
    page = open_as(390)
    page.goto("/admin/core/payout/1/")
    shut = page.locator('.step-turn[aria-expanded="false"]')
    steps = shut.count()

    for _ in range(steps):
        page.click("[data-open=next]")

    assert steps > 5
    assert shut.count() == 0
    page.click("[data-open=none]")
    assert page.locator(".step:visible").count() == 1
    page.click("[data-open=all]")
    assert page.locator(".fact-list:visible").count() >= 4


def test_the_chain_reads_without_a_script(open_as: Open) -> None:
    """Without JavaScript every step is on the page, and no button that would do nothing."""
    page = open_as(java_script_enabled=False)
    page.goto("/admin/core/payout/1/")

    assert page.locator(".fact-list").first.is_visible()
    assert page.locator(".step-turn:visible").count() == 0
    assert page.locator(".chain-tools:visible").count() == 0


def test_the_menu_opens_on_a_phone(open_as: Open) -> None:
    """On a narrow screen the menu is a drawer that a button opens and Escape closes; on a wide one it is always there."""
    phone, desk = open_as(320), open_as(1280)
    for page in (phone, desk):
        page.goto("/admin/")
    menu = phone.locator("#menu")
    assert not menu.is_visible()
    assert desk.locator("#menu").is_visible()

    phone.locator(".menu-button").focus()
    phone.keyboard.press("Enter")
    assert menu.is_visible()
    phone.keyboard.press("Escape")
    assert not menu.is_visible()
    phone.click(".menu-button")
    menu.get_by_text("Payouts").click()

    assert phone.url.endswith("/admin/core/payout/")


def test_rows_are_chosen_and_counted(open_as: Open) -> None:
    """The page says how many rows are chosen, offers nothing without one, and chooses all at once."""
    page = open_as()
    page.goto("/admin/core/award/?status=proposed")
    approve = page.get_by_role("button", name="Approve")
    assert approve.is_disabled()

    page.locator('[name="row"]').nth(1).check()
    assert page.locator("#chosen-count").inner_text() == "1 chosen"
    page.locator("#choose-all").check()
    assert page.locator("#chosen-count").inner_text() == "15 chosen"
    approve.click()

    assert page.locator("h1").inner_text() == "Approve these awards?"
    assert page.locator(".confirm-sum strong").inner_text() == "15 entries"
    assert page.complaints == []


def test_a_list_reads_as_cards_on_a_phone(open_as: Open) -> None:
    """On a narrow screen each row is a card with its labels; filters are behind a button that the keyboard reaches."""
    page = open_as(320)
    page.goto("/admin/core/award/")
    assert not page.locator("thead").is_visible() or page.locator("thead").bounding_box()["width"] <= 1
    assert not page.locator('select[name="status"]').is_visible()

    page.locator("#show-filters").focus()
    page.keyboard.press("Space")
    page.select_option('select[name="status"]', "proposed")
    page.get_by_role("button", name="Apply").click()

    assert "status=proposed" in page.url
    assert page.locator('select[name="status"]').is_visible()


def test_the_language_changes_in_place(open_as: Open) -> None:
    """One click, and the same page speaks the other language, also on a phone."""
    page = open_as(320)
    page.goto("/admin/core/result/2026Q3/3/")

    page.get_by_role("link", name="中文").click()

    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("h1").inner_text() == "刘芳 2026Q3"
    page.goto("/admin/")
    assert page.locator("h1").inner_text() == "总览"
