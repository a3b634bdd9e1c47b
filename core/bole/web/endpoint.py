"""``/graphql``: a token for machines, the session for people; errors are JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, g, request

from bole.access import Actor, Work
from bole.errors import InvalidValue
from bole.web.request import NotLoggedIn, current_site

JSON = "application/json"


def answer_graphql(find_actor: Callable[[Work], Actor | None]) -> Response:
    """
    Return the answer to a GraphQL request.

    POST takes ``{query, variables, operationName}`` as JSON; GET takes the same as parameters, and queries only.

    Args:
        find_actor: tells who asks; takes a unit of work on the system's behalf.

    Raises:
        NotLoggedIn: the request carries no credentials, or a token that is worth nothing.
        InvalidValue: the body is not such a document.
    """
    site = current_site()
    with site.graphql.session() as session:
        work = Work(session, site.host, clock=site.clock)
        g.actor = actor = find_actor(work)
        if actor is None:
            raise NotLoggedIn("core.not_logged_in", "nobody is logged in.", "Send a token: Authorization: Bearer bole_…, or log in with a browser.")
        asked = _from_body() if request.method == "POST" else _from_address()
        answer = site.graphql.answer(work.acting_as(actor), *asked, read_only=request.method == "GET")
    return Response(answer.body, 200 if answer.valid else 400, mimetype=JSON)


def _from_body() -> tuple[str, dict[str, Any], str | None]:
    # A form cannot send this type to another site by itself, so a page elsewhere cannot ask in somebody's name.
    if request.mimetype != JSON:
        raise InvalidValue("core.graphql_body", f"the body's type is {request.mimetype or 'not given'}.", f"Send {JSON}.")
    try:
        body = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError as error:
        raise InvalidValue("core.graphql_body", f"the body is not JSON: {error}.", 'Send {"query": "…", "variables": {…}}.') from error
    if not isinstance(body, dict):
        raise InvalidValue("core.graphql_body", "the body is not one JSON object.", 'Send {"query": "…", "variables": {…}}.')
    return _checked(body.get("query"), body.get("variables"), body.get("operationName"))


def _from_address() -> tuple[str, dict[str, Any], str | None]:
    try:
        variables = orjson.loads(request.args.get("variables") or "null")
    except orjson.JSONDecodeError as error:
        raise InvalidValue("core.graphql_body", f"variables is not JSON: {error}.", 'Write variables={"name":"value"}.') from error
    return _checked(request.args.get("query"), variables, request.args.get("operationName"))


def _checked(query: Any, variables: Any, operation: Any) -> tuple[str, dict[str, Any], str | None]:
    if not isinstance(query, str) or not query.strip():
        raise InvalidValue("core.graphql_body", "there is no query.", "Put the document into query.")
    if not isinstance(variables, dict | None) or not isinstance(operation, str | None):
        raise InvalidValue("core.graphql_body", "variables is not an object, or operationName not a text.", 'Send {"query": "…", "variables": {…}}.')
    return query, variables or {}, operation
