"""The test kit: the example of the docs runs, and what the factories make is valid."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bole import testing
from bole.access import Work
from bole.services.catalogue import synchronise
from bole.services.managers import manager_of
from bole.services.structure import department_tree
from bole.testing import make_department, make_employee, make_legal_entity, make_position, make_terms, observation, record
from bole.values import Money

ROOT = Path(__file__).resolve().parents[3]
DOCS = (ROOT / "docs" / "testing.md").read_text("utf-8")


def example(folder: Path) -> None:
    """Write the example of docs/testing.md into a folder."""
    for path, body in re.findall(r"```python\n# (\S+)\n(.*?)```", DOCS, re.DOTALL):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(body, "utf-8")
    manifest = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert manifest
    (folder / "bole_lessons" / "plugin.toml").write_text(manifest.group(1), "utf-8")


def run_example(folder: Path, **environment: str) -> str:
    """Run the example's tests in a process of their own and return pytest's last line."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "bole.testing.pytest_plugin", "tests"]
    path = os.pathsep.join([str(ROOT / "core"), str(folder)])
    given = {name: value for name, value in os.environ.items() if not name.startswith(("BOLE_", "PYTEST_"))}
    settings = given | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment
    ran = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True)
    return ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else ran.stderr


def test_the_example_of_the_docs_passes(tmp_path: Path) -> None:
    """The tests in docs/testing.md pass as they stand there."""
    example(tmp_path)

    assert run_example(tmp_path).startswith("2 passed")


def test_the_fixtures_use_postgresql_where_a_server_is_named(tmp_path: Path, postgresql_server: str) -> None:
    """With ``BOLE_TEST_POSTGRESQL`` the test that needs a database runs twice."""
    example(tmp_path)

    assert run_example(tmp_path, BOLE_TEST_POSTGRESQL=postgresql_server).startswith("3 passed")


def test_the_plugin_of_pytest_imports_nothing_of_the_platform() -> None:
    """Pytest loads it in every run; that must cost nothing."""
    code = "import sys, bole.testing.pytest_plugin; print([name for name in ('sqlalchemy', 'polars', 'flask') if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT / "core")}, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("name", testing.__all__)
def test_every_factory_is_documented(name: str) -> None:
    """docs/testing.md has what `bole.testing` exports."""
    assert f"`{name}(" in DOCS or f"={name}" in DOCS


def test_an_employee_needs_no_keyword(work: Work) -> None:
    """Employees get the next number, a name, an employer and a day of hire."""
    first, second = make_employee(work), make_employee(work)

    assert (first.number, second.number, first.name_en, first.hired_on) == ("E1", "E2", "Person E1", date(2020, 1, 1))
    assert first.legal_entity.code == "cn"


def test_keywords_decide(work: Work) -> None:
    """What a test says is taken."""
    made = make_employee(work, "X7", name_en="Li", hired_on=date(2025, 3, 1), job_title="Seller")

    assert (made.number, made.name_en, made.hired_on, made.job_title) == ("X7", "Li", date(2025, 3, 1), "Seller")


def test_a_department_stands_in_the_tree(work: Work) -> None:
    """Departments get the next code and stand below their parent."""
    top = make_department(work)
    make_department(work, "EAST", parent=top.code)

    assert [(node.code, node.depth) for node in department_tree(work, date(2026, 1, 1))] == [("D1", 0), ("EAST", 1)]


def test_an_employee_may_be_placed(work: Work) -> None:
    """Department, post and manager are given by their codes."""
    make_department(work, "D1")
    make_position(work, "D1", "P1")
    boss = make_employee(work, department="D1")
    made = make_employee(work, department="D1", position="P1", manager=boss.number)

    assert manager_of(work, made.id, date(2026, 1, 1)) == boss.id
    assert work.session.scalars(text("select count(*) from core_assignment where position_id is not null")).one() == 1


def test_an_employer_is_made_once(work: Work) -> None:
    """The same code is the same employer; keywords change it."""
    first = make_legal_entity(work)

    assert make_legal_entity(work).id == first.id
    assert make_legal_entity(work, name_en="Another").name_en == "Another"


def test_terms_are_agreed(work: Work) -> None:
    """Figures are stored in millionths."""
    make_employee(work)
    make_terms(work, "E1", base_pay=Decimal(12000), commission=Decimal("0.05"))

    query = "select code, value from core_term order by code"
    assert [tuple(row) for row in work.session.execute(text(query))] == [("base_pay", 12_000_000_000), ("commission", 50_000)]


def test_equal_observations_are_two_facts() -> None:
    """An observation has a key of its own where none is given, and money in the currency named."""
    one, two = (observation("sale.closed", amount="12.50", currency="USD", new_customer=True) for _ in range(2))

    assert one.external_key != two.external_key
    assert (one.amount, one.attributes) == (Money(Decimal("12.50"), "USD"), {"new_customer": True})


def test_facts_are_recorded(work: Work) -> None:
    """`record` writes facts of kinds that the host knows."""
    from bole.host import Config, Host  # the dummy plugin brings a kind

    with_dummy = Work(work.session, Host(Config(plugins=("dummy",)), packages={"dummy": "tests.dummy_plugin"}), clock=work.clock)
    synchronise(with_dummy)
    make_employee(with_dummy)

    assert record(with_dummy, observation("dummy.nod"), observation("dummy.nod")).recorded == 2
