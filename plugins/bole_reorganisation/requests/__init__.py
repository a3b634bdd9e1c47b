"""Requests: a change of the organisation asked for, handled by an owner within a clock, and carried out by a draft."""

from bole_reorganisation.requests.asking import answer, ask_for_change, comment, withdraw
from bole_reorganisation.requests.handling import decline, finish, hand_over, link_draft, take_request, wait_for_asker
from bole_reorganisation.requests.notes import EventNote, RequestNote, due_moment, request_events, request_note, request_notes
from bole_reorganisation.requests.reminding import Told, remind
from bole_reorganisation.requests.workdays import Day, calendar_days, set_calendar_days

__all__ = [
    "Day",
    "EventNote",
    "RequestNote",
    "Told",
    "answer",
    "ask_for_change",
    "calendar_days",
    "comment",
    "decline",
    "due_moment",
    "finish",
    "hand_over",
    "link_draft",
    "remind",
    "request_events",
    "request_note",
    "request_notes",
    "set_calendar_days",
    "take_request",
    "wait_for_asker",
    "withdraw",
]
