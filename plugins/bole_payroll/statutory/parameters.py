"""
The statutory figures in force on a day, each with the document that it stands in.

Amounts are integers of minor units (fen), rates integers of basis points (8 % is 800).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bole import DateInterval, InvalidValue, Label

WHOLE = 10_000
"""Basis points of the whole: 100 %."""

SCHEMES = ("pension", "medical", "unemployment")
"""The social insurance schemes to which employees contribute; the housing fund has rules of its own."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where figures stand.

    Args:
        document: number and title of the law or notice.
        section: article or annex; may be empty.
        link: address of the text; may be empty.
        checked: ``quoted``, ``cited``, ``agreed`` or ``known``, see docs/payroll-cn.md.
    """

    document: str
    section: str
    link: str
    checked: str

    def __str__(self) -> str:
        return f"{self.document}, {self.section}" if self.section else self.document


@dataclass(frozen=True, slots=True)
class Dated:
    """One block of figures: the days on which it is in force, and its source."""

    valid: DateInterval
    source: Source


@dataclass(frozen=True, slots=True)
class Bracket:
    """
    A step of a progressive table: tax is amount times rate less the quick deduction.

    Args:
        above: exclusive lower bound, fen.
        rate: basis points.
        quick: quick deduction 速算扣除数, fen.
    """

    above: int
    rate: int
    quick: int


@dataclass(frozen=True, slots=True)
class BracketTable(Dated):
    """A progressive table, its steps rising from 0."""

    brackets: tuple[Bracket, ...]

    def bracket_of(self, amount: int, *, divided_by: int = 1) -> Bracket:
        """Return the step in which a `divided_by`-th of an amount in fen lies."""
        return [step for step in self.brackets if amount > step.above * divided_by or step.above == 0][-1]


@dataclass(frozen=True, slots=True)
class StandardDeduction(Dated):
    """累计减除费用, fen for each month."""

    month: int


@dataclass(frozen=True, slots=True)
class AnnualBonus(Dated):
    """The policy that taxes an annual bonus apart: the table is entered with a `divided_by`-th of it."""

    divided_by: int


@dataclass(frozen=True, slots=True)
class Remuneration(Dated):
    """
    How one kind of remuneration of a resident is withheld from.

    Args:
        fixed_up_to: up to this income (inclusive, fen) the deduction is `fixed`.
        fixed: fen.
        expenses: basis points deducted from a larger income.
        counted: basis points of what remains that are taxed.
        brackets: on the taxed amount.
    """

    fixed_up_to: int
    fixed: int
    expenses: int
    counted: int
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True)
class NonResident(Dated):
    """
    What non-residents deduct before the monthly table.

    Args:
        wage_deduction: from a month's wages, fen.
        expenses: from other remuneration, basis points.
        royalty_counted: basis points of a royalty, less expenses, that are taxed.
    """

    wage_deduction: int
    expenses: int
    royalty_counted: int


@dataclass(frozen=True, slots=True)
class SpecialAdditional(Dated):
    """专项附加扣除: what may be claimed, fen by the month; by the year where the name says so."""

    child_education: int
    infant_care: int
    elderly_sole: int
    elderly_shared_most: int
    degree_education: int
    certificate_year: int
    mortgage_interest: int
    rent: tuple[int, ...]
    serious_illness_above_year: int
    serious_illness_most_year: int


@dataclass(frozen=True, slots=True)
class PayTime(Dated):
    """
    The paid time of a month.

    Args:
        days: hundredths of a paid day (21.75 is 2175).
        hours_per_day: hours.
    """

    days: int
    hours_per_day: int

    @property
    def minutes(self) -> int:
        """Paid minutes of a month (174 hours are 10,440)."""
        return self.days * self.hours_per_day * 60 // 100


@dataclass(frozen=True, slots=True)
class Overtime(Dated):
    """What overtime pays, basis points of the hourly wage."""

    workday: int
    restday: int
    holiday: int


@dataclass(frozen=True, slots=True)
class Bounds(Dated):
    """Least and greatest contribution base of a month, fen, both inclusive."""

    floor: int
    cap: int


@dataclass(frozen=True, slots=True)
class ContributionRate(Dated):
    """The employee's share: basis points of the base, plus a fixed amount in fen."""

    employee: int
    fixed: int


@dataclass(frozen=True, slots=True)
class HousingFund(Dated):
    """The rates an employer may choose from (basis points, inclusive), and the step in fen to which a share is rounded half up."""

    least: int
    most: int
    step: int


@dataclass(frozen=True, slots=True)
class City:
    """What a city demands on a day: bounds and rate of each scheme, and the housing fund's."""

    code: str
    label: Label
    bounds: Mapping[str, Bounds]
    rates: Mapping[str, ContributionRate]
    fund_bounds: Bounds
    fund: HousingFund


@dataclass(frozen=True, slots=True)
class Parameters:
    """
    Every figure in force on one day.

    Args:
        day: the day.
        bonus: nothing where no policy taxes an annual bonus apart on that day.
        cities: by code, only those whose figures are complete on that day.
        lapsed: by code, what is missing of the other cities and when it was last in force, in words.
        bonus_windows: the windows of every bonus policy known, in words.
    """

    day: date
    annual: BracketTable
    monthly: BracketTable
    deduction: StandardDeduction
    bonus: AnnualBonus | None
    labour_service: Remuneration
    royalty: Remuneration
    licence_fee: Remuneration
    non_resident: NonResident
    special_additional: SpecialAdditional
    pay_time: PayTime
    overtime: Overtime
    cities: Mapping[str, City]
    lapsed: Mapping[str, str]
    bonus_windows: str

    def city(self, code: str) -> City:
        """
        Return the figures of a city.

        Raises:
            InvalidValue: no such city, or its figures are not in force on the day.
        """
        if code in self.cities:
            return self.cities[code]
        raise InvalidValue("payroll.city_without_figures", f"city {code!r}: {self.why_not(code)}.", self.city_hint)

    def why_not(self, code: str) -> str:
        """Say why a city cannot be used on the day."""
        return self.lapsed.get(code, f"there are no figures for it; known cities are {', '.join(sorted({*self.cities, *self.lapsed}))}")

    @property
    def city_hint(self) -> str:
        """What to do about a city without figures."""
        return "Enter its figures in a parameter file (docs/payroll-cn.md, section Cities)."
