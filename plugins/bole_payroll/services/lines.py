"""The lines of one payslip: base pay and components as they were agreed, then what the statutes make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bole import FOREVER, Label, Money, Period, Raw, Rounding, Work, minor_digits, same
from bole_payroll.settings import CN, WEEKDAYS, rules_of
from bole_payroll.statutory.explanation import explain_slip
from bole_payroll.statutory.loading import load_statute

_HOW, _BASIS, _NOTE = Label("算法", "How"), Label("依据", "Source"), Label("说明", "Note")
_CORRECTED = Label(
    "约定或任职日期此后有更正，金额以当时计算为准", "terms or days of employment were corrected since; the amount is as it was computed then"
)
_MILLION = 10**6
_INPUT = {
    "city": "city",
    "payouts": "payouts",
    "insurance_base": "social_base",
    "housing_fund_base": "fund_base",
    "housing_fund_rate": "fund_rate",
    "special_additional": "special_deduction",
    "exempt_income": "exempt",
    "other_deductions": "other_deduction",
}
"""Inputs of the statutory computation, and the columns of a payslip that hold them."""
_BEFORE = {
    "income_before": ("income_cumulative", "gross"),
    "additional_before": ("additional_cumulative", "special_deduction"),
    "exempt_before": ("exempt_cumulative", "exempt"),
    "other_before": ("other_cumulative", "other_deduction"),
    "tax_before": ("tax_cumulative", "tax"),
}
"""What was carried to the month: the year so far without what the month added."""
_SHARES = ("pension", "medical", "unemployment", "housing_fund")


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a payslip.

    Args:
        code: the column it stands for, ``component`` for a component.
        detail: how it was computed, and the documents its figures stand in.
    """

    code: str
    label: Label
    amount: Money
    detail: tuple[tuple[Label, Label], ...] = ()


def slip_lines(work: Work, raw: Raw, row: Mapping[str, Any]) -> Iterator[Line]:
    """
    Yield the lines of a payslip, from base pay to net pay.

    Args:
        row: by column.

    Raises:
        Conflict: the statutory figures give another amount than the row has.
    """
    yield _base(work, raw, row)
    yield from _components(raw, row)
    if row["scheme"] == CN:
        yield from _statutory(work, row)
        return
    for code, label in (("payouts", Label("激励发放", "Payouts")), ("gross", Label("应发工资", "Gross pay")), ("net", Label("实发工资", "Net pay"))):
        yield Line(code, label, _money(row, row[code]))


def _money(row: Mapping[str, Any], amount: int) -> Money:
    return Money.of_minor(amount, row["currency"])


def _base(work: Work, raw: Raw, row: Mapping[str, Any]) -> Line:
    """Return the line of base pay: the salary as it was known when the run was computed, times the days it was paid for."""
    pieces, total = _pieces(work, raw, row)
    scale, digits = 10 ** minor_digits(row["currency"]), row["currency"]
    exact = Rounding.HALF_UP.divide(sum(value * days for value, days in pieces) * scale, max(total, 1) * _MILLION)
    label = Label("基本工资", "Base pay")
    if exact != row["base"]:
        return Line("base", label, _money(row, row["base"]), ((_NOTE, _CORRECTED),))
    if all(days == total for _, days in pieces):
        return Line("base", label, _money(row, row["base"]))
    amounts = [(Money.of_minor(Rounding.HALF_UP.divide(value * scale, _MILLION), digits).amount, days) for value, days in pieces]
    how = " + ".join(f"{amount:,f} × {days}/{total}" for amount, days in amounts)
    return Line("base", label, _money(row, row["base"]), ((_HOW, same(how)),))


def _pieces(work: Work, raw: Raw, row: Mapping[str, Any]) -> tuple[list[tuple[int, int]], int]:
    """Return the base salary (millionths) and the days it was paid for, piece by piece, and the days of the month."""
    month = Period.parse(row["month"])
    bind = (lambda day: day) if raw.postgresql else date.isoformat
    known = raw.one("select started_at from payroll_run where id = ?", (row["run_id"],))
    person = raw.one("select hired_on, left_on, legal_entity_id from core_employee where id = ?", (row["employee_id"],))
    assert known is not None and person is not None
    terms = raw.all(
        "select value, valid_from, valid_to from core_term where employee_id = ? and code = 'base_salary' and known_from <= ? and known_to > ? "
        "and valid_from < ? and valid_to > ? order by valid_from",
        (row["employee_id"], known[0], known[0], bind(month.end), bind(month.start)),
    )
    hired, left = _day(person[0]), _day(person[1]) if person[1] else FOREVER
    pieces = []
    for value, start, end in terms:
        days = _days(work, max(_day(start), hired, month.start), min(_day(end), left, month.end))
        if days and row["days"]:
            pieces.append((int(value), days))
    return pieces, _days(work, month.start, month.end)


def _day(stored: Any) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _days(work: Work, start: date, end: date) -> int:
    days = (start + timedelta(days=number) for number in range(max((end - start).days, 0)))
    return sum(day.weekday() < 5 for day in days) if rules_of(work).proration == WEEKDAYS else max((end - start).days, 0)


def _components(raw: Raw, row: Mapping[str, Any]) -> Iterator[Line]:
    amounts: dict[str, int] = row["components"] or {}
    stored = raw.where_in(
        "select id, code, number, label_zh, label_en, formula from payroll_component where id in", sorted(map(int, amounts)), "order by id"
    )
    for identity, code, number, zh, en, formula in stored:
        detail = ((_HOW, same(formula)), (Label("工资项目", "Component"), same(f"{code} v{number}")))
        yield Line("component", Label(zh, en), _money(row, amounts[str(identity)]), detail)


def _statutory(work: Work, row: Mapping[str, Any]) -> Iterator[Line]:
    shares = sum(row[name] for name in _SHARES)
    given: dict[str, Any] = {
        **{name: row[name] for name in ("gross", *_SHARES, "taxable_cumulative", "tax", "net")},
        **{name: row[column] for name, column in _INPUT.items()},
        **{name: row[total] - row[added] for name, (total, added) in _BEFORE.items()},
        **{name: row[name] for name in ("income_cumulative", "special_cumulative", "additional_cumulative", "exempt_cumulative", "other_cumulative")},
        "base": row["base"] + row["allowances"],
        "special_before": row["special_cumulative"] - shares,
        "months_before": row["months_cumulative"] - 1,
    }
    # What is nothing all year long would only be two more lines of noughts.
    for kind, now in (("exempt", "exempt_income"), ("other", "other_deductions")):
        if not row[f"{kind}_cumulative"] and not given[now]:
            given |= dict.fromkeys((f"{kind}_cumulative", f"{kind}_before", now))
    parameters = load_statute(*rules_of(work).city_files).on(Period.parse(row["month"]).start)
    for line in explain_slip(given, parameters):
        if line.code == "base":
            continue
        sources = "；".join(map(str, line.sources))
        detail = [(_HOW, same(line.formula))] if line.formula else []
        yield Line(line.code, line.label, line.amount, (*detail, *([(_BASIS, same(sources))] if sources else [])))
