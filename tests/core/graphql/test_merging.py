"""Parts of several plugins become one schema, or the start is refused with the names of both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import GraphQLObjectType

from bole.access import Work
from bole.contracts.schema import Call, Column, Connection, Extension, Filter, GraphQLPart, Kind, Many, One, Step, Type, step
from bole.errors import InvalidValue, StartRefused
from bole.graphql.core_part import part as core_part
from bole.graphql.merging import merge
from bole.models import Department, Employee, LegalEntity
from tests.core.graphql.conftest import Api
from tests.installing import MakePlugin

E, L, D = Employee.table.c, LegalEntity.table.c, Department.table.c


def badge(name: str = "Badge", **fields: object) -> Type:
    """Return a type over employees."""
    return Type(name, Employee.table, (E.id,), "", **fields)


def hello(work: Work, name: str) -> str:
    """Return a greeting."""
    return f"hello {name}"


CONFLICTS = {
    "a type": (GraphQLPart(types=(badge(),)), GraphQLPart(types=(badge(),)), "the type Badge is declared by both 'first' and 'second'."),
    "a type of the core": (GraphQLPart(), GraphQLPart(types=(badge("Employee"),)), "the type Employee is declared by both 'core' and 'second'."),
    "a reserved type": (GraphQLPart(), GraphQLPart(types=(badge("Money"),)), "the type Money is declared by both 'core' and 'second'."),
    "the type of a page": (
        GraphQLPart(types=(badge(),)),
        GraphQLPart(types=(badge("BadgeEdge"),)),
        "the type BadgeEdge is declared by both 'first' and 'second'.",
    ),
    "a field": (
        GraphQLPart(extends=(Extension("Employee", columns=(Column("nickname", E.name_en),)),)),
        GraphQLPart(extends=(Extension("Employee", ones=(One("nickname", "LegalEntity", (step(E.legal_entity_id, L.id),)),)),)),
        "the field Employee.nickname is declared by both 'first' and 'second'.",
    ),
    "a field of the core": (
        GraphQLPart(),
        GraphQLPart(extends=(Extension("Employee", columns=(Column("id", E.id, Kind.INTEGER),)),)),
        "the field Employee.id is declared by both 'core' and 'second'.",
    ),
    "a query": (
        GraphQLPart(query=(Call("hello", hello),)),
        GraphQLPart(query=(Connection("hello", "Employee"),)),
        "the field Query.hello is declared by both 'first' and 'second'.",
    ),
    "node": (GraphQLPart(), GraphQLPart(query=(Call("node", hello),)), "the field Query.node is declared by both 'core' and 'second'."),
    "a mutation": (
        GraphQLPart(mutation=(Call("greet", hello),)),
        GraphQLPart(mutation=(Call("greet", hello),)),
        "the field Mutation.greet is declared by both 'first' and 'second'.",
    ),
}


@pytest.mark.parametrize(("first", "second", "message"), CONFLICTS.values(), ids=CONFLICTS)
def test_a_conflict_names_both_plugins(first: GraphQLPart, second: GraphQLPart, message: str) -> None:
    """What two plugins declare under one name stops the start, and the message names the thing and both plugins."""
    with pytest.raises(StartRefused) as caught:
        merge([("core", core_part()), ("first", first), ("second", second)])

    assert caught.value.code == "core.schema_refused"
    assert caught.value.message == f"the GraphQL schema does not fit together:\n  - {message}"


MISFITS = {
    "an unknown type is extended": (
        GraphQLPart(extends=(Extension("Ghost"),)),
        "plugin 'odd' extends the type 'Ghost', which no enabled plugin declares.",
    ),
    "a relation leads nowhere": (
        GraphQLPart(extends=(Extension("Employee", ones=(One("ghost", "Ghost", (step(E.legal_entity_id, L.id),)),)),)),
        "the field Employee.ghost leads to the type 'Ghost', which no enabled plugin declares.",
    ),
    "a path ends elsewhere": (
        GraphQLPart(extends=(Extension("Employee", ones=(One("unit", "Department", (step(E.legal_entity_id, L.id),)),)),)),
        "the field Employee.unit leads to the table 'core_legal_entity', which is not that of Department.",
    ),
    "a list of an unknown type": (
        GraphQLPart(query=(Connection("ghosts", "Ghost"),)),
        "the field Query.ghosts lists the type 'Ghost', which no enabled plugin declares.",
    ),
    "a filter leads nowhere": (
        GraphQLPart(query=(Connection("people", "Employee", (Filter("team", D.code, through=("department", "team")),)),)),
        "the filter 'team' of Query.people goes through 'department.team', which leads nowhere from Employee.",
    ),
    "a relation that may be hidden is never empty": (
        GraphQLPart(types=(badge(ones=(One("owner", "Employee", (step(E.id, E.id),), nullable=False),)),)),
        "the field Badge.owner is said never to be empty, but not everybody sees every Employee.",
    ),
    "a name is not Latin": (
        GraphQLPart(query=(Call("问候", hello),)),
        "plugin 'odd' names the field Query.问候 by other than Latin letters and digits.",
    ),
}


@pytest.mark.parametrize(("part", "message"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_refused(part: GraphQLPart, message: str) -> None:
    """A declaration that leads nowhere stops the start with a message that says what and where."""
    with pytest.raises(StartRefused) as caught:
        merge([("core", core_part()), ("odd", part)])

    assert caught.value.message == f"the GraphQL schema does not fit together:\n  - {message}"


def test_all_problems_are_told_at_once() -> None:
    """Every conflict is in one message."""
    part = GraphQLPart(types=(badge(),), query=(Call("hello", hello),))

    with pytest.raises(StartRefused) as caught:
        merge([("one", part), ("two", part), ("three", part)])

    assert caught.value.message.count("\n  - ") == 4


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        pytest.param(lambda: Column("pay", E.id, Kind.MONEY), "the field 'pay' of kind money has currency=None", id="money without currency"),
        pytest.param(lambda: Column("name", E.number, currency=E.number), "has currency=core_employee.number", id="text with currency"),
        pytest.param(lambda: Filter("since", E.hired_on, operator="<="), "the filter 'since' has the operator '<='", id="unknown operator"),
        pytest.param(
            lambda: Many("x", "Y", (Step(L.id.table, ()),)), "the list 'x' must start with a join over one pair", id="a list without a pair"
        ),
    ],
)
def test_a_declaration_is_checked_where_it_is_made(declare: Callable[[], object], message: str) -> None:
    """A declaration that can never be right is refused on the spot."""
    with pytest.raises(InvalidValue, match=message):
        declare()


def test_extended_fields_are_in_the_type(api_with: Callable[..., Api]) -> None:
    """A plugin's fields stand in another's type and are answered like its own."""
    api = api_with(names=GraphQLPart(extends=(Extension("Employee", columns=(Column("nickname", E.name_en, description="Short."),)),)))

    answer = api.ask('{ employees(number: "E001") { nodes { number nickname } } }')

    assert answer == {"data": {"employees": {"nodes": [{"number": "E001", "nickname": "Ada"}]}}}
    employee = api.service.schema.type_map["Employee"]
    assert isinstance(employee, GraphQLObjectType)
    assert employee.fields["nickname"].description == "Short."


def test_each_application_has_its_own_types(api: Api) -> None:
    """Two applications in one process share no type object."""
    from bole.graphql.service import GraphQLService

    other = GraphQLService(api.host, api.service.database)

    assert other.schema.type_map["Employee"] is not api.service.schema.type_map["Employee"]


def test_a_plugin_brings_its_part_by_hook(make_plugin: MakePlugin, database: object) -> None:
    """A part that comes through bole_graphql is in the schema of the host."""
    from bole.graphql.service import print_schema
    from bole.host import Config, Host

    package = make_plugin(
        "greeting",
        """
        from bole.graphql import Call, GraphQLPart
        from bole.access import Work

        def greet(work: Work, name: str) -> str:
            return "hello " + name

        @hookimpl
        def bole_graphql():
            return GraphQLPart(query=(Call("greet", greet, "Say hello."),))
        """,
    )

    printed = print_schema(Host(Config(plugins=("greeting",)), packages={"greeting": package}))

    assert '  """Say hello."""\n  greet(name: String!): String!\n' in printed
