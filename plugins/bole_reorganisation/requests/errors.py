"""The errors of requests: what stands in the way, and what can be done instead."""

from __future__ import annotations

from bole import Conflict, Forbidden, NotFound


def unknown_request(key: int) -> NotFound:
    """Return the error that there is no such request, or none that the actor may see."""
    return NotFound("reorganisation.unknown_request", f"there is no request {key}, or it is not for you to see.", "See the list of requests.")


def asker_unknown(name: str) -> Forbidden:
    """Return the error that whoever asks is no employee."""
    message = f"{name} is no employee, and a request is an employee's."
    return Forbidden("reorganisation.asker_unknown", message, "Have an administrator connect the user with an employee.")


def not_concerned(name: str, key: int) -> Forbidden:
    """Return the error that somebody who neither asked nor handles requests wants to say something to one."""
    message = f"{name} neither asked for request {key} nor handles requests."
    return Forbidden("reorganisation.not_concerned", message, "Whoever asked, and whoever handles requests, can.")


def request_state(key: int, state: str, verb: str, possible: list[str]) -> Conflict:
    """Return the error that a request is in a state in which something cannot be done to it."""
    hint = f"Possible now: {', '.join(possible)}." if possible else "Nothing more can become of it."
    return Conflict("reorganisation.request_state", f"request {key} is {state}; it is not possible to {verb} it.", hint)


def request_changed(key: int, seen: int, revision: int) -> Conflict:
    """Return the error that a request is no more what was looked at."""
    message = f"request {key} is at revision {revision}, and {seen} was looked at."
    return Conflict("reorganisation.request_changed", message, "Look at it again, and decide then.")
