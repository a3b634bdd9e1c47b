"""The department tree in a real browser: drags, keys, two people at once, slider, roll-back, search, exports, and five thousand departments."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.plugins.reorganisation.browsing import Open, chromium, found_site, served, two_versions, windows

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with two versions."""
    return found_site(tmp_path_factory.mktemp("company"), two_versions)


@pytest.fixture
def open_tree(browser: Browser, company_file: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens windows on the tree of a company of the test's own."""
    with served(company_file, tmp_path) as address, windows(browser, address) as opened:
        yield opened


def row(page: Page, code: str, pane: str = "draft") -> Locator:
    """The row of a department in a pane."""
    return page.locator(f"#{pane}-frame [data-code='{code}']")


def start(page: Page, code: str = "q4") -> None:
    """Start a draft on the page."""
    page.click("#draft-start")
    page.fill("#start-dialog [name=code]", code)
    page.click("#start-dialog [type=submit]")
    expect(row(page, "HQ")).to_be_visible()


def act(page: Page, code: str, action: str) -> None:
    """Choose an action of a department's menu."""
    row(page, code).locator(".tree-more").click()
    page.click(f"#tree-menu [data-act=act_{action}]")


def rename(page: Page, code: str, name: str) -> None:
    """Rename a department, from its menu to the sent dialog."""
    act(page, code, "rename")
    page.fill("#rename-dialog [name=name_en]", name)
    page.fill("#rename-dialog [name=name_zh]", name)
    page.click("#rename-dialog [type=submit]")


def drag(page: Page, source: Locator, target: Locator) -> None:
    """Drag one row onto another, with the mouse."""
    source.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 90, box["y"] + 10, steps=5)
    page.mouse.move(box["x"] + 95, box["y"] + 26, steps=5)
    page.mouse.up()


def changes(page: Page) -> list[str]:
    """The sentences of the draft's changes."""
    return page.locator("#panel-changes .line-text").all_inner_texts()


def test_a_drag_moves_a_department_with_all_below(open_tree: Open) -> None:
    """Dropped on another, it lies below that one with everything it had; both panes and the list of changes tell it."""
    page = open_tree()
    start(page)

    drag(page, row(page, "SALES"), row(page, "FIN"))

    expect(row(page, "SALES")).to_have_attribute("aria-level", "3")
    expect(row(page, "SALES")).to_have_attribute("data-mark", "moved")
    expect(page.locator("#count-changes")).to_have_text("1")
    assert changes(page) == ["Sales moved from Head office to Money, with 1 department below it"]
    row(page, "SALES").locator(".tree-turn").click()
    expect(row(page, "EAST")).to_have_attribute("aria-level", "4")
    expect(row(page, "SALES", "live")).to_have_attribute("aria-level", "2")
    expect(row(page, "SALES", "live")).to_have_attribute("data-mark", "moved")
    assert page.complaints == []


def test_nothing_is_dropped_below_itself(open_tree: Open) -> None:
    """A department does not take a drag of what it lies below, and what is live takes none at all."""
    page = open_tree()
    start(page)
    row(page, "SALES").locator(".tree-turn").click()

    drag(page, row(page, "SALES"), row(page, "EAST"))
    drag(page, row(page, "FIN", "live"), row(page, "OPS", "live"))

    expect(row(page, "EAST")).to_have_attribute("aria-level", "3")
    expect(row(page, "FIN", "live")).to_have_attribute("aria-level", "2")
    expect(page.locator("#count-changes")).to_have_text("0")


def test_keys_move_a_department(open_tree: Open) -> None:
    """Arrow keys go, Ctrl+X cuts, Ctrl+V puts it below: the same move without a mouse."""
    page = open_tree()
    start(page)
    row(page, "HQ").focus()

    for key in ("ArrowDown", "ArrowDown", "Control+x", "ArrowDown", "Control+v"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)

    expect(row(page, "OPS")).to_have_attribute("aria-level", "3")
    assert changes_soon(page, 1) == ["Operations moved from Head office to Sales"]


def changes_soon(page: Page, count: int) -> list[str]:
    """The sentences of the changes, once there are so many."""
    expect(page.locator("#count-changes")).to_have_text(str(count))
    return changes(page)


def test_the_dialog_moves_a_department(open_tree: Open) -> None:
    """ "Move to" finds the new place by its name, with keys alone."""
    page = open_tree(width=390)
    start(page)
    row(page, "FIN").focus()
    page.keyboard.press("Enter")
    page.locator("#tree-menu [data-act=act_move]").focus()
    page.keyboard.press("Enter")

    page.keyboard.type("oper")
    expect(page.locator("#move-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(row(page, "FIN")).to_have_attribute("aria-level", "3")
    assert changes_soon(page, 1) == ["Money moved from Head office to Operations"]


def test_every_edit_has_its_colour_sign_and_word(open_tree: Open) -> None:
    """Added is green, renamed amber, a new head amber, closed red and struck through; each with an icon and a word."""
    page = open_tree()
    start(page)
    act(page, "HQ", "add")
    page.fill("#add-dialog [name=code]", "LAB")
    page.fill("#add-dialog [name=name_en]", "Laboratory")
    page.click("#add-dialog [type=submit]")
    expect(row(page, "LAB")).to_be_visible()
    rename(page, "FIN", "Treasury")
    act(page, "SALES", "head")
    page.fill("#head-person", "E5")
    page.click("#head-found [role=option]")
    page.click("#head-dialog [type=submit]")
    expect(row(page, "SALES")).to_have_attribute("data-mark", "head_changed")
    row(page, "OPS").focus()
    page.keyboard.press("Delete")
    page.click("#close-dialog [type=submit]")
    expect(row(page, "OPS")).to_have_attribute("data-mark", "closed")

    told = {code: row(page, code).locator(".tree-mark").inner_text() for code in ("LAB", "FIN", "SALES", "OPS")}
    colours = {code: row(page, code).locator(".tree-name").evaluate("each => getComputedStyle(each).color") for code in told}

    assert told == {"LAB": "Added", "FIN": "Renamed", "SALES": "New head", "OPS": "Closed"}
    assert colours == {"LAB": "rgb(31, 122, 77)", "FIN": "rgb(143, 95, 16)", "SALES": "rgb(143, 95, 16)", "OPS": "rgb(179, 38, 30)"}
    assert page.locator("#draft-frame .tree-mark .icon use").count() == 4
    assert row(page, "OPS").locator(".tree-name").evaluate("each => getComputedStyle(each).textDecorationLine") == "line-through"
    assert row(page, "FIN").get_attribute("aria-label") == "Treasury, FIN, Renamed, “Money” is now called “Treasury”, head Person E6, 2 people"
    assert page.complaints == []


def test_an_edit_is_taken_back(open_tree: Open) -> None:
    """What a draft says of a department can be undone from its menu."""
    page = open_tree()
    start(page)
    rename(page, "FIN", "Treasury")
    expect(row(page, "FIN")).to_have_attribute("data-mark", "renamed")

    act(page, "FIN", "undo")

    expect(row(page, "FIN")).to_have_attribute("data-mark", "")
    expect(page.locator("#count-changes")).to_have_text("0")


def test_two_people_edit_the_same_department(open_tree: Open) -> None:
    """The slower one is told who, when and both values, reads the record again, or writes his own over it; nothing is lost meanwhile."""
    first = open_tree()
    start(first)
    second = open_tree("second", "?draft=q4")
    rename(second, "FIN", "Treasury")
    expect(row(second, "FIN").locator(".tree-name")).to_have_text("Treasury")

    rename(first, "FIN", "Cash")

    dialog = first.locator("#refused-dialog")
    expect(dialog).to_contain_text("second@example.com edited FIN at 15 Oct 2026")
    expect(dialog).to_contain_text("It is nowTreasury")
    expect(dialog).to_contain_text("You writeCash")
    first.click("#refused-reload")
    expect(row(first, "FIN").locator(".tree-name")).to_have_text("Treasury")
    rename(first, "FIN", "Cash")
    expect(row(first, "FIN").locator(".tree-name")).to_have_text("Cash")
    rename(second, "FIN", "Gold")
    second.click("#refused-again")
    expect(row(second, "FIN").locator(".tree-name")).to_have_text("Gold")


def test_a_conflict_with_what_is_live_is_decided(open_tree: Open) -> None:
    """Where another draft came into force first, each field at odds has two buttons; only then can this one be put in force."""
    page = open_tree()
    start(page, "slow")
    rename(page, "FIN", "Cash")
    expect(page.locator("#count-changes")).to_have_text("1")
    other = open_tree("second")
    start(other, "quick")
    rename(other, "FIN", "Treasury")
    expect(other.locator("#count-changes")).to_have_text("1")
    other.click("#activate")
    other.click("#activate-now")
    expect(other.locator("#time-dots .dot")).to_have_count(6)

    page.reload()
    expect(page.locator("#count-conflicts")).not_to_have_text("0")
    page.click("#activate")
    expect(page.locator("#activate-now")).to_be_disabled()
    page.click("#activate-dialog [data-cancel]")
    page.click("#tab-conflicts")
    page.locator("#panel-conflicts [data-keep=draft]").first.click()

    while page.locator("#panel-conflicts [data-keep=draft]").count():
        page.locator("#panel-conflicts [data-keep=draft]").first.click()
        page.wait_for_timeout(400)
    expect(page.locator("#count-conflicts")).to_have_text("0")
    page.click("#activate")
    page.click("#activate-now")
    expect(row(page, "FIN", "live").locator(".tree-name")).to_have_text("Cash")


def test_a_draft_is_put_in_force_on_a_day(open_tree: Open) -> None:
    """The confirmation shows what changes and what it touches; then a scheduled version stands on the slider, and that day's tree shows it."""
    page = open_tree()
    start(page)
    drag(page, row(page, "SALES"), row(page, "FIN"))
    expect(page.locator("#count-changes")).to_have_text("1")
    page.fill("#review-from", "2026-11-01")
    page.click("#activate")

    dialog = page.locator("#activate-dialog")
    expect(dialog.locator("[data-day]")).to_have_text("From 1 Nov 2026 on")
    expect(dialog.locator("[data-lines]")).to_contain_text("Sales moved from Head office to Money")
    expect(dialog.locator("[data-radius] .impact").first).to_be_visible()
    page.click("#activate-now")

    expect(page.locator("#time-dots .scheduled")).to_have_count(1)
    expect(row(page, "SALES", "live")).to_have_attribute("aria-level", "2")
    page.fill("#time-day", "2026-11-01")
    expect(page.locator("#time-caption")).to_contain_text("as known now, on 1 Nov 2026")
    row(page, "FIN", "live").locator(".tree-turn").click()
    expect(row(page, "SALES", "live")).to_have_attribute("aria-level", "3")
    assert page.complaints == []


def test_the_slider_goes_through_the_versions(open_tree: Open) -> None:
    """Each stop shows the tree as known then, with what that version changed; the day can be another one."""
    page = open_tree()
    expect(row(page, "OPS", "live")).to_be_visible()
    page.locator("#time-slider").focus()

    page.keyboard.press("ArrowLeft")
    expect(page.locator("#version-name")).to_have_text("2026-10")
    expect(row(page, "OPS", "live")).to_have_attribute("data-mark", "added")
    expect(page.locator("#version-lines .line-text")).to_have_text("Department Operations added below Head office")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#version-name")).to_have_text("2026-09")
    expect(row(page, "OPS", "live")).to_have_count(0)
    expect(row(page, "FIN", "live").locator(".tree-mark")).to_have_text("Renamed")
    assert re.search(r"version=2026-09", page.url)
    page.fill("#time-day", "2026-10-14")
    expect(row(page, "FIN", "live").locator(".tree-name")).to_have_text("Finance")
    page.click("#time-now")
    expect(row(page, "OPS", "live")).to_be_visible()
    expect(page.locator("#version-card")).to_be_hidden()
    assert page.complaints == []


def test_one_button_rolls_a_version_back(open_tree: Open) -> None:
    """A confirmation, and the version is taken back by another, which can be taken back in its turn; the first one no more."""
    page = open_tree(query="?version=2026-10")
    expect(row(page, "OPS", "live")).to_be_visible()

    page.click("#rollback")
    expect(page.locator("#rollback-dialog")).to_contain_text("Department Operations closed")
    page.fill("#rollback-dialog [name=reason]", "Too early")
    page.click("#rollback-dialog [type=submit]")

    expect(page.locator("#time-caption")).to_contain_text("takes back 2026-10")
    expect(row(page, "OPS", "live")).to_have_attribute("data-mark", "closed")
    page.click("#time-back")
    expect(page.locator("#time-caption")).to_contain_text("taken back by rollback-5")
    expect(page.locator("#rollback")).to_be_disabled()
    page.click("#time-now")
    expect(row(page, "OPS", "live")).to_have_count(0)


def test_a_search_opens_the_way(open_tree: Open) -> None:
    """What is found is opened down to it, and has the focus."""
    page = open_tree()
    expect(row(page, "HQ", "live")).to_be_visible()

    page.fill("#tree-search", "eas")
    expect(page.locator("#tree-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(row(page, "EAST", "live")).to_be_focused()
    assert page.locator("#live-frame .tree-row").count() == 5


def test_the_tree_is_saved_as_table_and_picture(open_tree: Open, tmp_path: Path) -> None:
    """CSV, SVG and PNG of what is shown: of a draft, with what it changes."""
    page = open_tree()
    start(page)
    rename(page, "FIN", "Treasury")
    expect(row(page, "FIN")).to_have_attribute("data-mark", "renamed")
    page.click("#draft-pane .export summary")

    saved = {}
    for kind in ("csv", "svg", "png"):
        if not page.locator(f"#draft-{kind}").is_visible():
            page.click("#draft-pane .export summary")
        with page.expect_download() as download:
            page.click(f"#draft-{kind}")
        saved[kind] = tmp_path / f"organisation.{kind}"
        download.value.save_as(saved[kind])

    rows = list(csv.DictReader(saved["csv"].read_text("utf-8-sig").splitlines()))
    assert {each["code"]: each["name_en"] for each in rows}["FIN"] == "Treasury"
    assert "Treasury" in saved["svg"].read_text("utf-8")
    assert saved["png"].read_bytes().startswith(b"\x89PNG")
    assert page.complaints == []


@pytest.mark.parametrize(
    ("width", "language", "live"), [(390, "en", "Live"), (390, "zh", "现行架构"), (1280, "en", "Live"), (1280, "zh", "现行架构")]
)
def test_the_page_fits_in_both_languages(open_tree: Open, width: int, language: str, live: str) -> None:
    """With a draft open nothing is wider than the window; a narrow one shows one tree at a time; no rule of the browser is broken."""
    page = open_tree(width=width, language=language)
    expect(page.locator("#live-title")).to_have_text(live)
    start(page)
    rename(page, "FIN", "A department with quite a long name that does not fit")
    expect(row(page, "FIN")).to_have_attribute("data-mark", "renamed")

    both = row(page, "HQ").is_visible() and row(page, "HQ", "live").is_visible()

    assert both is (width == 1280)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    if width == 390:
        page.click("#turn-live")
        expect(row(page, "HQ", "live")).to_be_visible()
        expect(row(page, "HQ")).to_be_hidden()
    assert page.complaints == []


def test_who_may_only_look_is_offered_nothing_else(open_tree: Open) -> None:
    """A manager sees the tree and its versions; no draft, no roll-back."""
    page = open_tree("manager", "?version=2026-10")

    expect(row(page, "OPS", "live")).to_be_visible()
    for hidden in ("#draft-start", "#draft-choice", "#rollback", "#draft-pane"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.complaints == []
