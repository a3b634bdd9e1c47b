"""The department tree with five thousand departments in a real browser: read as it is opened, drawn as it is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.reorganisation.browsing import Open, chromium, found_site, large, served, windows

pytestmark = pytest.mark.browser

IN_SIGHT = 40
"""No more rows than these are ever drawn: a pane shows about a dozen."""


@pytest.fixture(scope="module")
def open_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens windows on the tree of the large company."""
    file = found_site(tmp_path_factory.mktemp("company"), large)
    with chromium() as browser, served(file, tmp_path_factory.mktemp("site")) as address, windows(browser, address) as opened:
        yield opened


def asked(page: Page) -> list[str]:
    """Collects the questions for departments from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "children.json" in request.url else None)
    return found


def drawn(page: Page) -> int:
    """How many rows there are in the live pane."""
    return page.locator("#live-frame .tree-row").count()


def height(page: Page) -> int:
    """How many rows the live pane is high, those out of sight among them."""
    return int(page.evaluate("document.querySelector('#live-frame [data-tree]').offsetHeight")) // 52


def test_only_what_is_opened_is_read_and_only_what_is_seen_is_drawn(open_tree: Open) -> None:
    """The first look takes two questions; opening a region one more; whatever is open, few rows are drawn."""
    page = open_tree()
    expect(page.locator("#live-frame [data-code=R00]")).to_be_visible()
    questions = asked(page)
    page.reload()
    expect(page.locator("#live-frame [data-code=R00]")).to_be_visible()
    first = (len(questions), height(page), drawn(page) <= IN_SIGHT)

    for region in ("R00", "R01", "R02"):
        page.locator(f"#live-frame [data-code={region}] .tree-turn").click()
        expect(page.locator(f"#live-frame [data-code={region}-00]")).to_be_attached()
        page.locator(f"#live-frame [data-code={region}] .tree-turn").click()
        expect(page.locator(f"#live-frame [data-code={region}-00]")).to_have_count(0)
    page.locator("#live-frame [data-code=R00] .tree-turn").click()
    expect(page.locator("#live-frame [data-code=R00-00]")).to_be_attached()

    assert first == (2, 53, True)
    assert len(questions) == 5
    assert height(page) == 152
    assert drawn(page) <= IN_SIGHT


def test_keys_and_wheel_reach_the_end(open_tree: Open) -> None:
    """End goes to the last department, Home to the first; the wheel scrolls past everything; every row says its place."""
    page = open_tree()
    page.locator("#live-frame [data-code=HQ]").focus()

    page.keyboard.press("End")
    expect(page.locator("#live-frame [data-code=SALES]")).to_be_focused()
    assert page.locator("#live-frame [data-code=SALES]").get_attribute("aria-posinset") == "52"
    assert drawn(page) <= IN_SIGHT
    page.keyboard.press("Home")
    expect(page.locator("#live-frame [data-code=HQ]")).to_be_focused()
    page.locator("#live-frame").hover()
    page.mouse.wheel(0, 10_000)

    expect(page.locator("#live-frame [data-code=SALES]")).to_be_visible()
    assert page.complaints == []


def test_a_search_finds_one_of_five_thousand(open_tree: Open) -> None:
    """The way to a shop is opened by one question; it is in sight and has the focus."""
    page = open_tree()
    expect(page.locator("#live-frame [data-code=R00]")).to_be_visible()
    questions = asked(page)

    page.fill("#tree-search", "R37-42")
    expect(page.locator("#tree-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.locator("#live-frame [data-code=R37-42]")).to_be_focused()
    assert len(questions) == 1
    assert drawn(page) <= IN_SIGHT


def test_a_shop_is_dragged_in_a_draft(open_tree: Open) -> None:
    """An edit reads again only what is open: one question for each pane."""
    page = open_tree()
    page.click("#draft-start")
    page.fill("#start-dialog [name=code]", "shops")
    page.click("#start-dialog [type=submit]")
    source, target = page.locator("#draft-frame [data-code=R00]"), page.locator("#draft-frame [data-code=R03]")
    expect(source).to_be_visible()
    questions = asked(page)

    source.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 90, box["y"] + 10, steps=5)
    page.mouse.move(box["x"] + 95, box["y"] + 26, steps=5)
    page.mouse.up()

    expect(page.locator("#draft-frame [data-code=R00]")).to_have_attribute("aria-level", "3")
    expect(page.locator("#count-changes")).to_have_text("1")
    expect(page.locator("#panel-changes .line-text")).to_contain_text("with 99 departments below it")
    assert len(questions) == 3
