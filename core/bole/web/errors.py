"""How errors are answered to programs: as JSON, in the form of GraphQL's errors."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue
from structlog import get_logger
from werkzeug.exceptions import HTTPException, InternalServerError

from bole.errors import BoleError, Conflict, Forbidden, NotFound
from bole.web.request import NotLoggedIn

INTERNAL = "Something went wrong on the server.", "The server's log has the reason."


def status_of(error: BoleError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    for kind, status in ((NotLoggedIn, 401), (Forbidden, 403), (NotFound, 404), (Conflict, 409)):
        if isinstance(error, kind):
            return status
    return 400


def as_json(status: int, code: str, message: str, hint: str) -> ResponseReturnValue:
    """Return the answer that tells a program of an error."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return {"errors": [{"message": message, "extensions": {"code": code, "hint": hint}}]}, status, headers


def log_unexpected(error: HTTPException) -> None:
    """Write down what nobody expected."""
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        get_logger("bole.web").error("request failed", method=request.method, path=request.path, exc_info=error.original_exception)


def answer_errors_as_json(app: Flask) -> None:
    """Let an application answer every error as JSON."""

    def expected(error: BoleError) -> ResponseReturnValue:
        return as_json(status_of(error), error.code, error.message, error.hint)

    def http(error: HTTPException) -> ResponseReturnValue:
        log_unexpected(error)
        status = error.code or 500
        return (
            as_json(500, "core.internal", *INTERNAL) if status == 500 else as_json(status, f"core.http_{status}", error.description or error.name, "")
        )

    app.register_error_handler(BoleError, expected)
    app.register_error_handler(HTTPException, http)
