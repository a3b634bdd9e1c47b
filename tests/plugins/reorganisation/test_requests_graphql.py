"""Requests through GraphQL: asked for, handled, read within the actor's scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bole.access import Work
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole_reorganisation.requests import take_request
from tests.plugins.reorganisation.requesting import asked, asker, handler

Ask = Callable[[Work, str], dict[str, Any]]


@pytest.fixture
def ask(database: Database, company: Work) -> Ask:
    """Ask the API on behalf of whoever works: ``ask(work, document)``."""
    service = GraphQLService(company.host, database)

    def answer(work: Work, text: str) -> dict[str, Any]:
        company.session.rollback()
        with service.session() as session:
            told: dict[str, Any] = orjson.loads(service.answer(Work(session, company.host, work.actor, company.clock), text, None, None).body)
            return told

    return answer


def test_a_change_is_asked_for_and_taken(company: Work, ask: Ask):
    """By one who asks, and by one who handles requests; the log tells both."""
    arguments = 'title: "Split East", wish: "Two teams.", wishedOn: "2026-11-01"'
    wish = f"mutation {{ askForOrgChange({arguments}) {{ result {{ key state dueAt hours }} errors {{ code }} }} }}"
    made = ask(asker(company), wish)["data"]["askForOrgChange"]
    key = made["result"]["key"]
    taken = ask(
        handler(company), f"mutation {{ takeOrgRequest(key: {key}, seen: 0) {{ result {{ state owner revision minutesLeft }} errors {{ code }} }} }}"
    )
    told = ask(asker(company), f"{{ orgRequest(key: {key}) {{ title wish wishedOn asker urgency }} orgRequestEvents(key: {key}) {{ kind by to }} }}")

    assert made == {"result": {"key": key, "state": "open", "dueAt": "2026-10-20T09:30:00+00:00", "hours": 72}, "errors": []}
    assert taken["data"]["takeOrgRequest"] == {"result": {"state": "in_progress", "owner": "E7", "revision": 1, "minutesLeft": 4320}, "errors": []}
    assert told["data"]["orgRequest"] == {"title": "Split East", "wish": "Two teams.", "wishedOn": "2026-11-01", "asker": "E2", "urgency": "calm"}
    assert told["data"]["orgRequestEvents"] == [{"kind": "asked", "by": "user-E2", "to": None}, {"kind": "taken", "by": "hr-E7", "to": "E7"}]


def test_a_whole_life(company: Work, ask: Ask):
    """Commented, asked back, answered, handed over, linked, unlinked, finished; another is withdrawn, another declined."""
    key, second, third = asked(company).id, asked(company).id, asked(company).id
    take_request(handler(company), key)
    steps = [
        (asker(company), "commentOnOrgRequest", f'key: {key}, text: "Urgent."', "in_progress"),
        (handler(company), "askBackAboutOrgRequest", f'key: {key}, question: "Which?"', "waiting"),
        (asker(company), "answerOrgRequest", f'key: {key}, text: "Both."', "in_progress"),
        (handler(company), "handOverOrgRequest", f'key: {key}, owner: "E6"', "in_progress"),
        (handler(company), "linkOrgRequest", f"key: {key}", "in_progress"),
        (handler(company), "finishOrgRequest", f"key: {key}", "done"),
        (asker(company), "withdrawOrgRequest", f"key: {second}", "withdrawn"),
        (handler(company), "declineOrgRequest", f'key: {third}, reason: "Not now."', "declined"),
    ]

    for who, name, arguments, state in steps:
        answer = ask(who, f"mutation {{ {name}({arguments}) {{ result {{ state }} errors {{ code message }} }} }}")
        assert answer["data"][name] == {"result": {"state": state}, "errors": []}


def test_requests_are_read_within_the_scope(company: Work, ask: Ask):
    """An employee's own; a refused decision is data."""
    key = asked(company).id

    assert ask(asker(company), "{ orgRequests { key } }") == {"data": {"orgRequests": [{"key": key}]}}
    assert ask(asker(company, "E3"), "{ orgRequests { key } }") == {"data": {"orgRequests": []}}
    assert ask(handler(company), '{ orgRequests(states: ["done"]) { key } }') == {"data": {"orgRequests": []}}
    refused = ask(asker(company), f"mutation {{ finishOrgRequest(key: {key}) {{ result {{ key }} errors {{ code }} }} }}")
    assert refused["data"]["finishOrgRequest"] == {"result": None, "errors": [{"code": "core.forbidden"}]}


def test_the_calendar_is_set_and_read(company: Work, ask: Ask):
    """A holiday given by its day, and taken away again."""
    day = 'setOrgCalendarDays(legalEntity: "cn", days: [{day: "2026-10-19", %s}]) { result errors { code } }'
    read = '{ orgCalendarDays(legalEntity: "cn", startsOn: "2026-01-01", endsOn: "2027-01-01") { day isWorking name } }'

    assert ask(handler(company), "mutation { " + day % 'isWorking: false, name: "Founders"' + " }")["data"]["setOrgCalendarDays"] == {
        "result": 1,
        "errors": [],
    }
    assert ask(asker(company), read)["data"]["orgCalendarDays"] == [{"day": "2026-10-19", "isWorking": False, "name": "Founders"}]
    assert ask(handler(company), "mutation { " + day % "isWorking: null" + " }")["data"]["setOrgCalendarDays"] == {"result": 1, "errors": []}
    assert ask(asker(company), read)["data"]["orgCalendarDays"] == []
