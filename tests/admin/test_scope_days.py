"""The back office shows results to whoever led on their days: the head of then and the head of now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bole.access import Scope, Work
from bole.clock import FixedClock
from bole.db import Database
from bole.services.entries import DatedEntry
from bole.services.identity import create_user, grant_permission
from bole.services.structure import change_departments
from tests.admin.company import NOW, PASSWORD, sample_host
from tests.admin.conftest import log_in, make_site
from tests.conftest import postgresql_database

NUMBER = re.compile(r"\bE\d{3}\b")
THEN, NOW_HEAD, EAST = "manager@example.com", "newcomer@example.com", [f"E{number:03}" for number in range(3, 10)]
Text = Callable[[str, str], str]


def hand_over(database: Database, folder: Path) -> None:
    """From August on E005 heads the east, not E003; and has an account."""
    with database.session() as session:
        work = Work(session=session, host=sample_host(folder / "instance"), clock=FixedClock(NOW))
        change_departments(work, [DatedEntry("east", date(2026, 8, 1), {"head": "E005"})])
        grant_permission(work, "manager", "core.payout.read", Scope.UNIT)
        create_user(work, NOW_HEAD, PASSWORD, roles=["manager"], employee_id=5)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def handed_over(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site in which the east was handed over, on each kind of database."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        database = Database(f"sqlite:///{folder / 'bole.db'}")
        app = make_site(database, folder)
        hand_over(database, folder)
        yield app
        database.engine.dispose()
        return
    with postgresql_database(request.getfixturevalue("postgresql_server")) as url:
        database = Database(url)
        app = make_site(database, folder)
        hand_over(database, folder)
        yield app
        database.engine.dispose()


@pytest.fixture(scope="module")
def text(handed_over: Flask) -> Text:
    """A function that returns the main part of a page as somebody sees it, or its status where that is none to be seen."""
    clients: dict[str, FlaskClient] = {}

    def read(who: str, path: str) -> str:
        if who not in clients:
            clients[who] = log_in(handed_over, who)
        answer = clients[who].get(path)
        if answer.status_code != 200:
            return str(answer.status_code)
        main = answer.get_data(as_text=True).split("<main")[1].split("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<(?!a |/a)[^>]+>", " ", main))

    return read


def numbers(page: str) -> list[str]:
    """The employee numbers on a page, in order, each once."""
    return sorted(set(NUMBER.findall(page)))


def test_a_scoreboard_is_of_those_led_at_the_periods_end(text: Text) -> None:
    """The second quarter's board is the former head's, the third's the present one's; the other sees a line of his or her own."""
    boards = {(who, code): numbers(text(who, f"/admin/core/result/?period={code}")) for who in (THEN, NOW_HEAD) for code in ("2026Q2", "2026Q3")}

    assert boards == {(THEN, "2026Q2"): EAST, (THEN, "2026Q3"): ["E003"], (NOW_HEAD, "2026Q2"): ["E005"], (NOW_HEAD, "2026Q3"): EAST}


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [(THEN, "2026Q2", ""), (THEN, "2026Q3", "403"), (NOW_HEAD, "2026Q2", "403"), (NOW_HEAD, "2026Q3", "")],
    ids=["then of then", "then of now", "now of then", "now of now"],
)
def test_a_scorecard_is_opened_by_who_led_at_the_periods_end(text: Text, who: str, code: str, status: str) -> None:
    """Of one employee, each head opens the card of the own quarter only."""
    page = text(who, f"/admin/core/result/{code}/7/")

    assert page == status if status else "points" in page


def test_awards_are_listed_by_the_last_day_of_their_period(text: Text) -> None:
    """The list counts, pages and opens each award for the head of its quarter."""
    lists = {who: text(who, "/admin/core/award/") for who in (THEN, NOW_HEAD)}
    keys = {who: {int(key) for key in re.findall(r"/admin/core/award/(\d+)/", page)} for who, page in lists.items()}

    assert (numbers(lists[THEN]), numbers(lists[NOW_HEAD])) == (EAST, EAST)
    # Both see what each of the two heads earned while the other led: one's own, and as the other's head.
    assert (len(keys[THEN]), len(keys[NOW_HEAD]), len(keys[THEN] | keys[NOW_HEAD])) == (8, 8, 14)
    assert {text(THEN, f"/admin/core/award/{key}/") for key in keys[NOW_HEAD] - keys[THEN]} == {"404"}


def test_payouts_are_listed_by_the_month_they_are_due_in(text: Text) -> None:
    """All are due this month: the present head sees the team's, the former one the own."""
    assert numbers(text(THEN, "/admin/core/payout/")) == ["E003"]
    assert "E003" in numbers(text(NOW_HEAD, "/admin/core/payout/"))
    assert len(numbers(text(NOW_HEAD, "/admin/core/payout/"))) > 1


def test_an_employees_page_shows_what_is_of_the_readers_days(text: Text) -> None:
    """The present head sees one quarter on the page; the former one, for whom today's structure decides, no page."""
    page = text(NOW_HEAD, "/admin/core/employee/7/")

    assert ("2026Q3" in page, "2026Q2" in page) == (True, False)
    assert "Awards 1" in re.sub(r"<[^>]+>|\s+", " ", page).replace("  ", " ")
    assert text(THEN, "/admin/core/employee/7/") == "404"


def test_facts_are_shown_of_the_days_in_scope(text: Text) -> None:
    """Each head sees an employee's facts of the own time, together all there are; who never led the employee sees none."""
    counts = {who: int(re.findall(r"(\d+) facts", text(who, "/admin/core/observation/?employee=7"))[0]) for who in (THEN, NOW_HEAD)}
    everything = int(re.findall(r"(\d+) facts", text("admin@example.com", "/admin/core/observation/?employee=7"))[0])

    assert counts[THEN] + counts[NOW_HEAD] == everything
    assert min(counts.values()) > 20
    assert text(THEN, "/admin/core/observation/?employee=20") == "403"


def test_people_to_choose_facts_of_are_those_of_any_day(text: Text) -> None:
    """Both heads find the team; the heads of other teams' people they do not find."""
    assert numbers(text(THEN, "/admin/core/observation/")) == EAST
    assert numbers(text(NOW_HEAD, "/admin/core/observation/")) == EAST


def test_the_first_page_counts_by_the_same_days(text: Text) -> None:
    """The scoreboard of the newest period and the awards to approve are those of the reader's own time."""
    assert numbers(text(THEN, "/admin/")) == ["E003"]
    assert numbers(text(NOW_HEAD, "/admin/")) == EAST
