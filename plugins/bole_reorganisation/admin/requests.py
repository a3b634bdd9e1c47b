"""The pages of requests: the list with its clock, one request with all that was said, and the form to ask with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select

from bole import Column, Format, InvalidValue, Problem, ProblemsFound, Work, tables
from bole_admin.formats import Names, Shown, percent_text
from bole_admin.language import reader_language
from bole_admin.listing import Asked, Rows
from bole_admin.names import titles_of
from bole_admin.reading import read_value
from bole_admin.views import SecureModelView
from bole_reorganisation import requests
from bole_reorganisation.admin.given import day_given
from bole_reorganisation.admin.words import Words
from bole_reorganisation.drafts import draft_notes, sees_drafts
from bole_reorganisation.requests import EventNote, RequestNote
from bole_reorganisation.requests.models import LIVE, Request
from bole_reorganisation.requests.notes import is_handler, notes_of
from bole_reorganisation.requests.stored import CREATE
from bole_reorganisation.requests.words import EVENTS, TONES, time_left
from bole_reorganisation.settings import rules_of

MILLION = 1_000_000


@dataclass(frozen=True)
class ClockedNames(Names):
    """
    The names of what requests refer to, and how their clocks stand.

    Args:
        clocks: by the id of the request.
    """

    clocks: Mapping[int, RequestNote]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a request's log, ready to be read."""

    kind: str
    what: str
    who: str
    to: str
    at: datetime
    text: str


class RequestView(SecureModelView):
    """Requests, each with its clock, its log and what can be done to it."""

    list_template = "bole_reorganisation/requests/list.html"
    row_template = "bole_reorganisation/requests/request.html"

    def render(self, template: str, **values: Any) -> str:
        """Return a template with the words of requests beside its own values."""
        return super().render(template, words=Words(reader_language()), may_ask=self._may_ask(), **values)

    def rows(self, work: Work, asked: Asked | None = None, *, permission: str = "") -> Rows:
        """Return the requests that the actor may see; where no order is asked for, the live ones first, and of these the one due first."""
        found = super().rows(work, asked, permission=permission)
        if asked is not None and not asked.sort:
            order = (Request.closed_at.is_not(None), Request.closed_at.desc(), Request.due_at.is_(None), Request.due_at, Request.id)
            found.statement = found.statement.order_by(None).order_by(*order)
        return found

    def names(self, rows: list[Any]) -> Names:
        """Return the names of what some requests refer to, and their clocks."""
        found, owners = super().names(rows), {row.owner_id for row in rows} - {None}
        people = self.office.views["core.employee"]
        # Whoever sees a request sees who handles it.
        named = {(people.code, key): text for key, text in titles_of(self.work, people, owners)}
        return ClockedNames({**found.texts, **named}, found.links, notes_of(self.work, [row.id for row in rows]))

    def shown(self, row: Any, column: Column, names: Names, *, exact: bool = False) -> Shown:
        """Return a request's value in a column; of its clock, how much time is left."""
        found = super().shown(row, column, names, exact=exact)
        if column.code != "due_at" or row.state not in LIVE or not isinstance(names, ClockedNames):
            return found
        note = names.clocks[row.id]
        text = Words(reader_language()).paused if note.urgency == "paused" and exact else time_left(note).of(reader_language())
        return Shown(text, Format.CHOICE, tone=TONES[note.urgency])

    # One request.

    def details(self, work: Work, row: Request) -> dict[str, Any]:
        """Return the clock of a request, what was said, and what the reader can do to it."""
        note, handles = notes_of(work, [row.id])[row.id], is_handler(work)
        mine = row.asker_id == work.actor.employee_id and work.actor.scope(CREATE) is not None
        drafts = draft_notes(work) if handles and sees_drafts(work) and self.may_open("core.org.read") else ()
        return {
            "note": note,
            "left": time_left(note).of(reader_language()),
            "tone": TONES[note.urgency],
            "spent": max(note.hours * 60 - note.minutes_left, 0),
            "log": self._log(work, row),
            "handles": handles,
            "may_say": handles or mine,
            "is_live": note.state in LIVE,
            "may_withdraw": mine and note.state in LIVE,
            "offered_owner": "" if note.owner == (number := self._own_number(work)) else number,
            "drafts": drafts,
        }

    @expose("/<int:key>/do/", methods=("POST",))
    def do(self, key: int) -> ResponseReturnValue:
        """Do to a request what its page offers, and show it again."""
        work, text = self.work, request.form.get("text", "")
        seen = request.form.get("seen", type=int)
        owner, draft = request.form.get("owner", "").strip() or None, request.form.get("draft") or None
        offered: dict[str, Callable[[], RequestNote]] = {
            "comment": lambda: requests.comment(work, key, text),
            "answer": lambda: requests.answer(work, key, text, seen=seen),
            "ask_back": lambda: requests.wait_for_asker(work, key, text, seen=seen),
            "withdraw": lambda: requests.withdraw(work, key, text, seen=seen),
            "take": lambda: requests.take_request(work, key, owner, seen=seen),
            "hand_over": lambda: requests.hand_over(work, key, owner, seen=seen),
            "link": lambda: requests.link_draft(work, key, draft, seen=seen),
            "unlink": lambda: requests.link_draft(work, key, None, seen=seen),
        }
        chosen = offered.get(request.form.get("do", ""))
        if chosen is None:
            raise InvalidValue("reorganisation.request_deed", "this is nothing that can be done to a request.", f"Known: {', '.join(offered)}.")
        chosen()
        flash(Words(reader_language()).said, "success")
        return redirect(self.get_url(".row_view", key=key), 303)

    # Asking.

    @expose("/new/", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Show the form to ask with, or ask and show the request."""
        self.work.actor.demand(CREATE)
        given = {name: request.form.get(name, "") for name in ("title", "wish", "wished_on")}
        if request.method == "GET":
            return self._form(given, ())
        try:
            made = requests.ask_for_change(self.work, given["title"], given["wish"], day_given(given["wished_on"]) if given["wished_on"] else None)
        except ProblemsFound as refused:
            return make_response(self._form(given, refused.problems), 422)
        flash(Words(reader_language()).asked, "success")
        return redirect(self.get_url(".row_view", key=made.id), 303)

    def _form(self, given: Mapping[str, str], problems: tuple[Problem, ...]) -> str:
        return self.render(
            "bole_reorganisation/requests/new.html",
            given=given,
            problems={each.column: each.reason for each in problems},
            hours=rules_of(self.work).request_hours,
        )

    def _may_ask(self) -> bool:
        return self.work.actor.employee_id is not None and self.may_open(CREATE)

    def _own_number(self, work: Work) -> str:
        employee = tables.Employee.table.c
        return work.session.scalar(select(employee.number).where(employee.id == work.actor.employee_id)) or ""

    def _log(self, work: Work, row: Request) -> list[Entry]:
        events = requests.request_events(work, row.id)
        names = self._people(work, {number for event in events for number in (event.employee, event.to) if number})
        return [self._entry(event, names) for event in events]

    def _entry(self, event: EventNote, names: Mapping[str, str]) -> Entry:
        words, text, to, kind = Words(reader_language()), event.text, "", event.kind
        who = names[event.employee] if event.employee else event.by
        if event.kind in ("reminded", "escalated"):
            who, text = "", words.with_values("share", share=percent_text(int(Decimal(text) * MILLION)))
            to = words.to_handlers if event.to is None else words.with_values("to", name=names[event.to])
        elif event.to is not None and event.to != event.employee:
            kind, to = "given", words.with_values("to", name=names[event.to])
        return Entry(event.kind, EVENTS[kind].of(reader_language()), who, to, event.at, text)

    def _people(self, work: Work, numbers: set[str]) -> dict[str, str]:
        """Return how employees are called who took part in a request, whoever sees it: a conversation with numbers is none."""
        query = select(tables.Employee).where(tables.Employee.number.in_(numbers))
        return {found.number: str(read_value(found, "name") or found.number) for found in work.session.scalars(query)}
