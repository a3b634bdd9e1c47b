"""The compiled path and the executor give the same answer to the same question."""

from __future__ import annotations

from typing import Any

import pytest

from bole.access import SYSTEM, Actor, Scope
from tests.core.graphql.company import EVA, SAM
from tests.core.graphql.conftest import Api, reader

ACTORS = {
    "system": SYSTEM,
    "hr": reader(),
    "head of sales": reader(SAM, Scope.UNIT, payout=Scope.SELF),
    "eva": reader(EVA, Scope.REPORTS, employee=Scope.COMPANY),
    "without payouts": reader(payout=None),
    "nobody": Actor("nobody"),
}

QUERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "all fields of an employee": ("{ employees { nodes { __typename id number nameZh nameEn email phone birthDate jobTitle hiredOn leftOn } } }", {}),
    "aliases": ("{ a: employees(first: 1) { b: nodes { c: number d: id e: __typename } } f: employees(first: 2) { nodes { number } } }", {}),
    "fragments": (
        "query { employees { nodes { ...Name ... on Employee { ...Name department { ...Place } } ... { hiredOn } } } } "
        "fragment Name on Employee { number nameZh } fragment Place on Department { code parent { code nameEn } }",
        {},
    ),
    "fields merged": ("{ employees(first: 3) { nodes { department { code } } } employees(first: 3) { nodes { department { nameZh } number } } }", {}),
    "include": ("query Q($yes: Boolean!) { employees { nodes { number email @include(if: $yes) phone @skip(if: $yes) } } }", {"yes": True}),
    "skip": ("query Q($yes: Boolean!) { employees { nodes { number email @include(if: $yes) phone @skip(if: $yes) } } }", {"yes": False}),
    "root skipped": ("query Q($yes: Boolean!) { __typename employees @include(if: $yes) { totalCount } }", {"yes": False}),
    "variables": ("query Q($n: String, $first: Int = 2) { employees(number: $n, first: $first) { nodes { number } } }", {"n": "E003"}),
    "variables absent": ("query Q($n: String, $first: Int = 2) { employees(number: $n, first: $first) { nodes { number } } }", {}),
    "variables null": ("query Q($n: String) { employees(number: $n) { nodes { number } } }", {"n": None}),
    "a list of variables": ("query Q($a: String!, $b: String!) { employees(numbers: [$a, $b]) { nodes { number } } }", {"a": "E001", "b": "E004"}),
    "a list variable": ("query Q($all: [String!]) { employees(numbers: $all) { nodes { number } } }", {"all": ["E001", "E004"]}),
    "a date variable": ("query Q($day: Date) { employees { nodes { department(asOf: $day) { code } } } }", {"day": "2025-03-01"}),
    "edges and pages": (
        "{ employees(first: 2) { __typename totalCount edges { __typename cursor node { number } } nodes { id } pageInfo { __typename startCursor "
        "endCursor hasNextPage hasPreviousPage } } }",
        {},
    ),
    "only a count": ("{ employees { totalCount } }", {}),
    "only page information": ("{ scores(first: 3) { pageInfo { endCursor hasNextPage } } }", {}),
    "no page at all": ("{ scores(first: 0) { nodes { id } pageInfo { endCursor hasNextPage } } }", {}),
    "lists in lists": ("{ departments { nodes { code children { code employees { number scores { points indicator { code } } } } } } }", {}),
    "a list below a relation": ("{ scores { nodes { employee { number assignments { validFrom } } points } } }", {}),
    "the first of each": ('query Q($n: Int) { employees { nodes { number scores(first: $n, period: "2026Q3") { attainment } } } }', {"n": 1}),
    "money": ("{ payouts { nodes { a: amount { x: amount y: currency __typename } award { amount { amount } entitled { amount } } } } }", {}),
    "documents and moments": ("{ awards { nodes { trace createdAt decidedAt rule { parameters recordedAt validTo } } } }", {}),
    "the chain": (
        '{ scorecards(period: "2026Q3") { nodes { points gate employee { number manager { number } } planVersion { number plan { code } '
        "items { weight cap } } period { code status startsOn } } } }",
        {},
    ),
    "runs": ("{ measurements { nodes { value numerator denominator sample run { number knownAt employees period { code } } } } }", {}),
    "node of an employee": (
        '{ node(id: "RW1wbG95ZWU6NA==") { __typename id ... on Employee { number department { code } } ... on Award { key } } }',
        {},
    ),
    "node of a score": ("query Q($id: ID!) { node(id: $id) { id ... on Score { points employee { number } } } }", {"id": "U2NvcmU6Mzo0OjE="}),
    "node of nobody": ('{ node(id: "RW1wbG95ZWU6OTk=") { id } }', {}),
    "errors: no id": ('{ node(id: "x") { id } }', {}),
    "errors: a page too large": ("{ employees(first: 1001) { nodes { id } } }", {}),
    "errors: beside data": ("{ a: employees(first: -1) { totalCount nodes { id } } b: indicators { nodes { code } } }", {}),
    "errors: a variable of another type": ("query Q($first: Int) { employees(first: $first) { nodes { id } } }", {"first": "many"}),
    "introspection beside data": ('{ __type(name: "Money") { name fields { name } } employees(first: 1) { nodes { number } } }', {}),
}


@pytest.mark.parametrize("actor", ACTORS.values(), ids=ACTORS)
def test_both_paths_answer_alike(api: Api, actor: Actor) -> None:
    """For every question of the corpus, on behalf of each actor, the answers are the same, errors included."""
    for name, (query, variables) in QUERIES.items():
        assert api.ask(query, variables, actor=actor) == api.executed(query, variables, actor=actor), name


@pytest.mark.parametrize(
    ("name", "compiled"),
    [(name, not name.startswith(("errors", "introspection"))) for name in QUERIES],
    ids=QUERIES,
)
def test_the_compiled_path_takes_what_it_should(api: Api, name: str, compiled: bool) -> None:
    """Every valid question of the corpus is answered without the executor, for the system; those with errors are not."""
    asked: list[object] = []
    execute = api.service._execute
    api.service._execute = lambda *arguments: asked.append(arguments) or execute(*arguments)  # type: ignore[func-returns-value]

    api.ask(*QUERIES[name])

    assert (not asked) is compiled


def test_a_document_is_compiled_once_for_a_form(api: Api) -> None:
    """Other values of the same variables use the same plan; another scope, or a variable that is null, gets its own."""
    query = "query Q($n: String) { employees(number: $n) { nodes { number } } }"
    document = None
    for variables, actor in (({"n": "E001"}, SYSTEM), ({"n": "E002"}, SYSTEM), ({"n": None}, SYSTEM), ({"n": "E001"}, reader(EVA, Scope.SELF))):
        api.ask(query, variables, actor=actor)
        document = api.service._documents.get(query, lambda: pytest.fail("the document was not kept"))

    assert document is not None
    assert len(document.plans._values) == 3
