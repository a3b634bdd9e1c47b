"""Requests: asked for, taken, asked back about, answered, carried out, declined, withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from bole.access import Actor, Scope, Work
from bole.db import Database
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound, ProblemsFound
from bole.services.entries import Entry
from bole.services.outbox import deliver
from bole.services.people import register_employees
from bole_reorganisation.drafts import activate_draft
from bole_reorganisation.requests import (
    answer,
    ask_for_change,
    comment,
    decline,
    due_moment,
    finish,
    hand_over,
    link_draft,
    request_events,
    request_note,
    request_notes,
    take_request,
    wait_for_asker,
    withdraw,
)
from bole_reorganisation.requests.following import on_version_activated
from bole_reorganisation.requests.models import Request, RequestEvent
from tests.core.services.organisation import employee, later, problem_lines, size
from tests.plugins.reorganisation.reorganising import department, drafted
from tests.plugins.reorganisation.requesting import asked, asker, handler, local, said, stored


def test_a_request_is_due_after_three_working_days(company: Work):
    """Asked on a Thursday at half past five, it is due on the Tuesday at the same time; nobody owns it yet."""
    note = asked(company, wished_on=date(2026, 11, 1))

    assert (note.title, note.wish, note.wished_on) == ("Split East", "Two teams, one for each region.", date(2026, 11, 1))
    assert (note.state, note.asker, note.owner, note.legal_entity, note.draft, note.revision) == ("open", "E2", None, "cn", None, 0)
    assert (note.hours, note.asked_at, note.due_at) == (72, local(2026, 10, 15, 17, 30), local(2026, 10, 20, 17, 30))
    assert (note.minutes_left, note.urgency) == (72 * 60, "calm")
    assert said(company, note.id) == [("asked", "E2", None, "")]
    assert due_moment(company, "cn", note.asked_at, 72) == note.due_at
    with pytest.raises(NotFound, match="'de'"):
        due_moment(company, "de", note.asked_at, 72)


def test_what_cannot_be_asked_is_told_all_at_once(company: Work):
    """No title, a wish too long, and a day that is over: three problems, and no request."""
    with pytest.raises(ProblemsFound) as refused:
        ask_for_change(asker(company), "  ", "x" * 4001, date(2026, 10, 14))

    assert problem_lines(refused.value.problems) == [
        (0, "title", "", "is empty."),
        (0, "wish", "x" * 80, "has 4001 characters; 4000 is the most."),
        (0, "wished_on", "2026-10-14", "is over; today is 2026-10-15."),
    ]
    with pytest.raises(ProblemsFound, match="NUL"):
        ask_for_change(asker(company), "a\0b", "c")
    assert size(company, Request) == 0


def test_only_an_employee_asks(company: Work):
    """A user who is no employee is refused; so is who may not ask."""
    with pytest.raises(Forbidden, match="no employee"):
        ask_for_change(company, "Split East", "Two teams.")
    with pytest.raises(Forbidden, match=r"reorganisation\.request\.create"):
        ask_for_change(handler(company), "Split East", "Two teams.")
    assert size(company, Request) == 0


def test_everybody_sees_his_or_her_own_requests(company: Work):
    """Another employee sees none of them, whoever handles requests all."""
    mine, other = asked(company), ask_for_change(asker(company, "E6"), "Rename Finance", "Treasury.")

    assert [note.id for note in request_notes(asker(company))] == [mine.id]
    assert [note.id for note in request_notes(handler(company))] == [mine.id, other.id]
    assert [note.id for note in request_notes(handler(company), asker="E6")] == [other.id]
    assert request_note(asker(company), mine.id) == mine
    for service in (request_note, request_events):
        with pytest.raises(NotFound, match=f"request {other.id}"):
            service(asker(company), other.id)


def test_who_takes_a_request_owns_it(company: Work):
    """It is in progress then, and is not taken twice."""
    key = asked(company).id

    taken = take_request(handler(company), key)

    assert (taken.state, taken.owner, taken.revision) == ("in_progress", "E7", 1)
    with pytest.raises(Conflict, match="is in_progress; it is not possible to take it") as refused:
        take_request(handler(company, "E6"), key)
    assert refused.value.hint == ("Possible now: hand over, ask back about, link a draft to, finish, decline, withdraw, comment on.")
    assert request_note(company, key).owner == "E7"
    assert [note.id for note in request_notes(company, owner="E7")] == [key]


def test_of_two_who_take_a_request_at_once_one_owns_it(company: Work, database: Database):
    """The other gets a conflict, and the log names one owner."""
    key, start = asked(company).id, Barrier(2)
    people = [handler(company, number) for number in ("E6", "E7")]
    company.session.commit()

    def take(somebody: Work) -> str:
        with database.session() as session:
            start.wait()
            try:
                return take_request(replace(somebody, session=session), key).owner or ""
            except Conflict:
                return ""

    with ThreadPoolExecutor(2) as threads:
        owners = sorted(threads.map(take, people))

    assert owners[0] == ""
    assert request_note(company, key).owner == owners[1]
    assert said(company, key) == [("asked", "E2", None, ""), ("taken", owners[1], owners[1], "")]


def test_a_request_is_handed_over(company: Work):
    """To an employee named; its state and its clock stay."""
    note = asked(company)
    take_request(handler(company), note.id)

    given = hand_over(later(handler(company), hours=1), note.id, "E6", "You know the region.")

    assert (given.state, given.owner, given.due_at) == ("in_progress", "E6", note.due_at)
    assert said(company, note.id) == [("asked", "E2", None, ""), ("taken", "E7", "E7", ""), ("taken", "E7", "E6", "You know the region.")]


def test_an_owner_is_an_employee_who_is_there(company: Work):
    """A user who is none must name one; nobody unknown, nobody who has left; nothing changes."""
    key = asked(company).id
    register_employees(company, [Entry("E3", {"left_on": date(2026, 10, 15)})])

    with pytest.raises(InvalidValue, match="is no employee"):
        take_request(handler(company, ""), key)
    with pytest.raises(NotFound, match="'E99'"):
        take_request(handler(company), key, "E99")
    with pytest.raises(InvalidValue, match="left on 2026-10-15"):
        take_request(handler(company), key, "E3")
    assert (request_note(company, key).state, size(company, RequestEvent)) == ("open", 1)
    assert take_request(handler(company, ""), key, "E6").owner == "E6"


def test_the_clock_stands_still_while_the_asker_is_asked(company: Work):
    """Asked back after an hour and answered four hours later, the request is due four hours later."""
    note = asked(company)
    take_request(handler(company), note.id)

    waiting = wait_for_asker(later(handler(company), hours=1), note.id, "Which teams?")
    much_later = request_note(later(company, hours=4), note.id)
    answered = answer(later(asker(company), hours=5), note.id, "North and south.")

    assert (waiting.state, waiting.due_at, waiting.minutes_left, waiting.urgency) == ("waiting", None, 71 * 60, "paused")
    assert much_later.minutes_left == 71 * 60
    assert (answered.state, answered.due_at) == ("in_progress", local(2026, 10, 20, 21, 30))
    assert said(company, note.id)[2:] == [("waiting", "E7", None, "Which teams?"), ("answered", "E2", None, "North and south.")]


def test_a_question_asked_on_a_friday_does_not_cost_the_weekend_twice(company: Work):
    """Paused from Friday to Monday, the clock has lost the working time alone."""
    note = asked(company)
    take_request(handler(company), note.id)
    wait_for_asker(later(handler(company), hours=24), note.id, "Which teams?")

    answered = answer(later(asker(company), hours=96), note.id, "North and south.")

    assert answered.due_at == local(2026, 10, 21, 17, 30)


def test_a_text_must_say_something(company: Work):
    """A question, an answer, a comment, a reason to decline: none may be empty; nothing changes."""
    key = asked(company).id
    take_request(handler(company), key)

    for say in (wait_for_asker, decline):
        with pytest.raises(ProblemsFound, match="is empty"):
            say(handler(company), key, " ")
    for say in (comment, answer):
        with pytest.raises(ProblemsFound, match="is empty"):
            say(asker(company), key, "")
    assert size(company, RequestEvent) == 2


def test_the_asker_and_handlers_comment(company: Work):
    """Whatever the state; somebody else who may see the request cannot, and nobody who may not see it."""
    key = asked(company).id
    decline(handler(company), key, "Not this year.")

    comment(asker(company), key, "A pity.")
    comment(handler(company), key, "Ask again in spring.")

    assert said(company, key)[2:] == [("commented", "E2", None, "A pity."), ("commented", "E7", None, "Ask again in spring.")]
    reader = company.acting_as(Actor("auditor", grants={"reorganisation.request.read": Scope.COMPANY}))
    with pytest.raises(Forbidden, match="neither asked"):
        comment(reader, key, "Hm.")
    with pytest.raises(NotFound):
        comment(asker(company, "E3"), key, "Hm.")
    assert size(company, RequestEvent) == 4


def test_a_request_is_declined_with_a_reason(company: Work):
    """It is closed then: nothing but a comment is possible."""
    key = asked(company).id

    declined = decline(later(handler(company), hours=2), key, "Not this year.")

    assert (declined.state, declined.closed_at, declined.urgency, declined.minutes_left) == (
        "declined",
        local(2026, 10, 15, 19, 30),
        "closed",
        70 * 60,
    )
    assert stored(company, key).remind_at is None
    for refused in (take_request, finish):
        with pytest.raises(Conflict, match="is declined") as conflict:
            refused(handler(company), key)
        assert conflict.value.hint == "Possible now: comment on."
    assert [note.id for note in request_notes(company)] == []
    assert [note.id for note in request_notes(company, states=("declined",))] == [key]


def test_only_the_asker_withdraws(company: Work):
    """Nobody else, the system included."""
    key = asked(company).id

    with pytest.raises(Forbidden, match="did not ask"):
        withdraw(company, key)
    assert withdraw(asker(company), key, "Settled otherwise.").state == "withdrawn"
    assert said(company, key)[-1] == ("withdrawn", "E2", None, "Settled otherwise.")


def test_a_request_is_finished_without_a_draft(company: Work):
    """By whoever handles it, once somebody has taken it."""
    key = asked(company).id

    with pytest.raises(Conflict, match="is open"):
        finish(handler(company), key)
    take_request(handler(company), key)
    assert finish(handler(company), key, "Only the name was wrong.").state == "done"


def test_who_handles_requests_handles_all(company: Work):
    """A narrower scope is refused, and so is the asker; nothing changes."""
    key = asked(company).id

    for somebody in (handler(company, handle=Scope.UNIT), asker(company)):
        for service in (take_request, finish, hand_over):
            with pytest.raises(Forbidden):
                service(somebody, key)
        for service in (decline, wait_for_asker, link_draft):
            with pytest.raises(Forbidden):
                service(somebody, key, "text")
    assert (request_note(company, key).state, size(company, RequestEvent)) == ("open", 1)


def test_what_was_not_seen_is_not_decided_over(company: Work):
    """A comment came in between: the decision is refused, and made after another look."""
    note = asked(company)
    comment(asker(company), note.id, "It is urgent.")

    with pytest.raises(Conflict, match=f"request {note.id} is at revision 1, and 0 was looked at"):
        decline(handler(company), note.id, "Not this year.", seen=note.revision)
    assert decline(handler(company), note.id, "Not this year.", seen=1).state == "declined"


def test_an_unknown_request_is_told(company: Work):
    """By every service that handles one."""
    for service in (take_request, finish, hand_over, request_note):
        with pytest.raises(NotFound, match="request 99"):
            service(handler(company), 99)


def test_a_request_is_done_when_its_draft_is_in_force(company: Work):
    """Told twice of the version, it is done once."""
    key, other = asked(company).id, asked(company, "Rename Finance").id
    take_request(handler(company), key)
    drafted(company, "two-regions", department("WEST", parent="SALES", name_en="West"))

    linked = link_draft(handler(company), key, "two-regions")
    version = activate_draft(later(company, hours=1), "two-regions").version_id
    for _ in range(2):
        on_version_activated(later(company, hours=2), version)

    assert (linked.draft, linked.state) == ("two-regions", "in_progress")
    done = request_note(company, key)
    assert (done.state, done.closed_at) == ("done", local(2026, 10, 15, 19, 30))
    assert [each[0] for each in said(company, key)] == ["asked", "taken", "linked", "done"]
    assert request_note(company, other).state == "open"


def test_the_news_of_a_version_reaches_requests(company: Work, database: Database):
    """Delivered by the outbox, it makes the request done on the system's behalf."""
    key = asked(company).id
    drafted(company, "two-regions", department("WEST", parent="SALES", name_en="West"))
    link_draft(handler(company), key, "two-regions")
    activate_draft(later(company, hours=1), "two-regions")
    company.session.commit()

    deliver(database, company.host, later(company, hours=2).clock)

    assert said(company, key)[-1] == ("done", None, None, "two-regions")


def test_a_draft_in_force_already_makes_a_request_done(company: Work):
    """Linked after the fact, the request is done at once."""
    key = asked(company).id
    drafted(company, "two-regions", department("WEST", parent="SALES", name_en="West"))
    activate_draft(later(company, hours=1), "two-regions")

    linked = link_draft(later(handler(company), hours=1), key, "two-regions")

    assert (linked.draft, linked.state) == ("two-regions", "done")


def test_late_is_counted_in_working_time(company: Work):
    """Due on Tuesday at half past five and looked at on Wednesday at half past five, a request is a day late."""
    key = asked(company).id

    note = request_note(later(company, hours=6 * 24), key)

    assert (note.minutes_left, note.urgency) == (-24 * 60, "overdue")
    assert request_note(later(company, hours=24 + 48 + 12), key).urgency == "soon"
    assert note.asked_at + timedelta(days=5) == note.due_at


def test_the_log_names_who_acted(company: Work):
    """The user, and the employee that the user is, if any."""
    key = asked(company).id
    take_request(handler(company, ""), key, "E6")

    events = request_events(company, key)

    assert [(each.by, each.employee, each.to) for each in events] == [("user-E2", "E2", None), ("hr-", None, "E6")]
    assert employee(company, "E6") == stored(company, key).owner_id


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_cannot_be_stored_is_neither_said_nor_looked_for(company: Work, text: str):
    """A clear error on both databases, wherever a text is given."""
    key = asked(company).id

    for wrong in (
        lambda: asked(company, text, text),
        lambda: comment(handler(company), key, text),
        lambda: take_request(handler(company), key, text),
        lambda: link_draft(handler(company), key, text),
        lambda: request_notes(company, owner=text),
        lambda: request_notes(company, states=[text]),
        lambda: due_moment(company, text, company.clock.now(), 1),
    ):
        with pytest.raises((InvalidValue, NotFound, ProblemsFound)):
            wrong()
