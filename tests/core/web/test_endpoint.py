"""The GraphQL endpoint: who may ask, how, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bole.models import ApiToken, Batch, User
from bole.services.identity import create_user, revoke_token
from tests.core.web.conftest import Site, csrf_of

QUERY = "{ employees { nodes { number } } }"
MUTATION = 'mutation { recordObservations(input: {source: "erp", observations: []}) { errors { code } } }'
SEEN = {"data": {"employees": {"nodes": [{"number": "E003"}, {"number": "E004"}]}}}


@pytest.fixture
def eva(site: Site) -> int:
    """The id of the only user."""
    return site.work(lambda work: work.session.scalars(select(User.id)).one())


def ask(browser: FlaskClient, query: str = QUERY, **options: Any) -> Any:
    """Send a document."""
    return browser.post("/graphql", json={"query": query}, **options)


def codes(response: Any) -> list[str]:
    """Return the codes of the errors."""
    return [each["extensions"]["code"] for each in response.json["errors"]]


def test_a_token_is_answered_within_its_scope(site: Site, eva: int) -> None:
    """A program that acts as Eva sees Eva and her people."""
    response = ask(site.browser(), headers=site.token(eva))

    assert (response.status_code, response.mimetype, response.json) == (200, "application/json", SEEN)
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_session_is_answered_with_its_csrf_token(site: Site) -> None:
    """A person's page sends the session's token in a header."""
    browser = site.browser()
    site.log_in(browser)
    token = csrf_of(browser.get("/"))

    assert ask(browser, headers={"X-CSRFToken": token}).json == SEEN


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": ""}, {"X-CSRFToken": "made up"}], ids=["none", "empty", "made up"])
def test_a_session_without_its_csrf_token_is_refused(site: Site, headers: dict[str, str]) -> None:
    """A cookie alone, which any page could make a browser send, is not enough, also before the session has a token at all; nothing is done."""
    browser = site.browser()
    site.log_in(browser)

    response = ask(browser, MUTATION, headers=headers)

    assert (response.status_code, codes(response)) == (400, ["core.csrf"])
    with site.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_nobody_is_told_to_log_in(site: Site) -> None:
    """A program that forgot its token learns how to send one; nothing is done."""
    response = ask(site.browser(), MUTATION)

    assert (response.status_code, codes(response), response.headers["WWW-Authenticate"]) == (401, ["core.not_logged_in"], "Bearer")
    assert "Authorization: Bearer" in response.json["errors"][0]["extensions"]["hint"]
    with site.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


@pytest.mark.parametrize("header", ["Bearer bole_made_up", "Bearer ", "bearer x"], ids=["made up", "empty", "small"])
def test_a_token_that_is_none_is_refused(site: Site, header: str) -> None:
    """A token that nobody has is answered with 401, and says how to do better."""
    response = ask(site.browser(), headers={"Authorization": header})

    assert (response.status_code, codes(response), response.headers["WWW-Authenticate"]) == (401, ["core.token_refused"], "Bearer")


def test_a_bad_token_is_not_helped_by_a_cookie(site: Site) -> None:
    """A request with a token is judged by the token alone, also from a browser that is logged in."""
    browser = site.browser()
    site.log_in(browser)

    assert ask(browser, headers={"Authorization": "Bearer made-up"}).status_code == 401


def test_a_token_expires(site: Site, eva: int) -> None:
    """After its time a token is refused."""
    headers = site.token(eva, valid_for=timedelta(hours=1))
    assert ask(site.browser(), headers=headers).status_code == 200

    site.clock.moment += timedelta(hours=1)

    assert codes(ask(site.browser(), headers=headers)) == ["core.token_refused"]


def test_a_token_is_revoked_at_once(site: Site, eva: int) -> None:
    """The first request after revoking is refused."""
    headers = site.token(eva)
    assert ask(site.browser(), headers=headers).status_code == 200

    site.work(lambda work: revoke_token(work, work.session.scalars(select(ApiToken.id)).one()))

    assert codes(ask(site.browser(), headers=headers)) == ["core.token_refused"]


def test_changed_grants_count_at_once(site: Site, eva: int) -> None:
    """A role taken away is missed by the next request, though the document was answered before."""
    headers = site.token(eva)
    assert ask(site.browser(), headers=headers).json == SEEN
    with site.database.session() as session:
        user = session.get_one(User, eva)
        user.roles = []
        session.commit()

    response = ask(site.browser(), headers=headers)

    assert (response.status_code, response.json["data"], codes(response)) == (200, None, ["core.forbidden"])


def test_logging_out_leaves_tokens(site: Site, eva: int) -> None:
    """Logging out ends sessions; a program goes on."""
    headers, browser = site.token(eva), site.browser()
    site.log_in(browser)
    browser.post("/logout", data={"csrf_token": csrf_of(browser.get("/"))})

    assert ask(site.browser(), headers=headers).status_code == 200


def test_get_answers_queries(site: Site, eva: int) -> None:
    """A query may come in the address, with variables and operation; by token, or by the session alone, since it changes nothing."""
    text = "query A { plans { totalCount } } query B($n: String) { employees(number: $n) { nodes { number } } }"
    asked = {"query": text, "operationName": "B", "variables": '{"n": "E004"}'}
    browser = site.browser()
    site.log_in(browser)

    for response in (site.browser().get("/graphql", query_string=asked, headers=site.token(eva)), browser.get("/graphql", query_string=asked)):
        assert response.json == {"data": {"employees": {"nodes": [{"number": "E004"}]}}}


def test_get_refuses_mutations(site: Site, eva: int) -> None:
    """A mutation in an address is refused, by token and by session, and nothing is done."""
    browser = site.browser()
    site.log_in(browser)

    for response in (
        site.browser().get("/graphql", query_string={"query": MUTATION}, headers=site.token(eva)),
        browser.get("/graphql", query_string={"query": MUTATION}),
    ):
        assert (response.status_code, codes(response)) == (400, ["core.graphql_method"])
    with site.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_get_without_anybody_is_refused(site: Site) -> None:
    """Without token or session a question in an address is answered with 401, not with a login page."""
    response = site.browser().get("/graphql", query_string={"query": QUERY})

    assert (response.status_code, codes(response)) == (401, ["core.not_logged_in"])


@pytest.mark.parametrize(
    ("body", "mimetype", "message"),
    [
        pytest.param(b"{", "application/json", "the body is not JSON", id="no JSON"),
        pytest.param(b"[]", "application/json", "the body is not one JSON object", id="a list"),
        pytest.param(b"{}", "application/json", "there is no query", id="no query"),
        pytest.param(b'{"query": 7}', "application/json", "there is no query", id="a number"),
        pytest.param(b'{"query": "{a}", "variables": []}', "application/json", "variables is not an object", id="variables"),
        pytest.param(b'{"query": "{a}", "operationName": 1}', "application/json", "operationName not a text", id="operation"),
        pytest.param(b"query={a}", "application/x-www-form-urlencoded", "the body's type is application/x-www-form-urlencoded", id="a form"),
        pytest.param(b'{"query": "{a}"}', "text/plain", "the body's type is text/plain", id="text"),
    ],
)
def test_a_body_that_is_none_is_refused(site: Site, eva: int, body: bytes, mimetype: str, message: str) -> None:
    """A body that holds no document is refused with what is wrong, and the right form."""
    response = site.browser().post("/graphql", data=body, content_type=mimetype, headers=site.token(eva))

    assert (response.status_code, codes(response)) == (400, ["core.graphql_body"])
    assert message in response.json["errors"][0]["message"]


def test_a_document_that_is_not_valid_has_status_400(site: Site, eva: int) -> None:
    """A document that does not fit the schema is the sender's error."""
    response = ask(site.browser(), "{ nothing }", headers=site.token(eva))

    assert (response.status_code, codes(response)) == (400, ["core.graphql_invalid"])


def test_a_body_too_large_is_refused(site: Site, eva: int) -> None:
    """A body beyond the limit is not read."""
    site.app.config["MAX_CONTENT_LENGTH"] = 1_000

    response = ask(site.browser(), "{ # " + "x" * 2_000 + "\n a }", headers=site.token(eva))

    assert (response.status_code, codes(response)) == (413, ["core.http_413"])


def test_recording_through_the_endpoint_needs_its_permission(site: Site) -> None:
    """A program without core.observation.record gets the refusal as data; nothing is recorded."""
    reader = site.work(lambda work: create_user(work, "reader@example.com"))

    response = ask(site.browser(), MUTATION, headers=site.token(reader))

    assert response.json == {"data": {"recordObservations": {"errors": [{"code": "core.forbidden"}]}}}
    with site.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
