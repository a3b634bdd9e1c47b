"""
Adventure Works, a company nobody on this project made up, through import and runs: every figure against the files themselves.

What is expected is computed here from the files alone, with the csv module and Decimal; nothing of it goes through Bole.
"""

from __future__ import annotations

import csv
import gzip
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.extension import ImportOutcome
from bole.db import Database
from bole.host import Config, Host
from bole.models import Award, Department, Employee, Indicator, LegalEntity, Measurement, Model, Observation, Payout, Period, Score, Term
from bole.services.awards import approve_awards
from bole.services.catalogue import synchronise
from bole.services.ledger import verify_ledger
from bole.services.managers import managers_on
from bole.services.payouts import release_payouts
from bole.services.runs import run_period
from bole.services.structure import department_tree, headcounts
from bole_payroll.models import Payslip
from bole_payroll.services.runs import approve_runs, run_payroll, settle_runs

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "adventureworks"
PLUGINS = ("sales", "incentives", "payroll", "connectors")
MONTHS = [f"2017-{month:02}" for month in range(7, 13)] + [f"2018-{month:02}" for month in range(1, 7)]
QUARTERS = ["2017Q3", "2017Q4", "2018Q1", "2018Q2"]
SHIFT = timedelta(days=2223)
CENT = Decimal("0.01")
Amounts = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Files:
    """The published files, read with nothing but the csv module."""

    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a file."""
        path = self.folder / name
        with gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else path.open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The national number, by which Bole knows people, of each BusinessEntityID."""
        return {row["BusinessEntityID"]: row["NationalIDNumber"] for row in self.rows("HumanResources.Employee.csv")}

    @cached_property
    def sales(self) -> Amounts:
        """Return sales by person and month."""
        people = {row["EmployeeKey"]: row["EmployeeID"] for row in self.rows("PBI.Salesperson.csv")}
        total: Amounts = defaultdict(Decimal)
        for row in self.rows("PBI.Sales_2017-07_2018-06.csv.gz"):
            total[people[row["EmployeeKey"]], row["OrderDate"][:7].replace("/", "-")] += Decimal(row["Sales"])
        return dict(total)

    @cached_property
    def quotas(self) -> Amounts:
        """Return quotas by person and quarter; shifted, their dates are first days of quarters."""
        found = {}
        for row in self.rows("Sales.SalesPersonQuotaHistory.csv"):
            day = date.fromisoformat(row["QuotaDate"][:10]) + SHIFT
            assert (day.day, (day.month - 1) % 3) == (1, 0)
            found[self.numbers[row["BusinessEntityID"]], f"{day.year}Q{(day.month + 2) // 3}"] = Decimal(row["SalesQuota"])
        return found

    @cached_property
    def commissions(self) -> Amounts:
        """Return commissions by person and month: sales at the person's rate, half up to the cent."""
        rates = {self.numbers[row["BusinessEntityID"]]: Decimal(row["CommissionPct"]) for row in self.rows("Sales.SalesPerson.csv")}
        earned = {key: (amount * rates[key[0]]).quantize(CENT, ROUND_HALF_UP) for key, amount in self.sales.items()}
        return {key: amount for key, amount in earned.items() if amount}

    @cached_property
    def salaries(self) -> dict[str, Decimal]:
        """Return the monthly salary of everybody whose rate never changed: 2,080 hours a year, a twelfth a month, half up to the cent."""
        rates = defaultdict(list)
        for row in self.rows("HumanResources.EmployeePayHistory.csv"):
            rates[self.numbers[row["BusinessEntityID"]]].append(Decimal(row["Rate"]))
        return {number: (paid[0] * 2080 / 12).quantize(CENT, ROUND_HALF_UP) for number, paid in rates.items() if len(paid) == 1}

    @cached_property
    def hired(self) -> dict[str, date]:
        """Return the day of hire of each of the sales people."""
        people = {row["EmployeeID"] for row in self.rows("PBI.Salesperson.csv")}
        rows = self.rows("HumanResources.Employee.csv")
        return {row["NationalIDNumber"]: date.fromisoformat(row["HireDate"]) + SHIFT for row in rows if row["NationalIDNumber"] in people}

    def placed(self, day: date) -> dict[str, str]:
        """Return the department, by its name, in which everybody works on a day."""
        names = {row["DepartmentID"]: row["Name"] for row in self.rows("HumanResources.Department.csv")}
        found = {}
        for row in self.rows("HumanResources.EmployeeDepartmentHistory.csv"):
            start = date.fromisoformat(row["StartDate"]) + SHIFT
            last = date.fromisoformat(row["EndDate"]) + SHIFT if row["EndDate"] else date.max
            if start <= day <= last:
                found[self.numbers[row["BusinessEntityID"]]] = names[row["DepartmentID"]]
        return found

    def managers(self, day: date) -> dict[str, str]:
        """Return the manager of everybody who works on a day: whoever stands at the node above."""
        rows = self.rows("HumanResources.Employee.csv")
        at = {row["OrganizationNode"]: row["NationalIDNumber"] for row in rows}
        nodes = {row["NationalIDNumber"]: row["OrganizationNode"] for row in rows if row["OrganizationNode"] != "/"}
        above = {number: at[node.rstrip("/").rpartition("/")[0] + "/"] for number, node in nodes.items()}
        return {number: above[number] for number in self.placed(day) if number in above}


@pytest.fixture(scope="module")
def files(shared_data: Path) -> Files:
    """The published files; skips where they are not there."""
    folder = shared_data / "adventureworks"
    if not folder.is_dir():
        pytest.skip(f"the data of Adventure Works is not at {folder}: this test did not run")
    return Files(folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('adventureworks') / 'bole.db'}"
        return
    server = str(request.getfixturevalue("postgresql_server"))
    name = f"bole_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield server.rsplit("/", 1)[0] + "/" + name
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


def bring_in(work: Work, files: Files) -> ImportOutcome:
    """Import everything, as ``bole import import.toml FOLDER`` does."""
    return work.host.registry.connectors["steps"].run(work, EXAMPLE / "import.toml", [str(files.folder)])


@dataclass(frozen=True)
class Company:
    """The company after import, runs, release and payroll of the twelve months."""

    work: Work
    imported: ImportOutcome
    again: ImportOutcome


@pytest.fixture(scope="module")
def company(url: str, files: Files) -> Iterator[Company]:
    """Adventure Works with all its months and quarters computed and paid."""
    config = Config(plugins=PLUGINS, settings={"payroll": {"schemes": {"US": "gross"}}})
    host = Host(config, packages={name: f"bole_{name}" for name in PLUGINS})
    database = Database(url)
    Model.metadata.create_all(database.engine)
    with database.session() as session:
        work = Work(session=session, host=host, clock=FixedClock(datetime(2018, 7, 2, tzinfo=UTC)))
        synchronise(work)
        imported, again = bring_in(work, files), bring_in(work, files)
        for period in [*MONTHS, *QUARTERS]:
            run_period(work, period)
        for month in MONTHS:
            pay(work, month)
        yield Company(work, imported, again)
    database.engine.dispose()


def pay(work: Work, month: str) -> None:
    """Approve and release a month's awards, and pay them with the month's salary."""
    awards = list(work.session.scalars(select(Award.id).join(Period).where(Period.code == month, Award.status == "proposed")))
    approve_awards(work, awards)
    release_payouts(work, awards, due=month)
    runs = [outcome.id for outcome in run_payroll(work, month)]
    approve_runs(work, runs)
    settle_runs(work, runs)


def test_every_row_of_every_file_goes_in(company: Company) -> None:
    """Nothing is refused; the ten departments that repeat a group count as unchanged."""
    assert company.imported.problems == ()
    assert (company.imported.recorded, company.imported.unchanged) == (4 + 290 + 6 + 16 + 296 + 316 + 17 + 163 + 8459, 10)


def test_a_second_import_changes_nothing(company: Company) -> None:
    """Every row of the second import is recognised."""
    assert (company.again.recorded, company.again.corrected, company.again.problems) == (0, 0, ())
    assert company.again.unchanged == company.imported.recorded + company.imported.unchanged
    assert company.work.session.scalar(select(func.count()).select_from(Observation)) == 8459


def test_sales_by_person_and_month_equal_the_file(company: Company, files: Files) -> None:
    """Sales of each person in each month are, to the cent, what the lines of the file add up to."""
    value = select(Employee.number, Period.code, Measurement.numerator, Measurement.denominator).select_from(Measurement)
    query = value.join(Employee, Employee.id == Measurement.employee_id).join(Period, Period.run_id == Measurement.run_id)
    query = query.join(Indicator, Indicator.id == Measurement.indicator_id).where(Indicator.code == "sales.amount", Period.kind == "month")

    measured = {(row[0], row[1]): Decimal(row[2]) / row[3] for row in company.work.session.execute(query) if row[2]}

    assert measured == files.sales
    assert (len(measured), sum(measured.values())) == (115, Decimal("16429042.60"))


def test_attainment_by_person_and_quarter_follows_the_quota_history(company: Company, files: Files) -> None:
    """Whoever has a quota attains sales over quota, half up to a millionth; nobody else has an attainment."""
    quarters: Amounts = defaultdict(Decimal)
    for (number, month), amount in files.sales.items():
        quarters[number, f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"] += amount
    expected = {key: (amount / files.quotas[key]).quantize(Decimal("0.000001"), ROUND_HALF_UP) for key, amount in quarters.items()}
    query = select(Employee.number, Period.code, Score.attainment).select_from(Score).join(Employee, Employee.id == Score.employee_id)
    query = query.join(Period, Period.run_id == Score.run_id).where(Period.kind == "quarter", Score.attainment.is_not(None))

    attained = {(row[0], row[1]): Decimal(row[2]).scaleb(-6) for row in company.work.session.execute(query)}

    assert attained == expected
    assert len(attained) == 40


def test_commission_is_each_persons_rate_of_sales_half_up_to_the_cent(company: Company, files: Files) -> None:
    """Each month pays each person his or her own rate of the month's sales; whose rate is 0 is paid none."""
    query = select(Employee.number, Period.code, Payout.amount, Payout.status).join(Employee, Employee.id == Payout.employee_id)
    query = query.join(Period, Period.id == Payout.due_period_id)

    paid = list(company.work.session.execute(query))

    assert {(number, month): Decimal(amount).scaleb(-2) for number, month, amount, _ in paid} == files.commissions
    assert {status for *_, status in paid} == {"settled"}


def test_twelve_payslips_for_each_sales_person_of_the_year(company: Company, files: Files) -> None:
    """Whoever was employed all year has twelve payslips of salary and commission; whoever came later has one from then on."""
    salaries, commissions, expected = files.salaries, files.commissions, {}
    for number, day in files.hired.items():
        for month in MONTHS:
            first = date.fromisoformat(f"{month}-01")
            end = (first + timedelta(days=32)).replace(day=1)
            days = (end - max(first, day)).days
            if days > 0:
                base = (salaries[number] * days / (end - first).days).quantize(CENT, ROUND_HALF_UP)
                expected[number, month] = base + commissions.get((number, month), Decimal(0))
    query = select(Employee.number, Payslip.month, Payslip.net, Payslip.status).join(Employee, Employee.id == Payslip.employee_id)

    slips = [row for row in company.work.session.execute(query) if row[0] in files.hired]

    assert {(number, month): Decimal(net).scaleb(-2) for number, month, net, _ in slips} == expected
    assert {status for *_, status in slips} == {"settled"}
    assert Counter(Counter(number for number, *_ in slips).values()) == {12: 11, 2: 1}


DAYS = [date(2013, 1, 1), date(2016, 7, 1), date(2016, 7, 2), date(2017, 12, 31), date(2018, 6, 30), date(2020, 1, 1)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_manager_of_anybody_on_a_day(company: Company, files: Files, day: date) -> None:
    """Everybody who works on a day reports to whoever stands at the node above; the chief executive to nobody."""
    numbers = dict(company.work.session.execute(select(Employee.id, Employee.number)).all())

    managers = {numbers[who]: numbers[manager] for who, manager in managers_on(company.work, day).items()}

    assert managers == files.managers(day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_headcount_by_department_on_a_day(company: Company, files: Files, day: date) -> None:
    """Each department has as many people on a day as the history of assignments places there."""
    names = {node.id: node.name_en for node in department_tree(company.work, day) if node.depth == 2}

    counted = {names[each.department_id]: each.own for each in headcounts(company.work, day) if each.department_id in names and each.own}

    assert counted == Counter(files.placed(day).values())


def test_everybody_has_a_name(company: Company, files: Files) -> None:
    """The sales people have their full names, everybody else that of the login."""
    full = {row["EmployeeID"]: row["Salesperson"] for row in files.rows("PBI.Salesperson.csv")}
    logins = {row["NationalIDNumber"]: row["LoginID"].partition("\\")[2] for row in files.rows("HumanResources.Employee.csv")}

    names = dict(company.work.session.execute(select(Employee.number, Employee.name_en)).all())

    assert names == {**logins, **full}


def test_terms_and_departments_are_known_by_their_codes(company: Company) -> None:
    """Salaries and rates are agreed in the company's currency; departments stand below their groups."""
    session = company.work.session

    assert dict(session.execute(select(Term.code, func.count()).group_by(Term.code)).all()) == {"base_salary": 316, "commission_pct": 17}
    assert session.scalar(select(func.count()).select_from(Department)) == 23
    assert session.scalar(select(LegalEntity.currency)) == "USD"


def test_the_ledger_of_the_year_is_sound(company: Company) -> None:
    """The whole ledger, computed anew from its rows, agrees with itself."""
    assert verify_ledger(company.work).faults == ()
