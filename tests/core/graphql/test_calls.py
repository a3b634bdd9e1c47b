"""Fields that are plain functions, and mutations, whose errors are data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from bole.access import Scope, Work, requires
from bole.contracts.schema import Call, GraphQLPart
from bole.db import unit_of_work
from bole.errors import Conflict, Problem, ProblemsFound, StartRefused
from bole.models import Department
from bole.values import Money
from tests.core.graphql.company import put
from tests.core.graphql.conftest import Api, reader


@dataclass(frozen=True)
class Wish:
    """What somebody wishes for."""

    thing: str
    how_many: int = 1
    price: Money | None = None
    until: date | None = None


@dataclass(frozen=True)
class Granted:
    """What comes of a wish."""

    things: tuple[str, ...]
    total: Money | None
    share: Decimal
    at: datetime
    wish: Wish
    quick: bool


def grant(work: Work, wish: Wish, factor: Decimal = Decimal("0.5"), tags: tuple[str, ...] = ()) -> Granted:
    """Return what comes of it."""
    total = wish.price * wish.how_many if wish.price else None
    return Granted((wish.thing, *tags), total, factor, work.clock.now(), wish, quick=wish.until is None)


@requires("core.org.write")
def found(work: Work, code: str) -> str:
    """Add a department and return its code."""
    with unit_of_work(work.session) as session:
        if session.scalar(select(Department.id).where(Department.code == code)):
            raise Conflict("test.taken", f"the code {code!r} is taken.", "Choose another.")
        put(session, Department, id=90, code=code)
        if code == "bad":
            problems = [Problem("body", 1, "code", code, "is bad.", "Be good."), Problem("body", 2, "name", "", "is missing.")]
            raise ProblemsFound("test.bad", "two problems.", problems, "Mend both.")
    return code


def crash(work: Work) -> int:
    """Fail in a way that nobody expected."""
    raise ZeroDivisionError("secret detail")


PART = GraphQLPart(
    query=(Call("grant", grant), Call("crash", crash), Call("foundByQuery", found)),
    mutation=(Call("found", found, "Add a department."), Call("grantWish", grant)),
)
FOUND = "mutation F($code: String!) { found(code: $code) { result errors { code message hint problems { where row column value reason hint } } } }"


@pytest.fixture
def wishes(api_with: Callable[..., Api]) -> Api:
    """An API with calls of its own."""
    return api_with(wishes=PART)


def departments(api: Api) -> int:
    """Return how many departments there are."""
    with api.service.database.session() as session:
        return session.scalar(select(func.count()).select_from(Department)) or 0


def test_a_function_takes_and_gives_typed_values(wishes: Api) -> None:
    """Dataclasses, money, decimals, dates and lists go in and come out, under camelCase names; exact, and in ISO 8601."""
    answer = wishes.ask(
        """query Q($wish: WishInput!, $factor: Decimal) { grant(wish: $wish, factor: $factor, tags: ["a", "b"]) {
            things total { amount currency } share at quick wish { thing howMany until price { amount } } } }""",
        {"wish": {"thing": "pen", "howMany": 3, "price": {"amount": "19.90", "currency": "CNY"}, "until": "2026-12-31"}, "factor": "0.10"},
    )

    assert answer == {
        "data": {
            "grant": {
                "things": ["pen", "a", "b"],
                "total": {"amount": "59.70", "currency": "CNY"},
                "share": "0.10",
                "at": "2026-10-15T08:30:00+00:00",
                "quick": False,
                "wish": {"thing": "pen", "howMany": 3, "until": "2026-12-31", "price": {"amount": "19.90"}},
            }
        }
    }


def test_what_has_a_default_may_be_left_out(wishes: Api) -> None:
    """Arguments and fields with a default are optional and then have it."""
    answer = wishes.ask('{ grant(wish: {thing: "pen"}) { share total { amount } wish { howMany price { amount } } quick } }')

    assert answer == {"data": {"grant": {"share": "0.5", "total": None, "wish": {"howMany": 1, "price": None}, "quick": True}}}


def test_mapped_fields_beside_a_function(wishes: Api) -> None:
    """A document with a function among its fields is answered whole, mapped fields included."""
    answer = wishes.ask('{ grant(wish: {thing: "pen"}) { quick } employees(number: "E003") { nodes { department { code } } } }')

    assert answer == {"data": {"grant": {"quick": True}, "employees": {"nodes": [{"department": {"code": "EAST"}}]}}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param('{thing: "x", price: {amount: "1.999", currency: "XXX"}}', "unknown currency 'XXX'.", id="currency"),
        pytest.param('{thing: "x", until: "31.12.2026"}', "Date cannot be '31.12.2026'.", id="date"),
        pytest.param('{thing: "x", price: {amount: "much", currency: "CNY"}}', "Decimal cannot be 'much'.", id="decimal"),
    ],
)
def test_a_wrong_value_is_named(wishes: Api, given: str, message: str) -> None:
    """A value that a scalar or a dataclass refuses gives an error that names it."""
    answer = wishes.ask("{ grant(wish: " + given + ") { quick } }")

    assert any(message in each["message"] for each in answer["errors"]), answer


def test_a_float_is_no_exact_number(wishes: Api) -> None:
    """A variable that came as a binary fraction is refused: decimals are written as text."""
    answer = wishes.ask('query Q($f: Decimal) { grant(wish: {thing: "x"}, factor: $f) { share } }', {"f": 0.1})

    assert "Decimal cannot be 0.1." in answer["errors"][0]["message"]


def test_a_query_that_writes_is_whole(wishes: Api) -> None:
    """A function among the queries that writes after all does so in a transaction: what fails half-way leaves nothing."""
    before = departments(wishes)

    answer = wishes.ask('{ foundByQuery(code: "bad") }')

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["test.bad"]
    assert departments(wishes) == before


def test_a_mutation_gives_its_result(wishes: Api) -> None:
    """A mutation that did its work gives the result, no errors, and what it did is there."""
    before = departments(wishes)

    assert wishes.ask(FOUND, {"code": "NEW"}) == {"data": {"found": {"result": "NEW", "errors": []}}}
    assert departments(wishes) == before + 1


def test_an_expected_error_is_data(wishes: Api) -> None:
    """An error of the service is data with code, message and hint; nothing is changed."""
    before = departments(wishes)

    answer = wishes.ask(FOUND, {"code": "EAST"})

    error = {"code": "test.taken", "message": "the code 'EAST' is taken.", "hint": "Choose another.", "problems": []}
    assert answer == {"data": {"found": {"result": None, "errors": [error]}}}
    assert departments(wishes) == before


def test_all_problems_are_data(wishes: Api) -> None:
    """Problems of an input come back with place, row, column, value, reason and hint; nothing is changed."""
    before = departments(wishes)

    answer = wishes.ask(FOUND, {"code": "bad"})

    assert answer["data"]["found"]["errors"] == [
        {
            "code": "test.bad",
            "message": "two problems.",
            "hint": "Mend both.",
            "problems": [
                {"where": "body", "row": 1, "column": "code", "value": "bad", "reason": "is bad.", "hint": "Be good."},
                {"where": "body", "row": 2, "column": "name", "value": "", "reason": "is missing.", "hint": ""},
            ],
        }
    ]
    assert departments(wishes) == before


def test_a_mutation_needs_its_services_permission(wishes: Api) -> None:
    """Without the permission of the service the mutation gives the refusal as data; nothing is changed."""
    before = departments(wishes)

    answer = wishes.ask(FOUND, {"code": "NEW"}, actor=reader())

    assert [each["code"] for each in answer["data"]["found"]["errors"]] == ["core.forbidden"]
    assert departments(wishes) == before


def test_what_nobody_expected_is_not_told(wishes: Api) -> None:
    """A crash gives a general message and no detail of the inside."""
    answer = wishes.ask("{ crash }")

    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "Something went wrong on the server."
    assert answer["errors"][0]["extensions"]["code"] == "core.internal"
    assert "secret detail" not in str(answer)


def test_an_annotation_must_be_known(api_with: Callable[..., Api]) -> None:
    """A function whose annotation is no GraphQL type stops the start, with the annotation named."""

    def odd(work: Work, thing: bytes) -> int:
        """Return nothing of use."""
        return 0

    with pytest.raises(StartRefused, match=r"<class 'bytes'> cannot be a GraphQL type"):
        api_with(odd=GraphQLPart(query=(Call("odd", odd),)))


def test_two_dataclasses_of_one_name_stop_the_start(api_with: Callable[..., Api]) -> None:
    """A dataclass with the name of another, or of a mapped type, stops the start with the places of both."""
    employee = dataclass(type("Employee", (), {"__annotations__": {"name": str}, "__module__": "other_plugin"}))

    def odd(work: Work) -> Any:
        """Return an employee of another kind."""

    odd.__annotations__ = {"work": Work, "return": employee}

    with pytest.raises(StartRefused, match=r"the GraphQL type 'Employee' comes from a mapped type or the schema itself and from other_plugin\."):
        api_with(odd=GraphQLPart(query=(Call("odd", odd),)))


RECORD = """mutation R($input: RecordObservationsInput!) { recordObservations(input: $input) {
    result { batchId recorded corrected unchanged } errors { code message problems { where row column value reason hint } } } }"""


def test_recording_needs_its_permission(api: Api) -> None:
    """Without core.observation.record nothing is recorded, and the refusal is data."""
    answer = api.ask(RECORD, {"input": {"source": "erp", "observations": []}}, actor=reader(observation=Scope.COMPANY))

    assert answer["data"]["recordObservations"]["result"] is None
    assert [each["code"] for each in answer["data"]["recordObservations"]["errors"]] == ["core.forbidden"]


def test_recording_hands_on_typed_facts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service gets contract objects: aware moments, exact quantities, money, and numbers among the attributes as they were written."""
    from bole.contracts.observation import Observation, RecordOutcome
    from bole.services import recording

    given: dict[str, Any] = {}

    def record(work: Work, observations: list[Observation], *, source: str, correct: bool) -> RecordOutcome:
        given.update(observations=observations, source=source, correct=correct)
        return RecordOutcome(7, 1, 0, 0)

    monkeypatch.setattr(recording, "record_observations", record)
    fact = {
        "employee": "E003",
        "kind": "sale.closed",
        "moment": "2026-10-01T09:00:00+08:00",
        "externalKey": "o-1",
        "quantity": "2.5",
        "amount": {"amount": "100.10", "currency": "CNY"},
        "attributes": {"new_customer": True, "discount": 0.1, "channel": "web"},
    }

    answer = api.ask(RECORD, {"input": {"source": "erp", "observations": [fact], "correct": True}})

    assert answer["data"]["recordObservations"] == {"result": {"batchId": 7, "recorded": 1, "corrected": 0, "unchanged": 0}, "errors": []}
    moment = datetime(2026, 10, 1, 1, tzinfo=UTC)
    attributes = {"new_customer": True, "discount": Decimal("0.1"), "channel": "web"}
    expected = Observation("E003", "sale.closed", moment, "o-1", Decimal("2.5"), Money(Decimal("100.10"), "CNY"), None, attributes)
    assert given == {"observations": [expected], "source": "erp", "correct": True}
