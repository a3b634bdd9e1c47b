"""One line in the log for every request."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from structlog import get_logger

from bole.web.request import current_actor


def log_requests(app: Flask) -> None:
    """Let an application log every request: what, by whom, how it went, how long it took."""
    log = get_logger("bole.web")

    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        actor = current_actor()
        milliseconds = round((time.perf_counter() - g.begun) * 1000, 2)
        who = actor.name if actor else None
        log.info("request", method=request.method, path=request.path, status=response.status_code, milliseconds=milliseconds, actor=who)
        return response

    app.before_request(begin)
    app.after_request(end)
