"""Results are seen by the structure of their own days: who led the team then, and who leads it now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bole.access import SYSTEM, Actor, Scope
from bole.contracts.schema import Column, Connection, Dated, Extension, GraphQLPart, Type, step
from bole.errors import InvalidValue, StartRefused
from bole.graphql.merging import merge
from bole.models import Assignment, Award, DepartmentInterval, Employee, Measurement, OrgVersion, Period, Run, Term
from tests.core.graphql.company import EAST, EVA, SALES, SAM, TOM, put
from tests.core.graphql.conftest import Api, reader

AUGUST = date(2026, 8, 1)


def hand_over(session: Session) -> None:
    """From August on Tom heads the east, and reports to Sam."""
    session.execute(update(DepartmentInterval).where(DepartmentInterval.department_id == EAST).values(valid_to=AUGUST))
    put(session, DepartmentInterval, id=10, department_id=EAST, parent_id=SALES, head_id=TOM, valid_from=AUGUST, org_version_id=1)
    session.execute(update(Assignment).where(Assignment.employee_id == TOM).values(valid_to=AUGUST))
    put(session, Assignment, id=20, employee_id=TOM, department_id=EAST, manager_id=SAM, valid_from=AUGUST, org_version_id=1)
    session.commit()


@pytest.fixture
def east(api: Api) -> Api:
    """The API over the company in which the east was handed over."""
    with api.service.database.session() as session:
        hand_over(session)
    return api


SCORES = "{ scores { totalCount nodes { employeeNumber period { code } employee { number } measurement { value } } } }"


def scores(api: Api, who: int, scope: Scope = Scope.UNIT) -> list[tuple[str, str, str | None]]:
    """Period, number and the employee's number, where shown, of each person's scores, each once."""
    answer = api.ask(SCORES, actor=reader(who, scope))
    nodes = answer["data"]["scores"]["nodes"]
    assert answer["data"]["scores"]["totalCount"] == len(nodes)
    assert answer == api.executed(SCORES, actor=reader(who, scope))
    assert all(each["measurement"] is not None for each in nodes)
    return sorted({(each["period"]["code"], each["employeeNumber"], (each["employee"] or {}).get("number") or "") for each in nodes})


def test_who_led_then_sees_then_and_who_leads_now_sees_since(east: Api) -> None:
    """The second quarter's results are Eva's to see, the third's Tom's; the profile is judged by today."""
    assert scores(east, EVA) == [("2026Q2", "E003", "E003"), ("2026Q2", "E004", ""), ("2026Q3", "E003", "E003")]
    assert scores(east, TOM) == [("2026Q2", "E004", "E004"), ("2026Q3", "E003", "E003"), ("2026Q3", "E004", "E004")]


def test_who_is_above_sees_both(east: Api) -> None:
    """The head of the department above, in which nothing changed, sees both quarters."""
    assert [each[:2] for each in scores(east, SAM)] == [(code, number) for code in ("2026Q2", "2026Q3") for number in ("E002", "E003", "E004")]


def test_named_reports_are_those_of_the_day(east: Api) -> None:
    """Scope reports follows the named manager of the period's last day."""
    assert [each[:2] for each in scores(east, EVA, Scope.REPORTS)] == [("2026Q2", "E003"), ("2026Q2", "E004"), ("2026Q3", "E003")]
    assert [each[:2] for each in scores(east, SAM, Scope.REPORTS)] == [
        ("2026Q2", "E002"),
        ("2026Q2", "E003"),
        ("2026Q3", "E002"),
        ("2026Q3", "E003"),
        ("2026Q3", "E004"),
    ]


@pytest.mark.parametrize("field", ["measurements", "scorecards", "awards", "payouts"])
@pytest.mark.parametrize(("who", "seen"), [(EVA, {"E003"}), (TOM, {"E003", "E004"})], ids=["then", "now"])
def test_every_result_is_judged_by_the_last_day_of_its_period(east: Api, field: str, who: int, seen: set[str]) -> None:
    """Of the third quarter, ended after the handing over, Eva sees her own only."""
    last = {"awards": "period { code }", "payouts": "duePeriod { code } "}.get(field, "period { code }")
    answer = east.ask(f"{{ {field} {{ nodes {{ employeeNumber {last} }} }} }}", actor=reader(who, Scope.UNIT))

    nodes = answer["data"][field]["nodes"]
    assert {each["employeeNumber"] for each in nodes if "2026Q3" in str(each)} == seen


def test_lists_below_an_employee_are_judged_alike(east: Api) -> None:
    """Tom sees Eva's profile today, and below it only her results since he leads."""
    actor = reader(TOM, Scope.UNIT)

    answer = east.ask('{ employees(number: "E003") { nodes { scorecards { period { code } } awards { key } } } }', actor=actor)

    assert answer == {"data": {"employees": {"nodes": [{"scorecards": [{"period": {"code": "2026Q3"}}], "awards": [{"key": ""}]}]}}}


def test_a_result_of_other_days_is_not_found_by_id(east: Api) -> None:
    """By its global id a result is found by whoever led on its days, and by nobody else below the company."""
    nodes = east.ask("{ scorecards { nodes { id employeeNumber period { code } } } }")["data"]["scorecards"]["nodes"]
    ids = {(each["period"]["code"], each["employeeNumber"]): each["id"] for each in nodes}
    query = "query ($id: ID!) { node(id: $id) { __typename } }"

    def found(who: int, code: str) -> bool:
        answer = east.ask(query, {"id": ids[code, "E004" if who == EVA else "E003"]}, actor=reader(who, Scope.UNIT))
        return answer["data"]["node"] is not None

    assert [found(EVA, "2026Q2"), found(EVA, "2026Q3"), found(TOM, "2026Q2"), found(TOM, "2026Q3")] == [True, False, False, True]


@pytest.mark.parametrize(("who", "shown"), [(EVA, [False, True, False]), (TOM, [False, True, True])], ids=["then", "now"])
def test_a_relation_is_judged_by_the_days_of_what_it_leads_to(east: Api, who: int, shown: list[bool]) -> None:
    """From payouts that all may see, the award shows to whoever led on the last day of the award's period."""
    query = "{ payouts { nodes { employeeNumber award { key period { code } } } } }"
    actor = reader(who, Scope.UNIT, payout=Scope.COMPANY)

    answer = east.ask(query, actor=actor)

    assert [each["award"] is not None for each in answer["data"]["payouts"]["nodes"]] == shown
    assert answer == east.executed(query, actor=actor)


def test_a_field_of_its_own_permission_is_judged_by_the_row(api_with: Callable[..., Api]) -> None:
    """A field with a narrower permission is empty outside its scope on the row's day."""
    secret = Column("secret", Award.table.c.key, permission="vault.secret.read")
    api = api_with(vault=GraphQLPart(extends=(Extension("Award", columns=(secret,)),)))
    with api.service.database.session() as session:
        hand_over(session)
    actor = Actor("tom", employee_id=TOM, grants={"core.award.read": Scope.COMPANY, "vault.secret.read": Scope.UNIT})

    answer = api.ask("{ awards { nodes { employeeNumber secret } } }", actor=actor)

    assert [(each["employeeNumber"], each["secret"]) for each in answer["data"]["awards"]["nodes"]] == [("E002", None), ("E003", ""), ("E004", "")]


def test_a_plugins_type_may_say_its_own_day(api_with: Callable[..., Api]) -> None:
    """Rows with a plain day are judged by that day."""
    term = Term.table.c
    facts = Type(
        "Fact",
        Term.table,
        (term.id,),
        "core.result.read",
        employee=term.employee_id,
        judged=Dated(day=term.valid_from),
        columns=(Column("code", term.code),),
    )
    api = api_with(facts=GraphQLPart(types=(facts,), query=(Connection("facts", "Fact"),)))
    with api.service.database.session() as session:
        hand_over(session)
        for number, (who, day) in enumerate([(TOM, date(2026, 7, 31)), (TOM, AUGUST), (EVA, date(2026, 7, 31)), (EVA, AUGUST)]):
            put(session, Term, id=number + 1, employee_id=who, code=f"{who}-{day:%d}", value=0, valid_from=day)
        session.commit()

    def seen(who: int) -> list[str]:
        return [each["code"] for each in api.ask("{ facts { nodes { code } } }", actor=reader(who, Scope.UNIT))["data"]["facts"]["nodes"]]

    assert (seen(EVA), seen(TOM)) == (["4-31", "3-31", "3-01"], ["4-31", "4-01", "3-01"])


@pytest.mark.parametrize("actor", [SYSTEM, reader(None, Scope.COMPANY), reader(TOM, Scope.SELF)], ids=["system", "company", "self"])
def test_where_the_day_makes_no_difference_nothing_is_joined_for_it(east: Api, actor: Actor) -> None:
    """Scopes self and company cost no join and no tree."""
    with east.statements() as sent:
        east.ask("{ awards { nodes { key } } }", actor=actor)

    assert "core_period" not in sent[-1]
    assert "RECURSIVE" not in sent[-1]


def test_the_tree_is_walked_once_a_statement(east: Api) -> None:
    """One tree serves the list and what its objects lead to."""
    query = "{ payouts { nodes { award { key } reverses { status award { key } } } } }"

    with east.statements() as sent:
        east.ask(query, actor=reader(TOM, Scope.UNIT))

    assert sent[-1].count("RECURSIVE") == 1
    assert sent[-1].count("head_id = ") == 1


def test_a_measurement_and_a_run_name_their_org_version(api: Api) -> None:
    """Both lead to the version; it is empty where there was none."""
    with api.service.database.session() as session:
        session.execute(update(Measurement).where(Measurement.run_id == 3, Measurement.employee_id == TOM).values(org_version_id=1))
        session.execute(update(Run).where(Run.id == 3).values(org_version_id=1))
        session.commit()
        code = session.get(OrgVersion, 1).code  # type: ignore[union-attr]  # it is there

    def named(employee: str) -> Any:
        query = (
            f'{{ measurements(employee: "{employee}", period: "2026Q3") {{ nodes {{ orgVersion {{ code }} run {{ orgVersion {{ code }} }} }} }} }}'
        )
        return api.ask(query)["data"]["measurements"]["nodes"][0]

    assert named("E004") == {"orgVersion": {"code": code}, "run": {"orgVersion": {"code": code}}}
    assert named("E003") == {"orgVersion": None, "run": {"orgVersion": {"code": code}}}


def test_a_day_is_told_in_one_way() -> None:
    """A type judged by both a day and an end, or by neither, is refused where it is declared."""
    for given in ({}, {"day": Period.table.c.starts_on, "end": Period.table.c.ends_on}):
        with pytest.raises(InvalidValue, match="rows are judged by day="):
            Dated(**given)


def test_a_day_needs_somebody_whom_rows_are_about() -> None:
    """A type that says by which day its rows are judged, but not whom they are about, stops the start."""
    odd = Type("Odd", Employee.table, (Employee.table.c.id,), "", judged=Dated(day=Employee.table.c.hired_on))

    with pytest.raises(StartRefused, match="the type Odd says by which day its rows are judged, but not whom they are about"):
        merge([("odd", GraphQLPart(types=(odd,)))])


def test_a_path_may_lead_to_the_day(api_with: Callable[..., Api]) -> None:
    """A column of another table is shown to whoever sees the row, whatever the scope over that table's own type."""
    mail = Column("mail", Employee.table.c.email, path=(step(Award.table.c.employee_id, Employee.table.c.id),), nullable=True)
    api = api_with(mail=GraphQLPart(extends=(Extension("Award", columns=(mail,)),)))

    answer = api.ask("{ awards { nodes { mail employee { number } } } }", actor=reader(SAM, Scope.UNIT, employee=Scope.SELF))

    assert [(each["mail"], each["employee"]) for each in answer["data"]["awards"]["nodes"]] == [
        ("sam@example.com", {"number": "E002"}),
        ("eva@example.com", None),
        ("tom@example.com", None),
    ]
