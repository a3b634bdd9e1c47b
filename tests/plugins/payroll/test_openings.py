"""What a year began with elsewhere: recorded, imported, carried on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.extension import ImportOutcome, ImportRow
from bole.errors import Forbidden, ProblemsFound
from bole_payroll.services.openings import OpeningEntry, record_openings
from tests.plugins.payroll.paying import hire, pay, slips


def opening(**figures: object) -> OpeningEntry:
    """Six months of 30,000 with the tax of the official example."""
    six = {"income": Decimal(180_000), "other": Decimal(27_000), "additional": Decimal(12_000), "tax": Decimal(8_580), "months": 6}
    return OpeningEntry(**{"employee": "E1", "year": 2026, **six, **figures})  # type: ignore[arg-type]


def test_withholding_goes_on_from_the_opening_figures(payroll: Work) -> None:
    """The official example, its first six months paid elsewhere, withholds 1,850 in July and 2,250 in August here."""
    hire(payroll, "E1", base_salary=30_000, other_deduction=4_500, special_deduction=2_000)

    outcome = record_openings(payroll, [opening()])
    pay(payroll, "2026-07")
    pay(payroll, "2026-08")

    assert outcome == ImportOutcome(recorded=1)
    assert [slips(payroll, month, "tax", "months_cumulative")["E1"] for month in ("2026-07", "2026-08")] == [(185_000, 7), (225_000, 8)]


def test_opening_figures_of_a_year_count_in_that_year_only(payroll: Work) -> None:
    """Those of 2025 change nothing of 2026."""
    hire(payroll, "E1", base_salary=30_000)
    record_openings(payroll, [opening(year=2025)])

    pay(payroll, "2026-07")

    assert slips(payroll, "2026-07", "income_cumulative")["E1"] == 3_000_000


def test_opening_figures_can_be_corrected_until_somebody_was_paid(payroll: Work) -> None:
    """The same again changes nothing, others replace them; after the first approved payslip of the year they are refused."""
    hire(payroll, "E1", base_salary=30_000)
    record_openings(payroll, [opening()])

    assert record_openings(payroll, [opening()]) == ImportOutcome(unchanged=1)
    assert record_openings(payroll, [opening(tax=Decimal(9_000))]) == ImportOutcome(corrected=1)
    pay(payroll, "2026-07")
    with pytest.raises(ProblemsFound, match="employee E1 has approved payslips of this year here"):
        record_openings(payroll, [opening()])

    assert payroll.session.scalar(text("select tax from payroll_opening")) == 900_000


def test_all_that_is_wrong_is_told_together(payroll: Work) -> None:
    """Unknown employees, years, months and amounts that cannot be, and repeats; nothing is recorded."""
    hire(payroll, "E1", base_salary=30_000)
    entries = [
        opening(),
        opening(employee="X"),
        opening(employee="E1", year=1),
        opening(months=13, tax=Decimal(-1)),
        opening(income=Decimal("0.001")),
    ]

    with pytest.raises(ProblemsFound) as refusal:
        record_openings(payroll, entries)

    assert [(problem.row, problem.column) for problem in refusal.value.problems] == [
        (2, "employee"),
        (3, "year"),
        (4, "employee"),
        (4, "months"),
        (4, "tax"),
        (5, "employee"),
        (5, "income"),
    ]
    assert payroll.session.scalar(text("select count(*) from payroll_opening")) == 0


def test_an_import_takes_the_good_rows(payroll: Work) -> None:
    """Bad ones are reported with file and row; what is not given is 0."""
    hire(payroll, "E1", base_salary=30_000)
    hire(payroll, "E2", base_salary=30_000)
    target = payroll.host.registry.import_targets["payroll_openings"]
    rows = [
        ImportRow("openings.csv", 2, {"employee": "E1", "year": 2026, "months": 6, "income": Decimal("180000.50")}),
        ImportRow("openings.csv", 3, {"employee": "E9", "year": 2026, "months": 6}),
    ]

    outcome = target.load(payroll, [rows], {})

    assert (outcome.recorded, [str(problem) for problem in outcome.problems]) == (
        1,
        ["openings.csv, row 3, column 'employee': 'E9': no employee has this number."],
    )
    assert payroll.session.execute(text("select income, tax, months from payroll_opening")).one() == (18_000_050, 0, 6)


def test_recording_opening_figures_wants_its_permission(payroll: Work) -> None:
    """For the whole company; nothing is recorded without it."""
    hire(payroll, "E1", base_salary=30_000)

    for grants in ({}, {"payroll.salary.write": Scope.SELF}):
        with pytest.raises(Forbidden):
            record_openings(payroll.acting_as(Actor("eve", employee_id=1, grants=grants)), [opening()])

    assert payroll.session.scalar(text("select count(*) from payroll_opening")) == 0
