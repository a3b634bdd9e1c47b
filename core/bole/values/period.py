"""Periods: a calendar month, quarter or year, half-open, named as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bole.errors import InvalidValue
from bole.values.interval import DateInterval


class PeriodKind(StrEnum):
    """The lengths a period can have."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_FORM = re.compile(r"(?P<year>[1-9]\d{3})(?:-(?P<month>0[1-9]|1[0-2])|-?Q(?P<quarter>[1-4]))?", re.ASCII)


def _shift(year: int, month: int, by: int) -> date:
    index = year * 12 + month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """
    A month, quarter or year.

    Args:
        start: first day of the period.
        kind: how long it is.

    Raises:
        InvalidValue: `start` is not the first day of such a period.
    """

    start: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        if self.start.day != 1 or (self.start.month - 1) % _MONTHS[self.kind]:
            raise InvalidValue("core.not_a_period", f"{self.start} is not the first day of a {self.kind}.")

    @classmethod
    def parse(cls, code: str) -> Period:
        """
        Return the period written as ``2026-07``, ``2026Q3`` (or ``2026-Q3``) or ``2026``.

        Raises:
            InvalidValue: the text has none of these forms.
        """
        match = _FORM.fullmatch(code.strip().upper())
        if not match:
            raise InvalidValue("core.not_a_period", f"{code!r} is not a period.", "Write a month as 2026-07, a quarter as 2026Q3, a year as 2026.")
        year = int(match["year"])
        if match["month"]:
            return cls(date(year, int(match["month"]), 1), PeriodKind.MONTH)
        if match["quarter"]:
            return cls(date(year, int(match["quarter"]) * 3 - 2, 1), PeriodKind.QUARTER)
        return cls(date(year, 1, 1), PeriodKind.YEAR)

    @classmethod
    def containing(cls, day: date, kind: PeriodKind) -> Period:
        """Return the period of that kind in which `day` lies."""
        months = _MONTHS[kind]
        return cls(date(day.year, (day.month - 1) // months * months + 1, 1), kind)

    @property
    def end(self) -> date:
        """The first day after the period."""
        return _shift(self.start.year, self.start.month, _MONTHS[self.kind])

    @property
    def interval(self) -> DateInterval:
        """The period's days."""
        return DateInterval(self.start, self.end)

    @property
    def code(self) -> str:
        """The period as people write it: ``2026-07``, ``2026Q3``, ``2026``."""
        if self.kind is PeriodKind.MONTH:
            return f"{self.start:%Y-%m}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.start.year}Q{(self.start.month + 2) // 3}"
        return str(self.start.year)

    @property
    def months(self) -> tuple[Period, ...]:
        """The calendar months it holds, in order."""
        return tuple(Period(_shift(self.start.year, self.start.month, n), PeriodKind.MONTH) for n in range(_MONTHS[self.kind]))

    def shift(self, by: int) -> Period:
        """Return the period that lies `by` periods later (negative: earlier)."""
        return Period(_shift(self.start.year, self.start.month, by * _MONTHS[self.kind]), self.kind)

    def __str__(self) -> str:
        return self.code
