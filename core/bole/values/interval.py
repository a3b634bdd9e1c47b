"""Half-open intervals of dates and of moments, and the open end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bole.errors import InvalidValue

FOREVER = date(9999, 12, 31)
"""The end of an interval that has none yet. Stored, so that indexes and comparisons need no NULL."""

UNTIL_REVISED = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of what we know until somebody corrects it."""

AS_KNOWN_NOW = UNTIL_REVISED - timedelta(microseconds=1)
"""The moment at which all that was ever recorded is known, and what was replaced is not: better than the clock's, which may be behind."""

EPOCH = date(1970, 1, 1)
_EPOCH_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateInterval:
    """
    Days from `start` up to but not including `end`.

    Raises:
        InvalidValue: the end is not after the start.
    """

    start: date
    end: date = FOREVER

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidValue(
                "core.empty_interval", f"the interval {self.start} to {self.end} holds no day.", "The end is exclusive and must be later."
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: DateInterval) -> bool:
        """Tell whether the two share at least one day."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: DateInterval) -> DateInterval | None:
        """Return the shared days, or nothing when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DateInterval(start, end) if start < end else None

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days


def day_number(day: date) -> int:
    """Return whole days since 1970-01-01 (negative before), as rollups store them."""
    return (day - EPOCH).days


def from_day_number(number: int) -> date:
    """Return the date that a day number stands for."""
    return EPOCH + timedelta(days=number)


def micros(moment: datetime) -> int:
    """
    Return microseconds since 1970-01-01 UTC, as moments are stored.

    Raises:
        InvalidValue: the moment carries no time zone.
    """
    if moment.tzinfo is None:
        raise InvalidValue(
            "core.naive_moment", f"the moment {moment.isoformat()} has no time zone.", "Add one, for example 2026-05-03T09:00:00+08:00."
        )
    return (moment - _EPOCH_MOMENT) // timedelta(microseconds=1)


def from_micros(stored: int) -> datetime:
    """Return the aware UTC moment that a stored integer stands for."""
    return _EPOCH_MOMENT + timedelta(microseconds=stored)
