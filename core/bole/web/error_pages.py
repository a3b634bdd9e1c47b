"""How errors are answered to people: by a page in their language."""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bole.errors import BoleError
from bole.web.errors import as_json, log_unexpected, status_of
from bole.web.request import NotLoggedIn, bearer_token


def answer_errors_with_pages(app: Flask) -> None:
    """Let an application answer every error with a page, or with JSON where a program asked."""
    app.register_error_handler(BoleError, _expected)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)


def _headline(status: int) -> str:
    lines = {
        401: _("Please log in"),
        403: _("You may not do that"),
        404: _("Nothing is found here"),
        409: _("It has changed in the meantime"),
        500: _("Something went wrong on our side"),
    }
    return str(lines.get(status) or _("That could not be done"))


def _is_program() -> bool:
    """Tell whether a program asked, not a person."""
    return request.endpoint == "graphql" or request.is_json or bearer_token() is not None or request.accept_mimetypes.best == "application/json"


def _answer(status: int, code: str, message: str, hint: str) -> ResponseReturnValue:
    if _is_program():
        return as_json(status, code, message, hint)
    return render_template("bole/error.html", status=status, headline=_headline(status), message=message, hint=hint), status


def _expected(error: BoleError) -> ResponseReturnValue:
    if isinstance(error, NotLoggedIn) and request.method == "GET" and not _is_program():
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return _answer(status_of(error), error.code, error.message, error.hint)


def _forged(error: CSRFError) -> ResponseReturnValue:
    if _is_program():
        hint = 'Send it in the header X-CSRFToken; pages have it in <meta name="csrf-token">.'
        return as_json(400, "core.csrf", "the CSRF token of the session is missing or wrong.", hint)
    return _answer(400, "core.csrf", _("This form is out of date, or did not come from here."), _("Reload the page and send it again."))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    log_unexpected(error)
    if status == 500:
        return _answer(status, "core.internal", _("The administrator finds the reason in the server's log."), _("Try again in a while."))
    if status in (403, 404):
        return _answer(status, f"core.http_{status}", request.path, _("Check the address, or go back to the start page."))
    return _answer(status, f"core.http_{status}", error.description or error.name, "")
