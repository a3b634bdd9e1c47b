"""What the core lets files bring in."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bole.access import Work
from bole.contracts.extension import FieldType, ImportOutcome, ImportRow
from bole.db import Database
from bole.host import Host
from bole.models import Assignment, Employee, Indicator, LegalEntity, Observation, OrgVersion, Target, Term
from bole.services.managers import managers_on
from bole.services.structure import department_tree, headcounts
from bole.services.terms import terms_on
from bole.values import Money
from tests.chain import company as chain_company
from tests.core.services.organisation import ENTITY, FOUNDED, found_company, problem_lines, size

MAY, JULY = date(2026, 5, 1), date(2026, 7, 1)
NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
NAMES = {"legal_entities", "employees", "departments", "positions", "assignments", "terms", "targets", "observations"}


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company."""
    return found_company(work)


@pytest.fixture
def facts(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A unit of work over a company whose plugins know kinds of observations."""
    with chain_company(database, tmp_path / "instance", plan=False) as work:
        yield work


def load(work: Work, target: str, rows: Sequence[dict[str, Any]], *, chunk: int = 2, **options: Any) -> ImportOutcome:
    """Import rows as a connector would: in chunks, row 1 being the header."""
    given = [ImportRow(f"{target}.csv", number, values) for number, values in enumerate(rows, 2)]
    return work.host.registry.import_targets[target].load(work, (given[at : at + chunk] for at in range(0, len(given), chunk)), options)


def counts(outcome: ImportOutcome) -> tuple[int, int, int]:
    """Rows recorded, corrected and unchanged."""
    return outcome.recorded, outcome.corrected, outcome.unchanged


def test_the_core_offers_its_targets(host: Host):
    """Each has a name in both languages and a field that it cannot do without."""
    targets = host.registry.import_targets

    assert set(targets) == NAMES
    assert all(target.label.zh and target.label.en and any(field.required for field in target.fields) for target in targets.values())


def test_only_observations_take_further_columns(host: Host):
    """What the kinds of observations say about a fact differs; the other targets say all they take."""
    assert [code for code, target in host.registry.import_targets.items() if target.extra] == ["observations"]


def test_amounts_are_money(host: Host):
    """A connector must give the amount of an observation with its currency."""
    fields = {field.name: field.type for field in host.registry.import_targets["observations"].fields}

    assert fields["amount"] is FieldType.MONEY


def test_a_company_comes_from_files(work: Work):
    """Legal entities, employees, departments, positions, assignments and terms; the second time nothing changes."""
    files = {
        "legal_entities": [{"code": "cn", **ENTITY}],
        "employees": [{"number": f"E{n}", "hired_on": FOUNDED, "legal_entity": "cn", "name_en": f"P{n}"} for n in range(1, 5)],
        "departments": [
            {"code": "EAST", "valid_from": FOUNDED, "parent": "HQ", "head": "E2"},
            {"code": "HQ", "valid_from": FOUNDED, "parent": None, "head": "E1", "name_zh": "总部"},
        ],
        "positions": [{"code": "REP", "valid_from": FOUNDED, "department": "EAST", "title_en": "Representative"}],
        "assignments": [
            {"employee": "E3", "department": "HQ", "valid_from": FOUNDED, "last_day": date(2026, 4, 30)},
            {"employee": "E3", "department": "EAST", "valid_from": MAY, "valid_to": None, "position": "REP"},
            {"employee": "E2", "department": "EAST", "valid_from": FOUNDED, "valid_to": date(9999, 12, 31)},
            {"employee": "E4", "department": "EAST", "valid_from": FOUNDED, "manager": "E3", "last_day": date(9999, 12, 31)},
        ],
        "terms": [
            {"employee": "E2", "code": "base_salary", "value": Decimal("12000.50"), "valid_from": FOUNDED},
            {"employee": "E2", "code": "base_salary", "value": Decimal(13000), "valid_from": MAY},
        ],
    }

    first = {target: load(work, target, rows) for target, rows in files.items()}
    sizes = [size(work, model) for model in (Employee, Assignment, Term, OrgVersion)]
    second = {target: load(work, target, rows) for target, rows in files.items()}

    assert {target: counts(outcome) for target, outcome in first.items()} == {target: (len(rows), 0, 0) for target, rows in files.items()}
    assert {target: counts(outcome) for target, outcome in second.items()} == {target: (0, 0, len(rows)) for target, rows in files.items()}
    assert [size(work, model) for model in (Employee, Assignment, Term, OrgVersion)] == sizes
    assert [(node.code, node.name_zh) for node in department_tree(work, MAY)] == [("HQ", "总部"), ("EAST", "")]
    assert managers_on(work, date(2026, 4, 30)) == {2: 1, 3: 1, 4: 3}
    assert managers_on(work, MAY) == {2: 1, 3: 2, 4: 3}


def test_the_last_day_is_a_day_of_the_assignment(company: Work):
    """A file that gives last days and one that gives the first day after them say the same."""
    rows = [{"employee": "E3", "department": "FIN", "valid_from": MAY, "last_day": date(2026, 6, 30)}]

    assert counts(load(company, "assignments", rows)) == (1, 0, 0)
    assert counts(load(company, "assignments", [{"employee": "E3", "department": "FIN", "valid_from": MAY, "valid_to": JULY}])) == (0, 0, 1)


def test_bad_rows_are_reported_with_their_place(company: Work):
    """File, row, column, value and reason; good rows of the same file go in."""
    rows = [
        {"employee": "E99", "department": "FIN", "valid_from": MAY},
        {"employee": "E3", "department": "NOWHERE", "valid_from": MAY},
        {"employee": "E3", "department": "FIN", "valid_from": None},
        {"employee": "E3", "department": "FIN", "valid_from": JULY, "valid_to": MAY},
        {"employee": "E3", "department": "FIN", "valid_from": JULY, "last_day": MAY},
        {"employee": "E3", "department": "FIN", "valid_from": MAY, "valid_to": JULY, "last_day": JULY},
        {"employee": "E4", "department": "FIN", "valid_from": MAY, "last_day": JULY},
        {"employee": "E4", "department": "SALES", "valid_from": JULY},
        {"employee": "E5", "department": "FIN", "valid_from": MAY},
        {"employee": "E5", "department": "EAST", "valid_from": MAY},
        {"department": "EAST", "valid_from": MAY},
    ]

    outcome = load(company, "assignments", rows)

    assert counts(outcome) == (2, 0, 0)
    assert {problem.where for problem in outcome.problems} == {"assignments.csv"}
    assert problem_lines(outcome.problems) == [
        (2, "employee", "E99", "no employee has this number."),
        (3, "department", "NOWHERE", "no department has this code."),
        (4, "valid_from", "", "is missing."),
        (5, "valid_to", "2026-05-01", "is not after 2026-07-01, the day from which it is said to hold."),
        (6, "last_day", "2026-05-01", "is before 2026-07-01, the day from which it is said to hold."),
        (7, "last_day", "2026-07-01", "stands beside valid_to 2026-07-01."),
        (9, "valid_from", "2026-07-01", "overlaps row 8, which says what holds from 2026-05-01 to 2026-07-02."),
        (11, "", "E5 2026-05-01", "row 10 says something else of the same."),
        (12, "employee", "", "is missing."),
    ]


def test_two_currencies_for_one_code_are_reported(work: Work):
    """The same legal entity with other values in one file: the first counts, the second is named."""
    rows = [{"code": "cn", **ENTITY}, {"code": "cn", **ENTITY, "currency": "USD"}, {"code": "us", **ENTITY, "currency": "BTC"}]

    outcome = load(work, "legal_entities", rows)

    assert problem_lines(outcome.problems) == [
        (3, "", "cn", "row 2 says something else of the same."),
        (4, "currency", "BTC", "unknown currency 'BTC'."),
    ]
    assert work.session.scalars(select(LegalEntity.currency)).all() == ["CNY"]


def test_targets_come_from_files(company: Work):
    """A second import of the same file changes nothing; a new figure corrects."""
    about = {"owner": "sales", "kind": "result", "unit": "money", "direction": "up", "label_zh": "销售", "label_en": "Sales"}
    company.session.add(Indicator(id=1, code="sales.amount", **about))
    company.session.commit()
    row = {"employee": "E2", "indicator": "sales.amount", "period": "2026Q3", "value": Decimal(28000), "source": "quota history"}

    assert counts(load(company, "targets", [row])) == (1, 0, 0)
    assert counts(load(company, "targets", [row])) == (0, 0, 1)
    assert counts(load(company, "targets", [row | {"value": Decimal(30000)}])) == (0, 1, 0)
    assert size(company, Target) == 2


def sale(key: str, amount: object = Money(Decimal("100.50"), "CNY"), **more: Any) -> dict[str, Any]:
    """A row of a sale."""
    about = {"employee": "E1", "kind": "sale.closed", "moment": NOON, "new_customer": True, "customer": "C1"}
    return {**about, "external_key": key, "amount": amount, **more}


def test_observations_come_from_files(facts: Work):
    """Further columns become attributes, empty ones do not; a second import changes nothing."""
    rows = [sale("1"), sale("2", customer=None), sale("3", Decimal("7.25")), sale("4", Decimal("8"), currency="CNY")]

    assert counts(load(facts, "observations", rows, source="erp")) == (4, 0, 0)
    assert counts(load(facts, "observations", rows, source="erp")) == (0, 0, 4)
    assert facts.session.scalar(select(func.sum(Observation.amount))) == 10050 * 2 + 725 + 800


def test_bad_observations_are_reported_with_their_place(facts: Work):
    """Unknown employees, kinds and currencies, missing values, keys with two meanings; good rows go in."""
    rows = [
        sale("1"),
        sale("2", employee="E99"),
        sale("3", Decimal(5), currency="RMB"),
        sale("4", kind="sale.dreamt"),
        sale("1", Money(Decimal(7), "CNY")),
        sale("6", moment=None),
        sale("7", Decimal(5), employee="E98"),
        sale("8"),
        sale("9", colour="red"),
    ]

    outcome = load(facts, "observations", rows, source="erp")

    assert counts(outcome) == (2, 0, 0)
    assert [(problem.where, problem.row, problem.column, problem.value) for problem in outcome.problems] == [
        ("observations.csv", 3, "employee", "E99"),
        ("observations.csv", 4, "currency", "RMB"),
        ("observations.csv", 5, "kind", "sale.dreamt"),
        ("observations.csv", 6, "external_key", "1"),
        ("observations.csv", 7, "moment", ""),
        ("observations.csv", 8, "employee", "E98"),
        ("observations.csv", 10, "colour", "red"),
    ]


def test_a_correction_is_asked_for(facts: Work):
    """A key with other content is refused, unless the mapping says that the file corrects."""
    load(facts, "observations", [sale("1")], source="erp")
    changed = [sale("1", Money(Decimal(7), "CNY"))]

    refused = load(facts, "observations", changed, source="erp")
    corrected = load(facts, "observations", changed, source="erp", correct=True)

    assert (counts(refused), [problem.column for problem in refused.problems]) == ((0, 0, 0), ["external_key"])
    assert counts(corrected) == (0, 1, 0)


def test_a_file_does_not_correct_itself(facts: Work):
    """Two rows with one key and other content are a mistake of the file, also when they stand in different chunks."""
    rows = [sale("1"), sale("2"), sale("1", Money(Decimal(7), "CNY"))]

    outcome = load(facts, "observations", rows, source="erp", correct=True)

    assert counts(outcome) == (2, 0, 0)
    assert problem_lines(outcome.problems) == [(4, "external_key", "1", "row 2 has this key with other content.")]


def test_a_wrong_file_of_any_length_stays_readable(facts: Work):
    """The first thousand problems are told, the rest is counted."""
    outcome = load(facts, "observations", [sale(str(number), employee="E99") for number in range(1500)], chunk=400)

    assert (len(outcome.problems), outcome.untold) == (1000, 500)


def day(text: str) -> date | None:
    """The date in a column of the published files."""
    return date.fromisoformat(text[:10]) if text else None


@pytest.fixture
def published(shared_data: Path) -> Callable[[str], list[dict[str, str]]]:
    """Reads a table of the published company."""

    def read(name: str) -> list[dict[str, str]]:
        with (shared_data / "adventureworks" / f"HumanResources.{name}.csv").open(encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    return read


def test_a_published_history_gives_its_headcounts(work: Work, published: Callable[[str], list[dict[str, str]]]):
    """Departments and pay of 290 employees over the years: on any day what plain arithmetic over the files gives, and nothing twice."""
    people, history, pay = published("Employee"), published("EmployeeDepartmentHistory"), published("EmployeePayHistory")
    load(work, "legal_entities", [{"code": "aw", **ENTITY, "currency": "USD"}])
    load(work, "employees", [{"number": row["BusinessEntityID"], "hired_on": day(row["HireDate"]), "legal_entity": "aw"} for row in people])
    departments = [{"code": row["DepartmentID"], "name_en": row["Name"], "valid_from": date(2000, 1, 1)} for row in published("Department")]
    load(work, "departments", departments)
    columns = {"employee": "BusinessEntityID", "department": "DepartmentID"}
    moves = [
        {name: row[column] for name, column in columns.items()} | {"valid_from": day(row["StartDate"]), "last_day": day(row["EndDate"])}
        for row in history
    ]
    rates = [
        {"employee": row["BusinessEntityID"], "code": "rate", "value": Decimal(row["Rate"]), "valid_from": day(row["RateChangeDate"])} for row in pay
    ]

    first = [counts(load(work, "assignments", moves)), counts(load(work, "terms", rates))]
    second = [counts(load(work, "assignments", moves)), counts(load(work, "terms", rates))]

    assert first == [(len(history), 0, 0), (len(pay), 0, 0)]
    assert second == [(0, 0, len(history)), (0, 0, len(pay))]
    codes = {node.id: node.code for node in department_tree(work, date(2014, 1, 1))}
    for on in (date(2008, 6, 1), date(2009, 12, 31), date(2011, 8, 14), date(2014, 6, 30)):
        placed = Counter(row["DepartmentID"] for row in history if day(row["StartDate"]) <= on <= (day(row["EndDate"]) or on))
        known = sorted((row for row in pay if day(row["RateChangeDate"]) <= on), key=lambda row: row["RateChangeDate"])
        agreed = {row["BusinessEntityID"]: Decimal(row["Rate"]) for row in known}

        assert {codes[each.department_id]: each.own for each in headcounts(work, on) if each.own} == placed
        assert terms_on(work, on)["value"].sum() == sum(agreed.values()) * 1_000_000
