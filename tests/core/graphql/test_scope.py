"""What an actor sees and does not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from bole.access import Actor, Scope
from bole.contracts.schema import Column, Extension, GraphQLPart, Kind, Many, Type, step
from bole.models import Employee, Payout, Score, Target, Term
from tests.core.graphql.company import EVA, FIN, SAM, TOM
from tests.core.graphql.conftest import Api, reader


def numbers(answer: dict[str, Any], field: str = "employees") -> list[str]:
    """Return the numbers of the employees listed."""
    assert list(answer) == ["data"], answer
    return [each["number"] for each in answer["data"][field]["nodes"]]


@pytest.mark.parametrize(
    ("employee", "scope", "expected"),
    [
        pytest.param(TOM, Scope.SELF, ["E004"], id="self"),
        pytest.param(EVA, Scope.REPORTS, ["E003", "E004"], id="reports"),
        pytest.param(SAM, Scope.UNIT, ["E002", "E003", "E004"], id="unit"),
        pytest.param(None, Scope.COMPANY, ["E001", "E002", "E003", "E004", "E005", "E006"], id="company"),
        pytest.param(None, Scope.UNIT, [], id="no employee"),
    ],
)
def test_a_list_shows_who_is_in_scope(api: Api, employee: int | None, scope: Scope, expected: list[str]) -> None:
    """A connection lists, and counts, exactly the people within the scope."""
    answer = api.ask("{ employees { totalCount nodes { number } } }", actor=reader(employee, scope))

    assert numbers(answer) == expected
    assert answer["data"]["employees"]["totalCount"] == len(expected)


def test_who_is_out_of_scope_is_not_found(api: Api) -> None:
    """Asked for by number or by id, an employee outside the scope is as if he did not exist."""
    eva = reader(EVA, Scope.REPORTS)

    assert numbers(api.ask('{ employees(number: "E002") { nodes { number } } }', actor=eva)) == []
    assert api.ask('{ node(id: "RW1wbG95ZWU6Mg==") { id } }', actor=eva) == {"data": {"node": None}}


def test_results_have_a_scope_of_their_own(api: Api) -> None:
    """Whoever sees all employees but only his own results gets empty lists for the others."""
    answer = api.ask('{ employees { nodes { number scores(period: "2026Q3") { points } } } }', actor=reader(TOM, Scope.SELF, employee=Scope.COMPANY))

    assert [(each["number"], len(each["scores"])) for each in answer["data"]["employees"]["nodes"] if each["scores"]] == [("E004", 2)]
    assert len(numbers(answer)) == 6


def test_a_relation_does_not_leak(api: Api) -> None:
    """An award of the unit is shown, but the employee is null to whoever may see only himself; so is the manager."""
    actor = reader(SAM, Scope.UNIT, employee=Scope.SELF)

    answer = api.ask("{ awards { nodes { id employee { number email manager { number } } } } }", actor=actor)

    assert [each["employee"] for each in answer["data"]["awards"]["nodes"]] == [
        {"number": "E002", "email": "sam@example.com", "manager": None},
        None,
        None,
    ]


def test_a_filter_does_not_leak(api: Api) -> None:
    """Filtering by an employee out of scope finds nothing, though the award itself would be visible."""
    actor = reader(SAM, Scope.UNIT, employee=Scope.SELF)

    assert api.ask('{ awards(employee: "E003") { totalCount } }', actor=actor) == {"data": {"awards": {"totalCount": 0}}}


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        pytest.param("{ payouts { nodes { id } } }", "payout", id="of the list"),
        pytest.param("{ payouts { totalCount } }", "payout", id="of a count"),
        pytest.param("{ employees { nodes { number payouts { id } } } }", "payout", id="of a list below"),
        pytest.param("{ scores { nodes { id planItem { weight } } } }", "plan", id="of a relation"),
        pytest.param('{ node(id: "UGF5b3V0OjE=") { id } }', "payout", id="of a node"),
        pytest.param('{ scores(employee: "E003") { nodes { id } } }', "employee", id="of a filter"),
    ],
)
def test_without_a_permission_the_field_is_refused(api: Api, query: str, missing: str) -> None:
    """A field that needs a permission that was not granted gives an error that names it, and no data."""
    answer = api.ask(query, actor=reader(**{missing: None}))

    assert [(each["message"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (f"reader lacks the permission 'core.{missing}.read'.", "core.forbidden")
    ]
    assert not answer["data"] or list(answer["data"].values()) == [None]


def test_a_denied_field_leaves_the_others(api: Api) -> None:
    """One refused root field is null only where it may be; node may, so its neighbour is still answered."""
    answer = api.ask('{ node(id: "UGF5b3V0OjE=") { id } employees(number: "E005") { nodes { number } } }', actor=reader(payout=None))

    assert answer["data"] == {"node": None, "employees": {"nodes": [{"number": "E005"}]}}
    assert [each["path"] for each in answer["errors"]] == [["node"]]


def secret(permission: str) -> GraphQLPart:
    """Return a part that gives employees a secret with a permission of its own."""
    return GraphQLPart(extends=(Extension("Employee", columns=(Column("secret", Employee.table.c.phone, permission=permission),)),))


def test_a_field_with_a_narrower_permission_is_empty_for_others(api_with: Callable[..., Api]) -> None:
    """A field whose own permission reaches less far than its type's is null outside that scope, and shown inside."""
    api = api_with(vault=secret("vault.secret.read"))
    actor = Actor("eva", employee_id=EVA, grants={"core.employee.read": Scope.COMPANY, "vault.secret.read": Scope.REPORTS})
    query = '{ employees(numbers: ["E002", "E003"]) { nodes { number secret } } }'

    answer = api.ask(query, actor=actor)

    assert answer["data"]["employees"]["nodes"] == [{"number": "E002", "secret": None}, {"number": "E003", "secret": "+86 00000003"}]
    assert answer == api.executed(query, actor=actor)


def test_a_field_without_its_permission_is_refused(api_with: Callable[..., Api]) -> None:
    """A field whose own permission was not granted at all is an error, also where its type may be seen."""
    api = api_with(vault=secret("vault.secret.read"))

    answer = api.ask("{ employees { nodes { number secret } } }", actor=reader())

    assert [each["message"] for each in answer["errors"]] == ["reader lacks the permission 'vault.secret.read'."]
    assert api.ask('{ employees(number: "E001") { nodes { number } } }', actor=reader()) == {"data": {"employees": {"nodes": [{"number": "E001"}]}}}


def test_grants_of_one_do_not_serve_another(api: Api) -> None:
    """The same document asked by actors of different scope, in any order, gives each what is his."""
    query = "{ employees { nodes { number } } }"
    asked = [reader(TOM, Scope.SELF), reader(), reader(FIN, Scope.SELF), reader(EVA, Scope.REPORTS), reader(TOM, Scope.SELF)]

    assert [len(numbers(api.ask(query, actor=actor))) for actor in asked] == [1, 6, 1, 2, 1]


def test_a_plugins_type_is_scoped_by_its_employee(api_with: Callable[..., Api]) -> None:
    """A type that names the column of its employee is scoped like the core's own."""
    pay = Payout.table.c
    slip = Type(
        "Slip", Payout.table, (pay.id,), "pay.slip.read", employee=pay.employee_id, columns=(Column("amount", pay.amount, Kind.MONEY, pay.currency),)
    )
    below = Many("slips", "Slip", (step(Employee.table.c.id, pay.employee_id),))
    api = api_with(pay=GraphQLPart(types=(slip,), extends=(Extension("Employee", manys=(below,)),)))
    actor = Actor("sam", employee_id=SAM, grants={"core.employee.read": Scope.UNIT, "pay.slip.read": Scope.SELF})

    answer = api.ask("{ employees { nodes { number slips { amount { amount } } } } }", actor=actor)

    assert [(each["number"], len(each["slips"])) for each in answer["data"]["employees"]["nodes"]] == [("E002", 1), ("E003", 0), ("E004", 0)]


def test_agreed_pay_is_not_in_the_core_schema(api: Api) -> None:
    """Terms and targets of a person are no types of the core: whoever adds them sets their permission."""
    names = set(api.service.schema.type_map)

    assert not names & {Term.__name__, Target.__name__}


def test_what_must_be_there_and_is_not_is_an_error(api: Api) -> None:
    """A relation that is never empty, and is (a score of an indicator that is gone), is an error, not a null where none may be."""
    with api.service.database.session() as session:
        session.execute(update(Score).where(Score.run_id == 3, Score.employee_id == TOM).values(indicator_id=Score.indicator_id + 90))
        session.commit()
    query = '{ scores(employee: "E004", period: "2026Q3") { nodes { indicator { code } } } }'

    answer = api.ask(query)

    assert answer["data"] is None
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["core.internal"]
    assert answer == api.executed(query)
