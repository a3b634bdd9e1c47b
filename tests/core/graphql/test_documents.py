"""Documents: read once, and within limits."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from bole.graphql.documents import Recent
from tests.core.graphql.conftest import Api


def codes(answer: dict[str, object]) -> list[tuple[str, str]]:
    """Return code and message of every error."""
    return [(each["extensions"]["code"], each["message"]) for each in answer["errors"]]  # type: ignore[attr-defined, index]


def test_introspection_is_allowed(api: Api) -> None:
    """The usual tools can read the whole schema."""
    answer = api.ask(get_introspection_query(input_value_deprecation=True))

    assert "errors" not in answer
    assert {"Employee", "Money", "Node"} <= {each["name"] for each in answer["data"]["__schema"]["types"]}


def test_a_document_is_read_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same text is parsed and validated the first time only."""
    api.ask("{ indicators { totalCount } }")
    monkeypatch.setattr("bole.graphql.service.read_document", lambda *_: pytest.fail("it was read again"))

    assert api.ask("{ indicators { totalCount } }") == {"data": {"indicators": {"totalCount": 2}}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{ employees {", ("core.graphql_invalid", "Syntax Error: Expected Name, found <EOF>."), id="syntax"),
        pytest.param(
            "{ employes { id } }", ("core.graphql_invalid", "Cannot query field 'employes' on type 'Query'. Did you mean 'employees'?"), id="field"
        ),
        pytest.param("{ employees }", None, id="no selection"),
        pytest.param("subscription { x }", None, id="subscription"),
        pytest.param("# " + "x" * 100_000, ("core.query_too_long", "the document has 100,002 characters; 100,000 are taken."), id="too long"),
        pytest.param("{ " + "a: __typename " * 5_000 + "}", None, id="too many tokens"),
        pytest.param(
            "{ " + " ".join(f"a{n}: __typename" for n in range(1_001)) + " }",
            ("core.query_too_large", "the document selects 1,001 fields; 1,000 are taken."),
            id="too many fields",
        ),
        pytest.param(
            "{ departments { nodes { " + "parent { " * 14 + "code " + "} " * 14 + "} } }",
            ("core.query_too_deep", "the document goes 17 fields deep; 15 are taken."),
            id="too deep",
        ),
        pytest.param(
            "{ a: employees { nodes { ...X } } } fragment X on Employee { " + " ".join(f"a{n}: id" for n in range(999)) + " }",
            ("core.query_too_large", "the document selects 1,001 fields; 1,000 are taken."),
            id="too many fields through a fragment",
        ),
        pytest.param("{ ...X } fragment X on Query { ...Y } fragment Y on Query { ...X }", None, id="fragments in a circle"),
    ],
)
def test_a_document_that_is_not_taken_says_why(api: Api, text: str, expected: tuple[str, str] | None) -> None:
    """A document that is not valid, too long, too deep or too large is refused with the reason, and never run."""
    with api.statements() as sent:
        answer = api.ask(text)

    assert "data" not in answer
    assert expected is None or codes(answer) == [expected]
    assert sent == []


def test_a_query_bomb_of_fragments_is_measured(api: Api) -> None:
    """Fragments that double at every step are counted written out, without being written out."""
    steps = " ".join(f"fragment F{n} on Query {{ a{n}: __typename ...F{n + 1} b{n}: __typename ...F{n + 1} }}" for n in range(40))

    answer = api.ask("{ ...F0 } " + steps + " fragment F40 on Query { __typename }")

    assert [code for code, _ in codes(answer)] == ["core.query_too_large"]


def test_an_operation_is_chosen_by_name(api: Api) -> None:
    """Of several operations the named one runs; without a name, or with an unknown one, none does."""
    text = "query A { indicators { totalCount } } query B { plans { totalCount } }"

    assert api.ask(text, operation="B") == {"data": {"plans": {"totalCount": 1}}}
    assert codes(api.ask(text)) == [("core.graphql_operation", "the document has no single query or mutation ''.")]
    assert codes(api.ask(text, operation="C")) == [("core.graphql_operation", "the document has no single query or mutation 'C'.")]


def test_recent_values_are_bounded() -> None:
    """The value used longest ago is forgotten first; a value that is there is not made again."""
    made: list[str] = []
    recent: Recent[str, str] = Recent(2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.get(key, lambda key=key: made.append(key) or key) == key

    assert made == ["a", "b", "c", "b"]
