"""
One payslip explained: every line with the figures and the document that it comes from.

Lines are made from one wide row when somebody asks; nothing of them is stored. Each one is computed anew, by
plain integers and not by the frame's expressions, and must give what the row says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bole import Conflict, Label, Money, Rounding
from bole_payroll.statutory.columns import AMOUNTS, RESULTS
from bole_payroll.statutory.parameters import SCHEMES, WHOLE, City, Parameters, Source

CURRENCY = "CNY"
LABELS = {
    **{column.name: column.label for column in (*AMOUNTS, *RESULTS)},
    "standard_deduction": Label("累计减除费用", "Standard deduction of the year"),
    "tax_due": Label("累计应预扣税额", "Tax due on the year so far"),
}


@dataclass(frozen=True, slots=True)
class SlipLine:
    """
    One line of a payslip.

    Args:
        code: the column it stands for, or ``standard_deduction`` or ``tax_due``.
        label: in Chinese and English.
        amount: what the line comes to.
        formula: how, with figures in yuan; empty for what was given.
        sources: the documents that the figures stand in.
    """

    code: str
    label: Label
    amount: Money
    formula: str = ""
    sources: tuple[Source, ...] = ()


def explain_slip(row: Mapping[str, Any], parameters: Parameters) -> tuple[SlipLine, ...]:
    """
    Return the lines of one slip, from base pay to net pay.

    Args:
        row: one row of what `withhold` returned, inputs included; absent or null optional columns count as 0.
        parameters: those that it was computed with.

    Raises:
        Conflict: the figures give another amount than the row has.
        InvalidValue: the row's city has no figures on that day.
    """
    slip = _Slip(row, parameters, [])
    slip.pay()
    slip.contributions()
    slip.taxable()
    slip.tax()
    return tuple(slip.lines)


@dataclass(frozen=True, slots=True)
class _Slip:
    """A slip in the making: each method appends the lines of one part."""

    row: Mapping[str, Any]
    parameters: Parameters
    lines: list[SlipLine]

    def fen(self, column: str) -> int:
        """Return an amount of the row."""
        return int(self.row.get(column) or 0)

    def given(self, *columns: str) -> list[str]:
        """Return those columns that the row has."""
        return [column for column in columns if self.row.get(column) is not None]

    def add(self, code: str, amount: int, formula: str = "", *sources: Source) -> None:
        """Append a line, after holding its amount against the row's."""
        told = self.row.get(code)
        if told is not None and told != amount:
            raise Conflict(
                "payroll.slip_differs",
                f"{code}: the slip says {yuan(told)}, the figures of {self.parameters.day} give {yuan(amount)}.",
                "Explain it with the parameters of its month; if these are the same, the slip was altered.",
            )
        self.lines.append(SlipLine(code, LABELS[code], Money.of_minor(amount, CURRENCY), formula and f"{formula} = {yuan(amount)}", sources))

    def add_sum(self, code: str, *parts: str) -> None:
        """Append a line that is the sum of others."""
        self.add(code, sum(self.fen(part) for part in parts), " + ".join(yuan(self.fen(part)) for part in parts))

    def pay(self) -> None:
        """Base pay, payouts, overtime, gross."""
        parts = self.given("base", "payouts", "overtime")
        for part in parts:
            self.add(part, self.fen(part))
        self.add_sum("gross", *parts)

    def contributions(self) -> None:
        """Pension, medical, unemployment insurance and housing fund."""
        code = self.row.get("city")
        if code is None:
            for scheme in (*SCHEMES, "housing_fund"):
                self.add(scheme, 0)
            return
        city = self.parameters.city(code)
        for scheme in SCHEMES:
            self._insurance(scheme, city)
        self._housing_fund(city)

    def _insurance(self, scheme: str, city: City) -> None:
        bounds, rate = city.bounds[scheme], city.rates[scheme]
        wage = self.fen("insurance_base")
        share = Rounding.HALF_UP.divide(_clamp(wage, bounds.floor, bounds.cap) * rate.employee, WHOLE) + rate.fixed
        formula = f"{_clamped(wage, bounds.floor, bounds.cap)} × {percent(rate.employee)}" + (f" + {yuan(rate.fixed)}" if rate.fixed else "")
        self.add(scheme, share, formula, bounds.source, rate.source)

    def _housing_fund(self, city: City) -> None:
        bounds, fund = city.fund_bounds, city.fund
        wage = self.fen("housing_fund_base") if self.given("housing_fund_base") else self.fen("insurance_base")
        rate = self.fen("housing_fund_rate")
        share = Rounding.HALF_UP.divide(_clamp(wage, bounds.floor, bounds.cap) * rate, WHOLE * fund.step) * fund.step
        exact = f"{_clamped(wage, bounds.floor, bounds.cap)} × {percent(rate)}"
        self.add("housing_fund", share, exact if fund.step == 1 else f"round({exact}, {yuan(fund.step)})", bounds.source, fund.source)

    def taxable(self) -> None:
        """The year's income, its deductions, and what of it is taxed."""
        deduction = self.parameters.deduction
        months = min(self.fen("months_before") + 1, 12)
        self.add_sum("income_cumulative", "income_before", "gross")
        minus = [("standard_deduction", deduction.month * months)]
        self.add("standard_deduction", minus[0][1], f"{yuan(deduction.month)} × {months}", deduction.source)
        for code, *parts in (
            ("special_cumulative", "special_before", *SCHEMES, "housing_fund"),
            ("additional_cumulative", "additional_before", "special_additional"),
            ("exempt_cumulative", "exempt_before", "exempt_income"),
            ("other_cumulative", "other_before", "other_deductions"),
        ):
            if self.given(code):
                sources = (self.parameters.special_additional.source,) if code == "additional_cumulative" else ()
                total = sum(self.fen(part) for part in parts)
                self.add(code, total, " + ".join(yuan(self.fen(part)) for part in parts), *sources)
                minus.append((code, total))
        left = self.fen("income_cumulative") - sum(amount for _, amount in minus)
        formula = " − ".join(yuan(amount) for amount in (self.fen("income_cumulative"), *(amount for _, amount in minus)))
        self.add("taxable_cumulative", max(left, 0), formula if left >= 0 else f"max({formula}, 0.00)", self.parameters.annual.source)

    def tax(self) -> None:
        """The tax on the year so far, what of it this month withholds, and the net pay."""
        annual, taxable = self.parameters.annual, self.fen("taxable_cumulative")
        step = annual.bracket_of(taxable)
        due = Rounding.HALF_UP.divide(taxable * step.rate, WHOLE) - step.quick
        self.add("tax_due", due, f"{yuan(taxable)} × {percent(step.rate)} − {yuan(step.quick)}", annual.source)
        minus = [self.fen(code) for code in self.given("relief_cumulative", "tax_before")]
        left = due - sum(minus)
        formula = " − ".join(yuan(amount) for amount in (due, *minus))
        self.add("tax", max(left, 0), formula if left >= 0 else f"max({formula}, 0.00)", annual.source)
        taken = [self.fen(code) for code in (*SCHEMES, "housing_fund", "tax")]
        self.add("net", self.fen("gross") - sum(taken), " − ".join(yuan(amount) for amount in (self.fen("gross"), *taken)))


def yuan(fen: int) -> str:
    """Return an amount in fen as people write yuan: 123456 is ``1,234.56``."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def percent(points: int) -> str:
    """Return basis points as people write a percentage: 50 is ``0.5%``."""
    return f"{(Decimal(points) / 100).normalize():f}%"


def _clamp(amount: int, floor: int, cap: int) -> int:
    return max(min(amount, cap), floor)


def _clamped(amount: int, floor: int, cap: int) -> str:
    """Return the base in words: which bound it was lifted or cut to, if any."""
    if amount < floor:
        return f"max({yuan(amount)}, {yuan(floor)})"
    return f"min({yuan(amount)}, {yuan(cap)})" if amount > cap else yuan(amount)
