"""Who sees what: nobody without permission, and within it only whom the scope reaches."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.admin.conftest import Login
from tests.admin.pages import PAGES

OPEN_TO_ALL = "/admin/"


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_the_login(sqlite_site: Flask, path: str) -> None:
    """Whoever is not logged in is asked to log in, and comes back to the page."""
    answer = sqlite_site.test_client().get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=%2Fadmin%2F") or answer.headers["Location"].startswith("/login?next=/admin/")


@pytest.mark.parametrize("path", [path for path in PAGES if path != OPEN_TO_ALL])
def test_without_permission_a_page_is_refused(sqlite_reader: Login, path: str) -> None:
    """A user without any role gets a page that says so, with none of the page's content."""
    answer = sqlite_reader("nobody@example.com").get(path)
    text = answer.get_data(as_text=True)

    assert answer.status_code == 403
    assert "You may not do that" in text
    assert "E003" not in text
    assert "<table" not in text


def test_the_menu_offers_what_may_be_opened(reader: Login) -> None:
    """The menu of a clerk who may only see awards has two entries."""
    text = reader("clerk@example.com").get("/admin/").get_data(as_text=True)

    menu = text.split('<nav id="menu"')[1].split("</nav>")[0]
    assert menu.count("<a href=") == 2
    assert "/admin/core/award/" in menu


def test_the_dashboard_shows_only_what_may_be_seen(reader: Login) -> None:
    """The dashboard of a user without any role shows neither figures nor names."""
    text = reader("nobody@example.com").get("/admin/").get_data(as_text=True)

    assert "Scoreboard" not in text
    assert "Ledger" not in text
    assert "CNY" not in text


def test_an_employee_sees_own_rows_only(reader: Login) -> None:
    """An employee's list of awards holds nobody else's."""
    text = reader("employee@example.com").get("/admin/core/award/").get_data(as_text=True)

    assert "E004" in text
    assert "E003" not in text
    assert "2 entries" in text


def test_a_manager_sees_the_unit(reader: Login) -> None:
    """The head of a region sees its seven people, and nobody of another region."""
    text = reader("manager@example.com").get("/admin/core/employee/").get_data(as_text=True)

    assert "7 entries" in text
    assert "E009" in text
    assert "E010" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/core/employee/10/",
        "/admin/core/award/12/",
        "/admin/core/payout/1/",
        "/admin/core/payout/1/chain.json",
        "/admin/core/award/999/",
        "/admin/core/award/x/",
    ],
)
def test_a_row_outside_the_scope_is_not_found(reader: Login, path: str) -> None:
    """A row that the actor may not see answers as one that is not there."""
    answer = reader("employee@example.com").get(path)

    assert answer.status_code == 404
    assert "Nothing is found here" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/admin/core/result/2026Q3/10/", "/admin/core/observation/?employee=10"])
def test_a_page_about_somebody_outside_the_scope_is_refused(reader: Login, path: str) -> None:
    """Results and facts of somebody outside the scope are refused."""
    answer = reader("employee@example.com").get(path)

    assert answer.status_code == 403
    assert "E010" not in answer.get_data(as_text=True)


def test_the_scoreboard_ends_at_the_scope(reader: Login) -> None:
    """An employee's scoreboard has one line."""
    text = reader("employee@example.com").get("/admin/core/result/").get_data(as_text=True)

    assert text.count('class="row-title"') == 1
    assert "1 scorecard " in text


def test_people_are_linked_only_where_their_page_opens(reader: Login) -> None:
    """A clerk who may see awards but not employees reads the names and gets no link to the people."""
    text = reader("clerk@example.com").get("/admin/core/award/").get_data(as_text=True)

    assert "E003" in text
    assert "/admin/core/employee/" not in text


def test_an_unknown_address_is_answered_politely(reader: Login) -> None:
    """An address below the back office that nobody serves is a page, too."""
    assert reader().get("/admin/core/nothing/").status_code == 404


@pytest.mark.parametrize("verb", ["new", "edit", "delete", "ajax/update", "ajax/lookup"])
def test_nothing_can_be_edited_past_the_services(reader: Login, verb: str) -> None:
    """The library's own ways to edit a row are not there."""
    client = reader()

    answers = {client.get(f"/admin/core/employee/{verb}/").status_code, client.post(f"/admin/core/employee/{verb}/").status_code}

    assert answers <= {400, 404, 405}
