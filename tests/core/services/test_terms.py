"""Figures agreed with employees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bole.access import Actor, Scope, Work
from bole.errors import Forbidden, InvalidValue
from bole.models import Term
from bole.services.dated import millionths
from bole.services.entries import DatedEntry
from bole.services.terms import revise_terms, set_terms, terms_on, terms_within
from bole.values import DateInterval
from tests.core.services.organisation import FOUNDED, NOW, employee, found_company, later, problem_lines, size

MAY = date(2026, 5, 1)
PAY, RATE = "base_salary", "commission_pct"


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over the small company, with base pay and rates of two."""
    found_company(work)
    entries = [
        DatedEntry(("E1", PAY), FOUNDED, {"value": Decimal("20000")}),
        DatedEntry(("E2", PAY), FOUNDED, {"value": Decimal("12000.50")}),
        DatedEntry(("E2", RATE), FOUNDED, {"value": Decimal("0.012")}),
        DatedEntry(("E2", PAY), MAY, {"value": Decimal("13000")}),
    ]
    assert set_terms(work, entries).recorded == 4
    return work


def test_terms_of_a_day(company: Work):
    """One row an employee and term, in millionths."""
    frame = terms_on(company, date(2026, 4, 30))

    one, two = employee(company, "E1"), employee(company, "E2")
    assert frame.rows() == [(one, PAY, 20_000_000_000), (two, PAY, 12_000_500_000), (two, RATE, 12_000)]
    assert [str(type) for type in frame.dtypes] == ["Int64", "String", "Int64"]


def test_terms_of_a_day_for_some_codes(company: Work):
    """Only the codes that were asked for come."""
    assert terms_on(company, MAY, [RATE]).rows() == [(employee(company, "E2"), RATE, 12_000)]


def test_what_we_believed_of_terms(company: Work):
    """A revision leaves what was known before it."""
    revise_terms(later(company, days=1), [DatedEntry(("E2", RATE), FOUNDED, {"value": Decimal("0.015")})])

    assert terms_on(company, MAY, [RATE]).rows() == [(employee(company, "E2"), RATE, 15_000)]
    assert terms_on(company, MAY, [RATE], NOW).rows() == [(employee(company, "E2"), RATE, 12_000)]


def test_terms_within_an_interval(company: Work):
    """Values come with their days, cut to the interval, so that pay can be prorated."""
    two = employee(company, "E2")

    frame = terms_within(company, DateInterval(date(2026, 4, 16), date(2026, 5, 16)), [PAY])

    assert frame.filter(employee_id=two).rows() == [
        (two, PAY, 12_000_500_000, date(2026, 4, 16), MAY),
        (two, PAY, 13_000_000_000, MAY, date(2026, 5, 16)),
    ]


def test_an_empty_answer_has_its_columns(company: Work):
    """A day without terms gives a frame of the same columns."""
    assert terms_on(company, date(2019, 1, 1)).schema == terms_on(company, MAY).schema


def test_terms_are_unchanged_the_second_time(company: Work):
    """The same file again, in another order, writes nothing."""
    before = size(company, Term)
    entries = [DatedEntry(("E2", PAY), MAY, {"value": Decimal("13000.00")}), DatedEntry(("E2", PAY), FOUNDED, {"value": Decimal("12000.5")})]

    outcome = set_terms(later(company, days=1), entries)

    assert (outcome.recorded, outcome.corrected, outcome.unchanged) == (0, 0, 2)
    assert size(company, Term) == before


def test_bad_terms_are_named_and_good_ones_go_in(company: Work):
    """Unknown employees, figures that are too fine, missing values and contradictions."""
    entries = [
        DatedEntry(("E99", PAY), MAY, {"value": Decimal(1)}),
        DatedEntry(("E3", PAY), MAY, {"value": Decimal("0.0000001")}),
        DatedEntry(("E3", PAY), MAY, {"value": None}),
        DatedEntry(("E3", PAY), MAY, {}),
        DatedEntry(("E4", PAY), MAY, {"value": Decimal(1)}),
        DatedEntry(("E4", PAY), MAY, {"value": Decimal(2)}),
        DatedEntry(("E5", ""), MAY, {"value": Decimal(2)}),
        DatedEntry(("E5", PAY), MAY, {"value": Decimal("NaN")}),
    ]

    outcome = set_terms(company, entries, good_only=True)

    assert outcome.recorded == 1
    assert problem_lines(outcome.problems) == [
        (1, "employee", "E99", "no employee has this number."),
        (2, "value", "1E-7", "1E-7 is finer than six decimal places, or too large."),
        (3, "value", "", "cannot be empty."),
        (4, "", "E3 base_salary 2026-05-01", "row 2 says something else of the same."),
        (6, "", "E4 base_salary 2026-05-01", "row 5 says something else of the same."),
        (7, "code", "", "is missing."),
        (8, "value", "NaN", "NaN is finer than six decimal places, or too large."),
    ]


@pytest.mark.parametrize(("value", "stored"), [("0.012", 12_000), ("63.4615", 63_461_500), ("-1", -1_000_000), ("9000000000000", 9 * 10**18)])
def test_millionths(value: str, stored: int):
    """A figure of at most six places is exact in millionths."""
    assert millionths(Decimal(value)) == stored


@pytest.mark.parametrize("value", ["0.0000001", "9000000000001", "Infinity"])
def test_what_does_not_fit_millionths_is_refused(value: str):
    """A finer or larger figure is not rounded but refused."""
    with pytest.raises(InvalidValue):
        millionths(Decimal(value))


def test_pay_is_nobody_elses_business(company: Work):
    """Who may see employees may not for that see what they are paid; who may, sees as far as the scope reaches."""
    two = employee(company, "E2")
    reader = Actor("hr", employee_id=two, grants={"core.employee.read": Scope.COMPANY})
    oneself = Actor("e2", employee_id=two, grants={"core.term.read": Scope.SELF})

    with pytest.raises(Forbidden):
        terms_on(company.acting_as(reader), MAY)
    assert set(terms_on(company.acting_as(oneself), MAY)["employee_id"]) == {two}


def test_setting_terms_takes_the_permission(company: Work):
    """Without it nothing is written."""
    before = size(company, Term)

    with pytest.raises(Forbidden):
        set_terms(company.acting_as(Actor("e2", grants={"core.term.write": Scope.SELF})), [DatedEntry(("E2", PAY), MAY, {"value": Decimal(1)})])

    assert size(company, Term) == before
