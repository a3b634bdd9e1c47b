"""The clock of requests: it runs on working days of the company's calendar, in the company's time zone, and stands still on the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

NOTHING = timedelta()
DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime | None]
"""From when until when a clock ran; it still runs where there is no end."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    On which days the clock runs; on such a day it runs from midnight to midnight.

    Args:
        zone: whose midnights begin the days.
        weekdays: of every week, 1 for Monday; at least one.
        days: those that are not as the week says: whether the clock runs then.
    """

    zone: tzinfo
    weekdays: Collection[int]
    days: Mapping[date, bool] = field(default_factory=dict)

    def runs_on(self, day: date) -> bool:
        """Tell whether the clock runs on a day."""
        return self.days.get(day, day.isoweekday() in self.weekdays)

    def time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return for how long the clock runs between two moments; nothing where the second is not later."""
        day, spent = start.astimezone(self.zone).date(), NOTHING
        while (begin := self._midnight(day)) < end:
            if self.runs_on(day):
                spent += max(min(end, self._midnight(day + DAY)) - max(start, begin), NOTHING)
            day += DAY
        return spent

    def moment_after(self, start: datetime, span: timedelta) -> datetime:
        """Return the earliest moment by which the clock, running from `start` on, has run for a span; `start` where that is nothing."""
        day, left = start.astimezone(self.zone).date(), span
        if left <= NOTHING:
            return start
        while True:
            begin, end = max(start, self._midnight(day)), self._midnight(day + DAY)
            if self.runs_on(day):
                if left <= end - begin:
                    return begin + left
                left -= end - begin
            day += DAY

    def spent(self, stretches: Sequence[Stretch], now: datetime) -> timedelta:
        """Return for how long the clock has run in some stretches by now."""
        return sum((self.time_between(start, now if end is None else min(end, now)) for start, end in stretches), NOTHING)

    def moment_when(self, stretches: Sequence[Stretch], span: timedelta) -> datetime | None:
        """Return when the clock has run for a span in some stretches; nothing where it stood still before."""
        left = span
        for start, end in stretches:
            length = None if end is None else self.time_between(start, end)
            if length is None or left <= length:
                return self.moment_after(start, left)
            left -= length
        return None

    def _midnight(self, day: date) -> datetime:
        # In UTC, so that a day on which the clocks are put back is 25 hours long.
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
