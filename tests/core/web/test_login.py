"""Logging in and out."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from bole.models import User
from bole.services.identity import end_sessions, set_password
from tests.core.web.conftest import EMAIL, PASSWORD, Site, csrf_of

WRONG = "E-mail address or password is wrong."


def test_whoever_is_not_logged_in_is_sent_to_the_login_page(site: Site) -> None:
    """The start page leads to the login page, which leads back."""
    response = site.browser().get("/?a=1")

    assert (response.status_code, response.headers["Location"]) == (302, "/login?next=/?a%3D1")


def test_the_right_password_lets_in(site: Site) -> None:
    """With address (in any case) and password one gets in and sees one's name."""
    browser = site.browser()

    response = site.log_in(browser, email=" EVA@Example.com ")

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    page = browser.get("/")
    assert page.status_code == 200
    assert "You are logged in as eva@example.com." in page.text


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong password"), ("nobody@example.com", PASSWORD), (EMAIL, ""), ("", ""), (EMAIL, "x" * 5000)],
    ids=["password", "address", "no password", "nothing", "very long"],
)
def test_a_wrong_login_says_no_more_than_that(site: Site, email: str, password: str) -> None:
    """Whatever is wrong, the page says the same, keeps the address, and lets nobody in."""
    browser = site.browser()

    response = site.log_in(browser, email=email, password=password)

    assert response.status_code == 401
    assert WRONG in response.text
    assert f'value="{email}"' in response.text
    assert browser.get("/").status_code == 302


def test_an_inactive_user_is_not_let_in(site: Site) -> None:
    """The right password of an inactive user is as wrong as any."""
    with site.database.session() as session:
        session.scalars(select(User)).one().active = False
        session.commit()

    assert site.log_in(site.browser()).status_code == 401


def test_a_user_without_password_is_not_let_in(site: Site) -> None:
    """A program's user has no password that could be guessed."""
    with site.database.session() as session:
        session.scalars(select(User)).one().password = None
        session.commit()

    assert site.log_in(site.browser(), password="").status_code == 401


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ("/admin/core/payout?page=2", "/admin/core/payout?page=2"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_way_back_stays_inside(site: Site, wish: str, target: str) -> None:
    """After the login one goes where one wanted to, but never to another site."""
    assert site.log_in(site.browser(), next=wish).headers["Location"] == target


def test_logging_out_ends_the_session_everywhere(site: Site) -> None:
    """A cookie copied before logging out is worth nothing afterwards, on any device."""
    desk, phone, thief = site.browser(), site.browser(), site.browser()
    site.log_in(desk)
    site.log_in(phone)
    stolen = desk.get_cookie("bole_session")
    assert stolen is not None
    thief.set_cookie("bole_session", stolen.value)
    assert thief.get("/").status_code == 200

    response = desk.post("/logout", data={"csrf_token": csrf_of(desk.get("/"))})

    assert (response.status_code, response.headers["Location"]) == (303, "/login")
    assert [browser.get("/").status_code for browser in (desk, phone, thief)] == [302, 302, 302]


@pytest.mark.parametrize("change", ["password", "session"])
def test_an_administrator_can_end_sessions(site: Site, change: str) -> None:
    """A new password, or ending the sessions, throws a user out."""
    browser = site.browser()
    site.log_in(browser)
    user_id = site.work(lambda work: work.session.scalars(select(User.id)).one())

    site.work(lambda work: set_password(work, user_id, "another good one") if change == "password" else end_sessions(work, user_id))

    assert browser.get("/").status_code == 302


def test_a_user_made_inactive_is_thrown_out(site: Site) -> None:
    """The next request of a user who was made inactive finds nobody."""
    browser = site.browser()
    site.log_in(browser)
    with site.database.session() as session:
        session.scalars(select(User)).one().active = False
        session.commit()

    assert browser.get("/").status_code == 302


def test_a_login_starts_a_new_session(site: Site) -> None:
    """What was in the session before the login, its CSRF token too, is gone afterwards."""
    browser = site.browser()
    before = csrf_of(browser.get("/login"))
    site.log_in(browser)

    assert browser.post("/logout", data={"csrf_token": before}).status_code == 400
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "made up"}], ids=["none", "empty", "made up"])
def test_a_forged_form_is_refused(site: Site, path: str, token: dict[str, str]) -> None:
    """Without the session's token no form is taken, also by a browser that never saw a page."""
    browser = site.browser()
    site.log_in(browser)

    response = browser.post(path, data={"email": EMAIL, "password": PASSWORD, **token})

    assert response.status_code == 400
    assert "This form is out of date, or did not come from here." in response.text
    assert browser.get("/").status_code == 200
    assert site.browser().post(path, data={"email": EMAIL, "password": PASSWORD, **token}).status_code == 400


def test_guessing_is_slowed_down(site: Site) -> None:
    """After five failures of an account from an address even the right password has to wait, and the page says how long."""
    browser = site.browser()
    for _ in range(5):
        assert site.log_in(browser, password="wrong password").status_code == 401
    site.clock.moment += timedelta(minutes=3)

    response = site.log_in(browser)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "720")
    assert "Too many failed attempts. Try again in 12 minutes." in response.text
    assert browser.get("/").status_code == 302


def test_waiting_helps(site: Site) -> None:
    """A quarter of an hour after the failures the right password lets in again."""
    browser = site.browser()
    for _ in range(5):
        site.log_in(browser, password="wrong password")
    site.clock.moment += timedelta(minutes=15)

    assert site.log_in(browser).status_code == 303


def test_a_success_forgives(site: Site) -> None:
    """Four failures and a success count as none."""
    browser = site.browser()
    for _ in range(2):
        for _ in range(4):
            assert site.log_in(browser, password="wrong password").status_code == 401
        assert site.log_in(browser).status_code == 303
        browser.post("/logout", data={"csrf_token": csrf_of(browser.get("/"))})


def test_one_account_does_not_lock_another(site: Site) -> None:
    """Failures of one account leave another at the same address alone."""
    browser = site.browser()
    for _ in range(6):
        site.log_in(browser, email="other@example.com", password="wrong password")

    assert site.log_in(browser).status_code == 303


def test_an_address_that_tries_many_accounts_is_slowed_down(site: Site) -> None:
    """Fifty failures from one address, whatever the accounts, make that address wait."""
    app = site.app
    throttle = app.extensions["bole"].throttle
    for _ in range(50):
        throttle.fail("127.0.0.1", site.clock.now())

    assert site.log_in(site.browser()).status_code == 429
    other = site.browser()
    token = csrf_of(other.get("/login", environ_base={"REMOTE_ADDR": "10.0.0.9"}))
    form = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    assert other.post("/login", data=form, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 303


def test_what_was_typed_is_shown_as_text(site: Site) -> None:
    """Markup in the address is shown, not obeyed."""
    email = '"><script>alert(1)</script>@example.com'

    response = site.log_in(site.browser(), email=email)

    assert "<script>" not in response.text
    assert email in unescape(response.text)
