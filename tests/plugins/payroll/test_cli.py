"""``bole payroll``: what it prints and does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from click.testing import CliRunner, Result

from bole.access import Work
from bole_payroll.cli import payroll as command
from tests.plugins.payroll.paying import earn, hire, pay, slips

Run = Callable[..., Result]


class Deployed:
    """A deployment whose work is given."""

    def __init__(self, work: Work, lang: str) -> None:
        self.given, self.lang = work, lang

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Lend it."""
        yield self.given


@pytest.fixture
def run(payroll: Work) -> Run:
    """Run ``bole payroll`` with arguments; an unexpected failure is raised."""
    return lambda *arguments, lang="en": CliRunner().invoke(command, list(arguments), obj=Deployed(payroll, lang), catch_exceptions=False)


def test_the_manifest_names_the_command(payroll: Work) -> None:
    """What plugin.toml says is there to be loaded."""
    _, load = payroll.host.manifests["payroll"].commands["payroll"]
    module, _, attribute = load.partition(":")

    assert getattr(import_module(module), attribute) is command


def test_a_month_is_computed_and_settled(payroll: Work, run: Run) -> None:
    """One line a legal entity, then what was approved and settled."""
    hire(payroll, "E1", base_salary=30_000)
    hire(payroll, "E2")
    hire(payroll, "E3", "us", base_salary="1234.5")

    shown = run("run", "2026-07", "--settle")

    assert shown.stdout.splitlines() == [
        "2026-07 cn, run 1: 1 payslips, gross 30,000.00 CNY, net 29,250.00 CNY",
        "  1 employees have no salary agreed and nothing due; they get no payslip",
        "2026-07 us, run 2: 1 payslips, gross 1,234.50 USD, net 1,234.50 USD",
        "2 payslips approved",
        "2 payslips settled",
    ]
    assert run("run", "2026-07").stdout == "2026-07: there is nobody to pay\n"


def test_the_steps_one_by_one(payroll: Work, run: Run) -> None:
    """A draft of one legal entity is approved, reopened, discarded, computed again and settled."""
    hire(payroll, "E1", base_salary=30_000)
    hire(payroll, "E3", "us", base_salary=1_000)

    assert "run 1: 1 payslips" in run("run", "2026-07", "--entity", "cn").stdout
    assert run("approve", "1").stdout == "1 payslips approved\n"
    assert run("reopen", "1").stdout == "1 payslips are drafts again\n"
    assert run("discard", "1").stdout == "1 payslips discarded\n"
    assert "1 payslips approved" in run("run", "2026-07", "--entity", "cn", "--approve").stdout
    assert run("settle", "2").stdout == "1 payslips settled\n"
    assert slips(payroll, "2026-07", "status") == {"E1": "settled"}


def test_a_month_without_anybody(run: Run) -> None:
    """It says so."""
    assert run("run", "2026-07", "--settle").stdout == "2026-07: there is nobody to pay\n"


def test_the_payslips_of_a_month_are_listed(payroll: Work, run: Run) -> None:
    """Number, employee, status, gross and net, separated by tabs."""
    hire(payroll, "E1", base_salary=30_000)
    pay(payroll, "2026-07")

    assert run("list", "2026-07").stdout == "1\tE1\tsettled\t30,000.00 CNY\t29,250.00 CNY\n"


def test_a_payslip_is_printed_in_two_languages(payroll: Work, run: Run) -> None:
    """In the deployment's language, in the one asked for, and as JSON."""
    hire(payroll, "E1", base_salary=30_000)
    earn(payroll, "E1", 100, "2026-07")
    pay(payroll, "2026-07")

    assert "  实发工资: 29,250.97 CNY" in run("slip", "1", lang="zh").stdout.splitlines()
    assert "  Net pay: 29,250.97 CNY" in run("slip", "1", "--lang", "en", lang="zh").stdout.splitlines()
    assert json.loads(run("slip", "1", "--json").stdout)["value"] == "29,250.97 CNY"
    assert "Award 1" in run("slip", "1", "--chain").stdout
