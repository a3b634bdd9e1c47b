"""Every page: language, headings, names of fields, and nothing that a strict policy forbids."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.admin.conftest import Login
from tests.admin.pages import PAGES, Page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_the_rules(reader: Login, path: str) -> None:
    """A page says its language, has one main heading, names every field, and carries no inline script, handler or style."""
    answer = reader().get(path)

    page = Page.of(answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert page.lang == "en"
    assert page.headings == (0 if path == "/admin/sample/hello/" else 1)
    assert page.breaches == []
    assert page.unnamed == []
    assert sorted(page.ids) == sorted(set(page.ids))
    assert set(page.controlled) <= set(page.ids)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_chinese(sqlite_reader: Login, path: str) -> None:
    """The same page is there in Chinese, and says so."""
    answer = sqlite_reader(language="zh").get(path)
    text = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert Page.of(text).lang == "zh-Hans"
    assert "退出" in text
    assert "Log out" not in text


def test_the_policy_allows_no_inline_script(sqlite_reader: Login) -> None:
    """The answer's policy lets scripts and styles come from the site alone, and lets nobody frame it."""
    answer = sqlite_reader().get("/admin/core/payout/1/")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_script_carries_the_nonce_of_its_answer(sqlite_reader: Login) -> None:
    """The nonce in the page is the one in the policy."""
    answer = sqlite_reader().get("/admin/core/payout/1/")

    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["office.css", "chain.css", "chain.js", "choose.js", "icons.svg"])
def test_static_files_are_served(sqlite_reader: Login, name: str) -> None:
    """Style sheets, scripts and icons come from the site."""
    assert sqlite_reader().get(f"/admin/static/{name}").status_code == 200


def test_templates_of_the_library_are_out_of_reach(sqlite_site: Flask) -> None:
    """A page without a template of our own fails instead of using the library's, which has inline handlers."""
    outer = sqlite_site.wsgi_app.outer

    assert [name for name in outer.jinja_env.list_templates() if name.startswith("admin/")] == []


def test_the_language_stays_out_of_the_addresses(sqlite_reader: Login) -> None:
    """A list asked for with ?lang= does not carry the language into its other addresses."""
    text = sqlite_reader().get("/admin/core/employee/?lang=zh&search=E0").get_data(as_text=True)

    assert '<html lang="zh-Hans">' in text
    assert "page=1" in text
    assert text.count("lang=zh") == 1


def test_a_link_to_the_other_language_keeps_the_filters(sqlite_reader: Login) -> None:
    """Changing the language leaves the list as it was filtered."""
    text = sqlite_reader().get("/admin/core/award/?status=proposed").get_data(as_text=True)

    assert 'href="/admin/core/award/?status=proposed&amp;lang=zh"' in text
