"""What a query answers: exact values of every kind, relations, lists, pages, history."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from bole.clock import FixedClock
from tests.core.graphql.conftest import Api


def gid(text: str) -> str:
    """Return the global id that stands for ``Type:key``."""
    return b64encode(text.encode()).decode()


def nodes(answer: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """Return the objects of a connection, where there were no errors."""
    assert list(answer) == ["data"], answer
    return answer["data"][field]["nodes"]


def test_an_employee_shows_texts_dates_and_ids(api: Api) -> None:
    """Texts come as stored, dates in ISO 8601, what is empty as null, and the id names type and key."""
    answer = api.ask('{ employees(number: "E006") { nodes { __typename id number nameZh nameEn email phone jobTitle birthDate hiredOn leftOn } } }')

    assert nodes(answer, "employees") == [
        {
            "__typename": "Employee",
            "id": gid("Employee:6"),
            "number": "E006",
            "nameZh": "杨力",
            "nameEn": "Leo",
            "email": "leo@example.com",
            "phone": "+86 00000006",
            "jobTitle": "",
            "birthDate": "1980-01-06",
            "hiredOn": "2020-01-06",
            "leftOn": "2026-07-01",
        }
    ]


def test_a_department_is_reached_through_todays_assignment(api: Api) -> None:
    """The department is that of today, with its own name, place and head as of today; who left has none."""
    answer = api.ask(
        '{ employees(numbers: ["E004", "E006"]) { nodes { number department { code nameEn parent { code } head { number } } manager { number } } } }'
    )

    assert nodes(answer, "employees") == [
        {
            "number": "E004",
            "department": {"code": "EAST", "nameEn": "Unit 3", "parent": {"code": "SALES"}, "head": {"number": "E003"}},
            "manager": {"number": "E003"},
        },
        {"number": "E006", "department": None, "manager": None},
    ]


def test_history_is_asked_by_day(api: Api) -> None:
    """With asOf the field and all below it are read as they were on that day; one field may ask for another day than its neighbour."""
    answer = api.ask(
        """{ employees(number: "E006") { nodes {
            then: department(asOf: "2025-12-31") { code parent { code } }
            later: department(asOf: "2026-01-01") { code }
            after: department(asOf: "2026-07-01") { code }
            manager(asOf: "2025-06-01") { number department { code } }
        } } }"""
    )

    assert nodes(answer, "employees") == [
        {
            "then": {"code": "EAST", "parent": {"code": "SALES"}},
            "later": {"code": "FIN"},
            "after": None,
            "manager": {"number": "E003", "department": {"code": "EAST"}},
        }
    ]


def test_history_is_asked_by_knowledge(api: Api) -> None:
    """Before anything was known no department existed, whatever day is asked about."""
    answer = api.ask('{ departments(asOf: "2026-01-01", knownAt: "2019-12-31T23:59:59Z") { totalCount nodes { code } } }')

    assert answer == {"data": {"departments": {"totalCount": 0, "nodes": []}}}


def test_today_is_the_companys(api: Api) -> None:
    """Late in the evening of UTC it is already the next day in Shanghai: whoever moves tomorrow has moved."""
    api.clock = FixedClock(datetime(2025, 12, 31, 16, 30, tzinfo=UTC))

    answer = api.ask('{ employees(number: "E006") { nodes { department { code } } } }')

    assert nodes(answer, "employees") == [{"department": {"code": "FIN"}}]


def test_assignments_show_their_time(api: Api) -> None:
    """An open end is null; moments are ISO 8601 in UTC."""
    answer = api.ask(
        '{ employees(number: "E006") { nodes { assignments { validFrom validTo knownFrom knownTo department { code } manager { number } } } } }'
    )

    shown = {"knownFrom": "2020-01-01T00:00:00+00:00", "knownTo": None}
    assert nodes(answer, "employees")[0]["assignments"] == [
        {"validFrom": "2020-01-01", "validTo": "2026-01-01", **shown, "department": {"code": "EAST"}, "manager": {"number": "E003"}},
        {"validFrom": "2026-01-01", "validTo": "2026-07-01", **shown, "department": {"code": "FIN"}, "manager": {"number": "E005"}},
    ]


def test_only_the_run_that_holds_is_shown(api: Api) -> None:
    """Of two runs of a period the scores of the one that holds are listed, as exact decimals, with indicator, plan item and measurement."""
    answer = api.ask(
        """{ employees(number: "E004") { nodes { scores(period: "2026Q3") {
            id target attainment points indicator { code labelZh } planItem { weight target cap }
            measurement { value numerator sample } period { code }
        } } } }"""
    )

    assert nodes(answer, "employees")[0]["scores"] == [
        {
            "id": gid("Score:3:4:1"),
            "target": "100",
            "attainment": "3.41",
            "points": "1.705",
            "indicator": {"code": "sales.amount", "labelZh": "指标1"},
            "planItem": {"weight": "0.6", "target": "100", "cap": "1.2"},
            "measurement": {"value": "341", "numerator": 341_000_000, "sample": 3},
            "period": {"code": "2026Q3"},
        },
        {
            "id": gid("Score:3:4:2"),
            "target": "100",
            "attainment": "3.42",
            "points": "1.71",
            "indicator": {"code": "field.visits", "labelZh": "指标2"},
            "planItem": {"weight": "0.4", "target": None, "cap": "1.2"},
            "measurement": {"value": "342", "numerator": 342_000_000, "sample": 3},
            "period": {"code": "2026Q3"},
        },
    ]


def test_money_is_exact(api: Api) -> None:
    """A payout is in whole cents, negative ones too; an award keeps what is finer than a cent."""
    answer = api.ask(
        "{ payouts { nodes { amount { amount currency } award { amount { amount __typename } rule { labelZh parameters } } duePeriod { code } } } }"
    )

    award = {"amount": {"amount": "1234.565", "__typename": "Money"}, "rule": {"labelZh": "提成", "parameters": {}}}
    assert nodes(answer, "payouts") == [
        {"amount": {"amount": amount, "currency": "CNY"}, "award": award, "duePeriod": {"code": "2026Q3"}}
        for amount in ("1234.57", "1234.57", "-0.05")
    ]


def test_lists_nest(api: Api) -> None:
    """Departments list their children and these their people, each in order; a department without children has an empty list."""
    answer = api.ask("{ departments { nodes { code children { code employees { number } } } } }")

    assert nodes(answer, "departments") == [
        {"code": "HQ", "children": [{"code": "SALES", "employees": [{"number": "E002"}]}, {"code": "FIN", "employees": [{"number": "E005"}]}]},
        {"code": "SALES", "children": [{"code": "EAST", "employees": [{"number": "E003"}, {"number": "E004"}]}]},
        {"code": "EAST", "children": []},
        {"code": "FIN", "children": []},
    ]


def test_a_list_gives_the_first_of_each(api: Api) -> None:
    """With first every parent has at most so many objects, in the list's order."""
    answer = api.ask('{ employees(numbers: ["E002", "E003"]) { nodes { number scores(first: 1) { id } all: scores { id } } } }')

    assert [(each["number"], len(each["scores"]), len(each["all"])) for each in nodes(answer, "employees")] == [("E002", 1, 4), ("E003", 1, 4)]
    assert [each["scores"][0]["id"] for each in nodes(answer, "employees")] == [gid("Score:1:2:1"), gid("Score:1:3:1")]


def test_periods_come_latest_first(api: Api) -> None:
    """A type declared as descending is listed so, and paged so."""
    first = api.ask("{ periods(first: 1) { nodes { code startsOn endsOn } pageInfo { endCursor hasNextPage } } }")["data"]["periods"]
    second = api.ask(
        "query Q($after: String) { periods(first: 1, after: $after) { nodes { code } pageInfo { hasNextPage hasPreviousPage } } }",
        {"after": first["pageInfo"]["endCursor"]},
    )

    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"code": "2026Q3", "startsOn": "2026-07-01", "endsOn": "2026-10-01"}], True)
    assert second["data"]["periods"] == {"nodes": [{"code": "2026Q2"}], "pageInfo": {"hasNextPage": False, "hasPreviousPage": True}}


def test_plans_show_versions_and_items(api: Api) -> None:
    """A plan lists its versions, a version its items with exact weights."""
    answer = api.ask("{ plans { nodes { code labelEn versions { number validFrom validTo items { weight indicator { code } } } } } }")

    items = [{"weight": "0.6", "indicator": {"code": "sales.amount"}}, {"weight": "0.4", "indicator": {"code": "field.visits"}}]
    version = {"number": 1, "validFrom": "2026-01-01", "validTo": None, "items": items}
    assert nodes(answer, "plans") == [{"code": "sales", "labelEn": "Sales plan", "versions": [version]}]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            'scores(employee: "E003", period: "2026Q2") { nodes { id } }', ["Score:1:3:1", "Score:1:3:2"], id="scores of a person and period"
        ),
        pytest.param(
            'measurements(indicator: "field.visits", period: "2026Q3") { nodes { id } }',
            [f"Measurement:3:{n}:2" for n in (2, 3, 4)],
            id="by indicator",
        ),
        pytest.param('scorecards(period: "2026Q3") { nodes { id } }', ["Scorecard:3:2", "Scorecard:3:3", "Scorecard:3:4"], id="scorecards"),
        pytest.param('awards(status: "approved", employee: "E002") { nodes { id } }', ["Award:1"], id="awards by status and person"),
        pytest.param('payouts(duePeriod: "2026Q2") { nodes { id } }', [], id="nothing due"),
        pytest.param('employees(department: "EAST") { nodes { id } }', ["Employee:3", "Employee:4"], id="people of a department"),
        pytest.param("employees(numbers: []) { nodes { id } }", [], id="none of no numbers"),
        pytest.param("employees(number: null) { nodes { id } }", [f"Employee:{n}" for n in range(1, 7)], id="null is no filter"),
        pytest.param('indicators(code: "sales.amount") { nodes { id } }', ["Indicator:1"], id="an indicator by code"),
    ],
)
def test_filters_keep_what_fits(api: Api, query: str, expected: list[str]) -> None:
    """Each filter keeps exactly the objects that it names."""
    field = query.split("(")[0]

    assert [each["id"] for each in nodes(api.ask("{ " + query + " }"), field)] == [gid(text) for text in expected]


@pytest.mark.parametrize("text", ["Employee:4", "Score:3:4:1", "Department:3", "Payout:3"])
def test_node_finds_any_object(api: Api, text: str) -> None:
    """An id leads back to its object, whatever its type; fields come from a fragment on that type."""
    name = text.split(":")[0]
    query = f"query Q($id: ID!) {{ node(id: $id) {{ __typename id ... on {name} {{ again: id }} ... on Plan {{ code }} }} }}"

    answer = api.ask(query, {"id": gid(text)})

    assert answer == {"data": {"node": {"__typename": name, "id": gid(text), "again": gid(text)}}}


def test_node_of_nothing_is_null(api: Api) -> None:
    """An id of an object that does not exist gives null, without an error."""
    assert api.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": gid("Employee:99")}) == {"data": {"node": None}}


WRONG_IDS = {
    "no id": "E004",
    "no type": gid("Nothing:4"),
    "no key": gid("Employee:x"),
    "half a key": gid("Score:3:4"),
    "huge": gid(f"Employee:{2**63}"),
}


@pytest.mark.parametrize("identifier", WRONG_IDS.values(), ids=WRONG_IDS)
def test_what_is_no_id_is_refused(api: Api, identifier: str) -> None:
    """A text that is no global id is refused by name, with the way out."""
    answer = api.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": identifier})

    assert answer["data"] == {"node": None}
    assert [(each["message"], each["path"], each["extensions"]) for each in answer["errors"]] == [
        (f"{identifier!r} is not a global id.", ["node"], {"code": "core.not_an_id", "hint": "Use an id that this API gave."})
    ]


@pytest.mark.parametrize("given", [{"n": "E\0"}, {"all": ["E001", "E\0"]}], ids=["a text", "a list"])
def test_a_text_that_no_database_takes_is_refused(api: Api, given: dict[str, Any]) -> None:
    """A NUL character in a filter is the asker's error, on either database."""
    answer = api.ask("query Q($n: String, $all: [String!]) { employees(number: $n, numbers: $all) { totalCount } }", given)

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["core.nul_character"]
