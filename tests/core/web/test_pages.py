"""What every page has: headers, language, errors; and the pages of plugins and further sites."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po
from flask import Blueprint, Flask

from bole import web
from bole.access import Work
from bole.contracts.extension import Site as PluginSite
from bole.db import Database
from bole.errors import BoleError, Conflict, Forbidden, InvalidValue, NotFound, StartRefused
from bole.host import Config, Host
from bole.web import create_app, csp_nonce, current_work, login_required
from bole.web.keys import secret_key
from tests.core.web.conftest import Site

FOLDER = Path(web.__file__).parent


def policy(response: object) -> dict[str, str]:
    """Return the directives of a Content-Security-Policy."""
    text = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {part.split()[0]: " ".join(part.split()[1:]) for part in text.split("; ")}


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/static/bole.css"])
def test_every_answer_is_protected(site: Site, path: str) -> None:
    """Pages, errors and files alike say that nothing foreign or inline may run, and that nobody may frame them."""
    response = site.browser().get(path)

    rules = policy(response)
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")
    assert (rules["frame-ancestors"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("path", ["/login", "/nowhere"])
def test_pages_have_nothing_inline(site: Site, path: str) -> None:
    """No page holds a script, a style or a handler of its own, nor loads anything from elsewhere."""
    text = site.browser().get(path).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)
    assert re.findall(r'(?:src|href)="(?!/|\?|#)([^"]*)"', text) == []


def test_pages_are_not_kept_and_files_are(site: Site) -> None:
    """What may be personal is never stored by a browser; a style sheet is, for an hour."""
    browser = site.browser()

    assert browser.get("/login").headers["Cache-Control"] == "no-store"
    assert "max-age=3600" in browser.get("/static/bole.css").headers["Cache-Control"]


def test_cookies_are_strict(site: Site) -> None:
    """The session's cookie is out of reach of scripts and of other sites' forms."""
    response = site.browser().get("/login")

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("bole_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_cookies_are_secure(site: Site, tmp_path: Path) -> None:
    """With secure_cookies the cookie stays on HTTPS and this host, and browsers are told to stay there too."""
    host = Host(Config(instance=tmp_path / "instance", secure_cookies=True), packages={})

    response = create_app(host, site.database, sites={}).test_client().get("/login", base_url="https://bole.example")

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-bole=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("path", "headers", "language", "title"),
    [
        pytest.param("/login", {}, "en", "Log in", id="the company's"),
        pytest.param("/login", {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-Hans", "登录", id="the browser's"),
        pytest.param("/login", {"Accept-Language": "fr"}, "en", "Log in", id="an unknown one"),
        pytest.param("/login?lang=zh", {"Accept-Language": "en"}, "zh-Hans", "登录", id="asked for"),
        pytest.param("/login?lang=xx", {}, "en", "Log in", id="asked for in vain"),
    ],
)
def test_a_page_speaks_the_readers_language(site: Site, path: str, headers: dict[str, str], language: str, title: str) -> None:
    """What the address asks for comes first, then the browser's wish, then the company's language."""
    text = site.browser().get(path, headers=headers).text

    assert f'<html lang="{language}">' in text
    assert f'<h1 id="login-title">{title}</h1>' in text


def test_a_choice_of_language_is_remembered(site: Site) -> None:
    """Once chosen, a language stays, against the browser's wish."""
    browser = site.browser()
    browser.get("/login?lang=zh")

    assert "<title>登录" in browser.get("/login", headers={"Accept-Language": "en"}).text


def test_the_account_has_a_language(site: Site) -> None:
    """Without a choice in the browser the account's language is spoken."""
    from bole.services.identity import create_user

    site.work(lambda work: create_user(work, "wang@example.com", "correct horse battery", roles=["employee"], locale="zh"))
    browser = site.browser()
    site.log_in(browser, email="wang@example.com")

    assert '<html lang="zh-Hans">' in browser.get("/", headers={"Accept-Language": "en"}).text


def test_changing_the_language_keeps_the_way(site: Site) -> None:
    """The links to the other language keep what the address says besides."""
    text = site.browser().get("/login?next=/admin/&lang=en").text

    assert 'href="?next=%2Fadmin%2F&amp;lang=zh"' in text


def test_every_word_is_translated() -> None:
    """Each message of the core's pages and modules stands in the Chinese catalog, and the catalog has no other."""
    sources = [*FOLDER.glob("templates/**/*.html"), *FOLDER.glob("*.py")]
    words = re.compile(r"""_\(\s*(?:"([^"]+)"|'([^']+)')""")
    used = {double or single for path in sources for double, single in words.findall(path.read_text("utf-8"))}
    with (FOLDER / "locale/zh/LC_MESSAGES/core.po").open("rb") as file:
        catalog = {message.id: message.string for message in read_po(file) if message.id}

    assert set(catalog) == used
    assert all(catalog.values())


ERRORS: dict[str, tuple[BoleError | Exception, int, str]] = {
    "forbidden": (Forbidden("test.no", "you lack it.", "Ask."), 403, "You may not do that"),
    "not found": (NotFound("test.no", "there is no such thing.", ""), 404, "Nothing is found here"),
    "conflict": (Conflict("test.no", "it changed.", "Reload."), 409, "It has changed in the meantime"),
    "invalid": (InvalidValue("test.no", "<b>wrong</b>", "Mend it."), 400, "That could not be done"),
}


def blueprint(**views: object) -> Blueprint:
    """Return pages at ``/<name>``."""
    pages = Blueprint("pages", __name__)
    for name, view in views.items():
        pages.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])  # type: ignore[arg-type]
    return pages


def with_pages(site: Site, pages: Blueprint, **options: bool) -> Flask:
    """Return an application that has a plugin's pages."""
    site.host.per_plugin = lambda hook: [("demo", lambda: [PluginSite(pages, **options)])] if hook == "bole_blueprints" else []  # type: ignore[method-assign]
    return site.app


@pytest.mark.parametrize("name", ERRORS)
def test_an_expected_error_has_its_page(site: Site, name: str) -> None:
    """An error of a service becomes a page with its status, message and hint, shown as text; for a program, JSON."""
    error, status, headline = ERRORS[name]

    def fail() -> str:
        raise error

    browser = with_pages(site, blueprint(fail=fail)).test_client()

    page, data = browser.get("/demo/fail"), browser.get("/demo/fail", headers={"Accept": "application/json"})

    assert (page.status_code, data.status_code) == (status, status)
    assert f"<h1>{headline}</h1>" in page.text
    assert "<b>" not in page.text
    assert data.json == {"errors": [{"message": error.message, "extensions": {"code": "test.no", "hint": error.hint}}]}


def test_an_unexpected_error_tells_nothing_of_the_inside(site: Site) -> None:
    """A crash becomes a page with status 500 in the reader's language, without any detail."""

    def crash() -> str:
        raise ZeroDivisionError("secret detail")

    browser = with_pages(site, blueprint(crash=crash)).test_client()

    response = browser.get("/demo/crash?lang=zh")

    assert response.status_code == 500
    assert "系统出错了" in response.text
    assert "secret detail" not in response.text


@pytest.mark.parametrize(("language", "headline"), [("zh", "这里什么也没有"), ("en", "Nothing is found here")])
def test_a_missing_page_says_so_in_both_languages(site: Site, language: str, headline: str) -> None:
    """An unknown address gets a page with status 404 that leads back to the start."""
    response = site.browser().get(f"/no/such/page?lang={language}")

    assert response.status_code == 404
    assert headline in response.text
    assert "/no/such/page" in response.text


def test_a_plugins_page_knows_its_reader(site: Site) -> None:
    """A plugin's page stands below its name, demands a login where it says so, and gets the unit of work of whoever reads it."""

    @login_required
    def mine() -> str:
        work: Work = current_work()
        return f"{work.actor.name} {work.actor.employee_id} {csp_nonce()}"

    browser = with_pages(site, blueprint(mine=mine)).test_client()

    before = browser.get("/demo/mine")
    site.log_in(browser)
    after = browser.get("/demo/mine")

    assert before.headers["Location"] == "/login?next=/demo/mine"
    assert after.text.startswith("eva@example.com 3 ")
    assert f"'nonce-{after.text.split()[-1]}'" in policy(after)["script-src"]


def test_a_nonce_serves_once(site: Site) -> None:
    """Every answer has another nonce."""
    browser = with_pages(site, blueprint(nonce=csp_nonce)).test_client()

    first, second = browser.get("/demo/nonce").text, browser.get("/demo/nonce").text

    assert len(first) >= 22
    assert first != second


def test_a_page_that_needs_a_reader_asks_for_a_login(site: Site) -> None:
    """A page that asks for the unit of work without a login leads to the login page; a program is told."""

    def mine() -> str:
        return current_work().actor.name

    browser = with_pages(site, blueprint(mine=mine)).test_client()

    assert browser.get("/demo/mine").headers["Location"] == "/login?next=/demo/mine"
    data = browser.get("/demo/mine", headers={"Accept": "application/json"})
    assert (data.status_code, data.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(("exempt", "status"), [(False, 400), (True, 200)])
def test_a_plugins_forms_need_the_token_unless_it_says_otherwise(site: Site, exempt: bool, status: int) -> None:
    """A plugin's POST needs the session's token; a plugin may take that on itself."""
    browser = with_pages(site, blueprint(send=lambda: "taken"), exempt_from_csrf=exempt).test_client()

    assert browser.post("/demo/send").status_code == status


def test_further_sites_are_loaded_with_the_first_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site is made with the first page, behind the same login; an answer to a program does without."""
    made: list[tuple[Host, Database]] = []
    module = ModuleType("test_office")

    def mount(app: Flask, host: Host, database: Database) -> None:
        made.append((host, database))
        app.add_url_rule("/office/", "office", login_required(lambda: "the office of " + current_work().actor.name))

    module.mount = mount  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "test_office", module)
    site.sites = {"office": "test_office:mount"}
    browser = site.browser()

    browser.get("/healthz")
    browser.post("/graphql", json={}, headers={"Authorization": "Bearer x"})
    assert made == []
    assert browser.get("/office/").headers["Location"] == "/login?next=/office/"
    site.log_in(browser)

    assert browser.get("/office/").text == "the office of eva@example.com"
    assert made == [(site.host, site.database)]
    assert browser.get("/office/nothing").status_code == 404


def test_the_start_page_leads_to_the_back_office(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a back office is installed the start page leads there."""
    module = ModuleType("test_admin")
    module.mount = lambda app, host, database: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "test_admin", module)
    site.sites = {"admin": "test_admin:mount"}
    browser = site.browser()
    site.log_in(browser)

    response = browser.get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_health_asks_the_database(site: Site) -> None:
    """The health check needs no login, and says ok when the database answers."""
    response = site.browser().get("/healthz")

    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    """The first start makes the key, later ones read it; nobody else may read the file."""
    first = secret_key(tmp_path / "deep" / "instance")
    again = secret_key(tmp_path / "deep" / "instance")

    path = tmp_path / "deep" / "instance" / "secret_key"
    assert first == again
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def test_a_broken_secret_stops_the_start(tmp_path: Path) -> None:
    """A file that holds no key is refused with its path."""
    (tmp_path / "secret_key").write_text("short")

    with pytest.raises(StartRefused, match=r"secret_key holds no secret key"):
        secret_key(tmp_path)
