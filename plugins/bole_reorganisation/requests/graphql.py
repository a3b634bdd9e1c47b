"""The fields of requests in the GraphQL schema."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from bole import Work
from bole.graphql import Call, GraphQLPart
from bole_reorganisation import requests
from bole_reorganisation.requests import Day, RequestNote
from bole_reorganisation.requests.models import LIVE


@dataclass(frozen=True, slots=True)
class OrgRequestEvent:
    """One thing that happened to a request: who did it, to whom it was given or who was told, and what was said."""

    kind: str
    at: datetime
    by: str
    employee: str | None
    to: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OrgRequest:
    """A change of the organisation that somebody asks for, and how it stands by the clock of working days."""

    key: int
    title: str
    wish: str
    wished_on: date | None
    state: str
    asker: str
    owner: str | None
    legal_entity: str
    draft: str | None
    hours: int
    asked_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    minutes_left: int
    urgency: str
    revision: int


@dataclass(frozen=True, slots=True)
class OrgCalendarDay:
    """A day on which a legal entity does not do as on other days of the week."""

    day: date
    is_working: bool | None
    name: str = ""


def org_requests(
    work: Work, states: tuple[str, ...] = LIVE, owner: str | None = None, asker: str | None = None, first: int = 100
) -> tuple[OrgRequest, ...]:
    """Return the requests that the actor may see, the one due first at the top."""
    return tuple(_request(note) for note in requests.request_notes(work, states=states, owner=owner, asker=asker, limit=max(0, min(first, 1000))))


def org_request(work: Work, key: int) -> OrgRequest:
    """Return one request."""
    return _request(requests.request_note(work, key))


def org_request_events(work: Work, key: int) -> tuple[OrgRequestEvent, ...]:
    """Return what happened to a request, in order."""
    return tuple(OrgRequestEvent(**asdict(event)) for event in requests.request_events(work, key))


def org_calendar_days(work: Work, legal_entity: str, starts_on: date, ends_on: date) -> tuple[OrgCalendarDay, ...]:
    """Return the days that are not as the week says."""
    return tuple(OrgCalendarDay(**asdict(day)) for day in requests.calendar_days(work, legal_entity, starts_on, ends_on))


def ask_for_org_change(work: Work, title: str, wish: str, wished_on: date | None = None) -> OrgRequest:
    """Ask for a change; its clock runs from now on."""
    return _request(requests.ask_for_change(work, title, wish, wished_on))


def comment_on_org_request(work: Work, key: int, text: str) -> OrgRequest:
    """Say something to a request."""
    return _request(requests.comment(work, key, text))


def answer_org_request(work: Work, key: int, text: str, seen: int | None = None) -> OrgRequest:
    """Answer the question about a request; its clock runs on."""
    return _request(requests.answer(work, key, text, seen=seen))


def withdraw_org_request(work: Work, key: int, reason: str = "", seen: int | None = None) -> OrgRequest:
    """Take one's own request back."""
    return _request(requests.withdraw(work, key, reason, seen=seen))


def take_org_request(work: Work, key: int, owner: str | None = None, seen: int | None = None) -> OrgRequest:
    """Give an open request to an owner."""
    return _request(requests.take_request(work, key, owner, seen=seen))


def hand_over_org_request(work: Work, key: int, owner: str | None = None, text: str = "", seen: int | None = None) -> OrgRequest:
    """Give a request to another owner."""
    return _request(requests.hand_over(work, key, owner, text, seen=seen))


def ask_back_about_org_request(work: Work, key: int, question: str, seen: int | None = None) -> OrgRequest:
    """Ask whoever asked; the clock stands still until there is an answer."""
    return _request(requests.wait_for_asker(work, key, question, seen=seen))


def link_org_request(work: Work, key: int, draft: str | None = None, seen: int | None = None) -> OrgRequest:
    """Say which draft carries a request out."""
    return _request(requests.link_draft(work, key, draft, seen=seen))


def decline_org_request(work: Work, key: int, reason: str, seen: int | None = None) -> OrgRequest:
    """Decline a request."""
    return _request(requests.decline(work, key, reason, seen=seen))


def finish_org_request(work: Work, key: int, text: str = "", seen: int | None = None) -> OrgRequest:
    """Call a request done."""
    return _request(requests.finish(work, key, text, seen=seen))


def set_org_calendar_days(work: Work, legal_entity: str, days: tuple[OrgCalendarDay, ...]) -> int:
    """Say of days whether a legal entity works then and return how many became different."""
    return requests.set_calendar_days(work, legal_entity, [Day(**asdict(day)) for day in days])


def _request(note: RequestNote) -> OrgRequest:
    told = asdict(note)
    return OrgRequest(key=told.pop("id"), **told)


_SEEN = "With `seen`, only if nothing was done to it since that revision."

PART = GraphQLPart(
    query=(
        Call("orgRequests", org_requests, "The requests for changes of the organisation that the actor may see, the one due first at the top."),
        Call("orgRequest", org_request, "One request for a change of the organisation."),
        Call("orgRequestEvents", org_request_events, "What happened to a request, in order."),
        Call("orgCalendarDays", org_calendar_days, "The days, up to the one before `endsOn`, on which a legal entity does not do as the week says."),
    ),
    mutation=(
        Call("askForOrgChange", ask_for_org_change, "Ask for a change of the organisation; the clock runs from now on."),
        Call("commentOnOrgRequest", comment_on_org_request, "Say something to a request, whatever its state."),
        Call("answerOrgRequest", answer_org_request, f"Answer the question about a request; its clock runs on. {_SEEN}"),
        Call("withdrawOrgRequest", withdraw_org_request, f"Take one's own request back. {_SEEN}"),
        Call("takeOrgRequest", take_org_request, f"Give an open request to an owner, the actor where none is named. {_SEEN}"),
        Call("handOverOrgRequest", hand_over_org_request, f"Give a request to another owner, the actor where none is named. {_SEEN}"),
        Call("askBackAboutOrgRequest", ask_back_about_org_request, f"Ask whoever asked; the clock stands still until there is an answer. {_SEEN}"),
        Call("linkOrgRequest", link_org_request, f"Say which draft carries a request out; none takes the link away. {_SEEN}"),
        Call("declineOrgRequest", decline_org_request, f"Decline a request. {_SEEN}"),
        Call("finishOrgRequest", finish_org_request, f"Call a request done that no draft carries out. {_SEEN}"),
        Call(
            "setOrgCalendarDays",
            set_org_calendar_days,
            "Say of days whether a legal entity works then; without `isWorking` a day is as the week says. The clocks of its requests are set anew.",
        ),
    ),
)
