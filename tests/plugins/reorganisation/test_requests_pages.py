"""The pages of requests: the list with its clock, one request, asking, handling, and the work calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.services.catalogue import synchronise
from bole.services.entries import Entry
from bole.services.identity import create_user, ensure_roles
from bole.services.people import register_employees
from bole.web import create_app
from bole_reorganisation.admin.words import WORDS
from bole_reorganisation.requests import RequestNote, decline, request_note, take_request, wait_for_asker
from bole_reorganisation.requests.models import CalendarDay, Request
from bole_reorganisation.requests.words import EVENTS, STATES
from tests.core.services.organisation import employee, later, size
from tests.plugins.reorganisation.reorganising import department, drafted
from tests.plugins.reorganisation.requesting import asked, handler, said, stored

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PATH = "/admin/reorganisation/request/"
Enter = Callable[..., FlaskClient]


@pytest.fixture
def staffed(company: Work) -> Work:
    """The company with names, and an asker (E2) and a handler (E7) who can log in."""
    synchronise(company)
    ensure_roles(company)
    named = {"E2": ("陈东", "Chen Dong"), "E6": ("赵敏", "Zhao Min"), "E7": ("周洋", "Zhou Yang")}
    register_employees(company, [Entry(number, {"name_zh": zh, "name_en": en}) for number, (zh, en) in named.items()])
    create_user(company, "hr@example.com", PASSWORD, roles=["hr"], employee_id=employee(company, "E7"))
    create_user(company, "manager@example.com", PASSWORD, roles=["manager"], employee_id=employee(company, "E2"))
    create_user(company, "admin@example.com", PASSWORD, roles=["admin"])
    return company


@pytest.fixture
def enter(staffed: Work, database: Database) -> Iterator[Enter]:
    """Log somebody in: ``enter("hr", hours=30)`` after some hours."""
    sites: dict[float, Flask] = {}

    def entered(name: str = "hr", language: str = "en", hours: float = 0) -> FlaskClient:
        staffed.session.commit()
        if hours not in sites:
            clock = FixedClock(staffed.clock.now() + timedelta(hours=hours))
            sites[hours] = create_app(staffed.host, database, clock=clock, sites={"admin": "bole_admin:mount"})
        client = sites[hours].test_client()
        client.set_cookie("bole_language", language)
        answer = client.post("/login", data={"email": f"{name}@example.com", "password": PASSWORD, "csrf_token": token(client, "/login")})
        assert answer.status_code == 303
        return client

    yield entered
    staffed.session.rollback()


def token(client: FlaskClient, path: str) -> str:
    """The token that the forms of a page carry."""
    found = TOKEN.search(client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    """The text of a page."""
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def do(client: FlaskClient, key: int, deed: str, **values: Any) -> int:
    """Do something on the page of a request and return the status of the answer."""
    data = {"csrf_token": token(client, f"{PATH}{key}/"), "do": deed, **values}
    return client.post(f"{PATH}{key}/do/", data=data).status_code


def noted(work: Work, key: int) -> RequestNote:
    """A request as it is by now, whatever was read before."""
    work.session.rollback()
    return request_note(work, key)


def test_the_list_tells_how_much_time_is_left(staffed: Work, enter: Enter):
    """Live requests first, the one due first at the top, with their urgency; closed ones last."""
    closed, late = asked(later(staffed, hours=-99), "Close the office").id, asked(later(staffed, hours=-100), "A data team").id
    decline(later(handler(staffed), hours=-98), closed, "Not now.")
    soon, calm = asked(later(staffed, hours=-15), "Split East").id, asked(later(staffed, hours=20), "Rename Finance").id

    text = page(enter(hours=24), PATH)

    places = [text.index(f'href="{PATH}{key}/"') for key in (late, soon, calm, closed)]
    assert places == sorted(places)
    for tone, left in (("bad", "41 h late"), ("waiting", "33 h left"), ("plain", "68 h left")):
        assert f'<span class="badge {tone}">{left}</span>' in text
    assert "剩余 33 小时" in page(enter(language="zh", hours=24), PATH)


def test_a_manager_asks_for_a_change(staffed: Work, enter: Enter):
    """From the list to the form to the request, which he or she alone among managers sees."""
    client = enter("manager")

    assert f'href="{PATH}new/"' in page(client, PATH)
    form = {"csrf_token": token(client, f"{PATH}new/"), "title": "Split East", "wish": "Two teams.", "wished_on": "2026-11-01"}
    answer = client.post(f"{PATH}new/", data=form)

    note = noted(staffed, int(staffed.session.scalars(select(Request.id)).one()))
    assert (answer.status_code, answer.location) == (303, f"{PATH}{note.id}/")
    assert (note.title, note.wish, note.wished_on, note.asker) == ("Split East", "Two teams.", date(2026, 11, 1), "E2")
    text = page(client, answer.location)
    assert "Two teams." in text and "72 h left" in text and "nobody has taken it yet" in text
    assert 'value="withdraw"' in text and 'value="take"' not in text


def test_what_is_wrong_stands_beside_its_field(staffed: Work, enter: Enter):
    """The form comes back with what was written, and nothing is asked for."""
    client = enter("manager")
    form = {"csrf_token": token(client, f"{PATH}new/"), "title": "", "wish": "Two teams.", "wished_on": "2026-01-01"}

    answer = client.post(f"{PATH}new/", data=form)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert '<span class="request-problem" id="problem-title">is empty.</span>' in text
    assert "is over; today is 2026-10-15." in text and ">Two teams.</textarea>" in text
    assert size(staffed, Request) == 0
    assert client.post(f"{PATH}new/", data={**form, "wished_on": "soon"}).status_code == 400


def test_who_is_no_employee_is_not_offered_to_ask(staffed: Work, enter: Enter):
    """The administrator sees the list without the button, and is refused where it leads."""
    client = enter("admin")

    assert f"{PATH}new/" not in page(client, PATH)
    form = {"csrf_token": token(client, f"{PATH}new/"), "title": "Split East", "wish": "Two teams."}
    assert client.post(f"{PATH}new/", data=form).status_code == 403


def test_a_request_is_handled_on_its_page(staffed: Work, enter: Enter):
    """Assigned, asked back about, answered by the asker, given to another, commented on; the page tells it in order."""
    key, hr, manager = asked(staffed).id, enter(), enter("manager")

    assert do(hr, key, "take", owner="E7", seen="0") == 303
    assert do(hr, key, "ask_back", text="Which teams?", seen="1") == 303
    assert do(manager, key, "answer", text="North and south.", seen="2") == 303
    assert do(hr, key, "hand_over", owner="E6", seen="3") == 303
    assert do(manager, key, "comment", text="Thank you.") == 303

    assert [(kind, by, to) for kind, by, to, _ in said(staffed, key)] == [
        ("asked", "E2", None),
        ("taken", "E7", "E7"),
        ("waiting", "E7", None),
        ("answered", "E2", None),
        ("taken", "E7", "E6"),
        ("commented", "E2", None),
    ]
    text = page(manager, f"{PATH}{key}/")
    told = ["asked for it", "took it", "Which teams?", "North and south.", "gave it", "→ Zhao Min", "Thank you."]
    assert [text.index(word) for word in told] == sorted(text.index(word) for word in told)
    assert "handled by Zhao Min E6" in text


def test_what_was_decided_meanwhile_is_told(staffed: Work, enter: Enter):
    """A page that is out of date does nothing; an empty comment and an unknown deed are refused."""
    key, hr = asked(staffed).id, enter()
    take_request(handler(staffed), key)

    assert do(hr, key, "take", owner="E6", seen="0") == 409
    assert do(hr, key, "hand_over", owner="E6", seen="0") == 409
    assert do(hr, key, "comment", text="") == 400
    assert do(hr, key, "abolish") == 400
    assert (stored(staffed, key).revision, noted(staffed, key).owner) == (1, "E7")


def test_a_draft_is_linked_and_taken_away(staffed: Work, enter: Enter):
    """Chosen from the open drafts; the asker sees which one it is."""
    key, hr = asked(staffed).id, enter()
    drafted(staffed, "two-regions", department("WEST", parent="SALES", name_en="West"), title="Two regions")

    assert '<option value="two-regions">Two regions</option>' in page(hr, f"{PATH}{key}/")
    assert do(hr, key, "link", draft="two-regions", seen="0") == 303
    assert "<code>two-regions</code>" in page(enter("manager"), f"{PATH}{key}/")
    assert do(hr, key, "unlink", seen="2") == 303
    assert noted(staffed, key).draft is None


def test_the_asker_withdraws_on_the_page(staffed: Work, enter: Enter):
    """With or without a reason; nobody else is offered to."""
    key = asked(staffed).id

    assert 'value="withdraw"' not in page(enter(), f"{PATH}{key}/")
    assert do(enter("manager"), key, "withdraw", seen="0") == 303
    assert noted(staffed, key).state == "withdrawn"


def test_requests_are_taken_and_declined_from_the_list(staffed: Work, enter: Enter):
    """Several at once, after a question; a manager is not offered it and is refused."""
    first, second, hr = asked(staffed).id, asked(staffed, "Rename Finance").id, enter()
    data = {"csrf_token": token(hr, PATH), "action": "take", "row": [first, second]}

    assert "Handle these requests yourself?" in hr.post(f"{PATH}action/", data=data).get_data(as_text=True)
    assert hr.post(f"{PATH}action/", data={**data, "confirmed": "1"}).status_code == 302
    assert [noted(staffed, key).owner for key in (first, second)] == ["E7", "E7"]
    told = {**data, "action": "decline", "row": [second], "confirmed": "1", "field-reason": "Not now."}
    assert hr.post(f"{PATH}action/", data=told).status_code == 302
    assert said(staffed, second)[-1] == ("declined", "E7", None, "Not now.")
    manager = enter("manager")
    refused = manager.post(f"{PATH}action/", data={**told, "row": [first], "csrf_token": token(manager, f"{PATH}new/")})
    assert refused.status_code == 403
    assert noted(staffed, first).state == "in_progress"


def test_another_s_request_is_not_shown(staffed: Work, enter: Enter):
    """A manager is told that there is none, and can do nothing to it."""
    own = asked(staffed).id
    other = staffed.session.scalars(select(Request.id)).one()
    client = enter("manager")
    staffed.session.execute(Request.table.update().values(asker_id=employee(staffed, "E6")))
    staffed.session.commit()

    assert own == other
    page(client, f"{PATH}{own}/", 404)
    data = {"csrf_token": token(client, f"{PATH}new/"), "do": "comment", "text": "Hm."}
    assert client.post(f"{PATH}{own}/do/", data=data).status_code == 404
    assert len(said(staffed, own)) == 1


def test_the_clock_that_stands_still_is_told(staffed: Work, enter: Enter):
    """In both languages, with what is left."""
    key = asked(staffed).id
    take_request(handler(staffed), key)
    wait_for_asker(later(handler(staffed), hours=1), key, "Which teams?")

    assert "The clock stands still until there is an answer" in page(enter(hours=9), f"{PATH}{key}/")
    assert "计时暂停，等待申请人答复" in page(enter(language="zh", hours=9), f"{PATH}{key}/")
    assert "71 h left" in page(enter(hours=9), PATH)


def test_the_calendar_is_set_on_its_page(staffed: Work, enter: Enter):
    """Days from one to another, what is due moving with them; the week decides again where they are cleared."""
    key, client, path = asked(staffed).id, enter(), "/admin/reorganisation/calendar/"
    data = {"csrf_token": token(client, path), "legal_entity": "cn", "first": "2026-10-19", "last": "2026-10-20", "name": "Fair", "kind": "off"}

    assert client.post(f"{path}set/", data=data).status_code == 303
    assert page(client, path).count("<span>Fair</span>") == 2
    assert str(noted(staffed, key).due_at) == "2026-10-22 09:30:00+00:00"
    for wrong in ({"last": "2026-10-18"}, {"last": "2027-01-01"}, {"first": "9999-12-31"}, {"first": "soon"}):
        assert client.post(f"{path}set/", data={**data, **wrong}).status_code == 400
    rows = [str(each) for each in staffed.session.scalars(select(CalendarDay.id))]
    cleared = client.post(f"{path}action/", data={"csrf_token": data["csrf_token"], "action": "clear", "row": rows, "confirmed": "1"})
    assert cleared.status_code == 302
    assert str(noted(staffed, key).due_at) == "2026-10-20 09:30:00+00:00"
    assert size(staffed, CalendarDay) == 0
    page(enter("manager"), path, 403)


def test_every_word_is_there_in_both_languages():
    """No label is empty, or Chinese and English the same but for a sign."""
    labels = [*WORDS.values(), *EVENTS.values(), *(choice.label for choice in STATES)]

    assert [label for label in labels if not (label.zh and label.en)] == []
    assert [label.en for label in labels if label.zh == label.en] == ["→ {name}"]


def test_every_word_of_a_template_is_known():
    """What the templates of requests say is in the words, and nothing is there that none says."""
    folder = Path(__file__).parents[3] / "plugins" / "bole_reorganisation"
    sources = [
        *(folder / "templates" / "bole_reorganisation" / "requests").glob("*.html"),
        folder / "admin" / "requests.py",
        folder / "admin" / "calendar.py",
    ]
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    used = set(re.findall(r"words\.(?!with_values)(\w+)", text)) | set(re.findall(r'with_values\(\s*"(\w+)"', text))
    used |= set(re.findall(r"Words\(reader_language\(\)\)\.(?!with_values)(\w+)", text))

    assert used == set(WORDS)
