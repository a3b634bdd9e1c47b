"""Pages: cursors, limits, order."""

from __future__ import annotations

from typing import Any

import pytest

from bole import models
from bole.graphql.values import write_cursor
from tests.core.graphql.company import put
from tests.core.graphql.conftest import Api

PAGE = "query Q($first: Int, $after: String) { scores(first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"


def page(api: Api, first: int, after: str | None = None) -> dict[str, Any]:
    """Return a page of scores."""
    answer = api.ask(PAGE, {"first": first, "after": after})
    assert "errors" not in answer, answer
    return answer["data"]["scores"]


@pytest.mark.parametrize("size", [1, 4, 5, 12, 100])
def test_pages_join_to_the_whole(api: Api, size: int) -> None:
    """Paging on from cursor to cursor gives every object once, in order, whatever the size of the page; composite keys too."""
    whole = [each["id"] for each in page(api, 1000)["nodes"]]
    found: list[str] = []
    after, more = None, True
    while more:
        turn = page(api, size, after)
        found += [each["id"] for each in turn["nodes"]]
        after, more = turn["pageInfo"]["endCursor"], turn["pageInfo"]["hasNextPage"]

    assert len(whole) == 12
    assert found == whole


def test_a_cursor_is_that_of_its_edge(api: Api) -> None:
    """Going on after an edge's cursor starts with the edge that follows it."""
    edges = api.ask("{ employees { edges { cursor node { number } } } }")["data"]["employees"]["edges"]

    answer = api.ask("query Q($after: String) { employees(after: $after, first: 1) { nodes { number } } }", {"after": edges[2]["cursor"]})

    assert answer["data"]["employees"]["nodes"] == [edges[3]["node"]]


def test_a_page_has_fifty_objects_unless_said_otherwise(api: Api) -> None:
    """Without first a page holds 50, and says that there are more."""
    with api.service.database.session() as session:
        for number in range(7, 70):
            put(session, models.Employee, id=number, number=f"E{number:03}", legal_entity_id=1)
        session.commit()

    answer = api.ask("{ employees { totalCount nodes { id } pageInfo { hasNextPage } } }")["data"]["employees"]

    assert (len(answer["nodes"]), answer["totalCount"], answer["pageInfo"]) == (50, 69, {"hasNextPage": True})


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("{ employees(first: 1001) { nodes { id } } }", "first: 1001 is not between 0 and 1,000.", id="too many"),
        pytest.param("{ employees(first: -1) { nodes { id } } }", "first: -1 is not between 0 and 1,000.", id="negative"),
        pytest.param("{ employees { nodes { scores(first: 2000) { id } } } }", "first: 2000 is not between 0 and 1,000.", id="of a list below"),
    ],
)
def test_a_page_has_its_limit(api: Api, query: str, message: str) -> None:
    """More than a page holds, or less than nothing, is refused with the way to go on."""
    answer = api.ask(query)

    assert [(each["message"], each["extensions"]) for each in answer["errors"]] == [
        (message, {"code": "core.page_size", "hint": "Ask for at most 1,000 and page on with after: endCursor."})
    ]


WRONG_CURSORS = {
    "text": "x",
    "empty": "",
    "short": write_cursor([1]),
    "type": write_cursor(["a", 2, 3]),
    "map": write_cursor({}),
    "huge": write_cursor([1, 2, 2**63]),
    "latin": "é",
}


@pytest.mark.parametrize("cursor", WRONG_CURSORS.values(), ids=WRONG_CURSORS)
def test_what_is_no_cursor_is_refused(api: Api, cursor: str) -> None:
    """A text that is no cursor of the list is refused by name."""
    answer = api.ask(PAGE, {"after": cursor})

    assert [(each["message"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (f"after: {cursor!r} is not a cursor of this list.", "core.not_a_cursor")
    ]


def test_a_request_reads_so_many_rows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that would read more rows than one may is refused whole, by either path."""
    monkeypatch.setattr("bole.graphql.plan.MOST_ROWS", 10)

    few = api.ask("{ employees { nodes { id } } }")
    many = api.ask("{ employees { nodes { scores { id } } } }")

    assert len(few["data"]["employees"]["nodes"]) == 6
    assert [(each["message"], each["extensions"]["code"]) for each in many["errors"]] == [
        ("the query reads more than 10 rows.", "core.too_many_rows")
    ]


def test_a_request_runs_so_many_statements(api: Api) -> None:
    """A question of very many lists and counts is refused, however few rows they have."""
    query = "{ " + " ".join(f"a{number}: employees {{ totalCount }}" for number in range(101)) + " }"

    answer = api.ask(query)

    assert {each["extensions"]["code"] for each in answer["errors"]} == {"core.too_many_statements"}
    assert answer["errors"][0]["message"] == "the query needs more than 100 statements."
