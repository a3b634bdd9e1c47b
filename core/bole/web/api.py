"""The application for programs: GraphQL by token, and the health check. It knows no cookies, and needs little to start."""

from __future__ import annotations

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from bole.web.endpoint import answer_graphql
from bole.web.errors import answer_errors_as_json
from bole.web.headers import protect_answers
from bole.web.log import log_requests
from bole.web.request import KEY, Site, bearer_actor, current_site

LARGEST_REQUEST = 32 * 1024 * 1024


def build_api(site: Site) -> Flask:
    """Return the application for programs."""
    config = site.host.config
    app = Flask("bole.web.api", instance_path=str(config.instance.resolve()), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions[KEY] = site
    protect_answers(app, only_https=config.secure_cookies)
    log_requests(app)
    answer_errors_as_json(app)
    app.add_url_rule("/graphql", "graphql", _graphql, methods=["GET", "POST"])
    app.add_url_rule("/healthz", "health", _health)
    return app


def _graphql() -> Response:
    return answer_graphql(bearer_actor)


def _health() -> ResponseReturnValue:
    with current_site().database.engine.connect() as connection:
        connection.execute(text("select 1"))
    return {"status": "ok"}
