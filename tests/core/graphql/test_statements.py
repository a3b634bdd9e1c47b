"""How many statements a question costs: one for each list, however many objects there are."""

from __future__ import annotations

from datetime import date

import pytest

from bole import models
from bole.access import Scope
from tests.core.graphql.company import SAM, put
from tests.core.graphql.conftest import Api, reader

QUESTIONS = {
    "one level": ("{ employees(first: 1000) { nodes { number department { code parent { code } } legalEntity { code } } } }", 1),
    "with a count": ("{ employees(first: 1000) { totalCount nodes { number } } }", 2),
    "only a count": ("{ employees { totalCount } }", 1),
    "a list below": ("{ employees(first: 1000) { nodes { number scores { points indicator { code } measurement { value } } } } }", 2),
    "two lists below": ("{ employees(first: 1000) { nodes { scores { points } assignments { validFrom department { code } } } } }", 3),
    "a list below a list": ("{ departments { nodes { children { code employees { number scores { points } } } } } }", 4),
    "two roots": ("{ employees { nodes { number } } indicators { nodes { code } } }", 2),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("people", [0, 40], ids=["6 people", "46 people"])
def test_statements_do_not_grow_with_the_data(api: Api, name: str, people: int) -> None:
    """A question costs one statement for each list and count, for six people as for many."""
    query, expected = QUESTIONS[name]
    with api.service.database.session() as session:
        for number in range(7, 7 + people):
            put(session, models.Employee, id=number, number=f"E{number:03}", legal_entity_id=1, hired_on=date(2024, 1, 1))
            put(session, models.Assignment, id=100 + number, employee_id=number, department_id=3, org_version_id=1)
        session.commit()
    api.ask(query)  # compiles it, and learns the company's time zone

    with api.statements() as sent:
        answer = api.ask(query)

    assert "errors" not in answer
    assert len(sent) == expected, sent


def test_the_executor_costs_no_more(api: Api) -> None:
    """Answered by the executor, a question costs the same statements."""
    query, expected = QUESTIONS["a list below a list"]
    api.executed(query)

    with api.statements() as sent:
        api.executed(query)

    assert len(sent) == expected


def test_no_column_is_read_that_nobody_asked_for(api: Api) -> None:
    """The statement names the selected columns and the key, and no other."""
    with api.statements() as sent:
        api.ask("{ employees { nodes { number } } }")

    assert sent[0].split("FROM")[0].split() == ["SELECT", "core_employee_1.id,", "core_employee_1.number"]


def test_scope_is_in_the_statement(api: Api) -> None:
    """Who is out of scope is never read: the statement itself leaves him out."""
    with api.statements() as sent:
        api.ask("{ employees { nodes { number } } }", actor=reader(SAM, Scope.SELF))

    assert "WHERE core_employee_1.id = " in " ".join(sent[-1].split())


def test_a_compiled_question_sends_nothing_more(api: Api) -> None:
    """The second asking sends exactly the statement of the first."""
    query = '{ employees(number: "E001") { nodes { number department { code } } } }'
    with api.statements() as first:
        api.ask(query)
    with api.statements() as second:
        api.ask(query)

    assert (len(second), second[-1]) == (1, first[-1])
